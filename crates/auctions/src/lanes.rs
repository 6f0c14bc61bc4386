//! One lane for each auction: what is asked of an auction is done in the order in which it came.
//!
//! While a commit is on its way, the bids that arrive gather; they are the next batch. There is no
//! timer and no lingering: a bid that finds the lane empty is committed alone. On SQLite a batch is
//! drawn when the writer comes to it, while the disk may still be taking those before it; on
//! PostgreSQL each waits for the one before. A lane has no state that anything depends on. What it
//! remembers is compared with the row by the commit, so several nodes may have a lane for the same
//! auction.

use std::{
    collections::{HashMap, VecDeque},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use domain::{Id, TenantId, Timestamp};
use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesOrdered};
use kit::{BoxFuture, Ctx, Error, Result};
use store::{Class, Dialect, Tx, args};
use tokio::sync::{Notify, oneshot};

use crate::{
    model::{Answer, Order},
    place_bid::{Batch, Committed, Moved, Seen, again, commit, write},
    publish::{Kind, Publisher, tell_outbid},
    rows::{Lot, Participant},
    sql,
};

/// Bids that are decided together, at most.
const BATCH: usize = 4_096;
/// What waits for one auction, at most; one more is told `busy`.
const QUEUE: usize = 16_384;
/// Lanes that are kept although nothing waits in them.
const KEPT_LANES: usize = 4_096;
/// Batches of one auction that may be under way on SQLite: one that is drawn next, one that is
/// being written, and those that the disk takes.
const UNDER_WAY: usize = 4;
/// So few bids are one batch: to begin another costs more than to wait for it.
const UNDIVIDED: usize = 16;
/// After another node was there before, so many batches go the sure way.
const CAUTION: u32 = 16;

/// What changed by something that a lane has done, for those who watch.
pub(crate) struct Changed {
    pub(crate) lot: Lot,
    pub(crate) kind: Kind,
}

/// Something that is done alone, with the instant at which it was asked for.
type Job = Box<dyn FnOnce(Ctx, Timestamp) -> BoxFuture<'static, Option<Changed>> + Send>;

struct WaitingBid {
    tenant: TenantId,
    order: Order,
    answer: Teller,
}

type Teller = oneshot::Sender<Result<Answer>>;

enum Waiting {
    Bid(WaitingBid),
    Alone(Job, Timestamp),
}

/// What a lane does next.
enum Next {
    /// Bids wait to be drawn.
    Draw,
    Alone(Job, Timestamp),
    /// There is something under way, and nothing to begin beside it.
    Wait,
    End,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    is_running: bool,
    /// Some batch is to be drawn from here soon.
    is_drawing: bool,
    /// Bids that were drawn and whose bidders have not been told.
    untold: usize,
    /// Time never goes back within a lane.
    last_at: Timestamp,
}

/// What this node knows of the auction behind the last batch.
#[derive(Default)]
enum Known {
    #[default]
    Nothing,
    /// A batch is being decided with it.
    Lent,
    Seen(Arc<Seen>),
}

#[derive(Default)]
struct Memory {
    known: Known,
    /// So many batches do not rely on it.
    caution: u32,
}

/// How much of what waits is drawn at once.
#[derive(Clone, Copy)]
enum Share {
    All,
    /// Up to half of those who bid, so that one half is decided while the disk takes the other. All
    /// of them in one batch would wait for the one and then for the other.
    Half,
}

impl Share {
    fn most(self, waiting: usize, untold: usize) -> usize {
        match self {
            Self::All => BATCH,
            Self::Half => (waiting + untold).div_ceil(2).clamp(UNDIVIDED, BATCH),
        }
    }
}

/// Bids that are decided together, from the moment at which that is about to happen.
struct Draw {
    share: Share,
    batch: OnceLock<Arc<Batch>>,
    /// Who waits for the decisions, since when.
    tellers: Mutex<Vec<(Timestamp, Teller)>>,
}

/// A batch that has been decided; without an outcome it has panicked.
struct Done {
    draw: Arc<Draw>,
    outcome: Option<store::Result<Option<Committed>>>,
}

struct Lane {
    auction: Id,
    queue: Mutex<Queue>,
    /// Something waits where nothing did.
    more: Notify,
    memory: Mutex<Memory>,
    publisher: Arc<Publisher>,
}

