//! What the house does for itself from time to time: the journal and kept answers forget what is
//! past its time, and the clock follows the database's, or the machine's where that has none.

use std::{sync::Arc, time::Duration};

use domain::{Clock as _, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Dialect, Retention};
use tasks::{Outcome, Schedule, Task};

use crate::{
    Ctx, Module, Result, SystemClock,
    clock::{JUMP, Steered},
    metrics::{CLOCK_JUMPS, CLOCK_OFF},
    sql::{self, DATABASE_TIME},
};

/// How often the journal is swept.
const SWEEP: Duration = Duration::from_secs(3600);
/// A day, in seconds.
const DAY_SECONDS: u64 = 24 * 3600;
/// How often the clock is compared with the database's, where nothing gives a reason to.
const COMPARE: Duration = Duration::from_secs(60);
/// How often it is compared with the machine's, which costs nothing.
const COMPARE_HERE: Duration = Duration::from_secs(1);

/// Has the journal and the kept answers forget.
#[derive(Serialize, Deserialize)]
struct Forget {}

impl Task for Forget {
    const NAME: &'static str = "kit.forget";
}

/// The house's own tasks.
pub(crate) fn module() -> Module {
    Module::new("kit")
        .statements(sql::ALL)
        .task(|ctx, _, _: Forget| async move { forget(&ctx).await })
        .schedule(Schedule::every("kit.forget", SWEEP, |_| Forget {}))
}

async fn forget(ctx: &Ctx) -> Result<Outcome> {
    let config = ctx.config();
    let retention = Retention {
        keep: Duration::from_secs(config.retention_days * DAY_SECONDS),
        frames_per_topic: u64::from(config.retention_events_per_topic),
    };
    let swept = retention.sweep(ctx.store()).await?;
    let answers = ctx.forget_answers().await?;
    tracing::info!(frames = swept.frames, events = swept.events, answers, "forgot what is past");
    Ok(Outcome::Done)
}

impl Ctx {
    /// Has `clock` follow the database's until the process stops, so that all nodes of one
    /// PostgreSQL agree on the hour; on SQLite, which has none, the machine's.
    ///
    /// # Errors
    /// What the database said to the first question; later ones are asked again.
    pub async fn follow_clock(&self, clock: Arc<SystemClock>) -> Result<()> {
        clock.set(self.right_time(&clock).await?);
        let house = self.downgrade();
        self.spawn(async move {
            let mut was_ahead = false;
            let (mut asked, mut apart) = (clock.monotonic(), clock.apart());
            loop {
                let Some(ctx) = house.upgrade() else { return };
                let (timer, stop) = (ctx.clock().clone(), ctx.stopping().clone());
                drop(ctx);
                tokio::select! {
                    () = timer.sleep(COMPARE_HERE) => {}
                    () = stop.cancelled() => return,
                }
                let Some(ctx) = house.upgrade() else { return };
                let before = std::mem::replace(&mut apart, clock.apart());
                let jumped = Duration::from_micros(before.abs_diff(apart)) > JUMP;
                let is_time = clock.monotonic().saturating_sub(asked) >= COMPARE;
                if ctx.store().dialect() == Dialect::Postgres && !jumped && !is_time {
                    continue;
                }
                asked = clock.monotonic();
                match ctx.right_time(&clock).await {
                    Ok(right) => was_ahead = tell(clock.steer(right), was_ahead),
                    Err(error) => tracing::warn!(?error, "the clocks could not be compared"),
                }
            }
        });
        Ok(())
    }

    /// What time it is by the database's clock, or the machine's. Half of the question's time is
    /// taken as the way of the answer.
    async fn right_time(&self, clock: &SystemClock) -> Result<Timestamp> {
        if self.store().dialect() == Dialect::Sqlite {
            return Ok(clock.machine_now());
        }
        let asked = clock.monotonic();
        let (there,): (i64,) = self.store().one(&DATABASE_TIME, &[]).await?;
        let way = clock.monotonic().saturating_sub(asked) / 2;
        Ok(Timestamp::from_millis(there).plus(way))
    }
}

/// Notes how the clock was steered, and raises the alarm when it had jumped: once, where it takes
/// long until it is right. Whether it is far ahead.
fn tell(steered: Steered, was_ahead: bool) -> bool {
    let is_ahead = matches!(steered, Steered::Ahead(_));
    let off = match steered {
        Steered::On => 0.0,
        Steered::Forward(by) => {
            tracing::error!(?by, "the clock was far behind and went forward at once");
            by.as_secs_f64()
        }
        Steered::Ahead(by) => {
            if !was_ahead {
                tracing::error!(?by, "the clock is far ahead and goes slower until it is right");
            }
            -by.as_secs_f64()
        }
    };
    if off != 0.0 && !(is_ahead && was_ahead) {
        metrics::counter!(CLOCK_JUMPS).increment(1);
    }
    metrics::gauge!(CLOCK_OFF).set(off);
    is_ahead
}
