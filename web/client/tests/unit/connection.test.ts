import { describe, expect, it, vi } from "vitest";
import type { Status } from "../../src/index.js";
import { settle, World } from "../support/world.js";

describe("opening", () => {
  it("is done when `connect` is acknowledged, not before", async () => {
    const world = new World();
    const client = world.client();
    expect(client.status.state).toBe("idle");
    client.connect();
    expect(client.status.state).toBe("connecting");
    const socket = await world.accept();
    expect(socket.url).toBe("ws://server.test/ws");
    expect(socket.protocols).toEqual(["openbell.v1"]);
    socket.say({ type: "connection_established", server_time: world.wall + 60_000 });
    expect(client.status.state).toBe("connecting");
    expect(client.now()).toBe(world.wall + 60_000);
    world.acknowledge();
    expect(client.status).toMatchObject({ state: "open", userId: "ann" });
  });

  it("takes a path below the base and TLS", async () => {
    const world = new World();
    world.client({ baseUrl: "https://server.test/market/", path: "/ws/test/" }).connect();
    await settle();
    expect(world.socket.url).toBe("wss://server.test/market/ws/test/");
  });

  it("happens once, however often it is asked for", async () => {
    const world = new World();
    const client = world.client();
    client.connect();
    client.connect();
    await settle();
    expect(world.sockets).toHaveLength(1);
  });

  it("is given up when the server does not answer, and tried again", async () => {
    const world = new World();
    const client = world.client();
    client.connect();
    await world.accept();
    await world.advance(20_000);
    expect(world.sockets[0]?.closedWith).toBe(1000);
    expect(client.status.state).toBe("waiting");
    await world.advance(125);
    expect(world.sockets).toHaveLength(2);
  });

  it("goes on after a refusal that says when", async () => {
    const world = new World();
    const client = world.client();
    client.connect();
    const socket = await world.accept();
    const { id } = socket.last("connect");
    socket.say({ type: "error", id, code: "rate_limited", status: 429, retry_after_ms: 4_000 });
    await world.advance(4_000);
    expect(world.sockets).toHaveLength(1);
    await world.advance(250);
    expect(world.sockets).toHaveLength(2);
  });
});

