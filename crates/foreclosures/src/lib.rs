//! Foreclosure watch: the watchlist, alerts, the socket `/ws/auctions/`, and the notices to those
//! who watch or have an alert.

mod alerts;
mod alias;
mod calendar;
mod channel;
mod demo;
mod follow;
mod frames;
mod matches;
pub mod model;
mod notices;
mod reactions;
mod routes;
mod sql;
mod sql_alerts;
mod watchlist;

use kit::{Code, Module};
use store::Migration;

const MIGRATIONS: &[Migration] = &[
    Migration::both(1, "0001_foreclosures", include_str!("../migrations/0001_foreclosures.sql")),
    Migration::both(2, "0002_alerts", include_str!("../migrations/0002_alerts.sql")),
    Migration::both(3, "0003_calendar", include_str!("../migrations/0003_calendar.sql")),
];

const CODES: &[&Code] = &[&alerts::ALERT_LIMIT, &alerts::ALERTS_FULL];

/// The foreclosure watch.
pub fn module() -> Module {
    Module::new("foreclosures")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .statements(sql_alerts::ALL)
        .statements(calendar::STATEMENTS)
        .routes(routes::routes())
        .routes(alerts::routes::routes())
        .routes(calendar::routes())
        .codes(CODES)
        .state(alerts::index::AlertIndex::default())
        .socket(channel::socket())
        .alias(alias::Watchlist)
        .frames(frames::specs())
        .reaction(reactions::notices())
        .reaction(calendar::preferences())
        .reaction(calendar::feeds())
        .demo(demo::demo())
}
