//! What an auction is and how it decides. Pure: no clock, no database, no network; time and funds
//! are arguments.
//!
//! An auction sells to the `places` highest maxima: one place is the English auction, more of them
//! are a leaderboard. Everybody bids a maximum and pays the same price, the least that keeps the
//! board as it is ([`Rules::price`]).

mod acts;
mod auction;
mod batch;
mod increments;
mod retract;
mod rules;
mod terms;

pub use acts::{Act, Amended, Authority, Sale};
pub use auction::{Auction, Bid, Placed, Refusal, Standing, Status};
pub use batch::{Answer, Bidder, EntryState, LogEntry, LogKind, Need, Order, Plan, place};
pub use increments::{Increments, IncrementsError, Step};
pub use retract::{Replay, Replayed};
pub use rules::{Pricing, Rules, Standard};
pub use terms::{BuyNowUntil, Entry, Preset, Retraction, SoftClose, Terms};

/// No amount is above this: 2^53 − 1 minor units.
pub const MAX_AMOUNT: i64 = (1 << 53) - 1;

#[cfg(test)]
mod trial;
