//! Properties on their way to an auction: records, changes, history, import, search.

mod analytics;
mod change;
mod channel;
mod demo;
mod import;
pub mod model;
mod read;
mod routes;
mod row;
mod search;
mod sources;
mod sql;
mod sql_search;
mod sql_sources;
mod text;
mod upsert;

use kit::{Code, Command, Module};
use store::Migration;

const MIGRATIONS: &[Migration] = &[
    Migration::both(1, "0001_properties", include_str!("../migrations/0001_properties.sql")),
    Migration {
        version: 2,
        name: "0002_search",
        sqlite: include_str!("../migrations/0002_search.sqlite.sql"),
        postgres: include_str!("../migrations/0002_search.postgres.sql"),
    },
    Migration::both(3, "0003_sources", include_str!("../migrations/0003_sources.sql")),
    Migration::both(4, "0004_said", include_str!("../migrations/0004_said.sql")),
];

const CODES: &[&Code] = &[&change::PROPERTY_EXISTS];

/// Everything that properties contribute to the house.
pub fn module() -> Module {
    let module = Module::new("properties")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .statements(analytics::STATEMENTS)
        .state(analytics::Gate::new())
        .statements(sql_search::ALL)
        .statements(sql_search::COMPOSED)
        .statements(sql_sources::ALL)
        .routes(routes::routes())
        .routes(analytics::routes())
        .family(channel::family())
        .frames(channel::frames())
        .codes(CODES)
        .readable("property", read::may_read)
        .reaction(text::reaction())
        .task(text::index)
        .task(text::sweep)
        .schedule(text::sweep_every_minute())
        .command(Command::new("properties.import", import::command))
        .command(Command::new("properties.sources", routes::list_sources))
        .command(Command::new("properties.run_source", routes::run_source))
        .demo(demo::demo())
        .provides_properties(read::Port);
    sources::contribute(module)
}
