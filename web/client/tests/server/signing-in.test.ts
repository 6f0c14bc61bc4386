import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient, type Frame, type Status } from "../../src/index.js";
import { connected, Inbox, NodeSocket, signIn } from "../support/people.js";
import { Server, USER } from "../support/server.js";

let server: Server;
const open: Client[] = [];

beforeAll(async () => {
  // A minute is the shortest life, so that a socket is told at once that its token ends.
  server = await Server.start({ OPENBELL_ACCESS_TOKEN_MINUTES: "1" });
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => server?.remove());

function kept(client: Client): Client {
  open.push(client);
  return client;
}

function ended(client: Client): Promise<Status> {
  const statuses = new Inbox<Status>();
  client.onStatus(statuses.put);
  return statuses.find(({ state }) => state === "closed");
}

describe("a ticket", () => {
  it("opens a socket, and a fresh one the next", async () => {
    const { client: rest, user } = await signIn(server, USER);
    const tickets: string[] = [];
    const getTicket = async () => {
      const { ticket } = await rest.api.post("/api/v1/ws-ticket");
      tickets.push(ticket);
      return ticket;
    };
    const client = kept(
      createClient({ baseUrl: server.url, WebSocket: NodeSocket, auth: { getTicket } }),
    );
    await connected(client);
    expect(client.status.userId).toBe(user.id);
    client.reconnectNow();
    await connected(client);
    expect(client.status.userId).toBe(user.id);
    expect(new Set(tickets).size).toBe(2);
  });

  it("that was used is refused, and one fresh one is tried", async () => {
    const { client: rest } = await signIn(server, USER);
    const { ticket } = await rest.api.post("/api/v1/ws-ticket");
    let asked = 0;
    const getTicket = () => {
      asked += 1;
      return ticket;
    };
    const options = { baseUrl: server.url, WebSocket: NodeSocket, auth: { getTicket } };
    const client = kept(createClient(options));
    await connected(client);
    const end = ended(client);
    client.reconnectNow();
    expect((await end).reason).toMatchObject({ code: 4001 });
    expect(asked).toBe(3);
  });
});

describe("a token", () => {
  it("that is not good is told by 4001, and not tried for ever", async () => {
    const options = { baseUrl: server.url, WebSocket: NodeSocket };
    const client = kept(createClient({ ...options, auth: { getToken: () => "not.a.token" } }));
    const end = ended(client);
    client.connect();
    expect((await end).reason).toMatchObject({ code: 4001 });
    expect(client.stats.connects).toBe(0);
  });

  it("that ends soon is renewed on the live socket", async () => {
    const { client, tokens } = await signIn(server, USER);
    kept(client);
    const first = tokens.refresh;
    const frames = new Inbox<Frame>();
    client.onFrame(frames.put);
    await connected(client);
    const { id } = await frames.find(({ type }) => type === "auth");
    const answer = await frames.find((frame) => frame.type !== "auth" && frame.id === id);
    expect(answer).toMatchObject({ type: "ack", result: { user_id: client.status.userId } });
    expect(tokens.refresh).not.toBe(first);
    expect(client.stats.connects).toBe(1);
    expect(JSON.stringify(frames.all)).not.toContain(tokens.access);
  });

  it("is asked anew when roles change, and everything goes on", async () => {
    const { client } = await signIn(server, USER);
    kept(client);
    await connected(client);
    const statuses = new Inbox<Status>();
    client.onStatus(statuses.put);
    server.command(["user", "role", USER, "--add", "agent"], "");
    expect((await statuses.find(({ state }) => state === "waiting")).reason).toMatchObject({
      code: 4204,
    });
    await statuses.find(({ state }) => state === "open");
    expect(statuses.all.map(({ state }) => state)).toEqual(["waiting", "connecting", "open"]);
  });

  it("whose session has ended leads to the end, since it cannot be renewed", async () => {
    const { client } = await signIn(server, USER);
    kept(client);
    await connected(client);
    const end = ended(client);
    await client.api.post("/api/v1/auth/logout", { body: {} });
    expect((await end).reason).toMatchObject({ code: 4001 });
  });
});

describe("the laboratory", () => {
  it("echoes, answers pings and says who one is", async () => {
    const { client, user } = await signIn(server, USER, { path: "/ws/test/" });
    kept(client);
    await connected(client);
    const message = { text: "<script>", numbers: [1, 2.5, null] };
    expect(await client.call("echo", { message })).toMatchObject({ type: "echo", message });
    expect(await client.call("ping", { t0: 17 })).toMatchObject({ type: "pong", t0: 17 });
    expect(await client.call("auth_test")).toMatchObject({
      authenticated: true,
      user_id: user.id,
    });
    await expect(client.call("nonsense")).rejects.toMatchObject({ code: "unknown_type" });
    expect(Math.abs(client.now() - Date.now())).toBeLessThan(1_000);
    expect(client.stats.roundTripMs).toBeLessThan(1_000);
  });

  it("lets guests in", async () => {
    const options = { baseUrl: server.url, path: "/ws/test", WebSocket: NodeSocket };
    const client = kept(createClient(options));
    await connected(client);
    expect(await client.call("auth_test")).toMatchObject({
      authenticated: false,
      reason: "no_token",
    });
  });

  it("has no neighbour at an unknown path", async () => {
    const options = { baseUrl: server.url, path: "/ws/nowhere", WebSocket: NodeSocket };
    const client = kept(createClient(options));
    const end = ended(client);
    client.connect();
    expect((await end).reason).toMatchObject({ code: 4004 });
  });
});

describe("REST", () => {
  it("renews a token that was refused, and says what is wrong by a code", async () => {
    const { client, tokens } = await signIn(server, USER);
    tokens.access = "not.a.token";
    const me = await client.api.get("/api/v1/auth/me");
    expect(me.email).toBe(USER);
    const body = { street: "1 Main St", city: "Reno", state: "NV" };
    const refused = client.api.post("/api/v1/properties", { body });
    await expect(refused).rejects.toMatchObject({ status: 403, code: "forbidden" });
    const wrong = client.api.get("/api/v1/properties", { query: { limit: 5_000 } });
    await expect(wrong).rejects.toMatchObject({ name: "ApiError", retry: false });
  });
});
