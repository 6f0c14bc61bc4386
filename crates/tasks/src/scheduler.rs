//! Puts the tasks of schedules into the queue.

use std::time::Duration;

use domain::Timestamp;
use store::{Class, Result, Store, Tx, args};

use crate::{
    queue::Options,
    schedule::{Schedule, SetupError, Times},
    sql,
};

/// When the newest occurrence lies further ahead than this, the clock was set back since. Nodes
/// never differ so much.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The schedules of a node and how far each has come, as far as this node knows.
pub(crate) struct Scheduler {
    list: Vec<Line>,
}

struct Line {
    schedule: Schedule,
    times: Times,
    /// None when it has to be read again.
    seen: Option<Seen>,
}

#[derive(Clone, Copy)]
struct Seen {
    last: Timestamp,
    next: Option<Timestamp>,
}

impl Scheduler {
    pub(crate) fn new(schedules: &[Schedule]) -> Result<Self, SetupError> {
        let mut list: Vec<Line> = Vec::with_capacity(schedules.len());
        for schedule in schedules {
            if list.iter().any(|line| line.schedule.name == schedule.name) {
                return Err(SetupError::Twice(schedule.name));
            }
            list.push(Line { schedule: schedule.clone(), times: Times::of(schedule)?, seen: None });
        }
        Ok(Self { list })
    }

    /// Enqueues what has come due, at most one task a schedule.
    pub(crate) async fn tick(&mut self, store: &Store) -> Result<()> {
        for line in &mut self.list {
            line.tick(store).await?;
        }
        Ok(())
    }
}

impl Line {
    async fn tick(&mut self, store: &Store) -> Result<()> {
        let now = store.clock().now();
        let seen = match self.seen {
            Some(seen) => seen,
            None => self.load(store, now).await?,
        };
        if seen.last > now.plus(CLOCK_SKEW) {
            // What the clock takes back occurs again.
            tracing::warn!(schedule = self.schedule.name, last = %seen.last, "the clock went back");
            let row = args![self.schedule.name, seen.last, now];
            self.seen = None;
            store.execute(&sql::FIRE, row.to_vec()).await?;
            return Ok(());
        }
        if seen.next.is_none_or(|next| next > now) {
            return Ok(());
        }
        // Read again whatever happens now: another node may be the one that fires.
        self.seen = None;
        if let Some(at) = self.times.newest(seen.last, now) {
            self.fire(store, seen.last, at).await?;
        }
        self.load(store, now).await.map(drop)
    }

    async fn load(&mut self, store: &Store, now: Timestamp) -> Result<Seen> {
        let name = self.schedule.name;
        let found: Option<(Timestamp,)> = store.maybe(&sql::LAST_AT, &args![name]).await?;
        let last = match found {
            Some((last,)) => last,
            None => {
                store.execute(&sql::REGISTER, args![name, now].to_vec()).await?;
                let (last,): (Timestamp,) = store.one(&sql::LAST_AT, &args![name]).await?;
                last
            }
        };
        let next = self.times.next_after(last);
        Ok(*self.seen.insert(Seen { last, next }))
    }

    /// The step of the schedule and its task are one transaction, and of several nodes one makes
    /// the step.
    async fn fire(&self, store: &Store, last: Timestamp, at: Timestamp) -> Result<()> {
        let schedule = self.schedule.clone();
        let fired = store.write(Class::Interactive, async move |tx: &Tx| {
            // As a whole: a captured `&'static str` defeats the compiler's check for Send.
            let schedule = &schedule;
            let row = args![schedule.name, last, at];
            if tx.exec(&sql::FIRE, &row).await? == 0 {
                return Ok(());
            }
            let options = Options::at(at).with_key(format!("{}@{at}", schedule.name));
            let task = (schedule.make)(at)?;
            task.enqueue(tx, schedule.tenant, &options).await.map(drop)
        });
        fired.await
    }
}
