import type { Closing } from "./closing.js";
import { reasonOf } from "./closing.js";
import type { Environment, SocketLike } from "./environment.js";
import { byteLength, type Frame, parseFrame } from "./frame.js";

/** The protocol that is offered, so that a proxy or another server cannot be taken for this one. */
export const PROTOCOL = "openbell.v1";

/** `WebSocket.OPEN`; the constructor that was handed in need not have the constant. */
const OPEN = 1;

/** What a link tells. */
export interface LinkEvents {
  opened(): void;
  frame(frame: Frame): void;
  /** Something came that is no frame. */
  noise(): void;
  /** The socket is gone. Not told after `abandon`. */
  closed(closing: Closing): void;
}

/** One socket. After its end, or once it was abandoned, it says nothing any more. */
export class Link {
  private readonly socket: SocketLike;
  private events: LinkEvents | undefined;

  constructor(environment: Pick<Environment, "WebSocket">, url: string, events: LinkEvents) {
    this.events = events;
    this.socket = new environment.WebSocket(url, [PROTOCOL]);
    this.socket.onopen = () => this.events?.opened();
    this.socket.onmessage = ({ data }) => {
      const frame = parseFrame(data);
      if (frame === undefined) this.events?.noise();
      else this.events?.frame(frame);
    };
    // What is wrong comes with the close; the error event of a browser says nothing.
    this.socket.onerror = () => undefined;
    this.socket.onclose = ({ code, reason }) =>
      this.events?.closed({ code, reason: reasonOf(code, reason) });
  }

  /** Sends a frame and returns its bytes; `undefined` when the socket cannot take it. */
  send(frame: object): number | undefined {
    if (this.events === undefined || this.socket.readyState !== OPEN) return undefined;
    const text = JSON.stringify(frame);
    try {
      this.socket.send(text);
    } catch {
      return undefined;
    }
    return byteLength(text);
  }

  /**
   * Lets go of the socket without a word. A dead one tells its close only after minutes, so nobody
   * waits for it.
   */
  abandon(code = 1000): void {
    this.events = undefined;
    try {
      this.socket.close(code);
    } catch {
      // It was over already.
    }
  }
}
