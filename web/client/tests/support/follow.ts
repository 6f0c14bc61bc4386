import type { CallError, Client, Gap, SubscribeOptions, Subscription } from "../../src/index.js";
import type { World } from "./world.js";

export const CH = "property:1";

/** A subscriber that writes down what it is told, in order. */
export function follow(client: Client, options: SubscribeOptions = {}, ch = CH) {
  const heard: unknown[] = [];
  const subscription: Subscription = client.subscribe(
    ch,
    {
      event: (frame) => heard.push((frame as { n?: number }).n ?? frame),
      snapshot: (snapshot) => heard.push({ snapshot }),
      gap: ({ reason, from, to }: Gap) => heard.push({ gap: reason, from, to }),
      error: ({ code }: CallError) => heard.push({ error: code }),
    },
    options,
  );
  return { heard, subscription };
}

/** A client with one subscriber that has processed everything up to 3. */
export async function live(world: World) {
  const client = world.client();
  await world.open(client);
  const { heard, subscription } = follow(client);
  world.subscribed(CH, 3, { snapshot: "at 3" });
  return { client, heard, subscription };
}

/** Cuts the connection and opens another, up to what `connect` asks for. */
export async function again(world: World) {
  world.socket.end();
  await world.advance(250);
  const socket = await world.accept();
  return { socket, resume: socket.last("connect").resume as Record<string, unknown> };
}
