import { STATUSES, TYPES } from "~/features/properties/filters";
import { statusWord } from "~/features/properties/parts";
import { words } from "~/lib/format";
import { STATES } from "~/lib/states";
import type { Property, PropertyBody } from "~/lib/types";
import type { Option } from "~/ui/Field";

export type FieldName = keyof PropertyBody;

export interface FieldSpec {
  name: FieldName;
  label: string;
  kind: "text" | "long" | "money" | "whole" | "degrees" | "date" | "time" | "choice";
  options?: readonly Option[];
  required?: boolean;
  max?: number;
  hint?: string;
  /** The least and the greatest number. */
  range?: [number, number];
}

const choose = (values: readonly string[], word: (value: string) => string, none: string) => [
  { value: "", label: none },
  ...values.map((value) => ({ value, label: word(value) })),
];

/** Every field, as the form has them. */
export const GROUPS: readonly { title: string; fields: readonly FieldSpec[] }[] = [
  {
    title: "Address",
    fields: [
      { name: "street", label: "Street", kind: "text", required: true, max: 200 },
      { name: "city", label: "City", kind: "text", required: true, max: 100 },
      {
        name: "state",
        label: "State",
        kind: "choice",
        required: true,
        options: choose(STATES, (code) => code, "Choose"),
      },
      { name: "zip_code", label: "ZIP code", kind: "text", max: 10 },
      { name: "county", label: "County", kind: "text", max: 100 },
      { name: "parcel_number", label: "Parcel number", kind: "text", max: 64 },
      { name: "latitude", label: "Latitude", kind: "degrees", range: [-90, 90] },
      { name: "longitude", label: "Longitude", kind: "degrees", range: [-180, 180] },
    ],
  },
  {
    title: "Auction",
    fields: [
      {
        name: "status",
        label: "Status",
        kind: "choice",
        options: choose(STATUSES, statusWord, "As the date says"),
      },
      { name: "auction_date", label: "Date at the venue", kind: "date" },
      { name: "auction_time", label: "Hour at the venue", kind: "time" },
      {
        name: "time_zone",
        label: "Time zone of the venue",
        kind: "text",
        max: 64,
        hint: "Such as America/Denver; the state’s main one when it is empty.",
      },
      { name: "venue", label: "Venue", kind: "text", max: 300 },
      { name: "trustee", label: "Trustee", kind: "text", max: 200 },
      { name: "case_number", label: "Case number", kind: "text", max: 100 },
    ],
  },
  {
    title: "Amounts in dollars",
    fields: [
      { name: "opening_bid", label: "Opening bid", kind: "money" },
      { name: "estimated_value", label: "Estimated value", kind: "money" },
      { name: "judgment_amount", label: "Judgment amount", kind: "money" },
      { name: "list_price", label: "List price", kind: "money" },
    ],
  },
  {
    title: "Building",
    fields: [
      { name: "type", label: "Type", kind: "choice", options: choose(TYPES, words, "Unknown") },
      { name: "bedrooms", label: "Bedrooms", kind: "whole" },
      { name: "bathrooms", label: "Bathrooms", kind: "whole" },
      { name: "living_area", label: "Living area, sq ft", kind: "whole" },
      { name: "lot_size", label: "Lot, sq ft", kind: "whole" },
      { name: "year_built", label: "Year built", kind: "whole" },
      { name: "description", label: "Description", kind: "long", max: 10_000 },
    ],
  },
];

export const FIELDS: readonly FieldSpec[] = GROUPS.flatMap(({ fields }) => fields);

/** A property as it is being written: everything is a text until it is sent. */
export type RecordForm = Record<FieldName, string>;

export const EMPTY_RECORD = Object.fromEntries(FIELDS.map(({ name }) => [name, ""])) as RecordForm;

export function formOf(property: Property): RecordForm {
  const entries = FIELDS.map(({ name }) => [name, String(property[name] ?? "")] as const);
  return Object.fromEntries(entries) as RecordForm;
}

/** A number as people type it: `250,000` and `$250000` are the same. */
export const bare = (typed: string): string => typed.replaceAll(/[\s,$]/g, "");
const isAmount = (text: string) => /^\d+(\.\d{1,2})?$/.test(text);
const isDegrees = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

function errorOf(spec: FieldSpec, typed: string): string | undefined {
  const { kind, required, range } = spec;
  const text = typed.trim();
  if (text === "") return required ? "This is needed." : undefined;
  if (kind === "money" && !isAmount(bare(text))) return "An amount, with at most two decimals.";
  if (kind === "whole" && !/^\d+$/.test(bare(text))) return "A whole number, please.";
  if (kind === "degrees" && !isDegrees(text)) return "A number of degrees, please.";
  if (range && (Number(text) < range[0] || Number(text) > range[1])) {
    return `From ${range[0]} to ${range[1]}.`;
  }
  return undefined;
}

export type RecordErrors = Partial<Record<FieldName, string>>;

/** What is wrong with which field. The server has the last word. */
export function errorsOf(form: RecordForm): RecordErrors {
  const errors: RecordErrors = {};
  for (const spec of FIELDS) {
    const error = errorOf(spec, form[spec.name]);
    if (error) errors[spec.name] = error;
  }
  const [hasLatitude, hasLongitude] = [form.latitude.trim() !== "", form.longitude.trim() !== ""];
  if (hasLatitude && !hasLongitude) errors.longitude ??= "A place has both.";
  if (hasLongitude && !hasLatitude) errors.latitude ??= "A place has both.";
  return errors;
}

/** Which fields are otherwise than they were. */
export const changedIn = (before: RecordForm, now: RecordForm): FieldSpec[] =>
  FIELDS.filter(({ name }) => before[name].trim() !== now[name].trim());

/** What the server is told of these fields; what is empty becomes unknown. */
export function bodyOf(form: RecordForm, fields: readonly FieldSpec[]): PropertyBody {
  const entries = fields.map(({ name, kind }) => {
    const text = form[name].trim();
    if (text === "") return [name, null] as const;
    if (kind === "money") return [name, bare(text)] as const;
    if (kind === "whole") return [name, Number(bare(text))] as const;
    return [name, kind === "degrees" ? Number(text) : text] as const;
  });
  return Object.fromEntries(entries) as PropertyBody;
}

export interface Difference {
  field: FieldSpec;
  was: string;
  now: string;
  /** What this form would make of it, where it has been changed here as well. */
  mine: string | undefined;
}

/** What others changed since this form was begun. */
export function differences(
  before: RecordForm,
  mine: RecordForm,
  theirs: RecordForm,
): Difference[] {
  const own = new Set(changedIn(before, mine).map(({ name }) => name));
  return changedIn(before, theirs).map((field) => ({
    field,
    was: before[field.name],
    now: theirs[field.name],
    mine: own.has(field.name) ? mine[field.name] : undefined,
  }));
}
