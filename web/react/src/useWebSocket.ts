import {
  type Client,
  type ClientOptions,
  createClient,
  type Direction,
  type Frame,
} from "@openbell/client";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { Store } from "./store.js";

/** How many frames are kept, unless told. */
const USUAL_KEPT = 200;

/** A frame and when it passed. */
export interface LoggedFrame {
  /** Its number since the log began. */
  readonly number: number;
  readonly atMs: number;
  readonly direction: Direction;
  /** Tokens in it are covered. */
  readonly frame: Frame;
}

class FrameLog extends Store<readonly LoggedFrame[]> {
  private number = 0;

  constructor(
    private readonly client: Client,
    private readonly kept: number,
  ) {
    super([]);
  }

  protected override begin(): () => void {
    const stop = this.client.onFrame((frame, direction) => {
      this.number += 1;
      const logged = { number: this.number, atMs: Date.now(), direction, frame };
      this.set([...this.get(), logged].slice(-this.kept));
    });
    this.client.connect();
    return () => {
      stop();
      this.client.close();
    };
  }
}

/** A socket of one's own, as a socket laboratory wants it. */
export interface OwnSocket {
  client: Client;
  frames: readonly LoggedFrame[];
}

/**
 * A client of its own for a socket, such as `/ws/test/`, open while the component is there, with
 * the last frames in both directions. Another `path` or `baseUrl` makes another client.
 */
export function useWebSocket(options: ClientOptions, kept: number = USUAL_KEPT): OwnSocket {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const { baseUrl, path } = options;
  const client = useMemo(() => createClient({ ...latest.current, baseUrl, path }), [baseUrl, path]);
  const log = useMemo(() => new FrameLog(client, kept), [client, kept]);
  const frames = useSyncExternalStore(log.subscribe, log.get, log.get);
  return { client, frames };
}
