import { COIN } from "~/lib/format";
import type { Auction } from "~/lib/types";
import type { Standing } from "./standing";

/** Amounts are decimals; what is added up is whole minor units. */
const digitsOf = (currency: string): number => (currency === COIN || currency === "JPY" ? 0 : 2);
const toMinor = (amount: number, currency: string): number =>
  Math.round(amount * 10 ** digitsOf(currency));
const toAmount = (minor: number, currency: string): number => minor / 10 ** digitsOf(currency);

type Steps = Pick<Auction, "increments" | "currency">;

/** So many steps of the table above an amount. */
export function above({ increments, currency }: Steps, amount: number, steps: number): number {
  let minor = toMinor(amount, currency);
  for (let n = 0; n < steps; n += 1) {
    const at = toAmount(minor, currency);
    const by = increments.filter(({ from }) => from <= at).at(-1)?.by ?? toAmount(1, currency);
    minor += toMinor(by, currency);
  }
  return toAmount(minor, currency);
}

/** The difference of two amounts. */
export const difference = (more: number, less: number, currency: string): number =>
  toAmount(toMinor(more, currency) - toMinor(less, currency), currency);

/**
 * What is bid when nobody says otherwise: the least that is taken, or a step more than before where
 * that is more. A maximum that was raised elsewhere may lie below the price until it is read.
 */
export const nextOffer = (auction: Auction, { leads, max }: Standing): number =>
  leads && max !== null ? Math.max(above(auction, max, 1), auction.min_next) : auction.min_next;

/** The amount that a text says, with no more digits than the currency has. */
export function amountIn(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const plain = digits === 0 ? /^\d{1,12}$/ : /^\d{1,12}(\.\d{1,2})?$/;
  const typed = text.replaceAll(/\s/g, "");
  const amount = plain.test(typed) ? Number(typed) : 0;
  return amount > 0 ? amount : undefined;
}

/** Why a text is no amount, with one that is. */
export function noAmount(text: string, currency: string, example: number): string {
  const isPart = digitsOf(currency) === 0 && /^\d+\.\d+$/.test(text.trim());
  const why = isPart ? `${currency === COIN ? "Coins" : "Amounts here"} are whole. ` : "";
  return `${why}Enter an amount such as ${typedAmount(example, currency)}.`;
}

/** An amount as it is typed. */
export const typedAmount = (amount: number, currency: string): string =>
  Number.isInteger(amount) ? String(amount) : amount.toFixed(digitsOf(currency));
