import WebSocket from "ws";
import {
  type Client,
  type ClientOptions,
  type components,
  createClient,
  type SocketConstructor,
} from "../../src/index.js";
import { PASSWORD, type Server } from "./server.js";

/** Sockets of node as the client takes them. */
export const NodeSocket = WebSocket as unknown as SocketConstructor;

/** A way to the server that can be cut. While it is, sockets lead nowhere. */
export class Line {
  private open = true;
  private readonly sockets = new Set<WebSocket>();
  readonly Socket: SocketConstructor;

  constructor() {
    const line = this;
    this.Socket = class extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        // Nobody listens at port 9 of this machine.
        super(line.open ? url : "ws://127.0.0.1:9/", protocols);
        line.sockets.add(this);
      }
    } as unknown as SocketConstructor;
  }

  cut(): void {
    this.open = false;
    for (const socket of this.sockets) socket.terminate();
    this.sockets.clear();
  }

  mend(): void {
    this.open = true;
  }
}

/** Somebody who is signed in. */
export interface Person {
  client: Client;
  user: components["schemas"]["SignedIn"]["user"];
  tokens: { access: string; refresh: string };
}

/** Signs in, and makes a client that renews its tokens as an application would. */
export async function signIn(
  server: Server,
  email: string,
  options: ClientOptions = {},
  password = PASSWORD,
): Promise<Person> {
  const anyone = createClient({ baseUrl: server.url, WebSocket: NodeSocket });
  const body = { email, password };
  const { user, access, refresh } = await anyone.api.post("/api/v1/auth/login", {
    body,
    auth: false,
  });
  const tokens = { access, refresh };
  const client = createClient({
    baseUrl: server.url,
    WebSocket: NodeSocket,
    auth: {
      getToken: () => tokens.access,
      onExpired: async () => {
        const body = { refresh: tokens.refresh };
        try {
          Object.assign(
            tokens,
            await anyone.api.post("/api/v1/auth/refresh", { body, auth: false }),
          );
        } catch {
          return false;
        }
      },
    },
    ...options,
  });
  return { client, user, tokens };
}

/** Things as they come, and a way to wait for them. */
export class Inbox<T> {
  readonly all: T[] = [];
  private waiting: (() => void)[] = [];

  readonly put = (thing: T): void => {
    this.all.push(thing);
    const waiting = this.waiting;
    this.waiting = [];
    for (const look of waiting) look();
  };

  /** The first that is meant, of all that came or will come. */
  async find(isMeant: (thing: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.all.find(isMeant);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Waits until so many have come. */
  async count(number: number): Promise<T[]> {
    while (this.all.length < number) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.all;
  }
}

/** Connects and waits until it is open. */
export async function connected(client: Client): Promise<void> {
  const statuses = new Inbox<string>();
  const stop = client.onStatus(({ state }) => statuses.put(state));
  client.connect();
  if (client.status.state !== "open") await statuses.find((state) => state === "open");
  stop();
}
