/** Hooks over `@openbell/client`, one a file. */
export type { Bid, Bidding, BidTaken } from "./bidStore.js";
export { OpenbellProvider, useClient } from "./context.js";
export type { Inbox, Notification } from "./inboxStore.js";
export type { Fold, TopicView } from "./topicStore.js";
export { type AuctionState, type LiveAuction, useAuction } from "./useAuction.js";
export { type Headline, type Headlines, useAuctions } from "./useAuctions.js";
export { useConnection } from "./useConnection.js";
export { useCountdown } from "./useCountdown.js";
export { type Leaderboard, useLeaderboard } from "./useLeaderboard.js";
export { type Notifications, useNotifications } from "./useNotifications.js";
export { useTopic } from "./useTopic.js";
export { updated, useWatchlist, type WatchedAuction, type Watchlist } from "./useWatchlist.js";
export { type LoggedFrame, type OwnSocket, useWebSocket } from "./useWebSocket.js";
