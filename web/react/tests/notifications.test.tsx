// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { useNotifications } from "../src/index.js";
import { during, hook, World } from "./stage.js";

const CH = "user:ann";
const row = (inbox_no: number, more: object = {}) => ({
  id: `n${inbox_no}`,
  inbox_no,
  type: "system.note",
  category: "system",
  priority: "medium",
  title: "Hello",
  body: "",
  created_at: "2026-01-01T00:00:00.000Z",
  ...more,
});

const page = (items: object[], unread: number, version: number, next?: string) => () =>
  Promise.resolve(
    new Response(
      JSON.stringify({
        items,
        unread_count: unread,
        unseen_count: unread,
        version,
        next_cursor: next ?? null,
      }),
      { headers: { "content-type": "application/json" } },
    ),
  );

/** The connection is lost and comes back; the server answers so of the inbox. */
async function back(world: World, answer: object) {
  await during(async () => {
    world.socket.end();
    await world.advance(250);
    await world.accept();
  });
  await during(() => {
    world.socket.say({ type: "subscribed", ch: CH, seq: 10, ep: "e1", ...answer });
    world.acknowledge();
  });
}

/** An inbox with two unread rows. */
async function inbox(world: World, first = page([row(2), row(1)], 2, 5)) {
  const client = world.client();
  world.fetch = first;
  const rendered = hook(client, useNotifications, undefined);
  await during(() => world.open(client));
  await during(() => world.subscribed(CH, 10));
  let seq = 10;
  const say = (...frames: object[]) =>
    during(() => {
      for (const frame of frames) world.socket.say({ ch: CH, seq: ++seq, ...frame });
    });
  const ids = () => rendered.result.current.items.map(({ id }) => id);
  return { client, say, ids, ...rendered };
}

