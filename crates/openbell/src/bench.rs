//! Loads a server over real sockets and prints what it took.
//!
//! Server and sockets are two processes of one machine, so a figure is that of both together, as a
//! ratio to the yardstick's it travels further. Everything stays on the loopback interface and is
//! bounded in count and time.

mod bids;
mod crowd;
mod ends;
mod fanout;
mod house;
mod idle;
mod resume;
mod rooms;
pub(crate) mod server;
mod stalled;
mod subject;
mod table;
mod watch;

use std::{
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::{Args, Subcommand};
use tokio::task::LocalSet;

use crate::{cli::Failure, documents};

/// What can be measured.
#[derive(Subcommand)]
pub(crate) enum Scenario {
    /// One room and many followers: as much as goes through, then an everyday rate
    Fanout(fanout::Options),
    /// Many connections that say nothing: memory, connects a second, what is left behind
    Idle(idle::Options),
    /// Many rooms with a few followers each
    Rooms(rooms::Options),
    /// Clients that are cut and come back, again and again
    Resume(resume::Options),
    /// The foreclosure watch: an import with alerts on, a change on its way to those who watch
    Watch(watch::Options),
    /// One hot auction: as many bids as are answered, then an even rate, also over sockets
    Bids(bids::Options),
    /// Many auctions that end in one moment, on several nodes of one PostgreSQL
    Ends(ends::Options),
    /// The server that is loaded, driven over standard input
    #[command(hide = true)]
    Server,
}

/// What the scenarios have in common.
#[derive(Args)]
struct Common {
    /// How often it is done; the medians are printed
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    rounds: u16,
    /// A program that is measured beside Openbell, in turns: the yardstick
    #[arg(long, value_name = "PROGRAM")]
    beside: Option<PathBuf>,
}

/// Runs a scenario and prints its table, or its figures as JSON.
pub(crate) async fn run(scenario: Scenario, json: bool) -> Result<(), Failure> {
    if let Scenario::Server = scenario {
        return server::run().await;
    }
    if let Scenario::Watch(options) = scenario {
        let table = watch::measure(&options).await?;
        return documents::print(&if json { table.json() } else { table.text() });
    }
    if let Scenario::Bids(options) = scenario {
        let table = bids::measure(&options).await?;
        return documents::print(&if json { table.json() } else { table.text() });
    }
    if let Scenario::Ends(options) = scenario {
        let table = ends::measure(&options).await?;
        return documents::print(&if json { table.json() } else { table.text() });
    }
    // The sockets share one thread, and the server has the other core.
    let work = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, measure(scenario))
    });
    let table = work.await??;
    documents::print(&if json { table.json() } else { table.text() })
}

async fn measure(scenario: Scenario) -> anyhow::Result<table::Table> {
    match scenario {
        Scenario::Fanout(options) => fanout::measure(options).await,
        Scenario::Idle(options) => idle::measure(options).await,
        Scenario::Rooms(options) => rooms::measure(options).await,
        Scenario::Resume(options) => resume::measure(options).await,
        Scenario::Watch(_) | Scenario::Bids(_) | Scenario::Ends(_) | Scenario::Server => {
            anyhow::bail!("it is measured elsewhere")
        }
    }
}

/// The time of this machine in microseconds since 1970: both processes read the same clock.
#[expect(clippy::disallowed_methods, reason = "a measurement is of real time")]
fn unix_micros() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_micros()).unwrap_or(i64::MAX)
}

/// A rhythm; the first beat is at once.
#[expect(clippy::disallowed_methods, reason = "a measurement is of real time")]
fn beat(every: Duration) -> tokio::time::Interval {
    tokio::time::interval(every)
}

/// Lets some time pass.
#[expect(clippy::disallowed_methods, reason = "a measurement is of real time")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
