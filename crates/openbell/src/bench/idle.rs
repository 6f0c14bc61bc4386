//! Connections that say nothing: what each costs, how fast they come, what they leave behind.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use clap::Args;

use super::{
    Common,
    crowd::{Crowd, PATIENCE, open, within},
    pause,
    subject::Subject,
    table::Table,
    unix_micros,
};

/// A path whose connections follow nothing.
const PATH: &str = "/ws/bench/-";
/// How long memory may take to come back.
const REST: Duration = Duration::from_secs(2);

#[derive(Args)]
pub(crate) struct Options {
    /// How many connections there are at once
    #[arg(long, default_value_t = 10_000,
        value_parser = clap::value_parser!(u16).range(1..=15_000))]
    connections: u16,
    /// How many come and go together
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u16).range(1..=15_000))]
    wave: u16,
    /// How often they come and go
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=50))]
    waves: u16,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn measure(options: Options) -> anyhow::Result<Table> {
    let mut table = Table::new("connections that say nothing");
    for _ in 0..options.common.rounds {
        round(&options, None, &mut table).await?;
        if let Some(beside) = &options.common.beside {
            round(&options, Some(beside), &mut table).await?;
        }
    }
    Ok(table)
}

async fn round(options: &Options, beside: Option<&Path>, table: &mut Table) -> anyhow::Result<()> {
    let subject = Subject::start(beside).await?;
    let row = format!("{}, {} connections", subject.name, options.connections);
    let path = |_| PATH.to_owned();
    // The first connection brings in what all share.
    Crowd::connect(subject.address, 1, path).await?.leave();
    let empty = subject.memory_bytes()?;
    let (began, size) = (unix_micros(), usize::from(options.connections));
    let crowd = Crowd::connect(subject.address, size, path).await?;
    let seconds = (unix_micros() - began) as f64 / 1e6;
    pause(REST).await;
    let each = (subject.memory_bytes()? - empty) / size as f64;
    table.add(&row, "memory", "bytes each", each);
    table.add(&row, "connects", "1/s", size as f64 / seconds);
    ensure!(crowd.tally.wrong.get() == 0, "connections were lost");
    crowd.leave();
    pause(REST).await;

    // The yardstick does not read, so it never learns who has gone.
    if beside.is_none() {
        waves(options, &subject, &row, table).await?;
    }
    subject.end().await
}

/// Connections come and go; then a new one is timed while all the others are being cut.
async fn waves(
    options: &Options,
    subject: &Subject,
    row: &str,
    table: &mut Table,
) -> anyhow::Result<()> {
    let (wave, path) = (usize::from(options.wave), |_| PATH.to_owned());
    let mut after = Vec::new();
    let mut waits = Vec::new();
    for _ in 0..options.waves {
        let crowd = Crowd::connect(subject.address, wave, path).await?;
        crowd.leave();
        // The sockets are dropped when this task waits for the first time, so it stands in line
        // behind them.
        let began = unix_micros();
        within(PATIENCE, open(subject.address, 0, PATH))
            .await?
            .context("a connection after a cut")?;
        waits.push((unix_micros() - began) as f64 / 1e3);
        pause(REST).await;
        after.push(subject.memory_bytes()?);
    }
    let (first, last) = (after.first().context("no wave")?, after.last().context("no wave")?);
    table.add(row, "memory after the first wave", "MiB", first / 1_048_576.0);
    table.add(row, "memory after the last wave", "MiB", last / 1_048_576.0);
    table.add(row, "new one after a cut, slowest", "ms", waits.into_iter().fold(0.0, f64::max));
    Ok(())
}
