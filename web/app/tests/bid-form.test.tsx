// @vitest-environment happy-dom
import { CallError, type Code } from "@openbell/client";
import { type Bidding, OpenbellProvider } from "@openbell/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { World } from "../../react/tests/stage.js";
import { BidPanel } from "../src/features/auctions/BidPanel";
import type { Room } from "../src/features/auctions/useRoom";

afterEach(cleanup);

const AUCTION = {
  ...{ id: "a1", log_seq: 5, status: "live", currency: "COIN", places: 1, price: 100 },
  ...{ min_next: 105, increments: [{ from: 0, by: 5 }], exact_bids: false, me: null },
  ends_at: "2099-01-01T00:00:00Z",
};

/** The form after a bid that was refused so. */
function form(code: Code) {
  const refusal = new CallError(code, "");
  const bidding: Bidding = { pending: false, taken: undefined, refusal };
  const live = { bidding, placeBid: async () => undefined };
  const standing = { leads: false, max: null };
  const room = { auction: AUCTION, standing, live } as unknown as Room;
  render(
    <OpenbellProvider client={new World().client()}>
      <QueryClientProvider client={new QueryClient()}>
        <BidPanel room={room} />
      </QueryClientProvider>
    </OpenbellProvider>,
  );
  return (value: string) => fireEvent.input(screen.getByRole("textbox"), { target: { value } });
}

test("a complaint ends when something else is typed", () => {
  const type = form("auction_not_live");
  expect(screen.getByRole("alert").textContent).toContain("takes no bids");
  type("1");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("that nobody knows whether a bid was taken stays", () => {
  const type = form("timeout");
  type("1");
  expect(screen.getByRole("alert").textContent).toContain("nobody knows");
});
