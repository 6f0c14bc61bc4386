//! One hot auction: as many bids as are answered, beside a program that has a transaction for each;
//! then an even rate, asked of the engine, and over sockets while others watch.
//!
//! The house is the real one but for accounts: whoever has a token is somebody. It runs in this
//! process; who bids shares one of its threads, who watches another.

use std::{
    cell::{Cell, RefCell},
    future::pending,
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    sync::mpsc::RecvTimeoutError,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use clap::Args;
use domain::UserId;
use futures_util::{SinkExt, StreamExt, stream::FuturesUnordered};
use serde_json::{Value, json};
use tokio::{
    process::Command,
    sync::{Notify, mpsc, oneshot},
};
use tokio_tungstenite::tungstenite::Message;

use super::{
    crowd::{connect, until},
    house::House,
    table::{Table, percentile},
    unix_micros,
};
use crate::cli::Failure;

#[derive(Args)]
pub(crate) struct Options {
    /// How many bid
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(2..=1_000))]
    bidders: u16,
    /// How many watch while bids come over sockets
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u16).range(0..=5_000))]
    watchers: u16,
    /// The even rate, in bids a second
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    rate: u32,
    /// How long each part takes, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=60))]
    seconds: u16,
    /// An empty PostgreSQL database, in the place of SQLite
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// How often it is done; the medians are printed
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    rounds: u16,
    /// A program that has a transaction for each bid, measured in turns: the yardstick
    #[arg(long, value_name = "PROGRAM")]
    beside: Option<PathBuf>,
}

pub(super) async fn measure(options: &Options) -> Result<Table, Failure> {
    let title = format!("one auction, {} bidders, what they bid is held", options.bidders);
    let mut table = Table::new(title);
    for _ in 0..options.rounds {
        // What was written before, and removed, is the disk's affair until then.
        rustix::fs::sync();
        let arena = Arena::open(options).await?;
        // The log of SQLite grows to its size, as it has in a house that runs for a while.
        arena.run(options.seconds, 0).await?;
        saturated(&arena, options, &mut table).await?;
        even(&arena, options, &mut table).await?;
        sockets(&arena, options, &mut table).await?;
        arena.house.running.stop().await;
        if let Some(program) = &options.beside {
            rustix::fs::sync();
            let rate = one_by_one(program, options).await?;
            table.add("yardstick", "saturated", "bids/s", rate);
        }
    }
    if let (Some(own), Some(other)) =
        (table.median("openbell", "saturated"), table.median("yardstick", "saturated"))
    {
        table.note(format!("saturated: {:.1} times the yardstick's", own / other));
    }
    Ok(table)
}

/// A house and who bids there.
struct Arena {
    house: House,
    bidders: Vec<UserId>,
}

impl Arena {
    async fn open(options: &Options) -> Result<Self, Failure> {
        let house = House::start(options.database.as_deref()).await?;
        let ids = house.running.ctx().ids();
        let bidders = (0..options.bidders).map(|_| ids.next_user_id()).collect();
        Ok(Self { house, bidders })
    }

    /// Bids on a new auction inside of the house; what was measured.
    async fn run(&self, seconds: u16, rate: u32) -> Result<Value, Failure> {
        let args = json!({ "bidders": self.bidders, "seconds": seconds, "rate": rate });
        self.house.command("auctions.measure", args).await
    }
}

fn times(found: &Value) -> Vec<u32> {
    let times = found["times_us"].as_array().into_iter().flatten();
    times.filter_map(|time| u32::try_from(time.as_u64()?).ok()).collect()
}

async fn saturated(arena: &Arena, options: &Options, table: &mut Table) -> Result<(), Failure> {
    let found = arena.run(options.seconds, 0).await?;
    let (bids, seconds) = (found["bids"].as_f64(), found["seconds"].as_f64());
    let rate = bids.zip(seconds).map_or(f64::NAN, |(bids, seconds)| bids / seconds);
    table.add("openbell", "saturated", "bids/s", rate);
    let times = times(&found);
    table.add("openbell", "saturated, p50", "us", percentile(&times, 500));
    table.add("openbell", "saturated, p99", "us", percentile(&times, 990));
    Ok(())
}

async fn even(arena: &Arena, options: &Options, table: &mut Table) -> Result<(), Failure> {
    let times = times(&arena.run(options.seconds, options.rate).await?);
    table.add("openbell", "even rate, engine, p50", "us", percentile(&times, 500));
    table.add("openbell", "even rate, engine, p99", "us", percentile(&times, 990));
    Ok(())
}

/// What the sockets have seen.
#[derive(Default)]
struct Seen {
    open: Cell<u32>,
    answered: Cell<u32>,
    times_us: RefCell<Vec<u32>>,
    progress: Notify,
}

impl Seen {
    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        until(&self.progress, || holds(self)).await.with_context(|| what.to_owned())
    }

    fn saw(&self, text: &str) {
        if text.contains(r#""type":"auction_state""#) {
            self.open.set(self.open.get() + 1);
            self.progress.notify_one();
        } else if text.contains(r#""type":"ack""#) || text.contains(r#""type":"error""#) {
            self.answered.set(self.answered.get() + 1);
            // The id is the moment at which the bid was due.
            let due = text
                .split_once(r#""id":"#)
                .and_then(|(_, rest)| rest.split([',', '}']).next()?.parse::<i64>().ok());
            let took = due.and_then(|due| u32::try_from(unix_micros() - due).ok());
            self.times_us.borrow_mut().extend(took);
            self.progress.notify_one();
        }
    }
}

