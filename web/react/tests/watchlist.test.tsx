// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { useWatchlist } from "../src/index.js";
import { during, hook, World } from "./stage.js";

const auction = (propertyId: string, more: object = {}) => ({
  propertyId,
  street: "1 Main St",
  city: "Reno",
  state: "NV",
  foreclosureStatus: "auction",
  ...more,
});

const update = (propertyId: string, seq: number, change: object) => ({
  type: "auction_update",
  ch: `property:${propertyId}`,
  propertyId,
  seq,
  update: change,
});

describe("useWatchlist", () => {
  it("shows what is watched, and what becomes of it", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { result } = hook(client, useWatchlist, undefined);
    const { id } = world.socket.last("subscribe");
    const snapshot = { type: "initial_state", auctions: [auction("1"), auction("2")] };
    const answer = { type: "subscribed", id, ch: "watchlist", recovered: false, snapshot };
    await during(() => world.socket.say(answer));
    const ids = () => result.current.data.auctions.map(({ propertyId }) => propertyId);
    expect(result.current.state).toBe("live");
    expect(ids()).toEqual(["1", "2"]);
    await during(() =>
      world.socket.say(
        update("1", 1, {
          statusChanged: { old: "auction", new: "sold" },
          auctionDateChanged: {
            type: "scheduled",
            old: null,
            new: "2027-01-05",
            newTime: "9:00 AM",
          },
          openingBidChanged: { old: 5, new: null },
        }),
        update("2", 1, { auctionTimeChanged: { type: "postponement", old: null, new: "1:00 PM" } }),
        { type: "subscribed", ch: "watchlist", propertyId: "3", auction: auction("3") },
      ),
    );
    expect(ids()).toEqual(["3", "1", "2"]);
    expect(result.current.data.auctions[1]).toEqual(
      auction("1", {
        foreclosureStatus: "sold",
        auctionDate: "2027-01-05",
        auctionTime: "9:00 AM",
        openingBid: null,
      }),
    );
    expect(result.current.data.auctions[2]).toEqual(auction("2", { auctionTime: "1:00 PM" }));
    await during(() =>
      world.socket.say(
        { type: "unsubscribed", ch: "watchlist", propertyId: "1" },
        update("2", 2, { removed: true }),
      ),
    );
    expect(ids()).toEqual(["3"]);
  });
});
