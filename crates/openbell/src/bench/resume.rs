//! Clients that are cut and come back: nothing may be missing, nothing may come twice.

use std::{
    cell::{Cell, RefCell},
    io,
    net::SocketAddr,
    rc::Rc,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use serde::Deserialize;
use tokio::{net::TcpStream, sync::Notify, task::spawn_local};

use super::{
    Common, beat,
    crowd::{PATIENCE, next_frame, open, send_all, within},
    pause,
    subject::Subject,
    table::{Table, percentile},
    unix_micros,
};

/// A path whose connections follow nothing until they ask.
const PATH: &str = "/ws/bench/-";
const TOPIC: &str = "bench:0";
const PADDING_BYTES: usize = 100;
const READ_BYTES: usize = 8 * 1024;

#[derive(Args)]
pub(crate) struct Options {
    /// How many clients there are
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    clients: u16,
    /// How often each is cut
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    cuts: u16,
    /// How long a cut lasts, in milliseconds
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u16).range(0..=60_000))]
    away_ms: u16,
    /// Messages a second, all the time
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pace: u16,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn measure(options: Options) -> anyhow::Result<Table> {
    ensure!(options.common.beside.is_none(), "the yardstick has no history");
    let mut table = Table::new(format!(
        "{} clients, each cut {} times for {} ms, {} messages a second",
        options.clients, options.cuts, options.away_ms, options.pace
    ));
    for _ in 0..options.common.rounds {
        round(&options, &mut table).await?;
    }
    Ok(table)
}

/// What all clients share.
#[derive(Default)]
struct Story {
    /// Microseconds from the first byte of a new connection to `subscribed`.
    resumes_us: RefCell<Vec<u32>>,
    recovered: Cell<u64>,
    live: Cell<u64>,
    /// The last message, once it is known.
    last: Cell<Option<u64>>,
    at_rest: Cell<usize>,
    news: Notify,
}

async fn round(options: &Options, table: &mut Table) -> anyhow::Result<()> {
    let mut subject = Subject::start(None).await?;
    let story = Rc::<Story>::default();
    let clients: Vec<_> = (0..usize::from(options.clients))
        .map(|number| {
            let (story, server) = (story.clone(), subject.address);
            let plan = Plan {
                number,
                cuts: options.cuts,
                away: Duration::from_millis(options.away_ms.into()),
            };
            spawn_local(live(plan, server, story))
        })
        .collect();
    let mut sent = 0;
    let mut beat = beat(Duration::from_secs(1) / u32::from(options.pace));
    while story.at_rest.get() < clients.len() {
        ensure!(clients.iter().filter(|client| client.is_finished()).count() == 0, "one gave up");
        beat.tick().await;
        subject.publish(0, 1, PADDING_BYTES).await?;
        sent += 1;
    }
    subject.published().await?;
    story.last.set(Some(sent));
    story.news.notify_waiters();
    let mut faults = 0;
    for client in clients {
        faults += within(PATIENCE, client).await???;
    }
    let mut times = story.resumes_us.take();
    times.sort_unstable();
    let row = subject.name;
    table.add(row, "messages", "", sent as f64);
    table.add(row, "deliveries by resume", "", story.recovered.get() as f64);
    table.add(row, "deliveries live", "", story.live.get() as f64);
    table.add(row, "lost, repeated or misordered", "", faults as f64);
    table.add(row, "resumed after, p50", "us", percentile(&times, 500));
    table.add(row, "resumed after, p99", "us", percentile(&times, 990));
    ensure!(faults == 0, "{faults} messages were missing, came twice or in the wrong order");
    subject.end().await
}

struct Plan {
    number: usize,
    cuts: u16,
    away: Duration,
}

/// The answer to a subscription.
#[derive(Deserialize)]
struct Subscribed {
    seq: u64,
    ep: String,
    #[serde(default)]
    recovered: bool,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    seq: u64,
}

/// One client's life; how many messages were not the next one.
async fn live(plan: Plan, server: SocketAddr, story: Rc<Story>) -> anyhow::Result<u64> {
    // From the beginning: the first message is number 1.
    let mut place = Place { seq: 0, epoch: None, faults: 0 };
    for cut in 0..=plan.cuts {
        let began = unix_micros();
        let mut socket = Socket::open(server, plan.number).await?;
        socket.resume(&mut place, &story).await?;
        if cut > 0 {
            let took = u32::try_from(unix_micros() - began).unwrap_or(u32::MAX);
            story.resumes_us.borrow_mut().push(took);
        }
        if cut == plan.cuts {
            story.at_rest.set(story.at_rest.get() + 1);
            return socket.until_the_end(place, &story).await;
        }
        // Each client has a rhythm of its own, the same in every run.
        let here =
            Duration::from_millis(300 + (plan.number as u64 * 37 + u64::from(cut) * 101) % 700);
        socket.listen(here, &mut place, &story).await?;
        drop(socket);
        pause(plan.away).await;
    }
    bail!("the last visit has no end")
}

