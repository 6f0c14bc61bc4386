import type { FrameOf } from "@openbell/client";
import type { Fold, TopicView } from "./topicStore.js";
import { useTopic } from "./useTopic.js";

/** Who stands where. */
export type Leaderboard = Extract<FrameOf<"auction:x">, { type: "leaderboard" }>;

const fold: Fold<FrameOf<"auction:x">, Leaderboard | undefined> = {
  initial: undefined,
  event: (known, frame) => {
    if (frame.type !== "leaderboard") return known;
    return known === undefined || frame.log_seq > known.log_seq ? frame : known;
  },
};

/** Follows the leaderboard of an auction. Nobody is marked in it: one knows one's own alias. */
export function useLeaderboard(id: string): TopicView<Leaderboard | undefined> {
  return useTopic(`auction:${id}:leaderboard` as const, fold);
}
