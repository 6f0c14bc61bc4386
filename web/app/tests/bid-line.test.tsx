// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { BidLine } from "../src/features/auctions/BidHistory";
import type { AuctionBid } from "../src/lib/types";

afterEach(cleanup);

test("a line of the bids says that its amount is the price after it, not what was bid", () => {
  const bid = { alias: "Bidder 1", price: 105, amount: 400, me: true, at: "2026-01-14T16:00:00Z" };
  render(<BidLine bid={bid as AuctionBid} currency="COIN" />);
  const { textContent: text } = screen.getByRole("listitem");
  expect(text).toContain("up to 400 coins");
  expect(text).toContain("Price after it: 105 coins");
});