/// The lanes of this node.
#[derive(Default)]
pub(crate) struct Lanes(Mutex<HashMap<Id, Arc<Lane>>>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lanes {
    fn lane(&self, auction: Id) -> Arc<Lane> {
        let mut lanes = lock(&self.0);
        if let Some(lane) = lanes.get(&auction) {
            return lane.clone();
        }
        if lanes.len() >= KEPT_LANES {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1 || lock(&lane.queue).is_running);
        }
        let lane = Arc::new(Lane {
            auction,
            queue: Mutex::default(),
            more: Notify::new(),
            memory: Mutex::default(),
            publisher: Arc::default(),
        });
        lanes.insert(auction, lane.clone());
        lane
    }
}

/// Has a bid decided. Its time of receipt is now.
///
/// # Errors
/// The refusal, `not_found`, `key_reused`; `busy` when too much waits; the database's.
pub(crate) async fn bid(
    ctx: &Ctx,
    (tenant, auction): (TenantId, Id),
    order: impl FnOnce(Timestamp) -> Order,
) -> Result<Answer> {
    let lane = ctx.state::<Lanes>()?.lane(auction);
    let (answer, decided) = oneshot::channel();
    lane.push(ctx, |at| Waiting::Bid(WaitingBid { tenant, order: order(at), answer }))?;
    decided.await.unwrap_or_else(|_| Err(Error::unavailable("the lane was given up")))
}

/// Does something to an auction, alone, when its turn comes: `job` gets the instant at which it was
/// asked for, and says what changed.
///
/// # Errors
/// The job's own; `busy` when too much waits.
pub(crate) async fn alone<T, Fut>(
    ctx: &Ctx,
    auction: Id,
    job: impl FnOnce(Ctx, Timestamp) -> Fut + Send + 'static,
) -> Result<T>
where
    T: Send + 'static,
    Fut: Future<Output = Result<(T, Option<Changed>)>> + Send + 'static,
{
    let lane = ctx.state::<Lanes>()?.lane(auction);
    let (answer, done) = oneshot::channel();
    let job: Job = Box::new(move |ctx, at| {
        Box::pin(async move {
            let (told, changed) = match job(ctx, at).await {
                Ok((value, changed)) => (Ok(value), changed),
                Err(error) => (Err(error), None),
            };
            let _ = answer.send(told);
            changed
        })
    });
    lane.push(ctx, |at| Waiting::Alone(job, at))?;
    done.await.unwrap_or_else(|_| Err(Error::unavailable("the lane was given up")))
}

impl Lane {
    fn push(self: &Arc<Self>, ctx: &Ctx, waiting: impl FnOnce(Timestamp) -> Waiting) -> Result<()> {
        let mut queue = lock(&self.queue);
        if queue.waiting.len() >= QUEUE {
            return Err(Error::busy());
        }
        let at = ctx.now().max(queue.last_at);
        queue.last_at = at;
        queue.waiting.push_back(waiting(at));
        if !mem::replace(&mut queue.is_running, true) {
            ctx.spawn(self.clone().run(ctx.clone()));
        } else if queue.waiting.len() == 1 {
            self.more.notify_one();
        }
        Ok(())
    }

    /// What is to be done next, with so many batches under way of as many as may be.
    fn next(&self, under_way: usize, most: usize) -> Next {
        let mut queue = lock(&self.queue);
        match queue.waiting.pop_front() {
            None if under_way == 0 => {
                queue.is_running = false;
                Next::End
            }
            None => Next::Wait,
            Some(Waiting::Alone(job, at)) if under_way == 0 => Next::Alone(job, at),
            Some(first) => {
                let is_bid = matches!(first, Waiting::Bid(_));
                queue.waiting.push_front(first);
                // One who knows nothing looks first, when nothing changes any more.
                let may_begin = under_way == 0 || under_way < most && self.knows();
                if !is_bid || queue.is_drawing || !may_begin {
                    return Next::Wait;
                }
                queue.is_drawing = true;
                Next::Draw
            }
        }
    }

    async fn run(self: Arc<Self>, ctx: Ctx) {
        let (most, share) = match ctx.store().dialect() {
            Dialect::Sqlite => (UNDER_WAY, Share::Half),
            Dialect::Postgres => (1, Share::All),
        };
        let mut under_way = FuturesOrdered::new();
        loop {
            match self.next(under_way.len(), most) {
                Next::Draw => under_way.push_back(self.clone().decided(ctx.clone(), share)),
                Next::Alone(job, at) => self.alone(&ctx, job, at).await,
                Next::Wait => tokio::select! {
                    Some(done) = under_way.next() => self.finish(&ctx, done),
                    () = self.more.notified() => {}
                },
                Next::End => return,
            }
        }
    }

