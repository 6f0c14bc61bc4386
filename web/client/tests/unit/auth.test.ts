import { describe, expect, it, vi } from "vitest";
import { ApiError, type Auth, type Client } from "../../src/index.js";
import { settle, World } from "../support/world.js";

const SECRET = "eyJhbGciOi.secret.token";

/** An application whose tokens have numbers. */
function tokens(onExpired: Auth["onExpired"] = () => undefined) {
  let number = 0;
  const getToken = vi.fn(() => {
    number += 1;
    return `token-${number}`;
  });
  return { getToken, onExpired: vi.fn(onExpired) };
}

describe("a token", () => {
  it("goes in the first frame, with the topics", async () => {
    const world = new World();
    const client = world.client({ auth: tokens() });
    client.subscribe("property:1", { event: () => undefined });
    client.connect();
    const socket = await world.accept();
    expect(socket.url).not.toContain("token");
    expect(socket.sent).toEqual([
      { type: "connect", id: expect.any(Number), token: "token-1", resume: { "property:1": null } },
    ]);
  });

  it("that runs out soon is renewed on the live socket", async () => {
    const world = new World();
    const auth = tokens();
    const client = world.client({ auth });
    await world.open(client);
    world.socket.say({ type: "auth_expiring", expires_at: world.wall + 60_000 });
    await settle();
    expect(auth.onExpired).toHaveBeenCalledTimes(1);
    expect(world.socket.last("auth")).toMatchObject({ token: "token-2" });
    expect(client.status.state).toBe("open");
  });

  it("that ran out is renewed, and the connection comes back at once", async () => {
    const world = new World();
    const auth = tokens();
    const client = world.client({ auth });
    await world.open(client);
    world.socket.end(4202);
    await world.advance(0);
    expect(auth.onExpired).toHaveBeenCalledTimes(1);
    expect(world.sockets).toHaveLength(2);
    const socket = await world.accept();
    expect(socket.last("connect").token).toBe("token-2");
  });

  it("that is refused is renewed once; a second refusal is final", async () => {
    const world = new World();
    const auth = tokens();
    const client = world.client({ auth });
    client.connect();
    const socket = await world.accept();
    // The error comes before the close; it is one refusal.
    const { id } = socket.last("connect");
    socket.say({ type: "error", id, code: "unauthorized", status: 401, message: "", retry: false });
    socket.end(4001);
    await world.advance(0);
    expect(world.sockets).toHaveLength(2);
    await world.accept();
    world.socket.end(4001);
    await world.advance(600_000);
    expect(world.sockets).toHaveLength(2);
    expect(auth.onExpired).toHaveBeenCalledTimes(1);
    expect(client.status).toMatchObject({ state: "closed", reason: { code: 4001 } });
  });

  it("is renewed again for a refusal after a connection that was good", async () => {
    const world = new World();
    const auth = tokens();
    const client = world.client({ auth });
    for (let n = 0; n < 3; n += 1) {
      if (n === 0) client.connect();
      await world.accept();
      world.acknowledge();
      await world.advance(6_000);
      world.socket.end(4001);
      await world.advance(0);
    }
    expect(world.sockets).toHaveLength(4);
    expect(auth.onExpired).toHaveBeenCalledTimes(3);
  });

  it("that cannot be renewed ends it: the application says so by false", async () => {
    const world = new World();
    const client = world.client({ auth: tokens(() => false) });
    await world.open(client);
    world.socket.end(4204);
    await world.advance(0);
    await world.accept();
    world.socket.end(4001);
    await world.advance(600_000);
    expect(client.status).toMatchObject({ state: "closed", reason: { code: 4001 } });
    expect(world.sockets).toHaveLength(2);
  });

  it("that could not be asked for is asked for again later", async () => {
    const world = new World();
    let fails = true;
    const getToken = () => {
      if (fails) throw new TypeError(`offline with ${SECRET}`);
      return "fresh";
    };
    const client = world.client({ auth: { getToken } });
    client.connect();
    await settle();
    expect(client.status).toMatchObject({ state: "waiting", reason: { code: 1006 } });
    expect(JSON.stringify(client.status)).not.toContain("secret");
    fails = false;
    await world.advance(250);
    expect((await world.accept()).last("connect").token).toBe("fresh");
  });

  it("whose source says that nobody is signed in ends it", async () => {
    const world = new World();
    const getToken = () => Promise.reject(new ApiError(401, "unauthorized", "sign in"));
    const client = world.client({ auth: { getToken, onExpired: () => false } });
    client.connect();
    await world.advance(600_000);
    expect(client.status).toMatchObject({ state: "closed", reason: { code: 4001 } });
    expect(world.sockets).toHaveLength(0);
  });

  it("whose renewal fails for now does not end it", async () => {
    const world = new World();
    const client = world.client({ auth: tokens(() => Promise.reject(new TypeError("offline"))) });
    await world.open(client);
    world.socket.end(4001);
    await settle();
    expect(client.status.state).toBe("waiting");
    await world.advance(250);
    expect(world.sockets).toHaveLength(2);
  });

  it("is not there for a guest, whose refusal is final", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client, null);
    expect(client.status).not.toHaveProperty("userId");
    world.socket.end(4001);
    await world.advance(60_000);
    expect(client.status.state).toBe("closed");
  });
});

