import { ApiError } from "./errors.js";

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/**
 * How the client signs in. One of `getTicket` and `getToken`; with neither it is a guest, or in a
 * browser whoever the session cookie says.
 */
export interface Auth {
  /**
   * A fresh ticket of `POST /api/v1/ws-ticket`, asked for each time a socket is opened, because a
   * ticket works once. Nothing means: as a guest.
   */
  getTicket?: (() => Awaitable<string | null | undefined>) | undefined;
  /** The access token for sockets and REST. Nothing means: as a guest. */
  getToken?: (() => Awaitable<string | null | undefined>) | undefined;
  /**
   * The token has run out, will in a minute, or was refused: get a new one. `false` says that there
   * is none, and the client stays away until `connect()`. It is never called twice at once.
   */
  onExpired?: (() => Awaitable<unknown>) | undefined;
  /** What the session cookie needs beside it for changes by REST. */
  getCsrfToken?: (() => Awaitable<string | null | undefined>) | undefined;
}

/** What a socket is opened with. */
export interface Credential {
  ticket?: string;
  token?: string;
}

/** Asks the application for tickets and tokens, and keeps none. */
export class Credentials {
  private renewing: Promise<boolean> | undefined;

  constructor(private readonly auth: Auth) {
    if (auth.getTicket !== undefined && auth.getToken !== undefined) {
      throw new TypeError("give either `getTicket` or `getToken`, not both");
    }
  }

  /** Whether there is a way to get another credential than the one that was refused. */
  get renewable(): boolean {
    const { getTicket, getToken, onExpired } = this.auth;
    return getTicket !== undefined || getToken !== undefined || onExpired !== undefined;
  }

  /** Whether a live socket can be given a fresh token. */
  get hasTokens(): boolean {
    return this.auth.getToken !== undefined;
  }

  async forSocket(): Promise<Credential> {
    const { getTicket, getToken } = this.auth;
    const [ticket, token] = [await getTicket?.(), await getToken?.()];
    return { ...(ticket ? { ticket } : {}), ...(token ? { token } : {}) };
  }

  async token(): Promise<string | undefined> {
    return (await this.auth.getToken?.()) || undefined;
  }

  async csrfToken(): Promise<string | undefined> {
    return (await this.auth.getCsrfToken?.()) || undefined;
  }

  /** Has the application renew its token. Whoever asks meanwhile shares the answer. */
  renew(): Promise<boolean> {
    this.renewing ??= this.ask().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async ask(): Promise<boolean> {
    return (await this.auth.onExpired?.()) !== false;
  }
}

/** Whether an error of the application's says that nobody is signed in, rather than try again. */
export function saysSignedOut(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
