import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { permitted } from "~/lib/roles";
import { useUser } from "~/lib/session";
import { useDebounced } from "~/lib/useDebounced";
import { Input, type Option, Select } from "~/ui/Field";
import { LABELS } from "./form";
import { foundUsersQuery } from "./queries";

interface SellerProps {
  value: string;
  error: string | undefined;
  onChange: (id: string) => void;
}

/** Who sells: oneself unless it is somebody else. */
export function SellerField(props: SellerProps) {
  const mayAsk = permitted(useUser()?.roles, ["admin"]);
  if (mayAsk) return <FoundSeller {...props} />;
  return (
    <Input
      label={`${LABELS.seller_id}: id of the user`}
      autoComplete="off"
      value={props.value}
      error={props.error}
      hint="You when it is empty. Administrators find users by their e-mail."
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

/** Finds users by what is typed, to choose one of them. */
function FoundSeller({ value, error, onChange }: SellerProps) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<Option>();
  const q = useDebounced(typed.trim(), 200);
  const { data } = useQuery({ ...foundUsersQuery(q), enabled: q !== "" });
  const found = (q !== "" && data) || [];
  const options: Option[] = found
    .filter(({ id }) => id !== chosen?.value)
    .map(({ id, email, name }) => ({ value: id, label: name ? `${email}, ${name}` : email }));
  return (
    <>
      <Input
        label="Find a seller by e-mail or name"
        type="search"
        autoComplete="off"
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Select
        label={LABELS.seller_id}
        value={value}
        error={error}
        options={[{ value: "", label: "You" }, ...(chosen ? [chosen] : []), ...options]}
        onChange={({ target: { value: id } }) => {
          setChosen(options.find((one) => one.value === id) ?? (id ? chosen : undefined));
          onChange(id);
        }}
      />
    </>
  );
}
