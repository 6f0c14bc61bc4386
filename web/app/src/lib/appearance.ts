import { cell, useCell } from "./store";

export type Theme = "system" | "light" | "dark";

export interface Appearance {
  theme: Theme;
  /** Up is red and down is green, as some markets have it. */
  swapUpDown: boolean;
}

// boot/theme.js reads the same entry before the first paint.
const KEY = "openbell.appearance";

function stored(): Appearance {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Appearance>;
    const theme = value.theme === "light" || value.theme === "dark" ? value.theme : "system";
    return { theme, swapUpDown: value.swapUpDown === true };
  } catch {
    return { theme: "system", swapUpDown: false };
  }
}

const appearance = cell<Appearance>(stored());

function apply({ theme, swapUpDown }: Appearance): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  if (swapUpDown) dataset.swap = "true";
  else delete dataset.swap;
  // The window's frame has the colour of what is chosen here, whatever the system has.
  for (const scheme of ["light", "dark"]) {
    const meta = document.querySelector(`meta[name="theme-color"][data-scheme="${scheme}"]`);
    const chosen = theme === scheme ? "all" : "not all";
    meta?.setAttribute("media", theme === "system" ? `(prefers-color-scheme: ${scheme})` : chosen);
  }
}

apply(appearance.get());

export const useAppearance = (): Appearance => useCell(appearance);

export function setAppearance(change: Partial<Appearance>): void {
  const next = { ...appearance.get(), ...change };
  appearance.set(next);
  apply(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without a storage it holds until the page is left.
  }
}

// Another tab has chosen.
window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  appearance.set(stored());
  apply(appearance.get());
});
