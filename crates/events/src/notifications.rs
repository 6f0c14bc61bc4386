//! What every feature tells the notification centre.

use domain::{Id, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::Event;

/// What a notice is about, in the large; people set their channels by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Foreclosure auctions of watched properties.
    Auction,
    /// Live bidding.
    Bidding,
    /// Service jobs.
    Job,
    /// Messages.
    Chat,
    /// Matches of saved searches.
    PropertyAlert,
    /// Prices and holdings.
    Portfolio,
    /// Colleagues.
    Team,
    /// The account itself.
    Account,
    /// Openbell itself.
    System,
}

/// How urgent a notice is, the least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// May wait.
    Low,
    /// The usual.
    #[serde(alias = "normal")]
    Medium,
    /// Soon.
    High,
    /// At once, even at night.
    Critical,
}

/// The object that a notice speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// The family name: `property`, `auction`, `job` …
    pub kind: String,
    /// Its id.
    pub id: Id,
}

/// People are to be told something. The notification centre turns it into a row in each one's
/// inbox, exactly once per (user, `dedup_key`), and decides about further channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoticeRaised {
    /// Who is to be told; more than [`Self::MOST_USERS`] take several notices with the same key.
    pub users: Vec<UserId>,
    /// What kind of notice: `auction.postponed`, `job.accepted` …
    #[serde(rename = "type")]
    pub notice_type: String,
    /// In the large.
    pub category: Category,
    /// How urgent.
    pub priority: Priority,
    /// One line.
    pub title: String,
    /// A few lines.
    pub body: String,
    /// What programs need, a JSON object of at most 16 KiB as text: amounts keep their digits.
    #[serde(default)]
    pub data: Option<String>,
    /// Where to go in the app, a path.
    #[serde(default)]
    pub action_url: Option<String>,
    /// What it speaks of.
    #[serde(default)]
    pub object: Option<ObjectRef>,
    /// Who caused it.
    #[serde(default)]
    pub actor: Option<UserId>,
    /// Two notices with one key are one row in an inbox.
    pub dedup_key: String,
    /// Not shown after this.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl NoticeRaised {
    /// How many people one of them should name. The rows of its inboxes are one transaction, and on
    /// SQLite everybody else's writes wait for it: more people are told by several.
    pub const MOST_USERS: usize = 10;
}

impl Event for NoticeRaised {
    const NAME: &'static str = "notices.raised";
    const VERSION: u32 = 1;
}

/// What happened to rows of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxChange {
    /// They came.
    Added,
    /// They were read.
    Read,
    /// They are unread again.
    Unread,
    /// They were put away.
    Dismissed,
    /// They were shown, not necessarily read.
    Seen,
    /// Their time has passed.
    Expired,
}

/// Rows of one user's inbox changed. A read of many by number carries `up_to` and no ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxChanged {
    /// Whose inbox.
    pub user: UserId,
    /// What happened.
    pub change: InboxChange,
    /// Which notifications; empty when `up_to` says it.
    #[serde(default)]
    pub ids: Vec<Id>,
    /// Every notification with this `inbox_no` or a lower one.
    #[serde(default)]
    pub up_to: Option<i64>,
}

impl Event for InboxChanged {
    const NAME: &'static str = "notifications.inbox_changed";
    const VERSION: u32 = 1;
}

/// How a user wants to be told has changed. Addresses and numbers of theirs are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreferencesChanged {
    /// Whose preferences.
    pub user: UserId,
    /// Grows by one with each change.
    pub version: i64,
    /// IANA name of the zone of their days.
    pub time_zone: String,
    /// How long before an auction they want to be reminded, in milliseconds, the longest first.
    #[serde(default)]
    pub reminder_offsets_ms: Vec<u64>,
}

impl Event for PreferencesChanged {
    const NAME: &'static str = "notifications.preferences_changed";
    const VERSION: u32 = 1;
}