describe("useNotifications", () => {
  it("loads the inbox once it is followed, and keeps it up to date", async () => {
    const world = new World();
    const { result, say, ids } = await inbox(world);
    expect(result.current).toMatchObject({ loaded: true, unread: 2, unseen: 2 });
    await say(
      { type: "new_notification", inbox_no: 3, notification: row(3) },
      { type: "unread_count", unread: 3, unseen: 3, version: 6 },
    );
    expect(ids()).toEqual(["n3", "n2", "n1"]);
    expect(result.current.unread).toBe(3);
    // An older counter does not win.
    await say({ type: "unread_count", unread: 9, unseen: 9, version: 4 });
    expect(result.current.unread).toBe(3);
    const at = "2026-01-02T00:00:00.000Z";
    await say(
      {
        type: "notification_updated",
        id: "n1",
        inbox_no: 1,
        read_at: at,
        seen_at: at,
        dismissed_at: null,
      },
      { type: "notifications_updated", change: "seen", up_to: 2, at },
      { type: "notifications_updated", change: "dismissed", ids: ["n3"], at },
    );
    expect(ids()).toEqual(["n2", "n1"]);
    expect(result.current.items).toMatchObject([{ seen_at: at }, { read_at: at }]);
    await say({ type: "notifications_updated", change: "unread", ids: ["n1"], at });
    expect(result.current.items[1]?.read_at).toBeNull();
  });

  it("does not lose what comes while the list is on its way", async () => {
    const world = new World();
    const client = world.client();
    let answer: (response: Response) => void = () => undefined;
    world.fetch = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const { result } = hook(client, useNotifications, undefined);
    await during(() => world.open(client));
    await during(() => world.subscribed(CH, 10));
    await during(() =>
      world.socket.say({
        ch: CH,
        seq: 11,
        type: "new_notification",
        inbox_no: 2,
        notification: row(2),
      }),
    );
    expect(result.current.loaded).toBe(false);
    const older = await page([row(1)], 1, 5)();
    await during(() => answer(older));
    expect(result.current.items.map(({ id }) => id)).toEqual(["n2", "n1"]);
  });

  it("shows at once what one does, and keeps it when the server agrees", async () => {
    const world = new World();
    const { result, ids } = await inbox(world);
    await during(() => {
      void result.current.markRead(["n1"]);
      void result.current.dismiss(["n2"]);
    });
    expect(ids()).toEqual(["n1"]);
    expect(result.current.items[0]?.read_at).toEqual(expect.any(String));
    expect(result.current.unread).toBe(0);
    const mark = world.socket.last("mark_read");
    expect(mark).toMatchObject({ ids: ["n1"], key: expect.any(String) });
    await during(() => world.socket.say({ type: "ack", id: mark.id, result: {} }));
    const dismiss = world.socket.last("dismiss");
    await during(() => world.socket.say({ type: "ack", id: dismiss.id, result: {} }));
    expect(ids()).toEqual(["n1"]);
    expect(result.current.unread).toBe(0);
  });

  it("takes back what the server refuses, and says so", async () => {
    const world = new World();
    const { result, ids } = await inbox(world);
    let error: unknown;
    await during(() => {
      result.current.dismiss(["n2"]).catch((reason) => {
        error = reason;
      });
    });
    expect(ids()).toEqual(["n1"]);
    const { id } = world.socket.last("dismiss");
    const refusal = {
      type: "error",
      id,
      code: "not_found",
      status: 404,
      message: "",
      retry: false,
    };
    await during(() => world.socket.say(refusal));
    expect(ids()).toEqual(["n2", "n1"]);
    expect(result.current.unread).toBe(2);
    expect(error).toMatchObject({ code: "not_found" });
  });

  it("marks all read up to what is shown, not what comes meanwhile", async () => {
    const world = new World();
    const { result, say } = await inbox(world);
    await during(() => {
      void result.current.markAllRead();
    });
    expect(world.socket.last("mark_all_read").up_to).toBe(2);
    await say({ type: "new_notification", inbox_no: 3, notification: row(3) });
    expect(result.current.items.map(({ read_at }) => Boolean(read_at))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("loads again after a gap, and after a failure when it is back", async () => {
    const world = new World();
    const client = world.client();
    world.fetch = () => Promise.reject(new TypeError("offline"));
    const { result } = hook(client, useNotifications, undefined);
    await during(() => world.open(client));
    await during(() => world.subscribed(CH, 10));
    expect(result.current).toMatchObject({ loaded: false, error: { code: "network" } });
    world.fetch = page([row(1)], 1, 5);
    await back(world, { recovered: true });
    expect(result.current).toMatchObject({ loaded: true, error: undefined, unread: 1 });
    world.fetch = page([row(2), row(1)], 2, 9);
    await back(world, { ep: "e2", recovered: false, snapshot: {} });
    expect(result.current).toMatchObject({ unread: 2 });
  });

  it("follows whoever is signed in, and leaves with its component", async () => {
    const world = new World();
    const { client, result, unmount } = await inbox(world);
    world.fetch = page([], 0, 1);
    await during(async () => {
      world.socket.end();
      await world.advance(250);
      await world.accept();
    });
    await during(() => {
      world.socket.say({ type: "subscribed", ch: CH, seq: 10, ep: "e1", recovered: true });
      world.acknowledge("bob");
    });
    expect(world.socket.last("subscribe").ch).toBe("user:bob");
    await during(() => world.subscribed("user:bob", 1));
    expect(result.current).toMatchObject({ items: [], unread: 0 });
    unmount();
    expect(client.stats.topics).toBe(0);
  });

  it("adds older ones on demand, and lets frames change them", async () => {
    const world = new World();
    const { result, say, ids } = await inbox(world, page([row(9), row(8)], 3, 6, "to-7"));
    expect(result.current).toMatchObject({ hasOlder: true, loadingOlder: false });

    let answer: (response: Response) => void = () => undefined;
    const asked: string[] = [];
    world.fetch = (address: unknown) => {
      asked.push(new URL(String(address)).searchParams.get("cursor") ?? "");
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    await during(() => {
      void result.current.loadOlder();
      void result.current.loadOlder();
    });
    expect(asked).toEqual(["to-7"]);
    expect(result.current.loadingOlder).toBe(true);
    const at = "2026-01-02T00:00:00.000Z";
    await say(
      { type: "new_notification", inbox_no: 10, notification: row(10) },
      { type: "notifications_updated", change: "read", ids: ["n7"], at },
      { type: "notifications_updated", change: "dismissed", ids: ["n6"], at },
    );
    const older = await page([row(7), row(6), row(5)], 3, 6, "to-4")();
    await during(() => answer(older));
    expect(ids()).toEqual(["n10", "n9", "n8", "n7", "n5"]);
    expect(result.current).toMatchObject({ hasOlder: true, loadingOlder: false });
    expect(result.current.items.find(({ id }) => id === "n7")?.read_at).toBe(at);
    await say({ type: "notifications_updated", change: "read", ids: ["n5"], at });
    expect(result.current.items.at(-1)?.read_at).toBe(at);
  });

  it("has as many again after a gap, and says when older ones cannot be had", async () => {
    const world = new World();
    const rows = Array.from({ length: 100 }, (_, i) => row(300 - i));
    const newest = page(rows, 0, 6, "to-200");
    const older = page([row(200)], 0, 6, "to-199");
    const { result, ids } = await inbox(world, newest);
    world.fetch = () => Promise.reject(new TypeError("offline"));
    let error: unknown;
    await during(() => {
      result.current.loadOlder().catch((reason) => {
        error = reason;
      });
    });
    expect(error).toMatchObject({ code: "network" });
    expect(result.current).toMatchObject({ hasOlder: true, loadingOlder: false });
    world.fetch = older;
    await during(() => result.current.loadOlder());
    expect(ids().length).toBe(101);
    world.fetch = (address: unknown) =>
      String(address).includes("cursor=to-200") ? older() : newest();
    await back(world, { ep: "e2", recovered: false, snapshot: {} });
    expect(ids().length).toBe(101);
    expect(ids().at(-1)).toBe("n200");
  });
});
