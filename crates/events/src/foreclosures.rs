//! What the foreclosure watch tells.

use domain::{Id, UserId};
use serde::{Deserialize, Serialize};

use crate::Event;

/// A user began or ceased to watch a property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchlistChanged {
    /// Whose watchlist.
    pub user: UserId,
    /// Which property.
    pub property: Id,
    /// Whether it is on the list now.
    pub watched: bool,
}

impl Event for WatchlistChanged {
    const NAME: &'static str = "foreclosures.watchlist_changed";
    const VERSION: u32 = 1;
}

/// An alert was made, changed, switched on or off, or removed. What it asks stands in its owner's
/// rows; the version says which of them is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertChanged {
    /// Whose alert.
    pub user: UserId,
    /// Which.
    pub alert: Id,
    /// Its version now; grows by one with each event.
    pub version: i64,
    /// Whether it is to be matched from now on.
    pub is_active: bool,
}

impl Event for AlertChanged {
    const NAME: &'static str = "foreclosures.alert_changed";
    const VERSION: u32 = 1;
}
