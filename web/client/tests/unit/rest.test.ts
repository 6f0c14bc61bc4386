import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { ApiError, type Auth, type Client, type components } from "../../src/index.js";
import { World } from "../support/world.js";

interface Asked {
  url: string;
  method: string | undefined;
  headers: Record<string, string>;
  body: unknown;
}

/** A client whose requests are answered by these, one after another. */
function answering(auth: Auth, ...answers: (Response | (() => Response))[]) {
  const world = new World();
  const asked: Asked[] = [];
  world.fetch = (input, init) => {
    const headers = init?.headers as Record<string, string>;
    asked.push({ url: String(input), method: init?.method, headers, body: init?.body });
    const next = answers.shift();
    if (next === undefined) return Promise.reject(new TypeError("fetch failed"));
    return Promise.resolve(typeof next === "function" ? next() : next);
  };
  return { client: world.client({ auth }), asked };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

const problem = (status: number, code: string, more: object = {}) =>
  json(status, {
    type: `urn:openbell:error:${code}`,
    title: code,
    status,
    code,
    detail: `${code}!`,
    ...more,
  });

describe("REST", () => {
  it("fills paths and queries, and says who asks", async () => {
    const auth = { getToken: () => "tok" };
    const { client, asked } = answering(
      auth,
      json(200, { items: [], next_cursor: null }),
      json(200, {}),
    );
    const query = { limit: 5, q: "a b&c", city: undefined };
    const page = await client.api.get("/api/v1/properties", { query });
    expect(page.items).toEqual([]);
    await client.api.get("/api/v1/properties/{id}", { path: { id: "a/b" } });
    expect(asked[0]).toMatchObject({
      url: "http://server.test/api/v1/properties?limit=5&q=a+b%26c",
      method: "GET",
      headers: { Authorization: "Bearer tok", Accept: "application/json" },
    });
    expect(asked[1]?.url).toBe("http://server.test/api/v1/properties/a%2Fb");
  });

  it("sends bodies, keys, versions and the cookie's companion with changes", async () => {
    const { client, asked } = answering(
      { getCsrfToken: () => "csrf" },
      json(200, {}),
      json(200, {}),
    );
    await client.api.patch("/api/v1/properties/{id}", {
      path: { id: "1" },
      body: { opening_bid: "5.00" },
      idempotencyKey: "k",
      ifMatch: '"7"',
    });
    expect(asked[0]).toMatchObject({
      method: "PATCH",
      body: '{"opening_bid":"5.00"}',
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
        "If-Match": '"7"',
        "X-CSRF-Token": "csrf",
      },
    });
    expect(asked[0]?.headers).not.toHaveProperty("Authorization");
    await client.api.get("/api/v1/auth/me");
    expect(asked[1]?.headers).not.toHaveProperty("X-CSRF-Token");
  });

  it("gives status, version and headers where they are asked for", async () => {
    const { client } = answering(
      {},
      json(201, { id: "1" }, { etag: '"1"' }),
      new Response(null, { status: 204 }),
    );
    const body = { street: "1 Main St", city: "Reno", state: "NV" };
    const answer = await client.api.send("post", "/api/v1/properties", { body });
    expect(answer).toMatchObject({ status: 201, etag: '"1"', data: { id: "1" } });
    expect(
      await client.api.delete("/api/v1/properties/{id}", { path: { id: "1" } }),
    ).toBeUndefined();
  });

  it("turns problems into errors with a stable code", async () => {
    const details = { property_id: "9" };
    const { client } = answering({}, problem(409, "property_exists", { details }));
    const error = await client.api.get("/api/v1/auth/me").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      name: "ApiError",
      status: 409,
      code: "property_exists",
      message: "property_exists!",
      details,
      retry: false,
      problem: { title: "property_exists" },
    });
  });

  it("says when to come again", async () => {
    const { client } = answering(
      {},
      problem(429, "rate_limited", { retry_after_ms: 1_500 }),
      new Response("busy", { status: 503, headers: { "retry-after": "3" } }),
    );
    const ask = () => client.api.get("/api/v1/auth/me").catch((error: unknown) => error);
    expect(await ask()).toMatchObject({ code: "rate_limited", retry: true, retryAfterMs: 1_500 });
    expect(await ask()).toMatchObject({
      code: "unexpected_answer",
      status: 503,
      retryAfterMs: 3_000,
    });
  });

  it("does not take another server's pages for answers", async () => {
    const broken = new Response('{"items": [', { headers: { "content-type": "application/json" } });
    const { client } = answering({}, new Response("<html>", { status: 502 }), broken);
    const ask = () => client.api.get("/api/v1/auth/me").catch((error: unknown) => error);
    expect(await ask()).toMatchObject({ code: "unexpected_answer", status: 502, retry: true });
    expect(await ask()).toMatchObject({ code: "unexpected_answer" });
    expect(await ask()).toMatchObject({ code: "network", status: 0, retry: true });
  });

  it("renews a token that ran out, for all who ask meanwhile at once, and asks again", async () => {
    let token = "old";
    const onExpired = vi.fn(async () => {
      token = "new";
    });
    const { client, asked } = answering(
      { getToken: () => token, onExpired },
      () => problem(401, "token_expired"),
      () => problem(401, "token_expired"),
      json(200, { id: 1 }),
      json(200, { id: 2 }),
    );
    const both = [client.api.get("/api/v1/auth/me"), client.api.get("/api/v1/auth/me")];
    expect(await Promise.all(both)).toHaveLength(2);
    expect(onExpired).toHaveBeenCalledTimes(1);
    expect(asked.map(({ headers }) => headers.Authorization)).toEqual([
      "Bearer old",
      "Bearer old",
      "Bearer new",
      "Bearer new",
    ]);
  });

  it("asks again once only, and not at all when there is no new token", async () => {
    const ask = (client: Client) =>
      client.api.get("/api/v1/auth/me").catch((error: unknown) => error);
    const twice = answering(
      { getToken: () => "t" },
      problem(401, "unauthorized"),
      problem(401, "unauthorized"),
    );
    expect(await ask(twice.client)).toMatchObject({ code: "unauthorized" });
    expect(twice.asked).toHaveLength(2);
    const never = answering(
      { getToken: () => "t", onExpired: () => false },
      problem(401, "unauthorized"),
    );
    expect(await ask(never.client)).toMatchObject({ code: "unauthorized" });
    expect(never.asked).toHaveLength(1);
  });

  it("signs in without asking for a token, which may itself come by REST", async () => {
    const getToken = vi.fn(() => "t");
    const { client, asked } = answering({ getToken }, problem(401, "invalid_credentials"));
    const body = { email: "a@b", password: "p" };
    const sign = client.api.post("/api/v1/auth/login", { body, auth: false });
    await expect(sign).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(getToken).not.toHaveBeenCalled();
    expect(asked).toHaveLength(1);
  });

  it("refuses a path with a hole", async () => {
    const { client, asked } = answering({});
    const wanted = client.api.get("/api/v1/properties/{id}", { path: { id: "" } });
    await expect(wanted).rejects.toThrow("path.id");
    expect(asked).toHaveLength(0);
  });

  it("tells an abort from a failure", async () => {
    const abort = new AbortController();
    abort.abort(new Error("never mind"));
    const { client } = answering({});
    const asked = client.api.get("/api/v1/auth/me", { signal: abort.signal });
    await expect(asked).rejects.toThrow("never mind");
  });

  it("is typed by openapi.json", () => {
    const { api } = new World().client();
    type Me = components["schemas"]["Me"];
    expectTypeOf(api.get<"/api/v1/auth/me">).returns.resolves.toEqualTypeOf<Me>();
    const wrong = () => {
      // @ts-expect-error there is no such path
      void api.get("/api/v1/nothing");
      // @ts-expect-error this path cannot be deleted
      void api.delete("/api/v1/auth/me");
      // @ts-expect-error the id is missing
      void api.get("/api/v1/properties/{id}");
      // @ts-expect-error the body is missing
      void api.post("/api/v1/auth/login");
      // @ts-expect-error a limit is a number
      void api.get("/api/v1/properties", { query: { limit: "many" } });
    };
    expect(wrong).toBeTypeOf("function");
  });
});
