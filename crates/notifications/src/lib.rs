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
mod raise;
mod reactions;
mod routes;
mod rows;
mod sql;
mod tasks;

use kit::Module;
use store::Migration;

const MIGRATIONS: &[Migration] = &[Migration::both(
    1,
    "0001_notifications",
    include_str!("../migrations/0001_notifications.sql"),
)];

/// Everything that the feature contributes.
pub fn module() -> Module {
    let module = Module::new("notifications")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .routes(routes::routes())
        .routes(aliases::routes())
        .socket(channel::socket())
        .frames(frames::specs())
        .reaction(reactions::inbox())
        .demo(demo::demo())
        .task(tasks::expire)
        .task(tasks::audit)
        .schedule(tasks::expire_every_minute())
        .schedule(tasks::audit_every_day());
    channel::VERBS.iter().fold(module, |module, kind| module.verb(kind, channel::on_multiplexed))
}
