//! The market: what happens to the demonstration's properties while somebody looks on.
//!
//! It changes nothing but what the demonstration has made, in the one way in which properties
//! change, and keeps the numbers about where they were at first.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::{Id, Timestamp};
use events::PropertyStatus;
use kit::{
    Ctx, Error, Result,
    demo::{Dice, Pace, Scene, TENANT, Turn},
};
use store::{Class, Tx, args};

use super::{
    COUNT, KIND, NEWEST, SOURCE, life,
    plot::{Plot, Values, edit},
    source_id, year_of,
};
use crate::{
    change::refused,
    model::{Property, status_name},
    sql,
    upsert::{Batch, Written},
};

/// How many properties are on their way to an auction or noticed: below it new ones come.
const LIVE: i64 = COUNT * 7 / 10;
/// How many there are in all: above it ended ones go.
const MOST: i64 = COUNT + COUNT / 20;
/// How often the market counts itself and ends auctions that were held.
const SWEEP: Duration = Duration::from_secs(30);
/// How many auctions end in one sweep.
const ENDED_AT_ONCE: i64 = 20;
/// How many properties are looked at before nothing happens to any.
const LOOKS: usize = 12;

/// When what is due next, by the process's own time.
#[derive(Default)]
pub(super) struct Market(Mutex<Plan>);

#[derive(Default)]
struct Plan {
    swept: Option<Duration>,
    spotlit: Option<Duration>,
    moved: Option<Duration>,
    live: i64,
    all: i64,
}

/// What is to be done at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Due {
    sweep: bool,
    spotlight: bool,
    movement: bool,
}

impl Plan {
    fn due(&mut self, pace: Pace, now: Duration) -> Due {
        let (spotlight, movement) = match pace {
            Pace::Lively => (Some(6), 4),
            Pace::Calm => (Some(30), 10),
            Pace::Idle => (None, 60),
        };
        let is_due = |last: &mut Option<Duration>, after: Duration| {
            let due = last.is_none_or(|last| now.saturating_sub(last) >= after);
            if due {
                *last = Some(now);
            }
            due
        };
        Due {
            sweep: is_due(&mut self.swept, SWEEP),
            spotlight: spotlight
                .is_some_and(|after| is_due(&mut self.spotlit, Duration::from_secs(after))),
            movement: is_due(&mut self.moved, Duration::from_secs(movement)),
        }
    }
}

