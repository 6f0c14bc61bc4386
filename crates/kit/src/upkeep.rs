//! What the house does for itself from time to time: the journal and kept answers forget what is
//! past its time, and on PostgreSQL the clock follows the database's.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use store::{Dialect, Retention};
use tasks::{Outcome, Schedule, Task};

use crate::{
    Ctx, Module, Result, SystemClock,
    sql::{self, DATABASE_TIME},
};

/// How often the journal is swept.
const SWEEP: Duration = Duration::from_secs(3600);
/// A day, in seconds.
const DAY_SECONDS: u64 = 24 * 3600;
/// How often the clock is compared with the database's.
const COMPARE: Duration = Duration::from_secs(60);

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
    /// PostgreSQL agree on the hour. Does nothing on SQLite, which has no clock of its own.
    ///
    /// # Errors
    /// What the database said to the first question; later ones are asked again.
    pub async fn follow_database_clock(&self, clock: Arc<SystemClock>) -> Result<()> {
        if self.store().dialect() == Dialect::Sqlite {
            return Ok(());
        }
        clock.correct(self.clock_offset_ms(&clock).await?);
        let house = self.downgrade();
        self.spawn(async move {
            loop {
                let Some(ctx) = house.upgrade() else { return };
                let (timer, stop) = (ctx.clock().clone(), ctx.stopping().clone());
                drop(ctx);
                tokio::select! {
                    () = timer.sleep(COMPARE) => {}
                    () = stop.cancelled() => return,
                }
                let Some(ctx) = house.upgrade() else { return };
                match ctx.clock_offset_ms(&clock).await {
                    Ok(offset_ms) => clock.correct(offset_ms),
                    Err(error) => tracing::warn!(%error, "the clocks could not be compared"),
                }
            }
        });
        Ok(())
    }

    /// How far the database's clock is ahead of this machine's. Half of the question's time is
    /// taken as the way of the answer.
    async fn clock_offset_ms(&self, clock: &SystemClock) -> Result<i64> {
        let asked = clock.machine_now().as_millis();
        let (there,): (i64,) = self.store().one(&DATABASE_TIME, &[]).await?;
        let answered = clock.machine_now().as_millis();
        Ok(there - (asked + answered) / 2)
    }
}
