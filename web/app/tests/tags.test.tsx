// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import { noState } from "../src/features/alerts/form";
import { TagField } from "../src/features/alerts/TagField";
import { stateIn } from "../src/lib/states";

afterEach(cleanup);

function States() {
  const [values, setValues] = useState<string[]>([]);
  const [typed, setTyped] = useState("");
  return (
    <TagField
      label="States"
      {...{ values, typed, wrong: noState(typed), read: stateIn }}
      onChange={setValues}
      onTyped={setTyped}
    />
  );
}

const field = () => screen.getByRole("textbox") as HTMLInputElement;
const type = (value: string) =>
  fireEvent.input(field(), { target: { value }, inputType: "insertText" });
const added = () => screen.queryAllByRole("button").map(({ textContent }) => textContent);

test("a name is typed to its end and becomes the state's code", () => {
  render(<States />);
  for (const text of ["C", "Ca", "Cal", "California"]) type(text);
  expect(added()).toEqual([]);
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(added()).toEqual(["CA"]);
  expect(field().value).toBe("");
});

test("what is no state stays where it is, and the field says so until it is changed", () => {
  render(<States />);
  type("Texaz");
  expect(field().getAttribute("aria-invalid")).toBeNull();
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(added()).toEqual([]);
  expect(field().value).toBe("Texaz");
  expect(field().getAttribute("aria-invalid")).toBe("true");
  screen.getByText(/“Texaz” is no state/);
  type("Texa");
  expect(field().getAttribute("aria-invalid")).toBeNull();
});
