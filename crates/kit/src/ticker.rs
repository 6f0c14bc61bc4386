//! Work that every node does again and again, on its own clock.
//!
//! A schedule of the task queue runs once over all nodes and costs writes; a ticker runs on each
//! node and costs what it does. It is for looking after something that each node has in memory, or
//! that is asked for so often that rows for it would be too many.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::SharedClock;
use futures_util::FutureExt as _;
use tokio::sync::watch;

use crate::{BoxFuture, Ctx, ctx::WeakCtx};

/// After a panic it is tried again this much later.
const AFTER_PANIC: Duration = Duration::from_secs(1);

type Look = Arc<dyn Fn(Ctx) -> BoxFuture<'static, Duration> + Send + Sync>;

/// What a module wants to look after.
pub(crate) struct TickerSpec {
    name: &'static str,
    look: Look,
}

impl TickerSpec {
    pub(crate) fn new<F, Fut>(name: &'static str, look: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Duration> + Send + 'static,
    {
        Self { name, look: Arc::new(move |ctx| Box::pin(look(ctx))) }
    }
}

/// When a ticker looks next, on the monotonic clock in milliseconds; [`LOOKING`] while it does.
type Due = AtomicU64;

const LOOKING: u64 = 0;

/// The tickers of this node.
#[derive(Clone)]
pub struct Tickers {
    list: Arc<Mutex<Vec<TickerSpec>>>,
    due: Arc<Vec<Due>>,
    changed: watch::Sender<u64>,
}

impl Tickers {
    pub(crate) fn new(list: Vec<TickerSpec>) -> Self {
        let due = list.iter().map(|_| Due::new(u64::MAX)).collect();
        let changed = watch::Sender::new(0);
        Self { list: Arc::new(Mutex::new(list)), due: Arc::new(due), changed }
    }

    pub(crate) fn start(&self, ctx: &Ctx) {
        let list = std::mem::take(&mut *self.list.lock().unwrap_or_else(PoisonError::into_inner));
        for (at, spec) in list.into_iter().enumerate() {
            self.set(at, LOOKING);
            ctx.spawn(self.clone().run(at, spec, ctx.downgrade()));
        }
    }

    fn set(&self, at: usize, due: u64) {
        self.due[at].store(due, Ordering::Release);
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    async fn run(self, at: usize, spec: TickerSpec, house: WeakCtx) {
        loop {
            // Held while it looks, not while it waits: a house that is dropped is gone.
            let Some(ctx) = house.upgrade() else { return };
            let (clock, stop) = (ctx.clock().clone(), ctx.stopping().clone());
            self.set(at, LOOKING);
            let began = clock.monotonic();
            let looked = AssertUnwindSafe((spec.look)(ctx)).catch_unwind().await;
            let wait = looked.unwrap_or_else(|_| {
                tracing::error!(ticker = spec.name, "a ticker has panicked");
                AFTER_PANIC
            });
            // What it found to come is counted from then: a look may take its time.
            let due = began.saturating_add(wait);
            let sleep = clock.sleep(due.saturating_sub(clock.monotonic()));
            self.set(at, millis(due).max(1));
            tokio::select! {
                () = sleep => {}
                () = stop.cancelled() => return self.set(at, u64::MAX),
            }
        }
    }

    /// Waits until each has looked at whatever is due on `clock`.
    pub async fn idle(&self, clock: &SharedClock) {
        let mut changed = self.changed.subscribe();
        loop {
            changed.borrow_and_update();
            let now = millis(clock.monotonic());
            if self.due.iter().all(|due| due.load(Ordering::Acquire) > now) {
                return;
            }
            if changed.changed().await.is_err() {
                return;
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
