//! The words every crate shares: ids, scope, clock, money, places, topics.
//!
//! Nothing here does I/O, reads a clock or runs asynchronously. Everything is plain data with its
//! rules, so that every other crate can agree on what the data means.

mod geo;
mod id;
mod json;
mod money;
mod scope;
mod slug;
mod time;
mod topic;

pub use geo::{EARTH_RADIUS_KM, GeoPoint, GeoPointError};
pub use id::{Id, IdGenerator, ParseIdError, TenantId, UserId};
pub use json::JsonScan;
pub use money::{Currency, DecimalInput, Money, MoneyError};
pub use scope::{Actor, Role, Roles, Scope, UnknownRole};
pub use slug::{Slug, SlugError};
pub use time::{Clock, SharedClock, Sleep, Timestamp};
pub use topic::{Topic, TopicError};
