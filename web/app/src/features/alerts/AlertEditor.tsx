import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TYPES } from "~/features/properties/filters";
import { explain, fieldErrors } from "~/lib/errors";
import { count, words } from "~/lib/format";
import { STATE_OPTIONS, stateIn } from "~/lib/states";
import type { AlertBody } from "~/lib/types";
import { useDebounced } from "~/lib/useDebounced";
import { Button, buttonClass } from "~/ui/Button";
import { Checkbox, Input } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { Switch } from "~/ui/Switch";
import { Complaint } from "~/ui/states";
import { AreaField } from "./AreaField";
import {
  ALERT_TYPES,
  type AlertForm,
  bodyOf,
  errorsOf,
  faultsOf,
  type NumberName,
  noState,
} from "./form";
import { PlaceField } from "./PlaceField";
import { previewQuery } from "./queries";
import { TagField } from "./TagField";

/** How long nobody types before what stands there counts. */
const REST_MS = 400;

export function AlertEditor(props: {
  initial: AlertForm;
  action: string;
  pending: boolean;
  error: Error | null;
  onSubmit: (body: AlertBody) => void;
}) {
  const { action, pending, error, onSubmit } = props;
  const [form, setForm] = useState(props.initial);
  const [tried, setTried] = useState(false);
  const set = (change: Partial<AlertForm>) => setForm((now) => ({ ...now, ...change }));
  const setTyped = (change: Partial<AlertForm["typed"]>) =>
    setForm((now) => ({ ...now, typed: { ...now.typed, ...change } }));
  const rested = useDebounced(form, REST_MS);
  const [own, faults] = [errorsOf(form), faultsOf(rested)];
  const told = fieldErrors(error);
  // What is still being typed is not complained about, unless it can only be wrong.
  const errorOf = (name: keyof AlertForm) =>
    own[name] && (tried || faults[name]) ? own[name] : told[name];

  const number = (name: NumberName, label: string, hint?: string) => (
    <Input
      label={label}
      inputMode="decimal"
      value={form[name]}
      onChange={(event) => set({ [name]: event.target.value })}
      error={errorOf(name)}
      {...(hint ? { hint } : {})}
    />
  );
  const choice = (name: "alert_types" | "property_types", value: string, label: string) => (
    <Checkbox
      key={value}
      label={label}
      checked={form[name].includes(value)}
      onChange={(event) =>
        set({
          [name]: event.target.checked
            ? [...form[name], value]
            : form[name].filter((one) => one !== value),
        })
      }
    />
  );

  return (
    <form
      noValidate
      className="grid max-w-5xl gap-4 lg:grid-cols-[1fr_18rem]"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const body = bodyOf(form);
        if (body !== undefined) onSubmit(body);
      }}
    >
      <div className="flex min-w-0 flex-col gap-4">
        {error && Object.keys(told).length === 0 && <Complaint>{explain(error)}</Complaint>}
        <Panel>
          <Input
            label="Name"
            value={form.name}
            maxLength={80}
            placeholder="Houses in Fresno below 300,000"
            onChange={(event) => set({ name: event.target.value })}
            error={errorOf("name")}
          />
        </Panel>
        <Panel title="Where">
          <div className="grid gap-4 sm:grid-cols-2">
            <TagField
              label="States"
              values={form.states}
              options={STATE_OPTIONS}
              read={stateIn}
              wrong={noState(form.typed.states)}
              error={errorOf("states")}
              hint="Names or two letters; any of them."
              onChange={(states) => set({ states })}
              typed={form.typed.states}
              onTyped={(states) => setTyped({ states })}
            />
            <TagField
              label="Cities"
              values={form.cities}
              error={errorOf("cities")}
              hint="Press Enter after each; any of them."
              onChange={(cities) => set({ cities })}
              typed={form.typed.cities}
              onTyped={(cities) => setTyped({ cities })}
            />
          </div>
          <div className="mt-4 border-t pt-4">
            <PlaceField
              value={form.around}
              error={told.latitude ?? told.longitude ?? told.radius_miles}
              onChange={(around) => set({ around })}
            />
          </div>
          <div className="mt-4 border-t pt-4">
            <AreaField
              value={form.polygon}
              error={errorOf("polygon")}
              onChange={(polygon) => set({ polygon })}
            />
          </div>
        </Panel>
        <Panel title="What">
          <fieldset>
            <legend className="mb-1 text-xs font-medium text-muted">Kinds, or none for any</legend>
            <div className="grid grid-cols-2 gap-x-4 sm:grid-cols-4">
              {TYPES.map((type) => choice("property_types", type, words(type)))}
            </div>
          </fieldset>
          <div className="mt-4 grid grid-cols-2 gap-4 sm:grid-cols-3">
            {number("min_opening_bid", "Opening bid from ($)")}
            {number("max_opening_bid", "Up to ($)")}
            {number("min_discount", "Below value by (%)")}
            {number("min_bedrooms", "Bedrooms at least")}
            {number("min_bathrooms", "Bathrooms at least")}
            {number("min_living_area", "Living area from (sq ft)")}
          </div>
        </Panel>
        <Panel title="Tell me when">
          <fieldset>
            <legend className="sr-only">Tell me when</legend>
            <div className="grid gap-x-4 sm:grid-cols-2">
              {ALERT_TYPES.map(({ value, label }) => choice("alert_types", value, label))}
            </div>
          </fieldset>
          {errorOf("alert_types") && (
            <p className="mt-1 text-xs text-down">{errorOf("alert_types")}</p>
          )}
        </Panel>
      </div>
      <div className="flex flex-col gap-4 self-start lg:sticky lg:top-16">
        <Preview form={rested} />
        <Switch
          label="This alert is"
          words={["on", "off"]}
          checked={form.is_active}
          onChange={(is_active) => set({ is_active })}
        />
        <div className="flex gap-2">
          <Button type="submit" look="primary" pending={pending} className="flex-1">
            {pending ? "Saving…" : action}
          </Button>
          <Link to="/alerts" className={buttonClass("quiet")}>
            Cancel
          </Link>
        </div>
      </div>
    </form>
  );
}

/** How many properties would fit what the form says, counted whenever it has come to rest. */
function Preview({ form }: { form: AlertForm }) {
  const body = bodyOf({
    ...form,
    name: "",
    is_active: true,
    alert_types: ["reminder"],
    // Half a city is none yet.
    typed: { ...form.typed, cities: "" },
  });
  const { data, error, isFetching } = useQuery({
    ...previewQuery(body),
    placeholderData: (before) => before,
  });
  const known = body !== undefined && data !== undefined;
  return (
    <Panel>
      <p aria-busy={isFetching} className={isFetching ? "opacity-60" : ""}>
        <span className="block text-xs text-muted">Would fit now</span>
        <span className="block text-2xl leading-8 font-semibold">
          {known ? `${count(data.matching_now)}${data.matching_now_is_exact ? "" : "+"}` : "–"}
        </span>
        <span className="text-muted">
          {body === undefined
            ? "Counted once every field is right."
            : error
              ? explain(error)
              : data?.matching_now === 1
                ? "property"
                : "properties"}
        </span>
      </p>
    </Panel>
  );
}