    async fn alone(&self, ctx: &Ctx, job: Job, at: Timestamp) {
        let done = AssertUnwindSafe(job(ctx.clone(), at)).catch_unwind().await;
        self.forget();
        match done {
            Ok(Some(Changed { lot, kind })) => self.publisher.publish(ctx, lot, kind),
            Ok(None) => {}
            Err(_) => self.contained(),
        }
    }

    /// Who waited for it is told by the end of the channel.
    fn contained(&self) {
        tracing::error!(auction = %self.auction, "a lane has contained a panic");
        self.forget();
    }

    async fn decided(self: Arc<Self>, ctx: Ctx, share: Share) -> Done {
        let draw = Arc::new(Draw { share, batch: OnceLock::new(), tellers: Mutex::default() });
        let outcome = AssertUnwindSafe(self.decide(&ctx, &draw)).catch_unwind().await;
        Done { draw, outcome: outcome.ok() }
    }

    async fn decide(
        self: &Arc<Self>,
        ctx: &Ctx,
        draw: &Arc<Draw>,
    ) -> store::Result<Option<Committed>> {
        if !self.knows()
            && let Some(seen) = see(ctx, self.auction).await?
        {
            lock(&self.memory).known = Known::Seen(Arc::new(seen));
        }
        match ctx.store().dialect() {
            Dialect::Sqlite => self.decide_late(ctx, draw).await,
            Dialect::Postgres => {
                let seen = self.lend();
                let done = commit(ctx, &self.drawn(draw), seen.as_ref()).await;
                let committed = done.as_ref().ok().and_then(Option::as_ref);
                self.remember(seen, committed);
                if committed.is_some_and(|committed| committed.was_overtaken) {
                    lock(&self.memory).caution = CAUTION;
                }
                done
            }
        }
    }

    /// The batch is drawn by the writer itself, behind all that was written before.
    async fn decide_late(
        self: &Arc<Self>,
        ctx: &Ctx,
        draw: &Arc<Draw>,
    ) -> store::Result<Option<Committed>> {
        let (lane, drawing) = (self.clone(), draw.clone());
        let write = async move |tx: &Tx| {
            let (batch, seen) = (lane.drawn(&drawing), lane.lend());
            let committed = write(tx, &batch, seen.as_deref(), false).await?;
            let committed = committed.map(|committed| committed.after(seen.as_deref()));
            lane.remember(seen, committed.as_ref());
            Ok(committed)
        };
        match ctx.store().write(Class::Interactive, write).await {
            Err(error) => {
                self.forget();
                again(ctx, &self.drawn(draw), error).await
            }
            done => done,
        }
    }

    /// What was drawn, or what is drawn now: all that waits, up to what is done alone.
    fn drawn(&self, draw: &Draw) -> Arc<Batch> {
        let all = || {
            let mut queue = lock(&self.queue);
            queue.is_drawing = false;
            let (mut orders, mut tellers) = (Vec::new(), lock(&draw.tellers));
            let most = draw.share.most(queue.waiting.len(), queue.untold);
            while orders.len() < most
                && let Some(waiting) = queue.waiting.pop_front()
            {
                match waiting {
                    Waiting::Bid(WaitingBid { tenant, order, answer }) => {
                        tellers.push((order.at, answer));
                        orders.push((tenant, order));
                    }
                    alone @ Waiting::Alone(..) => {
                        queue.waiting.push_front(alone);
                        break;
                    }
                }
            }
            queue.untold += orders.len();
            if !queue.waiting.is_empty() {
                self.more.notify_one();
            }
            metrics::histogram!("openbell_auctions_batch_size").record(orders.len() as f64);
            Arc::new(Batch { auction: self.auction, orders })
        };
        draw.batch.get_or_init(all).clone()
    }

    fn finish(&self, ctx: &Ctx, Done { draw, outcome }: Done) {
        // Where nobody has come so far, those who wait are concerned all the same.
        self.drawn(&draw);
        let tellers = mem::take(&mut *lock(&draw.tellers));
        lock(&self.queue).untold -= tellers.len();
        let Some(outcome) = outcome else { return self.contained() };
        let told = || self.tell(ctx, tellers, outcome);
        if catch_unwind(AssertUnwindSafe(told)).is_err() {
            self.contained();
        }
    }

