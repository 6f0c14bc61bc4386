import { count, money, words } from "~/lib/format";
import { MILES_PER_KM, type NamedPlace, type Place, placeIn } from "~/lib/place";
import { stateIn } from "~/lib/states";
import type { Alert, AlertBody } from "~/lib/types";

export const ALERT_TYPES = [
  { value: "new_auction", label: "A property newly fits" },
  { value: "status_change", label: "Its status changes" },
  { value: "price_change", label: "Its opening bid changes" },
  { value: "postponement", label: "Its date or hour changes" },
  { value: "cancelled", label: "Its auction is cancelled" },
  { value: "back_on_market", label: "It comes back" },
  { value: "reminder", label: "Its auction is near" },
] as const;

/** All but reminders, as the server has it when nothing is said. */
const USUAL_TYPES = ALERT_TYPES.map(({ value }) => value).filter((value) => value !== "reminder");

export interface Around {
  place: NamedPlace;
  radius_miles: number;
}

/** An alert as it is being written: numbers are texts until they are complete. */
export interface AlertForm {
  name: string;
  alert_types: string[];
  states: string[];
  cities: string[];
  /** What stands in the fields of states and cities and is not among them yet. */
  typed: { states: string; cities: string };
  property_types: string[];
  min_opening_bid: string;
  max_opening_bid: string;
  min_bedrooms: string;
  min_bathrooms: string;
  min_living_area: string;
  min_discount: string;
  around: Around | undefined;
  /** The corners of an area, one a line. */
  polygon: string;
  is_active: boolean;
}

export const EMPTY_FORM: AlertForm = {
  name: "",
  alert_types: USUAL_TYPES,
  states: [],
  cities: [],
  typed: { states: "", cities: "" },
  property_types: [],
  min_opening_bid: "",
  max_opening_bid: "",
  min_bedrooms: "",
  min_bathrooms: "",
  min_living_area: "",
  min_discount: "",
  around: undefined,
  polygon: "",
  is_active: true,
};

const text = (value: number | null | undefined) =>
  value === null || value === undefined ? "" : String(value);

function aroundOf(alert: Alert): Around | undefined {
  const { latitude, longitude, radius_km: km } = alert;
  const miles = alert.radius_miles ?? (km && km * MILES_PER_KM);
  if (latitude == null || longitude == null || !miles) return undefined;
  return { place: { latitude, longitude }, radius_miles: Math.round(miles * 100) / 100 };
}

export function formOf(alert: Alert): AlertForm {
  return {
    name: alert.name ?? "",
    alert_types: alert.alert_types,
    states: alert.states,
    cities: alert.cities,
    typed: EMPTY_FORM.typed,
    property_types: alert.property_types,
    min_opening_bid: text(alert.min_opening_bid),
    max_opening_bid: text(alert.max_opening_bid),
    min_bedrooms: text(alert.min_bedrooms),
    min_bathrooms: text(alert.min_bathrooms),
    min_living_area: text(alert.min_living_area),
    min_discount: text(alert.min_discount),
    around: aroundOf(alert),
    polygon: cornersText(alert.polygon ?? []),
    is_active: alert.is_active,
  };
}

/** The fields of texts. */
export type NumberName = {
  [K in keyof AlertForm]: AlertForm[K] extends string ? K : never;
}[keyof AlertForm];

interface Rule {
  min: number;
  max: number;
  whole?: boolean;
}

const RULES: Partial<Record<NumberName, Rule>> = {
  min_opening_bid: { min: 0, max: 1e12 },
  max_opening_bid: { min: 0, max: 1e12 },
  min_bedrooms: { min: 0, max: 100, whole: true },
  min_bathrooms: { min: 0, max: 100, whole: true },
  min_living_area: { min: 0, max: 10_000_000, whole: true },
  min_discount: { min: 0, max: 100 },
};

/** A number as people type it: `250,000` and `$250000` are the same. */
function read(typed: string): number | undefined {
  const bare = typed.replaceAll(/[\s,$]/g, "");
  return /^-?\d+(\.\d+)?$/.test(bare) ? Number(bare) : undefined;
}

export type FormErrors = Partial<Record<keyof AlertForm, string>>;

const MOST_CORNERS = 100;

/** Corners as they are typed or pasted, one a line; `undefined` when a line is none. */
export function cornersIn(typed: string): Place[] | undefined {
  const lines = typed.split(/[\n;]/).filter((line) => line.trim() !== "");
  const places = lines.map((line) => placeIn(line.replace(/^[\s([]+|[\s)\],]+$/g, "")));
  return places.some((place) => place === undefined) ? undefined : (places as Place[]);
}

