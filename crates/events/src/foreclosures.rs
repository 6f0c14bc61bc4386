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
