//! The store's contract, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[macro_use]
#[path = "it/bed.rs"]
mod bed;
#[path = "it/basics.rs"]
mod basics;
#[path = "it/faults.rs"]
mod faults;
#[path = "it/gaps.rs"]
mod gaps;
#[path = "it/group_commit.rs"]
mod group_commit;
#[path = "it/inspect.rs"]
mod inspect;
#[path = "it/journal.rs"]
mod journal;
#[path = "it/kill.rs"]
mod kill;
#[path = "it/migrations.rs"]
mod migrations;
#[path = "it/misuse.rs"]
mod misuse;
#[path = "it/proxy.rs"]
mod proxy;
#[path = "it/racing.rs"]
mod racing;
#[path = "it/reactions.rs"]
mod reactions;
#[path = "it/retention.rs"]
mod retention;
#[path = "it/values.rs"]
mod values;