describe("coming back", () => {
  it("waits longer and longer, a part of the bound that chance decides", async () => {
    const world = new World();
    const client = world.client();
    client.connect();
    const waits: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      await settle();
      world.socket.end(1006);
      waits.push((client.status.retryAtMs ?? 0) - world.wall);
      await world.advance(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it("begins with short pauses again after a connection that lasted, not after any", async () => {
    const world = new World();
    const client = world.client();
    client.connect();
    for (let n = 0; n < 4; n += 1) {
      await settle();
      world.socket.end();
      await world.advance(20_000);
    }
    await world.accept();
    world.acknowledge();
    await world.advance(4_000);
    world.socket.end();
    expect(client.status.attempt).toBe(5);
    await world.advance(20_000);
    await world.accept();
    world.acknowledge();
    await world.advance(5_000);
    world.socket.end();
    expect(client.status.attempt).toBe(1);
  });

  it.each([4003, 4004, 4008, 4009, 4010, 4013, 4014])("does not happen after %i", async (code) => {
    const world = new World();
    const client = world.client({ auth: { getToken: () => "t" } });
    await world.open(client);
    world.socket.end(code);
    await world.advance(600_000);
    expect(world.sockets).toHaveLength(1);
    expect(client.status).toMatchObject({ state: "closed", reason: { code } });
    expect(client.status.reason?.reason).not.toBe("");
    world.wake();
    await world.advance(1_000);
    expect(world.sockets).toHaveLength(1);
    client.connect();
    await settle();
    expect(world.sockets).toHaveLength(2);
  });

  it.each([4200, 4201, 4203, 4204])("is at once after %i, but once", async (code) => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    world.socket.end(code);
    await world.advance(0);
    expect(world.sockets).toHaveLength(2);
    await world.accept();
    world.acknowledge();
    world.socket.end(code);
    await world.advance(0);
    expect(world.sockets).toHaveLength(2);
    await world.advance(250);
    expect(world.sockets).toHaveLength(3);
  });

  it("obeys a server that goes down: as told, and spread", async () => {
    const world = new World();
    world.chance = 0.8;
    const client = world.client();
    await world.open(client);
    world.socket.say({ type: "reconnect", after_ms: 3_000, reason: "draining" });
    expect(client.status.state).toBe("open");
    await world.advance(1_000);
    world.socket.end(4200);
    expect((client.status.retryAtMs ?? 0) - world.wall).toBe(2_000 + 400);
    world.wake();
    await world.advance(2_399);
    expect(world.sockets).toHaveLength(1);
    await world.advance(1);
    expect(world.sockets).toHaveLength(2);
    // Told once, obeyed once.
    world.socket.end(1006);
    world.wake();
    await settle();
    expect(world.sockets).toHaveLength(3);
  });

  it("is at once when the network is back or the page is seen, and by hand", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    for (let n = 0; n < 6; n += 1) {
      world.socket.end();
      world.wake();
      await settle();
    }
    expect(world.sockets).toHaveLength(7);
    world.socket.end();
    client.reconnectNow();
    await settle();
    expect(world.sockets).toHaveLength(8);
    expect(client.status.attempt).toBe(0);
  });

  it("can be switched off", async () => {
    const world = new World();
    const client = world.client({ reconnect: false });
    await world.open(client);
    world.socket.end(4200);
    await world.advance(60_000);
    expect(client.status.state).toBe("closed");
    expect(world.sockets).toHaveLength(1);
  });

  it("ends with close(), which leaves no timer and no listener behind", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    client.close();
    expect(world.socket.closedWith).toBe(1000);
    expect(client.status).toMatchObject({ state: "closed", reason: { code: 1000 } });
    expect(world.timerCount).toBe(0);
    expect(world.listensForWaking).toBe(false);
    // A socket that was let go has no say.
    world.socket.end(4200);
    world.socket.say({ type: "reconnect", after_ms: 1 });
    await world.advance(60_000);
    expect(world.sockets).toHaveLength(1);
  });

  it("during the wait for a token is not confused by the answer of before", async () => {
    const world = new World();
    const tokens: ((token: string) => void)[] = [];
    const getToken = () => new Promise<string>((resolve) => tokens.push(resolve));
    const client = world.client({ auth: { getToken } });
    client.connect();
    await settle();
    client.reconnectNow();
    await settle();
    tokens[0]?.("old");
    tokens[1]?.("new");
    const socket = await world.accept();
    expect(world.sockets).toHaveLength(1);
    expect(socket.last("connect").token).toBe("new");
  });
});

