//! Many rooms with a few followers each, as a marketplace has them.

use std::time::Duration;

use anyhow::ensure;
use clap::Args;

use super::{
    Common, beat,
    crowd::{BATCH, Crowd, PATIENCE},
    subject::Subject,
    table::{Table, percentile},
    unix_micros,
};

/// Publications that are on their way at most.
const AT_ONCE: usize = 32;
const PADDING_BYTES: usize = 100;

#[derive(Args)]
pub(crate) struct Options {
    /// How many rooms there are
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u16).range(1..=5_000))]
    rooms: u16,
    /// How many follow each
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    followers: u16,
    /// How many batches of messages each room gets, as fast as they go through
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    batches: u16,
    /// The everyday rate, in messages a second over all rooms
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pace: u32,
    /// How long the everyday rate is kept, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=60))]
    seconds: u16,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn measure(options: Options) -> anyhow::Result<Table> {
    ensure!(options.common.beside.is_none(), "the yardstick has one room");
    let size = usize::from(options.rooms) * usize::from(options.followers);
    ensure!(size <= 15_000, "{size} connections are more than 15,000");
    let mut table = Table::new(format!(
        "{} rooms, {} followers each; every message checked by every follower",
        options.rooms, options.followers
    ));
    for _ in 0..options.common.rounds {
        round(&options, size, &mut table).await?;
    }
    Ok(table)
}

async fn round(options: &Options, size: usize, table: &mut Table) -> anyhow::Result<()> {
    let mut subject = Subject::start(None).await?;
    let row = subject.name;
    let rooms = usize::from(options.rooms);
    let path = |i| format!("/ws/bench/{}", i % rooms);
    let crowd = Crowd::connect(subject.address, size, path).await?;

    let (began, cpu) = (unix_micros(), subject.cpu_us()?);
    let publications = rooms * usize::from(options.batches);
    let each = (BATCH * usize::from(options.followers)) as u64;
    for publication in 0..publications {
        // What everybody has whom it concerns, on the average.
        let wanted = (publication + 1).saturating_sub(AT_ONCE) as u64 * each;
        crowd.tally.until("rooms", |tally| tally.messages.get() >= wanted).await?;
        subject.publish(publication % rooms, BATCH, PADDING_BYTES).await?;
    }
    let deliveries = publications as u64 * each;
    crowd.tally.until("rooms", |tally| tally.messages.get() >= deliveries).await?;
    let seconds = (unix_micros() - began) as f64 / 1e6;
    table.add(row, "saturated", "deliveries/s", deliveries as f64 / seconds);
    let spent = (subject.cpu_us()? - cpu) / deliveries as f64;
    table.add(row, "server CPU, saturated", "us/delivery", spent);

    pace(options, &mut subject, &crowd, table).await?;
    ensure!(crowd.tally.wrong.get() == 0, "{} were wrong", crowd.tally.wrong.get());
    table.add(row, "lost, repeated or misordered", "", 0.0);
    crowd.leave();
    subject.end().await
}

async fn pace(
    options: &Options,
    subject: &mut Subject,
    crowd: &Crowd,
    table: &mut Table,
) -> anyhow::Result<()> {
    let messages = usize::try_from(options.pace)? * usize::from(options.seconds);
    let before = crowd.tally.messages.get();
    crowd.tally.on_the_way_us.replace(Some(Vec::new()));
    let cpu = subject.cpu_us()?;
    let mut beat = beat(Duration::from_secs(1) / options.pace);
    for message in 0..messages {
        beat.tick().await;
        // Not one after another: neighbours in the table would be warm.
        subject.publish(message * 7919 % usize::from(options.rooms), 1, PADDING_BYTES).await?;
    }
    subject.published().await?;
    let wanted = before + (messages * usize::from(options.followers)) as u64;
    let deadline = unix_micros() + i64::try_from(PATIENCE.as_micros()).unwrap_or(i64::MAX);
    while crowd.tally.messages.get() < wanted && unix_micros() < deadline {
        beat.tick().await;
    }
    ensure!(crowd.tally.messages.get() == wanted, "messages are missing");
    let mut times = crowd.tally.on_the_way_us.take().unwrap_or_default();
    times.sort_unstable();
    let spent = (subject.cpu_us()? - cpu) / times.len() as f64;
    table.add(subject.name, "server CPU, everyday rate", "us/delivery", spent);
    table.add(subject.name, "on the way, p50", "us", percentile(&times, 500));
    table.add(subject.name, "on the way, p99", "us", percentile(&times, 990));
    Ok(())
}
