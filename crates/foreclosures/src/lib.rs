//! Foreclosure watch: the watchlist, the socket `/ws/auctions/`, and the notices to watchers.

mod alias;
mod calendar;
mod channel;
mod follow;
mod frames;
pub mod model;
mod notices;
mod reactions;
mod routes;
mod sql;
mod watchlist;

use kit::Module;
use store::Migration;

const MIGRATIONS: &[Migration] = &[
    Migration::both(1, "0001_foreclosures", include_str!("../migrations/0001_foreclosures.sql")),
    Migration::both(2, "0002_calendar", include_str!("../migrations/0002_calendar.sql")),
];

/// The foreclosure watch.
pub fn module() -> Module {
    Module::new("foreclosures")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .statements(calendar::STATEMENTS)
        .routes(routes::routes())
        .routes(calendar::routes())
        .socket(channel::socket())
        .alias(alias::Watchlist)
        .frames(frames::specs())
        .reaction(reactions::notices())
        .reaction(calendar::preferences())
        .reaction(calendar::feeds())
}
