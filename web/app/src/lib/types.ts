import type { components } from "@openbell/client";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type Alert = Schemas["AlertView"];
export type AlertBody = Schemas["AlertBody"];
export type Analytics = Schemas["AuctionAnalytics"];
export type Auction = Schemas["AuctionView"];
export type AuctionBid = Schemas["BidView"];
export type AuctionBody = Schemas["AuctionBody"];
export type AuctionGroup = Schemas["AuctionGroup"];
export type BrowserSession = Schemas["BrowserSession"];
export type CalendarDay = Schemas["CalendarDay"];
export type CalendarItem = Schemas["CalendarItem"];
export type DeadTask = Schemas["DeadTask"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type LogLine = Schemas["LogView"];
export type LiveTopic = Schemas["LiveTopic"];
export type Me = Schemas["Me"];
export type OpenConnection = Schemas["Connection"];
export type OpenTask = Schemas["OpenTask"];
export type Overview = Schemas["Overview"];
export type Preferences = Schemas["Preferences"];
export type PreferencesView = Schemas["PreferencesView"];
export type Property = Schemas["PropertyView"];
export type PropertyBody = Schemas["PropertyBody"];
export type Purse = Schemas["Purse"];
export type Registration = Schemas["RegistrationView"];
export type Source = Schemas["SourceView"];
export type Summary = Schemas["Summary"];
export type TaskSchedule = Schemas["TaskSchedule"];
export type Transfer = Schemas["TransferView"];
export type Wallet = Schemas["Wallet"];
export type WatchEntry = Schemas["WatchEntry"];

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