impl Market {
    fn plan<T>(&self, with: impl FnOnce(&mut Plan) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whatever is due.
    pub(super) async fn step(&self, mut scene: Scene) -> Result<()> {
        let (ctx, turn) = (scene.ctx.clone(), scene.turn());
        let due = self.plan(|plan| plan.due(scene.pace, ctx.clock().monotonic()));
        if due.sweep {
            hold_sales(&ctx, &turn, &mut scene.dice).await?;
            let (live, all) = census(&ctx).await?;
            self.plan(|plan| (plan.live, plan.all) = (live, all));
        }
        if due.spotlight {
            let mut watched = scene.spotlight(KIND).to_vec();
            for _ in 0..LOOKS.min(watched.len()) {
                let last = i64::try_from(watched.len()).unwrap_or(1) - 1;
                let at = usize::try_from(scene.dice.whole(0..=last)).unwrap_or(0);
                let id = watched.swap_remove(at);
                if go_on(&ctx, &turn, scene.dice.part(), id, true).await? {
                    break;
                }
            }
        }
        if due.movement {
            self.movement(&ctx, &turn, &mut scene).await?;
        }
        Ok(())
    }

    /// Something happens somewhere: a property comes, goes, or goes on.
    async fn movement(&self, ctx: &Ctx, turn: &Turn, scene: &mut Scene) -> Result<()> {
        let (live, all) = self.plan(|plan| (plan.live, plan.all));
        if all > MOST && forget(ctx, turn, scene).await? {
            self.plan(|plan| plan.all -= 1);
        }
        if live < LIVE && scene.dice.chance(60) && list(ctx, turn, scene.dice.part()).await? {
            self.plan(|plan| (plan.live, plan.all) = (plan.live + 1, plan.all + 1));
            return Ok(());
        }
        for id in some_of(ctx, &mut scene.dice).await? {
            if go_on(ctx, turn, scene.dice.part(), id, false).await? {
                break;
            }
        }
        Ok(())
    }
}

/// How many are live, and how many there are.
async fn census(ctx: &Ctx) -> Result<(i64, i64)> {
    let counts: Vec<(String, i64)> = ctx.store().all(&sql::CENSUS, &args![TENANT, SOURCE]).await?;
    let is_live = |name: &str| {
        [PropertyStatus::Preforeclosure, PropertyStatus::Auction].map(status_name).contains(&name)
    };
    let live = counts.iter().filter(|(name, _)| is_live(name)).map(|(_, count)| count).sum();
    Ok((live, counts.iter().map(|(_, count)| count).sum()))
}

/// Some of the demonstration's properties that are still there, by chance.
async fn some_of(ctx: &Ctx, dice: &mut Dice) -> Result<Vec<Id>> {
    let number = dice.number();
    let find = async move |tx: &Tx| {
        let newest = newest(tx).await?;
        let mut dice = Dice::new(number);
        let names: Vec<_> = (0..LOOKS)
            .map(|_| args![TENANT, SOURCE, source_id(dice.whole(1..=newest.max(1)))])
            .collect();
        tx.maybe_many::<(Id,)>(&sql::OF_SOURCE, &names).await
    };
    let found: Vec<Option<(Id,)>> = ctx.store().read(find).await?;
    Ok(found.into_iter().flatten().map(|(id,)| id).collect())
}

/// The highest number that a property was given.
async fn newest(tx: &Tx) -> store::Result<i64> {
    Ok(tx.note(NEWEST).await?.and_then(|note| note.parse().ok()).unwrap_or(COUNT))
}

/// Whether a property has gone on to what may happen next. One that the demonstration has not
/// made, or to which nothing may happen, stays.
async fn go_on(ctx: &Ctx, turn: &Turn, mut dice: Dice, id: Id, in_spotlight: bool) -> Result<bool> {
    let number = dice.number();
    change(ctx, turn, id, move |before, now| {
        life::next(before, now, &mut Dice::new(number), in_spotlight)
    })
    .await
}

/// Ends the auctions whose hour has passed.
async fn hold_sales(ctx: &Ctx, turn: &Turn, dice: &mut Dice) -> Result<()> {
    let over = ctx.now().minus(life::SALE);
    // No zone is a day ahead of UTC here: tomorrow's date bounds them all.
    let upto = over.plus(Duration::from_secs(24 * 3_600)).to_string();
    let upto = upto.get(..10).unwrap_or_default();
    let asked = args![TENANT, SOURCE, over, upto, ENDED_AT_ONCE];
    let due: Vec<(Id,)> = ctx.store().all(&sql::OVERDUE, &asked).await?;
    for (id,) in due {
        let number = dice.number();
        change(ctx, turn, id, move |before, now| {
            let is_over = before.auction_at.is_some_and(|at| at <= over);
            let is_due = before.status == PropertyStatus::Auction && is_over;
            is_due.then(|| life::sale(before, now, &mut Dice::new(number)))
        })
        .await?;
    }
    Ok(())
}

/// Gives a property of the demonstration the values that `next` finds for it; whether it has
/// changed.
async fn change(
    ctx: &Ctx,
    turn: &Turn,
    id: Id,
    next: impl Fn(&Property, Timestamp) -> Option<Values> + Send + Sync + 'static,
) -> Result<bool> {
    let turn = turn.clone();
    let write = async move |tx: &Tx| {
        let ours: Option<(i64,)> = tx.maybe(&sql::IS_OF_SOURCE, &args![TENANT, SOURCE, id]).await?;
        if ours.is_none() || !turn.holds(tx).await? {
            return Ok(false);
        }
        let mut batch = Batch::new(TENANT, SOURCE, tx.now());
        let Some(before) = batch.hold_locked(tx, id).await? else { return Ok(false) };
        let Some(values) = next(before, tx.now()) else { return Ok(false) };
        let edit = edit(&values).map_err(refused)?;
        let after = edit.apply(before).map_err(refused)?;
        let changed = batch.change(after)?;
        written(batch, tx).await?;
        Ok(changed)
    };
    ctx.store().write(Class::Interactive, write).await
}

async fn written(batch: Batch, tx: &Tx) -> Result<()> {
    match batch.write(tx).await? {
        Written::Done => Ok(()),
        Written::Raced => Err(Error::from(store::Error::Conflict)),
    }
}

/// A property becomes known; false when its house is another's already.
async fn list(ctx: &Ctx, turn: &Turn, mut dice: Dice) -> Result<bool> {
    let (number, id, turn) = (dice.number(), ctx.new_id(), turn.clone());
    let write = async move |tx: &Tx| {
        if !turn.holds(tx).await? {
            return Ok(false);
        }
        let serial = newest(tx).await? + 1;
        let mut dice = Dice::new(number);
        let plot = Plot::new(&mut dice, year_of(tx.now()), serial);
        let values = life::noticed(&mut dice, &plot, tx.now());
        let property = edit(&values).map_err(refused)?.create(id, tx.now()).map_err(refused)?;
        let mut batch = Batch::new(TENANT, SOURCE, tx.now());
        if batch.other_owner(tx, None, &property).await?.is_some() {
            return Ok(false);
        }
        batch.link(source_id(serial), id);
        batch.add(property);
        tx.set_note(NEWEST, &serial.to_string()).await?;
        written(batch, tx).await?;
        Ok(true)
    };
    ctx.store().write(Class::Interactive, write).await
}

/// Removes the one that ended first among some, unless people look at it; whether there was one.
async fn forget(ctx: &Ctx, turn: &Turn, scene: &mut Scene) -> Result<bool> {
    let mut candidates = some_of(ctx, &mut scene.dice).await?;
    candidates.sort_unstable();
    candidates.dedup();
    let watched = scene.spotlight(KIND).to_vec();
    let turn = turn.clone();
    let write = async move |tx: &Tx| {
        if !turn.holds(tx).await? {
            return Ok(false);
        }
        let mut batch = Batch::new(TENANT, SOURCE, tx.now());
        let mut oldest: Option<(Timestamp, Id)> = None;
        let free = candidates.iter().filter(|id| !watched.contains(id));
        for id in free {
            let Some(found) = batch.hold_locked(tx, *id).await? else { continue };
            if life::has_ended(found) && oldest.is_none_or(|(at, _)| found.updated_at < at) {
                oldest = Some((found.updated_at, *id));
            }
        }
        let Some((_, id)) = oldest else { return Ok(false) };
        batch.remove(tx, id).await?;
        Ok(true)
    };
    ctx.store().write(Class::Interactive, write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_happens_while_somebody_looks_on_and_little_when_nobody_does() {
        let count = |pace| {
            let mut plan = Plan::default();
            let (mut sweeps, mut spotlights, mut movements) = (0, 0, 0);
            for second in (0..600).step_by(2) {
                let due = plan.due(pace, Duration::from_secs(second));
                sweeps += u32::from(due.sweep);
                spotlights += u32::from(due.spotlight);
                movements += u32::from(due.movement);
            }
            (sweeps, spotlights, movements)
        };
        assert_eq!(count(Pace::Lively), (20, 100, 150));
        assert_eq!(count(Pace::Calm), (20, 20, 60));
        assert_eq!(count(Pace::Idle), (20, 0, 10));
    }
}
