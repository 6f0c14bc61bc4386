// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const user = { id: "u1", email: "a@b.c", name: "A", roles: ["user"], tenant_id: "t1" };

interface Asked {
  method: string;
  path: string;
  csrf: string | undefined;
}

/** A server of a few lines: each request is told, and answered by the next that is given. */
function server(answers: [status: number, body?: unknown][]): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    const { pathname } = new URL(input);
    asked.push({ method: init.method ?? "GET", path: pathname, csrf: headers["X-CSRF-Token"] });
    const [status, body] = answers.shift() ?? [500];
    const text = body === undefined ? null : JSON.stringify(body);
    return new Response(text, { status, headers: { "content-type": "application/json" } });
  });
  return asked;
}

class SilentSocket {
  readyState = 0;
  close() {}
  send() {}
}

const load = () => import("../src/lib/session");

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("WebSocket", SilentSocket);
  localStorage.clear();
});
afterEach(() => vi.unstubAllGlobals());

describe("the session", () => {
  test("is not asked for where nobody ever signed in", async () => {
    const asked = server([]);
    const { knownSession } = await load();
    expect(await knownSession()).toEqual({ status: "guest", ended: false });
    expect(asked).toEqual([]);
  });

  test("is asked for once, whoever wants to know", async () => {
    localStorage.setItem("openbell.session", "1");
    const asked = server([[200, { user, csrf_token: "one" }]]);
    const { knownSession } = await load();
    const [first, second] = await Promise.all([knownSession(), knownSession()]);
    expect(first).toMatchObject({ status: "user", user });
    expect(second).toBe(first);
    expect(asked.length).toBe(1);
  });

  test("changes carry its token, and go again with the newer one of another tab", async () => {
    const asked = server([
      [200, { user, csrf_token: "one" }],
      [403, { code: "csrf_missing", status: 403 }],
      [200, { user, csrf_token: "two" }],
      [200, { id: "w1" }],
    ]);
    const { client, signIn } = await load();
    await signIn({ email: "a@b.c", password: "x" });
    const made = await client.api.post("/api/v1/watchlist", { body: { property_id: "p1" } });
    expect(made).toEqual({ id: "w1" });
    expect(asked.map(({ method, csrf }) => `${method} ${csrf}`)).toEqual([
      "POST undefined",
      "POST one",
      "GET undefined",
      "POST two",
    ]);
  });

  test("that has ended says so, and the next visit does not ask", async () => {
    server([
      [200, { user, csrf_token: "one" }],
      [401, { code: "unauthorized", status: 401 }],
    ]);
    const { client, currentSession, signIn } = await load();
    await signIn({ email: "a@b.c", password: "x" });
    await expect(client.api.get("/api/v1/alerts")).rejects.toThrow();
    expect(currentSession()).toEqual({ status: "guest", ended: true });
    expect(localStorage.getItem("openbell.session")).toBeNull();
  });

  test("a wrong password leaves one a guest", async () => {
    server([[401, { code: "invalid_credentials", status: 401 }]]);
    const { currentSession, signIn } = await load();
    await expect(signIn({ email: "a@b.c", password: "x" })).rejects.toThrow();
    expect(currentSession().status).not.toBe("user");
  });

  test("may be unknown without the server, which is asked when it is back", async () => {
    localStorage.setItem("openbell.session", "1");
    const asked = server([[503], [401, { code: "unauthorized", status: 401 }]]);
    const { client, currentSession, knownSession } = await load();
    expect(await knownSession()).toEqual({ status: "offline" });
    expect(client.status.state).toBe("connecting");
    expect(await knownSession()).toEqual({ status: "offline" });
    expect(asked.length).toBe(1);
    vi.spyOn(client, "status", "get").mockReturnValue({ ...client.status, state: "open" });
    expect(await knownSession()).toEqual({ status: "guest", ended: true });
    expect(currentSession().status).toBe("guest");
  });

  test("does not hide what else is wrong with the server's answer", async () => {
    localStorage.setItem("openbell.session", "1");
    server([[400, { code: "bad_request", status: 400 }]]);
    const { knownSession } = await load();
    await expect(knownSession()).rejects.toThrow();
  });
});
