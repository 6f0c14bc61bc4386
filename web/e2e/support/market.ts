import { randomUUID } from "node:crypto";
import type { components } from "@openbell/client";
import type { Person } from "../../client/tests/support/people.js";

type Body = components["schemas"]["PropertyBody"];
type Notice = components["schemas"]["NewNotice"];

let houses = 0;

/** What an operator does to the market. */
export class Market {
  constructor(private readonly operator: Person) {}

  /** A new property, at an address of its own unless one is given. */
  async add(body: Partial<Body> = {}): Promise<{ id: string; street: string }> {
    houses += 1;
    const usual = { street: `${houses} Quarry Road`, city: "Reno", state: "NV" };
    const made = await this.operator.client.api.post("/api/v1/properties", {
      body: {
        ...usual,
        status: "auction",
        auction_date: "2031-03-03",
        opening_bid: 100_000,
        ...body,
      },
    });
    return { id: made.id, street: made.street };
  }

  async change(id: string, body: Partial<Body>): Promise<void> {
    await this.operator.client.api.patch("/api/v1/properties/{id}", { path: { id }, body });
  }

  /** Tells somebody something, once whatever happens. */
  async tell(user: string, title: string, more: Partial<Notice> = {}): Promise<void> {
    const body = { type: "system.note", title, users: [user], dedup_key: randomUUID(), ...more };
    await this.operator.client.api.post("/api/v1/notifications", { body });
  }
}