export const cornersText = (corners: readonly Place[]): string =>
  corners.map(({ latitude, longitude }) => `${round(latitude)}, ${round(longitude)}`).join("\n");

/** Five decimals are a metre. */
const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5;

/** A text that is no state; nothing where it is one, or empty. */
export const noState = (typed: string): string | undefined =>
  typed.trim() === "" || stateIn(typed)
    ? undefined
    : `“${typed.trim()}” is no state. Enter a name or two letters, as in Texas or TX.`;

/** Words with one more, unless it is among them. */
export function withWord(words: string[], word: string | undefined): string[] {
  const isNew = word && !words.some((one) => one.toLowerCase() === word.toLowerCase());
  return isNew ? [...words, word] : words;
}

/** What is wrong with which field. The server has the last word. */
export function errorsOf(form: AlertForm): FormErrors {
  const errors: FormErrors = {};
  for (const [name, { min, max, whole }] of Object.entries(RULES) as [NumberName, Rule][]) {
    if (form[name].trim() === "") continue;
    const value = read(form[name]);
    if (value === undefined) errors[name] = "This is not a number.";
    else if (value < min || value > max) errors[name] = `From ${count(min)} to ${count(max)}.`;
    else if (whole && !Number.isInteger(value)) errors[name] = "A whole number, please.";
  }
  const [low, high] = [read(form.min_opening_bid), read(form.max_opening_bid)];
  if (low !== undefined && high !== undefined && low > high) {
    errors.max_opening_bid = "This is below the least opening bid.";
  }
  const unknown = noState(form.typed.states);
  if (unknown) errors.states = unknown;
  const corners = cornersIn(form.polygon);
  if (corners === undefined) errors.polygon = "Each line is latitude, longitude.";
  else if (corners.length > 0 && corners.length < 3) errors.polygon = "An area has three corners.";
  else if (corners.length > MOST_CORNERS) errors.polygon = `At most ${MOST_CORNERS} corners.`;
  if (form.alert_types.length === 0) errors.alert_types = "Choose at least one.";
  return errors;
}

/**
 * What can only be wrong once nobody types any more: numbers. Lists and areas may be on their way
 * until somebody means them.
 */
export function faultsOf(form: AlertForm): FormErrors {
  const numbers = Object.entries(errorsOf(form)).filter(([name]) => name in RULES);
  return Object.fromEntries(numbers);
}

/** What the server is told; `undefined` while something is wrong. */
export function bodyOf(form: AlertForm): AlertBody | undefined {
  if (Object.keys(errorsOf(form)).length > 0) return undefined;
  const number = (name: NumberName) => read(form[name]) ?? null;
  const corners = cornersIn(form.polygon) ?? [];
  return {
    name: form.name.trim() || null,
    alert_types: form.alert_types,
    states: withWord(form.states, stateIn(form.typed.states)),
    cities: withWord(form.cities, form.typed.cities.trim()),
    property_types: form.property_types,
    min_opening_bid: number("min_opening_bid"),
    max_opening_bid: number("max_opening_bid"),
    min_bedrooms: number("min_bedrooms"),
    min_bathrooms: number("min_bathrooms"),
    min_living_area: number("min_living_area"),
    min_discount: number("min_discount"),
    latitude: form.around?.place.latitude ?? null,
    longitude: form.around?.place.longitude ?? null,
    radius_miles: form.around?.radius_miles ?? null,
    polygon: corners.length > 0 ? corners : null,
    is_active: form.is_active,
  };
}

/** What an alert looks for, in a line. */
export function summary(alert: Alert): string {
  const { min_opening_bid: low, max_opening_bid: high } = alert;
  const around = aroundOf(alert);
  const band =
    low != null && high != null
      ? `${money(low)} to ${money(high)}`
      : low != null
        ? `from ${money(low)}`
        : high != null && `up to ${money(high)}`;
  const parts = [
    alert.property_types.map((type) => words(type)).join(", "),
    alert.cities.join(", "),
    alert.states.join(", "),
    around && `within ${around.radius_miles} mi of a place`,
    alert.polygon && "within an area",
    band,
    alert.min_bedrooms && `${alert.min_bedrooms}+ bedrooms`,
    alert.min_bathrooms && `${alert.min_bathrooms}+ bathrooms`,
    alert.min_living_area && `${count(alert.min_living_area)}+ sq ft`,
    alert.min_discount && `${alert.min_discount}% or more below value`,
  ].filter(Boolean);
  const line = parts.length > 0 ? parts.join(" · ") : "every property";
  return line.charAt(0).toUpperCase() + line.slice(1);
}

export const nameOf = ({ name }: Pick<Alert, "name">): string => name || "Unnamed alert";
