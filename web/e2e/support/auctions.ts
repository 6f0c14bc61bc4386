import { randomUUID } from "node:crypto";
import type { components } from "@openbell/client";
import type { Person } from "../../client/tests/support/people.js";

type Body = components["schemas"]["NewAuctionBody"] & { ends_at: string };
type Log = components["schemas"]["List_LogView"]["items"];

/** When so many seconds will have passed on this machine. */
export const inSeconds = (seconds: number): string =>
  new Date(Date.now() + seconds * 1_000).toISOString();

/** What an operator, who sells unless told otherwise, does to auctions. */
export class Auctions {
  constructor(private readonly operator: Person) {}

  /** One that will begin; it is for an hour, with a lowest bid of 100, unless told. */
  async publish(body: Partial<Body> = {}): Promise<{ id: string; title: string }> {
    const { api } = this.operator.client;
    const usual = { title: "An old clock", start_price: 100, ends_at: inSeconds(3_600) };
    const whole = { ...usual, ...body };
    // It would begin by itself much later, so that nobody else begins it.
    const starts_at = new Date(Date.parse(whole.ends_at) - 1).toISOString();
    const { id, title } = await api.post("/api/v1/auctions", { body: { starts_at, ...whole } });
    await api.post("/api/v1/auctions/{id}/publish", { path: { id }, body: {} });
    return { id, title };
  }

  /** The same, and it takes bids already. */
  async open(body: Partial<Body> = {}): Promise<{ id: string; title: string }> {
    const made = await this.publish(body);
    await this.start(made.id);
    return made;
  }

  /** Lets one begin that was published, to end then. */
  async begin(id: string, ends_at: string): Promise<void> {
    const { api } = this.operator.client;
    const { etag } = await api.send("get", "/api/v1/auctions/{id}", { path: { id } });
    const starts_at = new Date(Date.parse(ends_at) - 1).toISOString();
    const body = { starts_at, ends_at };
    await api.patch("/api/v1/auctions/{id}", { path: { id }, body, ifMatch: etag });
    await this.start(id);
  }

  private async start(id: string): Promise<void> {
    await this.operator.client.api.post("/api/v1/auctions/{id}/start", { path: { id }, body: {} });
  }

  async pause(id: string): Promise<void> {
    const body = { reason: "A question" };
    await this.operator.client.api.post("/api/v1/auctions/{id}/pause", { path: { id }, body });
  }

  async resume(id: string): Promise<void> {
    await this.operator.client.api.post("/api/v1/auctions/{id}/resume", { path: { id }, body: {} });
  }

  /** Ends the bidding, as if its time were over. */
  async close(id: string): Promise<void> {
    const body = { reason: "Enough" };
    await this.operator.client.api.post("/api/v1/auctions/{id}/close", { path: { id }, body });
  }

  /** What was bid: the entries of the log, the first one first. */
  async bids(id: string): Promise<Log> {
    const { api } = this.operator.client;
    const { items } = await api.get("/api/v1/auctions/{id}/log", {
      path: { id },
      query: { limit: 200 },
    });
    return items.filter(({ kind }) => kind === "bid");
  }
}

/** Bids without a page. */
export async function bid({ client }: Person, id: string, amount: number): Promise<void> {
  await client.api.post("/api/v1/auctions/{id}/bids", {
    path: { id },
    body: { amount, key: randomUUID() },
  });
}

/** Gives somebody coins. */
export async function give(admin: Person, to: Person, amount: number): Promise<void> {
  await admin.client.api.post("/api/v1/wallets/{user_id}/grant", {
    path: { user_id: to.user.id },
    body: { amount, reason: "For the test" },
    idempotencyKey: randomUUID(),
  });
}

/** An auction that somebody leads, and its id. */
export async function bidOn(admin: Person, bidder: Person): Promise<string> {
  await give(admin, bidder, 500);
  const { id } = await new Auctions(admin).open({ title: "A bell of bronze" });
  await bid(bidder, id, 150);
  return id;
}

/** What somebody has in coins. */
export async function coins({ client }: Person) {
  const { purses } = await client.api.get("/api/v1/wallet");
  const { balance, held, available } = purses.find(({ currency }) => currency === "COIN") ?? {
    balance: 0,
    held: 0,
    available: 0,
  };
  return { balance, held, available };
}
