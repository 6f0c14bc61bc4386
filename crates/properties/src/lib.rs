//! Properties on their way to an auction: records, changes, history, import.

mod change;
mod channel;
mod import;
pub mod model;
mod read;
mod routes;
mod row;
mod sources;
mod sql;
mod sql_sources;
mod upsert;

use kit::{Code, Command, Module};
use store::Migration;

const MIGRATIONS: &[Migration] = &[
    Migration::both(1, "0001_properties", include_str!("../migrations/0001_properties.sql")),
    Migration::both(2, "0002_sources", include_str!("../migrations/0002_sources.sql")),
];

const CODES: &[&Code] = &[&change::PROPERTY_EXISTS];

/// Everything that properties contribute to the house.
pub fn module() -> Module {
    let module = Module::new("properties")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .statements(sql_sources::ALL)
        .routes(routes::routes())
        .family(channel::family())
        .frames(channel::frames())
        .codes(CODES)
        .readable("property", read::may_read)
        .command(Command::new("properties.import", import::command))
        .command(Command::new("properties.sources", routes::list_sources))
        .command(Command::new("properties.run_source", routes::run_source))
        .provides_properties(read::Port);
    sources::contribute(module)
}
