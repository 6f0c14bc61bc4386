//! Openbell: the real-time backend for marketplaces, in one binary.
//!
//! This crate is the composition root, the only one that knows every feature, and the command line.

mod admin;
mod bench;
mod cli;
mod commands;
mod demonstration;
mod doctor;
mod documents;
mod house;
mod http;
mod probe;
mod serve;
mod web;

pub use cli::main;
pub use documents::generated;

/// Every feature, in the order in which their migrations run.
pub fn modules() -> Vec<kit::Module> {
    vec![
        accounts::module(),
        notifications::module(),
        properties::module(),
        foreclosures::module(),
        auctions::module(),
        console::module(),
        web::module(),
    ]
}
