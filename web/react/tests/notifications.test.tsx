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

const page = (items: object[], unread: number, version: number) => () =>
  Promise.resolve(
    new Response(
      JSON.stringify({
        items,
        unread_count: unread,
        unseen_count: unread,
        version,
        next_cursor: null,
      }),
      { headers: { "content-type": "application/json" } },
    ),
  );

/** An inbox with two unread rows. */
async function inbox(world: World) {
  const client = world.client();
  world.fetch = page([row(2), row(1)], 2, 5);
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
    const back = async (answer: object) => {
      await during(async () => {
        world.socket.end();
        await world.advance(250);
        await world.accept();
      });
      await during(() => {
        world.socket.say({ type: "subscribed", ch: CH, seq: 10, ep: "e1", ...answer });
        world.acknowledge();
      });
    };
    await back({ recovered: true });
    expect(result.current).toMatchObject({ loaded: true, error: undefined, unread: 1 });
    world.fetch = page([row(2), row(1)], 2, 9);
    await back({ ep: "e2", recovered: false, snapshot: {} });
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
});
