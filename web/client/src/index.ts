/**
 * The client of an Openbell server: one socket for all topics, resumed where it broke off, and a
 * typed REST interface. See `createClient`.
 */
export type { BackoffRange } from "./backoff.js";
export type { CallOptions } from "./calls.js";
export { type Client, type ClientOptions, createClient } from "./client.js";
export { type Closing, type ComeBack, comeBackAfter } from "./closing.js";
export type { Direction } from "./connection.js";
export type { Auth, Awaitable } from "./credentials.js";
export type { SocketConstructor, SocketLike } from "./environment.js";
export {
  ApiError,
  CallError,
  type ClientErrorCode,
  type Code,
  OpenbellError,
  type Problem,
} from "./errors.js";
export type { Handlers, SubscribeOptions, Subscription, SubscriptionState } from "./follower.js";
export type { Frame } from "./frame.js";
export type * from "./generated/frames.js";
export type { components, paths } from "./generated/rest.js";
export { newIdempotencyKey } from "./key.js";
export type { Cursor, Gap, GapReason } from "./position.js";
export type {
  Answer,
  AnswerOf,
  Api,
  Method,
  PathWith,
  RequestOf,
  RequestOptions,
} from "./rest.js";
export type { Counters, Stats } from "./stats.js";
export type { ConnectionState, Status } from "./status.js";
export type { FrameOf, ParamsOf, PresenceFrame, VerbName } from "./typing.js";
