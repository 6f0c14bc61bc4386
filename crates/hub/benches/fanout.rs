//! How fast one topic reaches a crowd, within one process: sockets that only count.
//!
//! `cargo bench -p openbell-hub [-- <subscribers> …]`. Prints, per crowd and kind of topic:
//! deliveries per second of wall time and per second of CPU, how long a publish call takes, and
//! how long a lone frame takes until the last subscriber has it.

// It measures real time, and no house is here to take the clock from.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{Clock, IdGenerator, Scope, SharedClock, Sleep, TenantId, Timestamp, Topic};
use hub::{
    Backend, BoxFuture, ClientFrame, Endpoint, Gone, Hub, HubConfig, Identity, Inbound,
    MemoryBroker, Opened, Opening, Outbound, Position, Refusal, Replay, Sent, Session, StreamFrame,
    Text, Transport, TransportReader, TransportWriter,
};
use serde_json::value::RawValue;
use tokio_util::task::TaskTracker;

const TENANT: TenantId = TenantId::DEFAULT;
const BODY_BYTES: usize = 150;
const PATIENCE: Duration = Duration::from_secs(20);

struct RealClock(Instant);

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000).plus(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

struct NoJournal;

impl Backend for NoJournal {
    fn open(
        &self,
        _scope: Scope,
        topic: Topic,
        _since: Option<Position>,
        _want_snapshot: bool,
    ) -> BoxFuture<'static, Result<Opened, Refusal>> {
        let head = Position::new(0, "bench");
        let latest = topic.family() == "auction";
        let opened = if latest { Opened::latest(head) } else { Opened::at(head) };
        Box::pin(std::future::ready(Ok(opened)))
    }

    fn replay(
        &self,
        _tenant: TenantId,
        _topic: Topic,
        _after: u64,
        _limit: usize,
    ) -> BoxFuture<'static, Result<Replay, Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::unavailable("there is none"))))
    }

    fn authenticate(&self, _token: String) -> BoxFuture<'static, Result<Identity, Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::unauthorized("nobody"))))
    }
}

struct Plain;

impl Endpoint for Plain {
    fn name(&self) -> &'static str {
        "bench"
    }

    fn start(&self, _session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn verb(
        &self,
        _session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::unknown_type(frame.kind()))))
    }
}

/// Says one thing, then listens and counts.
struct Counting {
    says: Text,
    frames: Arc<AtomicU64>,
}

struct Says(Option<Text>);

struct Counts {
    frames: Arc<AtomicU64>,
}

impl Transport for Counting {
    type Reader = Says;
    type Writer = Counts;

    fn split(self) -> (Says, Counts) {
        (Says(Some(self.says)), Counts { frames: self.frames })
    }
}

impl TransportReader for Says {
    async fn recv(&mut self) -> Option<Inbound> {
        match self.0.take() {
            Some(text) => Some(Inbound::Text(text)),
            None => std::future::pending().await,
        }
    }
}

impl TransportWriter for Counts {
    async fn send(&mut self, messages: &mut Vec<Outbound>) -> Result<Sent, Gone> {
        let texts = messages.drain(..).filter(|message| matches!(message, Outbound::Text(_)));
        self.frames.fetch_add(texts.count() as u64, Ordering::Release);
        Ok(Sent::All)
    }

