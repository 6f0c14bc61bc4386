import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { CallError, type CallOptions, type Client } from "../../src/index.js";
import { settle, World } from "../support/world.js";

/** What became of a call, to be looked at later. */
function begin(client: Client, verb: string, params: object = {}, options: CallOptions = {}) {
  const outcome: { result?: unknown; error?: CallError } = {};
  client.call(verb, params as Record<string, unknown>, options).then(
    (result) => {
      outcome.result = result;
    },
    (error) => {
      outcome.error = error;
    },
  );
  return outcome;
}

const refusal = (id: unknown, code: string, more: object = {}) => ({
  type: "error",
  id,
  code,
  status: 409,
  message: "no",
  retry: false,
  ...more,
});

/** Cuts the connection and opens another. */
async function again(world: World, userId = "ann") {
  world.socket.end();
  await world.advance(250);
  const socket = await world.accept();
  world.acknowledge(userId);
  await settle();
  return socket;
}

describe("a call", () => {
  it("gives what the `ack` with its id brings, or the whole answer of its own", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    const first = begin(client, "mark_read", { up_to: 3 });
    const second = begin(client, "echo", { message: "hi" });
    await settle();
    const [read, echo] = [socket.last("mark_read"), socket.last("echo")];
    expect(read).toEqual({ type: "mark_read", up_to: 3, id: expect.any(Number) });
    expect(client.stats.pending).toBe(2);
    const answer = { type: "echo", id: echo.id, message: "hi", ts: 1 };
    socket.say(answer, { type: "ack", id: read.id, result: { unread: 0 } });
    await settle();
    expect(first.result).toEqual({ unread: 0 });
    expect(second.result).toEqual(answer);
    expect(client.stats.pending).toBe(0);
  });

  it("rejects with the server's word, status and pause", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    begin(client, "dismiss");
    const outcome = begin(client, "mark_read");
    await settle();
    const { id } = socket.last("dismiss");
    const more = { retry: true, retry_after_ms: 40, details: { least: 7 } };
    socket.say(refusal(socket.last("mark_read").id, "rate_limited", more), refusal(id, "x"));
    await settle();
    expect(outcome.error).toBeInstanceOf(CallError);
    expect(outcome.error).toMatchObject({
      code: "rate_limited",
      retry: true,
      retryAfterMs: 40,
      details: { least: 7 },
      sent: true,
    });
  });

  it("without a key fails at once while there is no connection", async () => {
    const world = new World();
    const client = world.client();
    const before = begin(client, "mark_read");
    await settle();
    expect(before.error).toMatchObject({ code: "offline", retry: true, sent: false });
    await world.open(client);
    world.socket.end();
    const after = begin(client, "mark_read");
    await settle();
    expect(after.error).toMatchObject({ code: "offline" });
    const socket = await again(world).catch(() => undefined);
    expect(socket?.of("mark_read") ?? []).toHaveLength(0);
  });

  it("without a key is not sent again when the connection ends before its answer", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const outcome = begin(client, "mark_read");
    await settle();
    const socket = await again(world);
    expect(outcome.error).toMatchObject({ code: "connection_lost", sent: true });
    expect(socket.of("mark_read")).toHaveLength(0);
    expect(client.stats.pending).toBe(0);
  });

  it("gives up when its time is over, and its late answer is nobody's", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    const outcome = begin(client, "mark_read", {}, { timeoutMs: 500 });
    await settle();
    const { id } = socket.last("mark_read");
    await world.advance(499);
    expect(outcome).toEqual({});
    await world.advance(1);
    expect(outcome.error).toMatchObject({ code: "timeout", sent: true });
    socket.say({ type: "ack", id, result: 1 });
    await settle();
    expect(outcome.result).toBeUndefined();
    expect(client.stats.pending).toBe(0);
  });

  it("can be given up by its caller", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const abort = new AbortController();
    const outcome = begin(client, "mark_read", {}, { signal: abort.signal });
    await settle();
    abort.abort(new Error("never mind"));
    await settle();
    expect(String(outcome.error)).toBe("Error: never mind");
    expect(client.stats.pending).toBe(0);
    const early = begin(client, "mark_read", {}, { signal: abort.signal });
    await settle();
    expect(String(early.error)).toBe("Error: never mind");
    expect(world.socket.of("mark_read")).toHaveLength(1);
  });

  it("given up in the moment of its answer counts once", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    const abort = new AbortController();
    begin(client, "mark_read", {}, { signal: abort.signal });
    await settle();
    socket.say({ type: "ack", id: socket.last("mark_read").id, result: 1 });
    abort.abort();
    await settle();
    expect(client.stats.pending).toBe(0);
  });

  it("leaves no timer and no listener behind", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    await world.advance(6_000);
    const timers = world.timerCount;
    const { signal } = new AbortController();
    begin(client, "mark_read", {}, { signal });
    await settle();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    socket.say({ type: "ack", id: socket.last("mark_read").id, result: 1 });
    await settle();
    expect(world.timerCount).toBe(timers);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("is refused when a thousand wait already", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    for (let n = 0; n < 1_000; n += 1) begin(client, "echo", { message: n });
    const outcome = begin(client, "echo", { message: "one more" });
    await settle();
    expect(outcome.error).toMatchObject({ code: "outbox_full" });
    expect(socket.of("echo")).toHaveLength(1_000);
  });

  it.each([
    ["", {}, {}, "verb"],
    ["mark_read", { id: 5 }, {}, "`id`"],
    ["mark_read", { type: "x" }, {}, "`type`"],
    ["mark_read", {}, { timeoutMs: 0 }, "timeoutMs"],
    ["mark_read", {}, { idempotencyKey: "" }, "idempotencyKey"],
    ["echo", { message: "x".repeat(70_000) }, {}, "bytes"],
  ])(
    "with bad input is refused before anything is sent: %s %j",
    async (verb, params, options, message) => {
      const world = new World();
      const client = world.client();
      await world.open(client);
      const sent = world.socket.sent.length;
      await expect(client.call(verb, params, options)).rejects.toThrow(message);
      expect(world.socket.sent).toHaveLength(sent);
    },
  );
});

