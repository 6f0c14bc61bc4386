//! The inbox: one notification centre for every feature.
//!
//! Features raise notices; a reaction makes of each a row in the inbox of everybody concerned,
//! exactly once. The counters of an inbox change in the same transaction as its rows, under the
//! lock of the inbox's state row, so that they never drift. README.md has the rules.

mod aliases;
mod change;
mod channel;
mod deliver;
mod demo;
mod frames;
mod given;
mod list;
pub mod model;
mod preferences;
mod raise;
mod reactions;
mod routes;
mod rows;
mod sql;
mod tasks;

use kit::Module;
use store::Migration;

const MIGRATIONS: &[Migration] = &[
    Migration::both(1, "0001_notifications", include_str!("../migrations/0001_notifications.sql")),
    Migration::both(2, "0002_preferences", include_str!("../migrations/0002_preferences.sql")),
    Migration::both(3, "0003_open", include_str!("../migrations/0003_open.sql")),
];

/// Everything that the feature contributes.
pub fn module() -> Module {
    let module = Module::new("notifications")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .statements(preferences::STATEMENTS)
        .routes(routes::routes())
        .routes(aliases::routes())
        .routes(preferences::routes())
        .socket(channel::socket())
        .frames(frames::specs())
        .frames([preferences::frame()])
        .reaction(reactions::inbox())
        .demo(demo::demo())
        .task(tasks::expire)
        .task(tasks::audit)
        .schedule(tasks::expire_every_minute())
        .schedule(tasks::audit_every_day());
    channel::VERBS.iter().fold(module, |module, kind| module.verb(kind, channel::on_multiplexed))
}