describe("a ticket", () => {
  it("is a fresh one for each socket, in the address", async () => {
    const world = new World();
    let number = 0;
    const getTicket = () => {
      number += 1;
      return `t+${number}`;
    };
    const client = world.client({ auth: { getTicket } });
    client.connect();
    const socket = await world.accept();
    world.acknowledge();
    expect(socket.url).toBe("ws://server.test/ws?ticket=t%2B1");
    expect(socket.last("connect")).not.toHaveProperty("token");
    socket.say({ type: "auth_expiring", expires_at: 1 });
    await settle();
    expect(socket.of("auth")).toHaveLength(0);
    socket.end(4202);
    await world.advance(0);
    expect(world.socket.url).toBe("ws://server.test/ws?ticket=t%2B2");
  });

  it("that was too old or used is replaced once", async () => {
    const world = new World();
    const client = world.client({ auth: { getTicket: () => "t" } });
    client.connect();
    for (let n = 0; n < 2; n += 1) {
      await world.accept();
      world.socket.end(4001);
      await world.advance(0);
    }
    expect(world.sockets).toHaveLength(2);
    expect(client.status.state).toBe("closed");
  });
});

describe("secrets", () => {
  it("are in no status, no statistic, no frame that is shown and no error", async () => {
    const world = new World();
    const shown: unknown[] = [];
    const client: Client = world.client({ auth: { getToken: () => SECRET } });
    client.onFrame((frame, direction) => shown.push(frame, direction));
    client.onStatus((status) => shown.push(status));
    world.fetch = () => Promise.reject(new TypeError(`cannot reach with ${SECRET}`));
    const failed = client.api.get("/api/v1/auth/me").catch((error: Error) => error);
    await world.open(client);
    world.socket.say({ type: "auth_expiring", expires_at: 1 });
    await settle();
    const call = client.call("echo", { message: 1 }).catch((error: Error) => error);
    await settle();
    world.socket.end(4202);
    await world.advance(0);
    for (const error of [await failed, await call]) {
      shown.push(String(error), (error as Error).stack, JSON.stringify(error));
    }
    shown.push(client.stats, client.status, JSON.stringify(client));
    expect(JSON.stringify(shown)).not.toContain("secret");
    expect(JSON.stringify(shown)).toContain('"token":"***"');
    expect(world.socket.url).not.toContain("secret");
  });

  it("in an address that cannot be opened are not in the reason", async () => {
    const world = new World();
    const environment = world.environment as { WebSocket: unknown };
    environment.WebSocket = class {
      constructor(url: string) {
        throw new SyntaxError(`cannot open ${url}`);
      }
    };
    const client = world.client({ auth: { getTicket: () => SECRET } });
    client.connect();
    await settle();
    expect(client.status.state).toBe("waiting");
    expect(JSON.stringify(client.status)).not.toContain("secret");
  });
});