describe("the outbox", () => {
  it("keeps calls with a key until there is a connection, and sends them in order", async () => {
    const world = new World();
    const client = world.client();
    const outcomes = ["a", "b", "c"].map((key) =>
      begin(client, "bid", { key_: key }, { idempotencyKey: key }),
    );
    await settle();
    expect(client.stats.outbox).toBe(3);
    const socket = await world.open(client);
    for (const key of ["a", "b", "c"]) {
      await settle();
      // One after another: what has to be tried again is not overtaken.
      const last = socket.last("bid");
      expect(last).toMatchObject({ key, key_: key });
      socket.say({ type: "ack", id: last.id, result: key });
    }
    await settle();
    expect(outcomes).toEqual([{ result: "a" }, { result: "b" }, { result: "c" }]);
    expect(socket.of("bid")).toHaveLength(3);
    expect(client.stats.outbox).toBe(0);
  });

  it("sends a call again under its key when the answer was lost", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const first = begin(client, "bid", { amount: 5 }, { idempotencyKey: "k" });
    const second = begin(client, "bid", { amount: 6 }, { idempotencyKey: "l" });
    await settle();
    const before = world.socket.last("bid");
    const socket = await again(world);
    const after = socket.last("bid");
    expect({ ...after, id: 0 }).toEqual({ ...before, id: 0 });
    expect(socket.of("bid")).toHaveLength(1);
    socket.say({ type: "ack", id: after.id, result: 1 });
    await settle();
    socket.say({ type: "ack", id: socket.last("bid").id, result: 2 });
    await settle();
    expect([first, second]).toEqual([{ result: 1 }, { result: 2 }]);
  });

  it("tries again what may succeed later, and nothing passes it", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    const first = begin(client, "bid", {}, { idempotencyKey: "a" });
    begin(client, "bid", {}, { idempotencyKey: "b" });
    await settle();
    const later = { retry: true, retry_after_ms: 2_000 };
    socket.say(refusal(socket.last("bid").id, "rate_limited", later));
    await world.advance(1_000);
    begin(client, "bid", {}, { idempotencyKey: "c" });
    await world.advance(999);
    expect(socket.of("bid")).toHaveLength(1);
    await world.advance(1);
    expect(socket.last("bid").key).toBe("a");
    socket.say(refusal(socket.last("bid").id, "unknown_outcome", { retry: true }));
    await world.advance(500);
    expect(socket.of("bid").map(({ key }) => key)).toEqual(["a", "a", "a"]);
    socket.say(refusal(socket.last("bid").id, "too_low"));
    await settle();
    expect(first.error).toMatchObject({ code: "too_low" });
    expect(socket.last("bid").key).toBe("b");
  });

  it("sends one key once: the same call shares its answer, another one is refused", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    const first = begin(client, "bid", { amount: 5 }, { idempotencyKey: "k" });
    const double = begin(client, "bid", { amount: 5 }, { idempotencyKey: "k" });
    const other = begin(client, "bid", { amount: 6 }, { idempotencyKey: "k" });
    await settle();
    expect(other.error).toMatchObject({ code: "key_reused" });
    socket.say({ type: "ack", id: socket.last("bid").id, result: "won" });
    await settle();
    expect([first, double]).toEqual([{ result: "won" }, { result: "won" }]);
    expect(socket.of("bid")).toHaveLength(1);
  });

  it("goes on with a call that one of its two callers gave up", async () => {
    const world = new World();
    const client = world.client();
    const abort = new AbortController();
    const options = { idempotencyKey: "k" };
    begin(client, "bid", {}, { ...options, signal: abort.signal });
    const other = begin(client, "bid", {}, options);
    await settle();
    abort.abort();
    await settle();
    const socket = await world.open(client);
    socket.say({ type: "ack", id: socket.last("bid").id, result: "won" });
    await settle();
    expect(other.result).toBe("won");
  });

  it("is bounded in calls and in bytes", async () => {
    const world = new World();
    const client = world.client();
    for (let n = 0; n < 100; n += 1) begin(client, "bid", {}, { idempotencyKey: `k${n}` });
    const outcome = begin(client, "bid", {}, { idempotencyKey: "one more" });
    await settle();
    expect(outcome.error).toMatchObject({ code: "outbox_full" });
    const large = new World().client();
    const message = "x".repeat(60_000);
    for (let n = 0; n < 4; n += 1) begin(large, "echo", { message }, { idempotencyKey: `k${n}` });
    const fifth = begin(large, "echo", { message }, { idempotencyKey: "k5" });
    await settle();
    expect(fifth.error).toMatchObject({ code: "outbox_full" });
    expect(large.stats.outbox).toBe(4);
  });

  it("has room again when calls are done", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    const message = "x".repeat(60_000);
    for (let n = 0; n < 12; n += 1) {
      const outcome = begin(client, "echo", { message }, { idempotencyKey: `k${n}` });
      await settle();
      socket.say({ type: "ack", id: socket.last("echo").id, result: n });
      await settle();
      expect(outcome.result).toBe(n);
    }
  });

  it("lets go of what waited too long, and does not send it later", async () => {
    const world = new World();
    const client = world.client();
    const outcome = begin(client, "bid", {}, { idempotencyKey: "k" });
    const next = begin(client, "bid", {}, { idempotencyKey: "l", timeoutMs: 600_000 });
    await world.advance(60_000);
    expect(outcome.error).toMatchObject({ code: "timeout", sent: false });
    const socket = await world.open(client);
    expect(socket.of("bid").map(({ key }) => key)).toEqual(["l"]);
    socket.say({ type: "ack", id: socket.last("bid").id, result: 1 });
    await settle();
    expect(next.result).toBe(1);
  });

  it("goes on behind a call that was given up while it was under way", async () => {
    const world = new World();
    const client = world.client();
    const socket = await world.open(client);
    const abort = new AbortController();
    begin(client, "bid", {}, { idempotencyKey: "a", signal: abort.signal });
    begin(client, "bid", {}, { idempotencyKey: "b" });
    await settle();
    abort.abort();
    await settle();
    expect(socket.of("bid").map(({ key }) => key)).toEqual(["a", "b"]);
  });

  it("is emptied when another user signs in: nothing is done in their name", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    world.socket.end();
    const outcome = begin(client, "bid", {}, { idempotencyKey: "k" });
    await settle();
    await world.advance(250);
    const socket = await world.accept();
    world.acknowledge("bob");
    await settle();
    expect(outcome.error).toMatchObject({ code: "user_changed", sent: false });
    expect(socket.of("bid")).toHaveLength(0);
  });

  it("is emptied when the connection ends for good", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const outcome = begin(client, "bid", {}, { idempotencyKey: "k" });
    await settle();
    world.socket.end(4013);
    await settle();
    expect(outcome.error).toMatchObject({ code: "closed", sent: true });
    expect(client.stats.outbox).toBe(0);
  });
});