describe("life", () => {
  it("is asked for after a silence, and a dead line is dropped without waiting for it", async () => {
    const world = new World();
    const client = world.client({ heartbeatMs: 25_000 });
    await world.open(client);
    await world.advance(2_000);
    const pings = world.socket.of("ping").length;
    world.socket.say({ type: "pong", id: "ping-1", ts: world.wall });
    await world.advance(24_999);
    expect(world.socket.of("ping")).toHaveLength(pings);
    await world.advance(1);
    expect(world.socket.of("ping")).toHaveLength(pings + 1);
    await world.advance(9_999);
    expect(client.status.state).toBe("open");
    await world.advance(1);
    expect(client.status).toMatchObject({ state: "waiting", reason: { code: 1006 } });
    expect(world.socket.closedWith).toBe(1000);
  });

  it("is any frame", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    for (let n = 0; n < 20; n += 1) {
      await world.advance(20_000);
      world.socket.say({ type: "whatever" });
    }
    expect(client.status.state).toBe("open");
    expect(world.sockets).toHaveLength(1);
  });

  it("is not denied to a line that was never asked because the machine slept", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    await world.advance(2_000);
    world.socket.say({ type: "whatever" });
    world.sleep(3_600_000);
    await world.advance(0);
    expect(client.status.state).toBe("open");
    world.socket.say({ type: "pong", id: world.socket.last("ping").id, ts: world.wall });
    await world.advance(10_000);
    expect(client.status.state).toBe("open");
  });

  it("is doubted on waking: three seconds without an answer are enough", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    await world.advance(2_000);
    world.socket.say({ type: "whatever" });
    world.wake();
    await world.advance(2_999);
    expect(client.status.state).toBe("open");
    await world.advance(1);
    expect(client.status.state).toBe("waiting");
  });

  it("measures the clock with several pings at the start and one a minute", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    await world.advance(2_000);
    const pings = world.socket.of("ping");
    expect(pings.map(({ t0 }) => Number(t0) - Number(pings[0]?.t0))).toEqual([
      0, 250, 500, 750, 1_000,
    ]);
    const [first, second] = pings;
    world.socket.say({ type: "pong", id: second?.id, ts: world.wall + 9_000 });
    expect(client.stats.clockOffsetMs).toBe(9_000 + 1_750 / 2);
    world.socket.say({ type: "pong", id: second?.id, ts: 1 }, { type: "pong", id: "x", ts: 1 });
    world.socket.say({ type: "pong", id: first?.id, ts: world.wall - 7_000 });
    expect(client.stats.roundTripMs).toBe(1_750);
    expect(client.stats.clockOffsetMs).toBe(9_000 + 1_750 / 2);
    for (let n = 0; n < 6; n += 1) {
      await world.advance(10_000);
      world.socket.say({ type: "whatever" });
    }
    expect(world.socket.of("ping").length).toBe(6);
  });
});

describe("status and frames", () => {
  it("tells each change once, in order, until one listens no more", async () => {
    const world = new World();
    const client = world.client();
    const heard: Status[] = [];
    const stop = client.onStatus((status) => heard.push(status));
    await world.open(client);
    world.socket.end();
    await world.advance(125);
    expect(heard.map(({ state }) => state)).toEqual([
      "connecting",
      "open",
      "waiting",
      "connecting",
    ]);
    expect(heard.at(-1)).toBe(client.status);
    stop();
    client.close();
    expect(heard).toHaveLength(4);
  });

  it("survives listeners that throw, and reports them", async () => {
    const world = new World();
    const client = world.client();
    client.onStatus(() => {
      throw new Error("mine");
    });
    const second = vi.fn();
    client.onStatus(second);
    await world.open(client);
    expect(second).toHaveBeenCalledTimes(2);
    expect(world.reported.map(String)).toEqual(["Error: mine", "Error: mine"]);
  });

  it("survives a listener that closes the connection as it opens", async () => {
    const world = new World();
    const client = world.client();
    client.subscribe("property:1", { event: () => undefined });
    client.onStatus(({ state }) => {
      if (state === "open") client.close();
    });
    await world.open(client);
    expect(client.status.state).toBe("closed");
    expect(world.timerCount).toBe(0);
  });

  it("passes over what is no frame", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    for (const data of ["{", "7", "null", "[]", '{"type":7}', new ArrayBuffer(2)]) {
      world.socket.raw(data);
    }
    expect(client.stats.malformed).toBe(6);
    expect(client.status.state).toBe("open");
  });
});

describe("bad input", () => {
  it.each([
    [{ baseUrl: "not an address" }, "no address"],
    [{ baseUrl: "ftp://server.test" }, "http://"],
    [{ baseUrl: "http://a:b@server.test" }, "no user"],
    [{ heartbeatMs: 5 }, "heartbeatMs"],
    [{ path: "ws" }, "slash"],
    [{ reconnect: { minMs: 0 } }, "minMs"],
    [{ reconnect: { minMs: 10, maxMs: 5 } }, "maxMs"],
    [{ auth: { getToken: () => "a", getTicket: () => "b" } }, "not both"],
  ])("is refused: %j", (options, message) => {
    expect(() => new World().client(options)).toThrow(message);
  });
});
