//! Foreclosure watch: the watchlist, the socket `/ws/auctions/`, and the notices to watchers.

mod alias;
mod channel;
mod demo;
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

const MIGRATIONS: &[Migration] =
    &[Migration::both(1, "0001_foreclosures", include_str!("../migrations/0001_foreclosures.sql"))];

/// The foreclosure watch.
pub fn module() -> Module {
    Module::new("foreclosures")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .routes(routes::routes())
        .socket(channel::socket())
        .alias(alias::Watchlist)
        .frames(frames::specs())
        .reaction(reactions::notices())
        .demo(demo::demo())
}