/// What a client has processed.
struct Place {
    seq: u64,
    epoch: Option<String>,
    faults: u64,
}

impl Place {
    fn take(&mut self, seq: u64) {
        self.faults += u64::from(seq != self.seq + 1);
        self.seq = seq;
    }
}

struct Socket {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Socket {
    async fn open(server: SocketAddr, number: usize) -> anyhow::Result<Self> {
        let (stream, bytes) = within(PATIENCE, open(server, number, PATH)).await??;
        Ok(Self { stream, bytes })
    }

    /// The next text frame.
    async fn next(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut part = vec![0; READ_BYTES];
        loop {
            if let Some((payload, rest)) = next_frame(&self.bytes) {
                let (is_text, payload, rest) =
                    (self.bytes[0] == 0x81, payload.to_vec(), rest.to_vec());
                self.bytes = rest;
                if is_text {
                    return Ok(payload);
                }
                continue;
            }
            self.stream.readable().await?;
            match self.stream.try_read(&mut part) {
                Ok(0) => bail!("the server hung up"),
                Ok(count) => self.bytes.extend_from_slice(&part[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Restores the subscription in one frame.
    async fn resume(&mut self, place: &mut Place, story: &Story) -> anyhow::Result<()> {
        let since = match &place.epoch {
            Some(epoch) => serde_json::json!([place.seq, epoch]),
            None => serde_json::Value::Null,
        };
        let frame = serde_json::json!({"type": "connect", "id": 1, "resume": {TOPIC: since}});
        send_all(&self.stream, &masked(&frame.to_string())?).await?;
        let answer = loop {
            let frame = within(PATIENCE, self.next()).await??;
            if frame.starts_with(br#"{"type":"subscribed""#) {
                break serde_json::from_slice::<Subscribed>(&frame)?;
            }
        };
        if place.epoch.is_some() {
            ensure!(
                answer.recovered,
                "a resume brought no events: {} to {}",
                place.seq,
                answer.seq
            );
        } else {
            place.seq = answer.seq;
        }
        story.recovered.set(story.recovered.get() + answer.events.len() as u64);
        for event in answer.events {
            place.take(event.seq);
        }
        place.faults += u64::from(place.seq != answer.seq);
        place.epoch = Some(answer.ep);
        Ok(())
    }

    /// Takes what comes for a while, then is cut wherever it is.
    async fn listen(
        &mut self,
        time: Duration,
        place: &mut Place,
        story: &Story,
    ) -> anyhow::Result<()> {
        let listening = async {
            loop {
                let frame = self.next().await?;
                take(&frame, place, story)?;
            }
        };
        match within(time, listening).await {
            Ok(ended) => ended,
            Err(_) => Ok(()),
        }
    }

    /// Listens until it has the last message.
    async fn until_the_end(mut self, mut place: Place, story: &Story) -> anyhow::Result<u64> {
        while story.last.get().is_none_or(|last| place.seq < last) {
            let news = story.news.notified();
            tokio::select! {
                frame = self.next() => take(&frame?, &mut place, story)?,
                () = news => {}
            }
        }
        Ok(place.faults)
    }
}

fn take(frame: &[u8], place: &mut Place, story: &Story) -> anyhow::Result<()> {
    if frame.starts_with(b"{\"ch\":") {
        let event: Event = serde_json::from_slice(frame).context("an event")?;
        place.take(event.seq);
        story.live.set(story.live.get() + 1);
    } else if !frame.starts_with(br#"{"type":"ack""#) {
        place.faults += 1;
    }
    Ok(())
}

/// A client's text frame. The mask is zero, which is a mask like any other.
fn masked(text: &str) -> anyhow::Result<Vec<u8>> {
    let length = u16::try_from(text.len())?;
    let mut frame = vec![0x81];
    if length < 126 {
        frame.push(0x80 | u8::try_from(length)?);
    } else {
        frame.push(0x80 | 126);
        frame.extend_from_slice(&length.to_be_bytes());
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    Ok(frame)
}
