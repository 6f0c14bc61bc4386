//! Accounts as their clients see them, on both databases.

#[path = "it/admin.rs"]
mod admin;
#[path = "it/browser.rs"]
mod browser;
#[path = "it/commands.rs"]
mod commands;
#[path = "it/refresh.rs"]
mod refresh;
#[path = "it/revocation.rs"]
mod revocation;
#[path = "it/schema.rs"]
mod schema;
#[path = "it/signing_in.rs"]
mod signing_in;
#[path = "it/throttle.rs"]
mod throttle;
#[path = "it/tickets.rs"]
mod tickets;
#[path = "it/world.rs"]
mod world;
