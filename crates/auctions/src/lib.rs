//! Live bidding: auctions, bids, wallets, winners.
//!
//! Each auction has one ordered log. What is asked of it stands in one lane, is decided by pure
//! rules ([`model`]) and is on disk before anybody is told. Watchers see complete states, so that
//! an older one never follows a newer one.

mod act;
mod bid;
mod channel;
mod check;
mod codes;
mod demo;
mod forms;
mod frames;
mod lanes;
mod lots;
mod measure;
mod measure_ends;
pub mod model;
mod notices;
#[cfg(test)]
mod parity_tests;
mod place_bid;
mod publish;
mod registrations;
mod routes;
mod rows;
mod sql;
mod sweep;
mod take_back;
mod tasks;
mod view;
mod wallet;

use domain::{Id, Scope};
use kit::{BoxFuture, Command, Ctx, Module};
use store::{Migration, Tx};

const MIGRATIONS: &[Migration] = &[
    Migration::both(1, "0001_auctions", include_str!("../migrations/0001_auctions.sql")),
    Migration::both(2, "0002_closed", include_str!("../migrations/0002_closed.sql")),
];

/// The feature.
pub fn module() -> Module {
    Module::new("auctions")
        .migrations(MIGRATIONS)
        .statements(sql::ALL)
        .statements(sql::MORE)
        .routes(routes::routes())
        .family(channel::family())
        .family(channel::headlines())
        .socket(channel::room_socket())
        .socket(channel::leaderboard_socket())
        .socket(channel::updates_socket())
        .verb("place_bid", channel::bid_on)
        .frames(frames::specs())
        .task(tasks::tell_outbid)
        .task(tasks::tell_ending)
        .task(tasks::tell_result)
        .task(check::run)
        .schedule(check::schedule())
        .ticker("auctions.sweep", sweep::look)
        .codes(codes::ALL)
        .state(lanes::Lanes::default())
        .state(bid::Currencies::default())
        .state(sweep::Sweep::default())
        .command(Command::new("auctions.measure", measure::run))
        .command(Command::new("auctions.measure_ends.make", measure_ends::make))
        .command(Command::new("auctions.measure_ends.count", measure_ends::count))
        .demo(demo::demo())
        .readable("auction", may_read)
}

/// Everybody of the tenant may read an auction that is no draft.
fn may_read(_: Ctx, tx: Tx, scope: Scope, id: Id) -> BoxFuture<'static, kit::Result<bool>> {
    Box::pin(async move { Ok(routes::visible(&tx, scope.tenant, None, id).await.is_ok()) })
}
