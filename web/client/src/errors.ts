import type { ErrorCode, ErrorFrame } from "./generated/frames.js";
import type { components } from "./generated/rest.js";

/** Words of the client itself, beside those of the server. */
export type ClientErrorCode =
  /** There is no connection, and the call may not wait. */
  | "offline"
  /** The connection ended before the answer; it may or may not have been done. */
  | "connection_lost"
  /** No answer came in time. */
  | "timeout"
  /** The client was closed, or the server does not want it back. */
  | "closed"
  /** More waits already than may. */
  | "outbox_full"
  /** Somebody else is signed in now; what the one before left is not done in their name. */
  | "user_changed"
  /** The request did not reach the server, or its answer did not come. */
  | "network"
  /** The answer is not what this server would say; something else answers at this address. */
  | "unexpected_answer";

/** A word that programs compare. Servers newer than this client may have others. */
export type Code = ErrorCode | ClientErrorCode | (string & {});

/** An error with a stable word. Its message is for people and never holds a token. */
export class OpenbellError extends Error {
  /** What happened, for programs. */
  readonly code: Code;
  /** Whether the same request may succeed later. */
  readonly retry: boolean;
  /** How long to wait before, in milliseconds, where that is known. */
  readonly retryAfterMs: number | undefined;
  /** More for programs. */
  readonly details: unknown;

  constructor(
    code: Code,
    message: string,
    more: { retry?: boolean; retryAfterMs?: number | undefined; details?: unknown } = {},
  ) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.retry = more.retry ?? false;
    this.retryAfterMs = more.retryAfterMs;
    this.details = more.details;
  }
}

/** A call or a subscription was not done. */
export class CallError extends OpenbellError {
  /** Whether it was sent, so that it may have been done although no answer came. */
  readonly sent: boolean;

  constructor(
    code: Code,
    message: string,
    more: ConstructorParameters<typeof OpenbellError>[2] & { sent?: boolean } = {},
  ) {
    super(code, message, more);
    this.sent = more.sent ?? false;
  }

  /** What an `error` frame says. */
  static of(frame: Pick<ErrorFrame, "code" | "message"> & Partial<ErrorFrame>): CallError {
    return new CallError(frame.code, frame.message, {
      retry: frame.retry === true,
      retryAfterMs: frame.retry_after_ms,
      details: frame.details,
      sent: true,
    });
  }
}

/** The body of an error of REST, RFC 9457. */
export type Problem = components["schemas"]["Problem"];

/** REST answered with an error. */
export class ApiError extends OpenbellError {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** What the server said, when it said it in the form of RFC 9457. */
  readonly problem: Problem | undefined;

  constructor(
    status: number,
    code: Code,
    message: string,
    more: ConstructorParameters<typeof OpenbellError>[2] & { problem?: Problem | undefined } = {},
  ) {
    super(code, message, more);
    this.status = status;
    this.problem = more.problem;
  }
}
