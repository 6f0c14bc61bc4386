//! Properties on their way to an auction: records, changes, history, import.

mod analytics;
mod change;
mod channel;
mod demo;
mod import;
pub mod model;
mod read;
mod routes;
mod row;
mod sql;
mod upsert;

use kit::{Code, Command, Module};
use store::Migration;

const MIGRATIONS: &[Migration] =
    &[Migration::both(1, "0001_properties", include_str!("../migrations/0001_properties.sql"))];

const CODES: &[&Code] = &[&change::PROPERTY_EXISTS];

/// Everything that properties contribute to the house.
pub fn module() -> Module {
    Module::new("properties")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .statements(analytics::STATEMENTS)
        .state(analytics::Gate::new())
        .routes(routes::routes())
        .routes(analytics::routes())
        .family(channel::family())
        .frames(channel::frames())
        .codes(CODES)
        .readable("property", read::may_read)
        .command(Command::new("properties.import", import::command))
        .demo(demo::demo())
        .provides_properties(read::Port)
}