async fn socket(
    (server, path): (SocketAddr, &str),
    token: Option<&str>,
    mut bids: mpsc::UnboundedReceiver<String>,
    seen: &Seen,
) -> anyhow::Result<()> {
    let mut socket = connect(server, path, token).await?;
    loop {
        tokio::select! {
            frame = socket.next() => {
                if let Message::Text(text) = frame.context("a connection ended")?? {
                    seen.saw(&text);
                }
            }
            Some(bid) = bids.recv() => socket.send(Message::text(bid)).await?,
        }
    }
}

/// Fails as soon as one of them does.
async fn one_of<F>(sockets: &mut FuturesUnordered<F>) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    match sockets.next().await {
        Some(ended) => ended,
        None => pending().await,
    }
}

/// Sockets that follow the auction, on a thread of their own: who bids would wait on a client's
/// computer until all others have read what they were sent.
fn watch(
    (server, path): (SocketAddr, String),
    watchers: u16,
    open: oneshot::Sender<()>,
    stop: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let seen = Seen::default();
        let nothing = || mpsc::unbounded_channel().1;
        let mut sockets: FuturesUnordered<_> =
            (0..watchers).map(|_| socket((server, &path), None, nothing(), &seen)).collect();
        let followed = async {
            seen.until("watchers", |seen| seen.open.get() == u32::from(watchers)).await?;
            let _ = open.send(());
            let _ = stop.await;
            Ok(())
        };
        tokio::select! {
            ended = one_of(&mut sockets) => ended,
            done = followed => done,
        }
    })
}

async fn sockets(arena: &Arena, options: &Options, table: &mut Table) -> Result<(), Failure> {
    let found = arena.run(0, 0).await?;
    let house = &arena.house;
    let path = format!("/ws/auction/{}", found["auction"].as_str().unwrap_or_default());
    let (server, watchers) = (house.running.address, options.watchers);
    let ((opening, open), (stop, stopping)) = (oneshot::channel(), oneshot::channel());
    let place = (server, path.clone());
    let watching = tokio::task::spawn_blocking(move || watch(place, watchers, opening, stopping));
    // Where it has failed it says why at the end.
    let _ = open.await;

    let seen = Seen::default();
    let tokens: Vec<_> =
        arena.bidders.iter().map(|who| house.token(*who)).collect::<Result<_, _>>()?;
    let (mut senders, mut sockets) = (Vec::new(), FuturesUnordered::new());
    for token in &tokens {
        let (sender, bids) = mpsc::unbounded_channel();
        senders.push(sender);
        sockets.push(socket((server, &path), Some(token), bids, &seen));
    }
    let all = u32::try_from(sockets.len()).unwrap_or(u32::MAX);
    let (rate, count) = (options.rate, options.rate * u32::from(options.seconds));
    let bids = async {
        seen.until("sockets", |seen| seen.open.get() == all).await?;
        // A thread of its own keeps the beat: the runtime's timer has steps of a millisecond.
        let (_goes_on, given_up) = std::sync::mpsc::channel();
        let beat =
            tokio::task::spawn_blocking(move || send_bids(&senders, (rate, count), &given_up));
        seen.until("answers", |seen| seen.answered.get() == count).await?;
        Ok::<_, anyhow::Error>(beat.await?)
    };
    tokio::select! {
        ended = one_of(&mut sockets) => ended?,
        done = bids => done?,
    }
    drop(stop);
    watching.await.context("the watchers")??;
    let mut times = seen.times_us.take();
    times.sort_unstable();
    let watched = "even rate, sockets with watchers";
    table.add(watched, "bid to answer, p50", "us", percentile(&times, 500));
    table.add(watched, "bid to answer, p99", "us", percentile(&times, 990));
    Ok(())
}

/// Sends bids at an even rate, until it is given up; their ids are the moments at which they were
/// due. Blocks.
fn send_bids(
    senders: &[mpsc::UnboundedSender<String>],
    (rate, count): (u32, u32),
    given_up: &std::sync::mpsc::Receiver<()>,
) {
    let began = unix_micros();
    for number in 0..count {
        let due = began + i64::from(number) * 1_000_000 / i64::from(rate);
        let wait = u64::try_from(due - unix_micros()).unwrap_or(0);
        let waited = given_up.recv_timeout(Duration::from_micros(wait));
        if waited != Err(RecvTimeoutError::Timeout) {
            return;
        }
        let bid = json!({
            "type": "place_bid", "id": due, "key": format!("{number}"), "amount": 1,
            "max_accept": 1_000_000_000_000_i64,
        });
        let _ = senders[number as usize % senders.len()].send(bid.to_string());
    }
}

/// Runs the yardstick: bids a second.
async fn one_by_one(program: &PathBuf, options: &Options) -> Result<f64, Failure> {
    let folder = tempfile::tempdir().context("a folder for the database")?;
    let file = folder.path().join("bids.db");
    let place = options.database.clone().unwrap_or_else(|| file.display().to_string());
    let (bidders, seconds) = (options.bidders.to_string(), options.seconds.to_string());
    let mut command = Command::new(program);
    command.args([&place, &bidders, &seconds]).stdout(Stdio::piped()).kill_on_drop(true);
    let out = command.output().await.context("the yardstick does not start")?;
    let text = String::from_utf8_lossy(&out.stdout);
    let checked = || -> anyhow::Result<f64> {
        ensure!(out.status.success(), "the yardstick failed");
        text.trim().parse().context("what the yardstick says")
    };
    Ok(checked()?)
}
