import { useState } from "react";
import { fieldErrors } from "~/lib/errors";
import { Button } from "~/ui/Button";
import { Input, Select, Textarea } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { Complaint } from "~/ui/states";
import { RecordRefused } from "./RecordRefused";
import {
  errorsOf,
  type FieldName,
  type FieldSpec,
  type RecordForm as Form,
  GROUPS,
} from "./record";

/** Every field of a property. */
export function RecordForm(props: {
  initial: Form;
  action: string;
  pending: boolean;
  error: unknown;
  onSubmit: (form: Form) => void;
  /** While nothing was changed there is nothing to save. */
  isDone?: (form: Form) => boolean;
}) {
  const { initial, action, pending, error, onSubmit, isDone } = props;
  const [form, setForm] = useState(initial);
  const [tried, setTried] = useState(false);
  const own = errorsOf(form);
  const told = fieldErrors(error);
  const shown = (name: FieldName) => (tried ? own[name] : undefined) ?? told[name];
  const known = new Set<string>(GROUPS.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const elsewhere = Object.keys(told).every((name) => !known.has(name));

  return (
    <form
      className="flex flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(own).length === 0) return onSubmit(form);
        // Where it can be put right.
        const field = event.currentTarget;
        requestAnimationFrame(() => field.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      }}
    >
      {GROUPS.map(({ title, fields }) => (
        <Panel key={title} title={title}>
          <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
            {fields.map((spec) => (
              <OneField
                key={spec.name}
                spec={spec}
                value={form[spec.name]}
                error={shown(spec.name)}
                onChange={(value) => setForm({ ...form, [spec.name]: value })}
              />
            ))}
          </div>
        </Panel>
      ))}
      {error !== null && elsewhere && <RecordRefused error={error} />}
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

const MODES = { money: "decimal", whole: "numeric", degrees: "text" } as const;
const modeOf = (kind: FieldSpec["kind"]) =>
  kind in MODES ? MODES[kind as keyof typeof MODES] : undefined;

function OneField(props: {
  spec: FieldSpec;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { spec, value, error, onChange } = props;
  const { name, label, kind, options, required, max, hint } = spec;
  const common = {
    name,
    label: required ? `${label} (needed)` : label,
    value,
    error,
    ...(hint && { hint }),
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  if (kind === "choice") {
    const known = options?.some((option) => option.value === value) ?? false;
    const all = known ? options : [...(options ?? []), { value, label: value }];
    return <Select {...common} options={all ?? []} />;
  }
  if (kind === "long") {
    return (
      <Textarea {...common} rows={5} maxLength={max} className="sm:col-span-2 lg:col-span-3" />
    );
  }
  const type = kind === "date" || kind === "time" ? kind : "text";
  return (
    <Input {...common} type={type} inputMode={modeOf(kind)} maxLength={max} autoComplete="off" />
  );
}