    async fn end(&mut self) -> Result<(), Gone> {
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Stream,
    Latest,
}

struct Crowd {
    hub: Hub,
    topic: Topic,
    kind: Kind,
    size: u64,
    frames: Arc<AtomicU64>,
    sent: u64,
    tasks: TaskTracker,
}

impl Crowd {
    async fn new(kind: Kind, size: u64) -> Self {
        let clock: SharedClock = Arc::new(RealClock(Instant::now()));
        let hub =
            Hub::new(clock.clone(), HubConfig::default(), Arc::new(NoJournal), MemoryBroker::new());
        let topic: Topic =
            if kind == Kind::Latest { "auction:1" } else { "property:1" }.parse().unwrap();
        let (frames, tasks) = (Arc::<AtomicU64>::default(), TaskTracker::new());
        let ids = IdGenerator::new(clock);
        let endpoint: Arc<dyn Endpoint> = Arc::new(Plain);
        for _ in 0..size {
            let says = Text::from(format!(r#"{{"type":"subscribe","ch":"{topic}"}}"#));
            let opening = Opening {
                identity: None,
                tenant: TENANT,
                token: None,
                remote: String::new(),
                session: ids.next_id(),
                requires_user: false,
                refuse: None,
            };
            let socket = Counting { says, frames: frames.clone() };
            tasks.spawn(hub.serve(socket, endpoint.clone(), opening));
        }
        let crowd = Self { hub, topic, kind, size, frames, sent: 0, tasks };
        crowd.wait_for(size).await;
        crowd
    }

    async fn wait_for(&self, frames: u64) {
        let start = Instant::now();
        while self.frames.load(Ordering::Acquire) < frames {
            // Who lags on a busy machine gets one `resync` for many frames; that is no measurement.
            assert!(start.elapsed() < PATIENCE, "frames are missing: {:?}", self.hub.stats());
            tokio::task::yield_now().await;
        }
    }

    fn publish(&mut self, body: &Arc<str>) {
        self.sent += 1;
        let (topic, body) = (self.topic.clone(), body.clone());
        if self.kind == Kind::Latest {
            return self.hub.publish_latest(TENANT, topic, None, self.sent, body);
        }
        let at = Timestamp::from_millis(1_700_000_000_000);
        let frame = StreamFrame { tenant: TENANT, topic, seq: self.sent, at, body };
        self.hub.publish(vec![frame]);
    }

    async fn end(self) {
        self.hub.shutdown().await;
        self.tasks.close();
        drop(self.tasks);
    }
}

/// CPU time of this process; the clock of the kernel ticks each 10 ms.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

fn percentile(sorted: &[Duration], per_mille: usize) -> Duration {
    sorted[(sorted.len() - 1) * per_mille / 1000]
}

/// As many as go through. A burst of 64 is on its way at most, so that nobody lags.
async fn saturate(crowd: &mut Crowd, body: &Arc<str>, total: u64) {
    let (start, cpu_start, before) = (Instant::now(), cpu(), crowd.frames.load(Ordering::Acquire));
    let mut calls = Vec::new();
    let rounds = total / crowd.size;
    for _ in 0..rounds {
        if crowd.kind == Kind::Stream {
            crowd.wait_for((crowd.sent + 1).saturating_sub(64) * crowd.size).await;
        }
        let call = Instant::now();
        crowd.publish(body);
        calls.push(call.elapsed());
    }
    if crowd.kind == Kind::Stream {
        crowd.wait_for((crowd.sent + 1) * crowd.size).await;
    } else {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (wall, used) = (start.elapsed(), cpu() - cpu_start);
    calls.sort_unstable();
    let offered = rounds * crowd.size;
    let written = crowd.frames.load(Ordering::Acquire) - before;
    println!(
        "  saturated: {:>9.0} offered/s wall, {:>9.0} per CPU second, {:.0} % written; \
         publish p50 {:?} p99 {:?}",
        offered as f64 / wall.as_secs_f64(),
        offered as f64 / used.as_secs_f64(),
        written as f64 * 100.0 / offered as f64,
        percentile(&calls, 500),
        percentile(&calls, 990),
    );
}

/// One frame at a time, each waited for.
async fn lone(crowd: &mut Crowd, body: &Arc<str>, rounds: usize) {
    let base = crowd.frames.load(Ordering::Acquire);
    let (mut calls, mut ends) = (Vec::new(), Vec::new());
    let cpu_start = cpu();
    for round in 1..=rounds as u64 {
        let start = Instant::now();
        crowd.publish(body);
        calls.push(start.elapsed());
        crowd.wait_for(base + round * crowd.size).await;
        ends.push(start.elapsed());
    }
    let used = cpu() - cpu_start;
    calls.sort_unstable();
    ends.sort_unstable();
    let deliveries = rounds as f64 * crowd.size as f64;
    println!(
        "  one by one: {:>8.0} deliveries per CPU second; publish p50 {:?} p99 {:?}; \
         last has it p50 {:?} p99 {:?}",
        deliveries / used.as_secs_f64(),
        percentile(&calls, 500),
        percentile(&calls, 990),
        percentile(&ends, 500),
        percentile(&ends, 990),
    );
}

async fn measure(kind: Kind, size: u64) {
    let pad = "x".repeat(BODY_BYTES - 26);
    let body: Arc<str> = format!(r#"{{"type":"event","pad":"{pad}"}}"#).into();
    let mut crowd = Crowd::new(kind, size).await;
    let name = if kind == Kind::Stream { "stream" } else { "latest" };
    println!("{name}, {size} subscribers");
    // The first round warms up.
    lone(&mut crowd, &body, 3).await;
    lone(&mut crowd, &body, usize::try_from(2_000_000 / size).unwrap_or(1).clamp(20, 2000)).await;
    saturate(&mut crowd, &body, 10_000_000).await;
    assert_eq!(crowd.hub.stats().resyncs, 0);
    crowd.end().await;
}

fn main() {
    let sizes: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000] } else { sizes };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for size in sizes {
        for kind in [Kind::Stream, Kind::Latest] {
            // On a worker, where handlers publish from, and not on the thread outside.
            let tasks = TaskTracker::new();
            runtime.block_on(tasks.spawn_on(measure(kind, size), runtime.handle())).unwrap();
        }
    }
}
