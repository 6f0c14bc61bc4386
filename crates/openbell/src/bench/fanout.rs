//! One room, many followers.

use std::{path::Path, time::Duration};

use anyhow::ensure;
use clap::Args;

use super::{
    Common, beat,
    crowd::{BATCH, Crowd, PATIENCE},
    stalled::Stalled,
    subject::Subject,
    table::{Table, percentile},
    unix_micros,
};

/// What a message has beside its padding, so that it is as long as was asked.
const AROUND_BYTES: usize = 92;
/// Bytes that are on their way to a follower at most. One that has so many waiting is slow, not
/// lost: half of what a connection may have queued.
const WINDOW_BYTES: usize = 128 * 1024;
/// Batches that are on their way at most.
const MAX_WINDOW: usize = 8;

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
    /// So many more that never read: afterwards everything is measured once more beside them
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=5_000))]
    stalled: u16,
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
    saturate(&mut subject, &crowd, followers, 0, messages, padding).await?;
    let (seconds, deliveries) =
        ((unix_micros() - began) as f64 / 1e6, (messages * followers) as f64);
    table.add(&row, "saturated", "deliveries/s", deliveries / seconds);
    let spent = (subject.cpu_us()? - cpu) / deliveries;
    table.add(&row, "server CPU, saturated", "us/delivery", spent);
    let load = Load { options, crowd: &crowd, followers, padding };
    let alone = load.pace(&mut subject).await?;
    table.add(&row, "server CPU, everyday rate", "us/delivery", alone.cpu_us);
    table.add(&row, "on the way, p50", "us", alone.p50_us);
    table.add(&row, "on the way, p99", "us", alone.p99_us);
    if options.stalled > 0 {
        beside_stalled(&load, &mut subject, messages, &alone, table, &row).await?;
    }
    ensure!(crowd.tally.wrong.get() == 0, "{row}: {} were wrong", crowd.tally.wrong.get());
    table.add(&row, "lost, repeated or misordered", "", 0.0);
    crowd.leave();
    subject.end().await
}

/// As many as go through, with a bounded number on their way. `before` batches came earlier.
async fn saturate(
    subject: &mut Subject,
    crowd: &Crowd,
    followers: usize,
    before: usize,
    messages: usize,
    padding: usize,
) -> anyhow::Result<()> {
    let bytes = padding + AROUND_BYTES;
    let window = (WINDOW_BYTES / bytes / BATCH).clamp(1, MAX_WINDOW) * BATCH;
    let mut sent = 0;
    for done in (BATCH..=messages).step_by(BATCH) {
        while sent < messages && sent + BATCH <= done - BATCH + window {
            subject.publish(0, BATCH, padding).await?;
            sent += BATCH;
        }
        let through = before * BATCH + done;
        crowd.tally.until("saturated", |tally| tally.complete(through) >= followers).await?;
    }
    subject.published().await
}

/// Who follows the room, and what they get.
struct Load<'a> {
    options: &'a Options,
    crowd: &'a Crowd,
    followers: usize,
    padding: usize,
}

/// What the everyday rate takes.
struct Everyday {
    cpu_us: f64,
    p50_us: f64,
    p99_us: f64,
}

impl Load<'_> {
    /// An everyday rate, one message at a time.
    async fn pace(&self, subject: &mut Subject) -> anyhow::Result<Everyday> {
        let Self { options, crowd, followers, padding } = *self;
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
        let name = subject.name;
        ensure!(crowd.tally.messages.get() == wanted, "{name}: messages are missing");
        subject.published().await?;
        let mut times = crowd.tally.on_the_way_us.take().unwrap_or_default();
        times.sort_unstable();
        Ok(Everyday {
            cpu_us: (subject.cpu_us()? - cpu) / times.len() as f64,
            p50_us: percentile(&times, 500),
            p99_us: percentile(&times, 990),
        })
    }
}

/// The same rate beside connections that have stalled: what those cost the others, and the server.
async fn beside_stalled(
    load: &Load<'_>,
    subject: &mut Subject,
    messages: usize,
    alone: &Everyday,
    table: &mut Table,
    row: &str,
) -> anyhow::Result<()> {
    let count = usize::from(load.options.stalled);
    let stalled = Stalled::connect(subject.address, count, "/ws/bench/0").await?;
    let memory = subject.memory_bytes()?;
    // Batches are counted by the messages' numbers: the last one is filled up first.
    let came = usize::try_from(load.crowd.tally.messages.get())? / load.followers;
    let before = came.div_ceil(BATCH);
    if before * BATCH > came {
        subject.publish(0, before * BATCH - came, load.padding).await?;
    }
    saturate(subject, load.crowd, load.followers, before, messages, load.padding).await?;
    let grown = subject.memory_bytes()? - memory;
    let beside = load.pace(subject).await?;
    let sent = messages * usize::from(load.options.bytes);
    let reached = stalled.hang_up();
    ensure!(reached < sent as u64, "{row}: nobody stalled; more or longer messages are needed");
    table.add(row, "on the way beside stalled, p50", "us", beside.p50_us);
    table.add(row, "on the way beside stalled, p99", "us", beside.p99_us);
    table.add(row, "p50, beside stalled to alone", "", beside.p50_us / alone.p50_us);
    table.add(row, "p99, beside stalled to alone", "", beside.p99_us / alone.p99_us);
    table.add(row, "memory of a stalled one", "KiB", grown / 1024.0 / count as f64);
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
