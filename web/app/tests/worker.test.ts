import { beforeEach, describe, expect, test, vi } from "vitest";
import { workerSource } from "../scripts/boot";

const ORIGIN = "https://bell.example";
const BUILD = { version: "two", entry: "/assets/index-2.js", files: ["/assets/index-2.js"] };

type Listener = (event: unknown) => void;
type Answer = (path: string) => Promise<Response>;

/** Caches of a few lines: names of caches, and in each what was put under which path. */
class Stores {
  readonly all = new Map<string, Map<string, Response>>();

  constructor(private readonly get: Answer) {}

  open = async (name: string) => {
    const kept = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, kept);
    const add = async (request: { path: string } | string) => {
      const path = typeof request === "string" ? request : request.path;
      const response = await this.get(path);
      if (!response.ok) throw new TypeError("not there");
      kept.set(path, response);
    };
    return {
      add,
      addAll: (paths: string[]) => Promise.all(paths.map(add)),
      match: async (path: string) => kept.get(path)?.clone(),
    };
  };
  keys = async () => [...this.all.keys()];
  delete = async (name: string) => this.all.delete(name);
  match = async ({ url }: { url: string }) => {
    const { pathname } = new URL(url);
    return [...this.all.values()].find((kept) => kept.has(pathname))?.get(pathname);
  };
}

/** The worker of a build in a browser of a few lines. */
function worker(answer: Answer) {
  const listeners = new Map<string, Listener>();
  let pages: object[] = [{}];
  const caches = new Stores(answer);
  const scope = {
    location: { origin: ORIGIN },
    clients: { claim: vi.fn(async () => undefined), matchAll: async () => pages },
    skipWaiting: vi.fn(),
    addEventListener: (type: string, listener: Listener) => listeners.set(type, listener),
  };
  const fetch = ({ url }: { url: string }) => answer(new URL(url).pathname);
  class Asked {
    constructor(readonly path: string) {}
  }
  new Function("self", "caches", "fetch", "Request", workerSource(BUILD))(
    scope,
    caches,
    fetch,
    Asked,
  );
  const waited = async (type: string, event: object = {}) => {
    let until: unknown;
    const waitUntil = (promise: unknown) => {
      until = promise;
    };
    listeners.get(type)?.({ waitUntil, ...event });
    await until;
  };
  const ask = (path: string, more: object = {}) => {
    let answered: Promise<Response> | undefined;
    const request = { url: new URL(path, ORIGIN).href, method: "GET", mode: "cors", ...more };
    const respondWith = (promise: Promise<Response>) => {
      answered = promise;
    };
    listeners.get("fetch")?.({ request, respondWith });
    return answered;
  };
  return {
    scope,
    caches,
    waited,
    ask,
    visit: (path: string) => ask(path, { mode: "navigate" }),
    among(many: number) {
      pages = Array.from({ length: many }, () => ({}));
    },
    async running(entry: string) {
      const postMessage = vi.fn();
      await waited("message", { data: { type: "running", entry }, ports: [{ postMessage }] });
      return postMessage.mock.calls[0]?.[0];
    },
  };
}

const text = async (response: Promise<Response> | undefined) => (await response)?.text();
const ok = (path: string) => Promise.resolve(new Response(`new ${path}`));
const away = () => Promise.reject(new TypeError("offline"));

describe("the service worker", () => {
  let answer: Answer = ok;
  let one = worker(ok);
  beforeEach(async () => {
    answer = ok;
    one = worker((path) => answer(path));
    await one.waited("install");
  });

  test("keeps the page and its files, and nothing of versions before", async () => {
    await one.caches.open("openbell-one");
    await one.caches.open("another-app");
    await one.waited("activate");
    expect([...one.caches.all.keys()]).toEqual(["openbell-two", "another-app"]);
    expect([...(one.caches.all.get("openbell-two")?.keys() ?? [])]).toEqual([
      "/index.html",
      "/assets/index-2.js",
    ]);
    expect(one.scope.clients.claim).toHaveBeenCalledOnce();
  });

  test("is not installed with less than everything", async () => {
    const other = worker(async (path) =>
      path.startsWith("/assets/") ? new Response("", { status: 404 }) : ok(path),
    );
    await expect(other.waited("install")).rejects.toThrow();
  });

  test("leaves alone what is the server's, what changes something, and other origins", () => {
    for (const path of ["/api/v1/properties", "/ws", "/ws/x", "/health/live", "/metrics"]) {
      expect(one.ask(path), path).toBeUndefined();
      expect(one.visit(path), path).toBeUndefined();
    }
    expect(one.visit("/wsx")).toBeDefined();
    expect(one.ask("/assets/index-2.js", { method: "POST" })).toBeUndefined();
    expect(one.ask("https://elsewhere.example/assets/a.js")).toBeUndefined();
    expect(one.ask("/manifest.webmanifest")).toBeUndefined();
  });

  test("gives the server's page, and the kept one when there is none", async () => {
    answer = async (path) => new Response(`newer ${path}`);
    expect(await text(one.visit("/alerts"))).toBe("newer /alerts");
    answer = away;
    expect(await text(one.visit("/alerts"))).toBe("new /index.html");
    answer = async () => new Response("bad gateway", { status: 502 });
    expect(await text(one.visit("/alerts"))).toBe("new /index.html");
    answer = async () => new Response("not found", { status: 404 });
    expect(await text(one.visit("/alerts"))).toBe("not found");
  });

  test("does not wait for ever", async () => {
    vi.useFakeTimers();
    try {
      answer = () => new Promise(() => undefined);
      const page = one.visit("/alerts");
      await vi.advanceTimersByTimeAsync(4000);
      expect(await text(page)).toBe("new /index.html");
    } finally {
      vi.useRealTimers();
    }
  });

  test("takes files from the cache first", async () => {
    answer = async (path) => new Response(`newer ${path}`);
    expect(await text(one.ask("/assets/index-2.js"))).toBe("new /assets/index-2.js");
    expect(await text(one.ask("/assets/index-3.js"))).toBe("newer /assets/index-3.js");
  });

  test("is news to the page of another build, and waits until it is told", async () => {
    expect(await one.running("/assets/index-1.js")).toBe(true);
    expect(one.scope.skipWaiting).not.toHaveBeenCalled();
    await one.waited("message", { data: { type: "take-over" } });
    expect(one.scope.skipWaiting).toHaveBeenCalledOnce();
  });

  test("takes over from the only page when that is of its build, and says nothing", async () => {
    one.among(2);
    expect(await one.running(BUILD.entry)).toBe(false);
    expect(one.scope.skipWaiting).not.toHaveBeenCalled();
    one.among(1);
    expect(await one.running(BUILD.entry)).toBe(false);
    expect(one.scope.skipWaiting).toHaveBeenCalledOnce();
  });
});
