//! How a demonstration is opened, once a database, and kept going, on one node.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Class, Contents, Dialect, Store, Tx};
use tasks::Lease;
use tokio::sync::watch;

use super::{Demo, Dice, Pace, Props, Scene, Stage};
use crate::{App, Ctx, Error, Reporter, Result, codes, ctx::WeakCtx};

/// How often something may happen.
pub const TICK: Duration = Duration::from_secs(2);
/// How long it is lively after somebody has come.
const LIVELY: Duration = Duration::from_secs(180);
/// The note in the database that it holds a demonstration.
const MARK: &str = "demo";
/// The lease of the node that has things happen, or that fills the database.
const LEASE: &str = "kit.demo";
/// How long it lasts: when a node falls silent, another takes over after this.
const LEASE_TIME: Duration = Duration::from_secs(15);
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(5);

/// How often a reaction is asked whether it has caught up, each time for two seconds.
const PATIENCE: usize = 30;

/// What is noted of a demonstration.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Mark {
    /// What its dice were made from.
    number: u64,
    /// When it was begun.
    began_at: Timestamp,
    /// Whether everything is there that the features have made up.
    complete: bool,
}

impl Mark {
    fn of_note(note: &str) -> Result<Self> {
        serde_json::from_str(note).map_err(Error::internal)
    }

    fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

fn holds_records() -> Error {
    let message = "this database holds records that are no demonstration, so no demo data is put \
                   among them; use another data folder or database";
    Error::conflict(&codes::CONFLICT, message)
}

/// Whether a database may be served as what is asked for. Ask before it is migrated: a refusal
/// leaves it as it is.
///
/// # Errors
/// `conflict` when a demonstration is asked for and others' records are there, or the other way
/// round; what the database said.
pub async fn admit(store: &Store, demo: bool) -> Result<()> {
    match (store.survey(MARK).await?, demo) {
        ((Contents::Records, None), true) => Err(holds_records()),
        ((_, Some(_)), false) => {
            let message = "this database holds a demonstration, whose passwords everybody knows; \
                           serve it with --demo, or use another data folder or database";
            Err(Error::conflict(&codes::CONFLICT, message))
        }
        _ => Ok(()),
    }
}

/// A name's own number: FNV-1a.
fn number_of(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl App {
    /// Makes the database a demonstration and fills it, unless it is one already; `number` is what
    /// its dice are made from. When another node is at it, waits until that one is done. Call it
    /// after [`App::start`]: between two features the reactions catch up.
    ///
    /// # Errors
    /// As [`admit`]; what the database said. What was made before stays, and the next call goes on.
    pub async fn open_demo(&self, number: u64, report: &Reporter) -> Result<()> {
        let ctx = self.ctx();
        let mark = begin(ctx, number).await?;
        if mark.complete {
            return Ok(());
        }
        if ctx.store().dialect() == Dialect::Sqlite {
            // Nobody else has it open; a lease may be left of one that died.
            return fill(ctx, &self.demos, None, report).await;
        }
        let mut told = false;
        loop {
            if let Some(lease) = Lease::acquire(ctx.store(), LEASE, LEASE_TIME).await? {
                let filled = fill(ctx, &self.demos, Some(&lease), report).await;
                lease.release().await?;
                return filled;
            }
            if !std::mem::replace(&mut told, true) {
                report.line("Another node fills the demo database.").await;
            }
            ctx.clock().sleep(TICK).await;
        }
    }

    /// Has the features' things happen from now on, on one node at a time, until the process
    /// stops. Follows how many ticks of this node are over.
    pub fn simulate_demo(&self) -> watch::Receiver<u64> {
        let (ticks, over) = watch::channel(0);
        let play = Play {
            house: self.ctx().downgrade(),
            demos: self.demos.clone(),
            lease: None,
            renewed: Duration::ZERO,
            audience: Audience::default(),
            // Not the same again after every start.
            dice: Dice::new(number_of(&self.ctx().now().to_string())),
        };
        self.ctx().spawn(play.run(ticks));
        over
    }
}

/// The mark of the database; made when there is none.
async fn begin(ctx: &Ctx, number: u64) -> Result<Mark> {
    let write = async move |tx: &Tx| {
        // In this order: whoever sees the records of a demonstration sees its mark.
        let contents = tx.contents().await?;
        match tx.note(MARK).await? {
            Some(note) => Mark::of_note(&note),
            None if contents == Contents::Records => Err(holds_records()),
            None => {
                let mark = Mark { number, began_at: tx.now(), complete: false };
                Mark::of_note(&tx.first_note(MARK, &mark.text()?).await?)
            }
        }
    };
    ctx.store().write(Class::Interactive, write).await
}

async fn fill(
    ctx: &Ctx,
    demos: &[(&'static str, Demo)],
    lease: Option<&Lease>,
    report: &Reporter,
) -> Result<()> {
    // Another node may have been quicker.
    let note = ctx.store().survey(MARK).await?.1.unwrap_or_default();
    let mark = Mark::of_note(&note)?;
    if mark.complete {
        return Ok(());
    }
    report.line("Filling the demo database:").await;
    let props = Props::default();
    for (name, demo) in demos {
        let Some(seed) = &demo.seed else { continue };
        let stage = Stage {
            ctx: ctx.clone(),
            dice: Dice::new(mark.number ^ number_of(name)),
            began_at: mark.began_at,
            report: report.clone(),
            props: props.clone(),
        };
        seed(stage).await?;
        catch_up(ctx).await?;
        if let Some(lease) = lease {
            lease.renew().await?;
        }
    }
    let done = Mark { complete: true, ..mark }.text()?;
    let write = async move |tx: &Tx| Ok(tx.set_note(MARK, &done).await?);
    ctx.store().write(Class::Interactive, write).await
}

/// Waits until the reactions have applied what was made so far. Whoever is made to watch something
/// by the next feature is to hear of what comes, not of the past that was made up.
async fn catch_up(ctx: &Ctx) -> Result<()> {
    let Some(reactions) = ctx.0.reactions.get() else { return Ok(()) };
    let last = ctx.store().read(async |tx: &Tx| tx.last_pos().await).await?;
    for (name, _) in reactions.positions() {
        let mut asked = 0;
        while let Err(lagging) = reactions.caught_up(name, last).await {
            asked += 1;
            if asked == PATIENCE {
                return Err(Error::unavailable(lagging));
            }
        }
    }
    Ok(())
}

/// Who is there, and since when there are more of them.
#[derive(Debug, Default)]
struct Audience {
    connections: usize,
    lively_until: Duration,
}

impl Audience {
    /// How much is to happen with so many connections, at this time of the process.
    fn pace(&mut self, connections: usize, now: Duration) -> Pace {
        if connections > self.connections {
            self.lively_until = now + LIVELY;
        }
        self.connections = connections;
        match connections {
            0 => Pace::Idle,
            _ if now < self.lively_until => Pace::Lively,
            _ => Pace::Calm,
        }
    }
}

struct Play {
    house: WeakCtx,
    demos: Arc<[(&'static str, Demo)]>,
    lease: Option<Arc<Lease>>,
    /// When the lease was renewed, by the process's own time.
    renewed: Duration,
    audience: Audience,
    dice: Dice,
}

impl Play {
    async fn run(mut self, ticks: watch::Sender<u64>) {
        loop {
            let Some(ctx) = self.house.upgrade() else { return };
            let (clock, stop) = (ctx.clock().clone(), ctx.stopping().clone());
            // The next tick is set before the last one is told to be over.
            let pause = clock.sleep(TICK);
            if stop.is_cancelled() {
                return self.leave().await;
            }
            if let Err(error) = self.tick(&ctx).await {
                tracing::warn!(?error, "the demonstration stumbled");
            }
            drop(ctx);
            ticks.send_modify(|over| *over += 1);
            tokio::select! {
                () = pause => {}
                () = stop.cancelled() => return self.leave().await,
            }
        }
    }

    /// Gives the lease back, so that another node goes on at once.
    async fn leave(self) {
        if let Some(lease) = self.lease.and_then(Arc::into_inner)
            && let Err(error) = lease.release().await
        {
            tracing::debug!(?error, "the lease runs out by itself");
        }
    }

    async fn tick(&mut self, ctx: &Ctx) -> Result<()> {
        let now = ctx.clock().monotonic();
        let connections = ctx.hub().map_or(0, |hub| hub.stats().connections);
        let pace = self.audience.pace(connections, now);
        let Some(lease) = self.hold(ctx, now).await? else { return Ok(()) };
        let mut spotlight: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (kind, find) in self.demos.iter().filter_map(|(_, demo)| demo.spotlight.as_ref()) {
            spotlight.entry(*kind).or_default().extend(find(ctx.clone()).await?);
        }
        let spotlight = Arc::new(spotlight);
        for (name, demo) in self.demos.iter() {
            let Some(step) = &demo.step else { continue };
            let scene = Scene {
                ctx: ctx.clone(),
                dice: self.dice.part(),
                pace,
                spotlight: spotlight.clone(),
                lease: lease.clone(),
            };
            // One feature's fault is not to end the others' play.
            if let Err(error) = step(scene).await {
                tracing::warn!(feature = name, ?error, "a step of the demonstration failed");
            }
        }
        Ok(())
    }

    /// The lease, when this node has it.
    async fn hold(&mut self, ctx: &Ctx, now: Duration) -> Result<Option<Arc<Lease>>> {
        let due = now.saturating_sub(self.renewed) >= RENEWAL;
        let held = match &self.lease {
            Some(lease) if due => lease.renew().await?,
            Some(_) => true,
            None => false,
        };
        if !held {
            self.lease = Lease::acquire(ctx.store(), LEASE, LEASE_TIME).await?.map(Arc::new);
        }
        if !held || due {
            self.renewed = now;
        }
        Ok(self.lease.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_lively_for_a_while_after_somebody_has_come() {
        let mut audience = Audience::default();
        let mut pace = |connections, seconds| audience.pace(connections, secs(seconds));
        assert_eq!(pace(0, 0), Pace::Idle);
        assert_eq!(pace(1, 2), Pace::Lively);
        assert_eq!(pace(1, 181), Pace::Lively);
        assert_eq!(pace(1, 182), Pace::Calm);
        assert_eq!(pace(3, 200), Pace::Lively);
        assert_eq!(pace(2, 379), Pace::Lively);
        assert_eq!(pace(2, 380), Pace::Calm);
        assert_eq!(pace(0, 381), Pace::Idle);
        assert_eq!(pace(1, 400), Pace::Lively);
    }

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }
}
