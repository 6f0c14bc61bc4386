import type { Filters } from "./filters";

export default function MapView(_: Record<string, unknown> & { filters?: Filters }) {
  return null;
}