    fn tell(
        &self,
        ctx: &Ctx,
        tellers: Vec<(Timestamp, Teller)>,
        outcome: store::Result<Option<Committed>>,
    ) {
        let decided_at = ctx.now();
        let (count, mut taken) = (tellers.len() as u64, 0);
        let seconds = metrics::histogram!("openbell_auctions_bid_seconds");
        let mut told = |answer: Teller, at: Timestamp, result: Result<Answer>| {
            taken += u64::from(result.is_ok());
            seconds.record(decided_at.since(at).as_secs_f64());
            let _ = answer.send(result);
        };
        match outcome {
            Ok(Some(committed)) => {
                let way = if committed.was_at_once { "statement" } else { "transaction" };
                metrics::counter!("openbell_auctions_batches_total", "way" => way).increment(1);
                let Committed { lot, answers, outbid, changed, .. } = committed;
                for ((at, answer), decision) in tellers.into_iter().zip(answers) {
                    told(answer, at, decision.told(&lot));
                }
                if let Some(moved) = changed {
                    tell_outbid(ctx, &lot, &outbid);
                    let kind = if moved == Moved::Later { Kind::Extended } else { Kind::Bid };
                    self.publisher.publish(ctx, lot, kind);
                }
            }
            Ok(None) => {
                for (at, answer) in tellers {
                    told(answer, at, Err(Error::not_found()));
                }
            }
            Err(error) => {
                self.forget();
                for (at, answer) in tellers {
                    told(answer, at, Err(error.clone().into()));
                }
            }
        }
        for (result, count) in [("taken", taken), ("refused", count - taken)] {
            metrics::counter!("openbell_auctions_bids_total", "result" => result).increment(count);
        }
    }

    /// Whether there is something to rely on, or nothing is to be relied on for a while.
    fn knows(&self) -> bool {
        let memory = lock(&self.memory);
        memory.caution > 0 || !matches!(memory.known, Known::Nothing)
    }

    /// What this node knows of the auction, for one batch; nothing after it was wrong.
    fn lend(&self) -> Option<Arc<Seen>> {
        let mut memory = lock(&self.memory);
        if memory.caution > 0 {
            memory.caution -= 1;
            return None;
        }
        match mem::replace(&mut memory.known, Known::Lent) {
            Known::Seen(seen) => Some(seen),
            Known::Nothing | Known::Lent => {
                memory.known = Known::Nothing;
                None
            }
        }
    }

    /// What was lent, with what the batch has changed.
    fn remember(&self, seen: Option<Arc<Seen>>, committed: Option<&Committed>) {
        let committed = committed.filter(|committed| !committed.was_overtaken);
        let known = match (seen, committed) {
            (Some(seen), Some(committed)) => {
                let mut seen = Arc::unwrap_or_clone(seen);
                seen.lot = committed.lot.clone();
                seen.bidders.extend(committed.bidders.iter().map(|(who, bidder)| (*who, *bidder)));
                Known::Seen(Arc::new(seen))
            }
            _ => Known::Nothing,
        };
        lock(&self.memory).known = known;
    }

    fn forget(&self) {
        lock(&self.memory).known = Known::Nothing;
    }
}

/// An auction and everybody who takes part in it, as they are.
pub(crate) async fn see(ctx: &Ctx, auction: Id) -> store::Result<Option<Seen>> {
    let read = async move |tx: &Tx| {
        let Some(lot) = tx.maybe::<Lot>(&sql::LOT, &args![auction]).await? else {
            return Ok(None);
        };
        let found: Vec<Participant> = tx.all(&sql::BIDDERS, &args![auction]).await?;
        let bidders = found.into_iter().map(|found| (found.user, found.bidder)).collect();
        Ok::<_, store::Error>(Some(Seen { lot, bidders }))
    };
    ctx.store().read(read).await
}

#[cfg(test)]
mod tests {
    use super::{BATCH, Share};

    #[test]
    fn two_halves_take_turns() {
        // Waiting, drawn before: drawn now.
        for (waiting, untold, most) in [
            (1, 0, 16),
            (32, 0, 16),
            (64, 0, 32),
            (60, 4, 32),
            (28, 36, 32),
            (64, 1_000, 532),
            (100_000, 0, BATCH),
        ] {
            assert_eq!(Share::Half.most(waiting, untold), most, "{waiting}, {untold}");
        }
        assert_eq!(Share::All.most(64, 0), BATCH);
    }
}
