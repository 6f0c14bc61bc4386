//! One room, many followers.

use std::{path::Path, time::Duration};

use anyhow::ensure;
use clap::Args;

use super::{
    Common, beat,
    crowd::{BATCH, Crowd, PATIENCE},
    subject::Subject,
    table::{Table, percentile},
    unix_micros,
};

/// What a message has beside its padding, so that it is as long as was asked.
const AROUND_BYTES: usize = 92;
/// Messages that are on their way at most. A follower that has so many waiting is slow, not lost:
/// less than what a connection may have queued.
const WINDOW: usize = 8 * BATCH;

#[derive(Args)]
pub(crate) struct Options {
    /// How many follow the room; may be given more than once
    #[arg(long, default_values_t = [1_000, 10_000],
        value_parser = clap::value_parser!(u16).range(1..=15_000))]
    followers: Vec<u16>,
    /// How long a message is, in bytes
    #[arg(long, default_value_t = 200,
        value_parser = clap::value_parser!(u16).range(100..=8_000))]
    bytes: u16,
    /// How many deliveries each round tries, as fast as they go through
    #[arg(long, default_value_t = 4_000_000,
        value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    deliveries: u64,
    /// The everyday rate, in deliveries a second
    #[arg(long, default_value_t = 20_000,
        value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pace: u32,
    /// How long the everyday rate is kept, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=60))]
    seconds: u16,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn measure(options: Options) -> anyhow::Result<Table> {
    let mut table = Table::new(format!(
        "one room, messages of {} bytes; every message checked by every follower",
        options.bytes
    ));
    for followers in &options.followers {
        for _ in 0..options.common.rounds {
            for beside in [None, options.common.beside.as_deref()] {
                round(&options, usize::from(*followers), beside, &mut table).await?;
                if options.common.beside.is_none() {
                    break;
                }
            }
        }
        if options.common.beside.is_some() {
            compare(&mut table, usize::from(*followers));
        }
    }
    Ok(table)
}

fn row(subject: &str, followers: usize) -> String {
    format!("{subject}, {followers} followers")
}

async fn round(
    options: &Options,
    followers: usize,
    beside: Option<&Path>,
    table: &mut Table,
) -> anyhow::Result<()> {
    let mut subject = Subject::start(beside).await?;
    let row = row(subject.name, followers);
    let crowd = Crowd::connect(subject.address, followers, |_| "/ws/bench/0".to_owned()).await?;
    let padding = usize::from(options.bytes).saturating_sub(AROUND_BYTES);
    let messages = usize::try_from(options.deliveries)? / followers / BATCH * BATCH;
    ensure!(messages > 0, "fewer deliveries than a batch for each follower");

    let (began, cpu) = (unix_micros(), subject.cpu_us()?);
    saturate(&mut subject, &crowd, followers, messages, padding).await?;
    let (seconds, deliveries) =
        ((unix_micros() - began) as f64 / 1e6, (messages * followers) as f64);
    table.add(&row, "saturated", "deliveries/s", deliveries / seconds);
    let spent = (subject.cpu_us()? - cpu) / deliveries;
    table.add(&row, "server CPU, saturated", "us/delivery", spent);
    pace(options, &mut subject, &crowd, followers, padding, table).await?;
    ensure!(crowd.tally.wrong.get() == 0, "{row}: {} were wrong", crowd.tally.wrong.get());
    table.add(&row, "lost, repeated or misordered", "", 0.0);
    crowd.leave();
    subject.end().await
}

/// As many as go through, with a bounded number on their way.
async fn saturate(
    subject: &mut Subject,
    crowd: &Crowd,
    followers: usize,
    messages: usize,
    padding: usize,
) -> anyhow::Result<()> {
    let mut sent = 0;
    for done in (BATCH..=messages).step_by(BATCH) {
        while sent < messages && sent + BATCH <= done - BATCH + WINDOW {
            subject.publish(0, BATCH, padding).await?;
            sent += BATCH;
        }
        crowd.tally.until("saturated", |tally| tally.complete(done) >= followers).await?;
    }
    subject.published().await
}

/// An everyday rate, one message at a time.
async fn pace(
    options: &Options,
    subject: &mut Subject,
    crowd: &Crowd,
    followers: usize,
    padding: usize,
    table: &mut Table,
) -> anyhow::Result<()> {
    let row = row(subject.name, followers);
    let interval = Duration::from_secs_f64(followers as f64 / f64::from(options.pace));
    let messages = (f64::from(options.seconds) / interval.as_secs_f64()).max(1.0) as u64;
    let before = crowd.tally.messages.get();
    crowd.tally.on_the_way_us.replace(Some(Vec::new()));
    let cpu = subject.cpu_us()?;
    let mut beat = beat(interval);
    for _ in 0..messages {
        beat.tick().await;
        subject.publish(0, 1, padding).await?;
    }
    let wanted = before + messages * followers as u64;
    let deadline = unix_micros() + i64::try_from(PATIENCE.as_micros()).unwrap_or(i64::MAX);
    while crowd.tally.messages.get() < wanted && unix_micros() < deadline {
        beat.tick().await;
    }
    ensure!(crowd.tally.messages.get() == wanted, "{row}: messages are missing");
    subject.published().await?;
    let mut times = crowd.tally.on_the_way_us.take().unwrap_or_default();
    times.sort_unstable();
    let spent = (subject.cpu_us()? - cpu) / times.len() as f64;
    table.add(&row, "server CPU, everyday rate", "us/delivery", spent);
    table.add(&row, "on the way, p50", "us", percentile(&times, 500));
    table.add(&row, "on the way, p99", "us", percentile(&times, 990));
    Ok(())
}

fn compare(table: &mut Table, followers: usize) {
    let ratio = |column| {
        let of = |subject| table.median(&row(subject, followers), column);
        Some(of("openbell")? / of("yardstick")?)
    };
    let fast = ratio("saturated").unwrap_or(f64::NAN);
    let cheap = ratio("server CPU, everyday rate").unwrap_or(f64::NAN);
    table.note(format!(
        "{followers} followers: {fast:.2} times the yardstick's deliveries, {cheap:.2} of its \
         processor time at the everyday rate"
    ));
}
