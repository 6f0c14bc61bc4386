import type { Frame } from "./frame.js";
import type {
  PresenceJoinFrame,
  PresenceLeaveFrame,
  PresenceStateFrame,
  PresenceUpdateFrame,
  TopicFrames,
  VerbRequests,
} from "./generated/frames.js";

/** The verbs of the documents; others are allowed, for servers that have more. */
export type VerbName = keyof VerbRequests | (string & {});

type WithoutOwn<T> = T extends unknown ? Omit<T, "type" | "id" | "key"> : never;

/** What a verb takes, beside the frame's own fields. */
export type ParamsOf<V extends string> = V extends keyof VerbRequests
  ? WithoutOwn<VerbRequests[V]>
  : Record<string, unknown>;

/** Who is there, and who comes and goes. */
export type PresenceFrame =
  | PresenceStateFrame
  | PresenceJoinFrame
  | PresenceUpdateFrame
  | PresenceLeaveFrame;

type Family<T extends string> = T extends `${infer F}:${string}` ? F : T;

/** The frames of a topic; an alias brings those of what it stands for, too. */
export type FrameOf<T extends string> =
  Family<T> extends "watchlist"
    ? TopicFrames["watchlist"] | TopicFrames["property"]
    : Family<T> extends keyof TopicFrames
      ? TopicFrames[Family<T>]
      : Frame;
