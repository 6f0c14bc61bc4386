//! What the seller has laid down before the first bid.

use domain::{Currency, UserId};
use serde::{Deserialize, Serialize};

use super::Increments;

/// How late bids move the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftClose {
    /// A bid in the last so many milliseconds moves the end; none does when it is 0.
    pub window_ms: u64,
    /// The end is at least so many milliseconds behind the bid that moves it.
    pub extend_ms: u64,
    /// How often it is moved at most.
    pub max_extensions: u32,
}

/// A customary [`SoftClose`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// The end stands.
    None,
    /// Two minutes, two minutes.
    Cars,
    /// Five minutes, five minutes.
    Property,
}

impl Preset {
    /// What it means.
    pub const fn soft_close(self) -> SoftClose {
        let minutes: u64 = match self {
            Self::None => 0,
            Self::Cars => 2,
            Self::Property => 5,
        };
        let ms = minutes * 60_000;
        SoftClose { window_ms: ms, extend_ms: ms, max_extensions: 1_000 }
    }
}

impl Default for SoftClose {
    fn default() -> Self {
        Preset::Cars.soft_close()
    }
}

/// Until when somebody may buy at the fixed price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuyNowUntil {
    /// Until there is a bid.
    FirstBid,
    /// Until a bid has met the reserve.
    ReserveMet,
}

/// Who may bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Entry {
    /// Everybody who has signed in.
    Open,
    /// Who has registered and was approved.
    Approval,
    /// Who has registered, by which so much is held.
    Deposit {
        /// Minor units, above zero.
        amount: i64,
    },
}

/// Whether a bid can be taken back. Operators always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retraction {
    /// It cannot.
    Off,
    /// Its bidder may, soon after it, when it was a slip of the finger.
    Typo,
}

/// The terms of an auction. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What amounts are of.
    pub currency: Currency,
    /// Who sells, and so may not bid.
    pub seller: UserId,
    /// The lowest first bid.
    pub start: i64,
    /// What the highest maximum has to reach before anything is sold; known to the seller only.
    pub reserve: Option<i64>,
    /// The price for which it goes at once.
    pub buy_now: Option<i64>,
    /// Until when it does.
    pub buy_now_until: BuyNowUntil,
    /// The step table.
    pub increments: Increments,
    /// How many win.
    pub places: u32,
    /// Whether a bid may jump to its amount.
    pub exact_bids: bool,
    /// How late bids move the end.
    pub soft_close: SoftClose,
    /// How long the seller may think when the reserve was not met, in milliseconds; unsold at once
    /// when it is none.
    pub decide_ms: Option<u64>,
    /// Who may bid.
    pub entry: Entry,
    /// Whether a bid can be taken back.
    pub retraction: Retraction,
}

impl Terms {
    /// The most places that an auction has.
    pub const MOST_PLACES: u32 = 100;
}
