import { type ReactNode, useState } from "react";
import { CURRENCIES } from "~/features/wallet/words";
import { explain, fieldErrors } from "~/lib/errors";
import { zone } from "~/lib/format";
import { Button } from "~/ui/Button";
import { Input, type Option, Select, Textarea } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { Complaint } from "~/ui/states";
import {
  counts,
  errorsOf,
  type FieldName,
  type AuctionForm as Form,
  fieldOf,
  LABELS,
  NAMES,
} from "./form";
import { SellerField } from "./SellerField";

const OPTIONS: Partial<Record<FieldName, readonly Option[]>> = {
  currency: CURRENCIES,
  buy_now_until: [
    { value: "first_bid", label: "Until somebody bids" },
    { value: "reserve_met", label: "Until a bid meets the reserve" },
  ],
  exact_bids: [
    { value: "no", label: "No" },
    { value: "yes", label: "Yes" },
  ],
  soft_close: [
    { value: "none", label: "Do not move the end" },
    { value: "cars", label: "2 minutes, as for cars" },
    { value: "property", label: "5 minutes, as for property" },
    { value: "own", label: "Own minutes" },
  ],
  entry: [
    { value: "open", label: "Everybody" },
    { value: "approval", label: "Who was approved" },
    { value: "deposit", label: "Who has left a deposit" },
  ],
  retraction: [
    { value: "off", label: "Operators alone" },
    { value: "typo", label: "Bidders as well, soon after a slip" },
  ],
};

const HINTS: Partial<Record<FieldName, string>> = {
  reserve: "Hidden; below it nothing is sold.",
  starts_at: "Once it is published when it is empty.",
  hard_end: "Late bids do not move the end beyond it.",
  decide: "How long the seller may think when the reserve was not met.",
  image_url: "Begins with https://",
};

const LENGTHS: Partial<Record<FieldName, number>> = {
  title: 200,
  description: 10_000,
  image_url: 2_000,
};

const NEEDED: readonly FieldName[] = ["title", "start_price", "ends_at"];
const TIMES: readonly FieldName[] = ["starts_at", "ends_at", "hard_end"];
const WORDS: readonly FieldName[] = ["title", "image_url"];

/** What is laid down of an auction. */
export function AuctionForm(props: {
  initial: Form;
  action: string;
  pending: boolean;
  error: unknown;
  /** Which fields can be written; the others stay as they are. */
  open: (name: FieldName) => boolean;
  /** Who sells, where that stays. */
  seller?: string;
  isDone?: (form: Form) => boolean;
  onSubmit: (form: Form) => void;
}) {
  const { initial, action, pending, error, open, seller, isDone, onSubmit } = props;
  const [form, setForm] = useState(initial);
  const [tried, setTried] = useState(false);
  const own = errorsOf(form);
  const told = Object.fromEntries(
    Object.entries(fieldErrors(error)).map(([name, message]) => [fieldOf(name), message]),
  );
  const names: readonly string[] = NAMES;
  const isElsewhere = Object.keys(told).every((name) => !names.includes(name));
  const put = (name: FieldName) => (value: string) => setForm({ ...form, [name]: value });
  const errorAt = (name: FieldName) => (tried ? own[name] : undefined) ?? told[name];

  const fields = (...some: FieldName[]) =>
    some
      .filter((name) => counts(form, name))
      .map((name) => (
        <OneField
          key={name}
          name={name}
          value={form[name]}
          error={errorAt(name)}
          disabled={!open(name)}
          onChange={put(name)}
        />
      ));

  return (
    <form
      className="flex flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(own).length === 0) return onSubmit(form);
        // Where it can be put right.
        const it = event.currentTarget;
        requestAnimationFrame(() => it.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      }}
    >
      <Group title="What is sold">
        {fields("title", "description", "image_url")}
        {seller === undefined ? (
          <SellerField
            value={form.seller_id}
            error={errorAt("seller_id")}
            onChange={put("seller_id")}
          />
        ) : (
          <Input label={LABELS.seller_id} value={seller} disabled readOnly />
        )}
      </Group>
      <Group title="Prices">
        {fields("currency", "start_price", "reserve", "buy_now", "buy_now_until", "decide")}
      </Group>
      <Group title="Bidding">
        {fields("places", "exact_bids", "entry", "deposit", "retraction")}
      </Group>
      <Group title={`Times, in the zone ${zone()}`}>
        {fields(...TIMES, "soft_close", "window", "extend", "max_extensions")}
      </Group>
      {error !== null && isElsewhere && <Complaint>{explain(error)}</Complaint>}
      {tried && Object.keys(own).length > 0 && (
        <Complaint>Some fields above are not right yet.</Complaint>
      )}
      <div>
        <Button type="submit" look="primary" pending={pending} disabled={isDone?.(form)}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel title={title}>
      <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        {children}
      </div>
    </Panel>
  );
}

function OneField(props: {
  name: FieldName;
  value: string;
  error: string | undefined;
  disabled: boolean;
  onChange: (value: string) => void;
}) {
  const { name, value, error, disabled, onChange } = props;
  const hint = HINTS[name];
  const common = {
    name,
    label: NEEDED.includes(name) ? `${LABELS[name]} (needed)` : LABELS[name],
    value,
    error,
    disabled,
    ...(hint && { hint }),
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  const options = OPTIONS[name];
  if (options) return <Select {...common} options={options} />;
  const written = { ...common, maxLength: LENGTHS[name] };
  if (name === "description") {
    return <Textarea {...written} rows={4} className="sm:col-span-2 lg:col-span-3" />;
  }
  const isTime = TIMES.includes(name);
  const mode = isTime || WORDS.includes(name) ? "text" : "decimal";
  return (
    <Input
      {...written}
      type={isTime ? "datetime-local" : "text"}
      inputMode={mode}
      autoComplete="off"
    />
  );
}
