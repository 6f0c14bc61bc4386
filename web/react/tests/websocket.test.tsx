// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { useWebSocket } from "../src/index.js";
import { during, hook, World } from "./stage.js";

describe("useWebSocket", () => {
  it("opens a socket of its own while it is there, and keeps the last frames", async () => {
    const world = new World();
    const { WebSocket, fetch } = world.environment;
    const options = { baseUrl: "http://server.test", path: "/ws/test/", WebSocket, fetch };
    const use = () => useWebSocket({ ...options, auth: { getToken: () => "secret" } }, 3);
    const { result, unmount } = hook(world.client(), use, undefined);
    await during(() => world.accept());
    // StrictMode has opened and closed one before.
    expect(world.socket.url).toBe("ws://server.test/ws/test/");
    await during(() => world.acknowledge());
    expect(result.current.client.status.state).toBe("open");
    expect(JSON.stringify(result.current.frames)).not.toContain("secret");
    await during(() => world.socket.say({ type: "a" }, { type: "b" }, { type: "c" }));
    expect(result.current.frames.map(({ frame }) => frame.type)).toEqual(["a", "b", "c"]);
    expect(result.current.frames.map(({ direction }) => direction)).toEqual(["in", "in", "in"]);
    unmount();
    expect(world.socket.closedWith).toBe(1000);
    expect(result.current.client.status.state).toBe("closed");
  });
});
