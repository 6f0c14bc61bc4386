//! Users, tenants, roles, sessions and tokens.

mod change_user;
mod codes;
mod commands;
mod cookies;
mod demo;
mod frames;
mod login;
mod logout;
pub mod model;
mod passwords;
mod refresh;
mod register;
mod routes;
mod routes_session;
mod sessions;
mod sql;
mod throttle;
mod tickets;
mod users;

use kit::{Command, Module};
use store::Migration;

static MIGRATIONS: &[Migration] = &[
    Migration::both(1, "0001_accounts", include_str!("../migrations/0001_accounts.sql")),
    Migration {
        version: 2,
        name: "0002_default_tenant",
        sqlite: include_str!("../migrations/0002_default_tenant.sqlite.sql"),
        postgres: include_str!("../migrations/0002_default_tenant.postgres.sql"),
    },
    Migration::both(
        3,
        "0003_session_cookies",
        include_str!("../migrations/0003_session_cookies.sql"),
    ),
];

/// The feature.
pub fn module() -> Module {
    Module::new("accounts")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .routes(routes::routes())
        .routes(routes_session::routes())
        .codes(codes::ALL)
        .state(passwords::Passwords::new())
        .state(throttle::Throttle::new())
        .provides_users(users::Directory)
        .provides_tickets(tickets::SocketTickets)
        .provides_sessions(sessions::Living)
        .frames(frames::specs())
        .demo(demo::demo())
        .command(Command::new("user.add", commands::add))
        .command(Command::new("user.role", commands::role))
        .command(Command::new("user.password", commands::password))
        .command(Command::new("user.list", commands::list))
        .command(Command::new("token", commands::token))
}
