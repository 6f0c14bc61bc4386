//! One run of one task: its lease, its handler, its end.

use std::{panic::AssertUnwindSafe, sync::atomic::Ordering, time::Duration};

use domain::Timestamp;
use futures_util::FutureExt;
use store::{Class, Error, Result, Store, Tx, args};
use tokio_util::sync::CancellationToken;

use crate::{
    backoff,
    spec::{Claimed, Outcome, TaskError, TaskSpec},
    sql,
};

/// How often the end of a run is written when the database does not take it.
const TRIES: u32 = 5;
/// The pause after the first of them; it doubles.
const TRY_PAUSE: Duration = Duration::from_millis(200);
/// Longer texts of errors are cut.
const ERROR_CHARS: usize = 2_000;

pub(crate) struct Attempt {
    store: Store,
    spec: TaskSpec,
    task: Claimed,
    kill: CancellationToken,
}

/// How the run itself went.
enum Run {
    Returned(Result<Outcome, TaskError>),
    /// Somebody else has the task, or it was cancelled.
    Lost,
    /// The node stops.
    Killed,
}

/// What becomes of the row.
enum Verdict {
    Done,
    Again { run_at: Timestamp },
    Retry { run_at: Timestamp, error: String },
    Dead { error: String },
    Release,
}

impl Attempt {
    pub(crate) fn new(
        store: Store,
        spec: TaskSpec,
        task: Claimed,
        kill: CancellationToken,
    ) -> Self {
        Self { store, spec, task, kill }
    }

    pub(crate) async fn run(self) {
        let started = self.store.clock().monotonic();
        if self.task.attempt > self.spec.max_attempts {
            // Its last attempt took the node down with it, or never came to an end.
            let last = self.task.last_error.as_deref().unwrap_or("nothing");
            let error = format!("its last attempt fell silent; before that it said: {last}");
            self.settle(Verdict::Dead { error }, "dead").await;
            return;
        }
        let run = self.handle().await;
        let spent = self.store.clock().monotonic().saturating_sub(started);
        metrics::histogram!("openbell_task_duration_seconds", "task" => self.spec.name)
            .record(spent.as_secs_f64());
        match run {
            Run::Returned(Ok(Outcome::Finished)) => self.check_finished().await,
            Run::Returned(Ok(Outcome::Done)) => self.settle(Verdict::Done, "done").await,
            Run::Returned(Ok(Outcome::Again { after })) => {
                let run_at = self.store.clock().now().plus(after);
                self.settle(Verdict::Again { run_at }, "done").await;
            }
            Run::Returned(Err(error)) => self.failed(error).await,
            Run::Lost => {
                tracing::warn!(task = self.spec.name, id = %self.task.id, "lost the lease");
                self.count("lost");
            }
            Run::Killed => self.settle(Verdict::Release, "released").await,
        }
    }

    /// Runs the handler beside the renewal of its lease. Whatever comes first drops the other.
    async fn handle(&self) -> Run {
        let handler = self.spec.handler.clone();
        let task = self.task.clone();
        // In a future of its own, so that a handler which panics before its first await is caught.
        let work = AssertUnwindSafe(async move { handler(task).await }).catch_unwind();
        tokio::select! {
            biased;
            returned = work => Run::Returned(returned.unwrap_or_else(|panic| {
                Err(TaskError::new(format!("panic: {}", words(&*panic))))
            })),
            () = self.until_lost() => Run::Lost,
            () = self.kill.cancelled() => Run::Killed,
        }
    }

    /// Renews the lease again and again; returns when it is lost.
    async fn until_lost(&self) {
        let clock = self.store.clock();
        let mut renewed = clock.monotonic();
        loop {
            clock.sleep(self.spec.lease / 3).await;
            let until = clock.now().plus(self.spec.lease);
            let row = args![self.task.id, self.task.lease_token, until];
            match self.store.execute(&sql::RENEW, row.to_vec()).await {
                Ok(0) if self.task.finished.load(Ordering::Acquire) => {
                    // The handler ended the task itself and is about to say so.
                    return std::future::pending().await;
                }
                Ok(0) => return,
                Ok(_) => renewed = clock.monotonic(),
                Err(error) => {
                    tracing::warn!(task = self.spec.name, %error, "a lease was not renewed");
                    if clock.monotonic().saturating_sub(renewed) >= self.spec.lease {
                        return;
                    }
                }
            }
        }
    }

    /// A handler that says so must have ended the task: else its effects were rolled back.
    async fn check_finished(&self) {
        let row = args![self.task.id, self.task.lease_token];
        let held: Result<Option<(i64,)>> = self.store.maybe(&sql::HELD, &row).await;
        match held {
            Ok(None) => self.count("done"),
            Ok(Some(_)) => {
                let error = "said that it had finished, and the task is still there";
                self.failed(TaskError::new(error)).await;
            }
            // Done or not, the row tells: a task that is still there runs again.
            Err(error) => tracing::warn!(task = self.spec.name, %error, "unknown whether finished"),
        }
    }

    async fn failed(&self, error: TaskError) {
        let (id, attempt) = (self.task.id, self.task.attempt);
        let text: String = error.message.chars().take(ERROR_CHARS).collect();
        let text = text.replace('\0', " ");
        if error.permanent || attempt >= self.spec.max_attempts {
            self.settle(Verdict::Dead { error: text }, "dead").await;
            return;
        }
        let pause = backoff::pause(id, attempt, error.retry_after);
        tracing::warn!(
            task = self.spec.name, %id, attempt, error = %text, ?pause, "will try again"
        );
        let run_at = self.store.clock().now().plus(pause);
        let verdict = Verdict::Retry { run_at, error: text };
        self.settle(verdict, "retried").await;
    }

    /// Writes the verdict down, more than once when the database is away for a moment. When it
    /// stays away the lease runs out, and the task runs again.
    async fn settle(&self, verdict: Verdict, result: &'static str) {
        let (task, id) = (self.spec.name, self.task.id);
        let mut pause = TRY_PAUSE;
        for left in (0..TRIES).rev() {
            match self.write(&verdict).await {
                Ok(true) => {
                    self.count(result);
                    if let Verdict::Dead { error } = &verdict {
                        let attempt = self.task.attempt;
                        tracing::error!(task, %id, attempt, %error, "dead letter");
                        metrics::counter!("openbell_task_dead_letters_total", "task" => task)
                            .increment(1);
                    }
                    return;
                }
                Ok(false) => {
                    tracing::warn!(task, %id, result, "the lease was lost before the end");
                    self.count("lost");
                    return;
                }
                Err(error) => {
                    tracing::warn!(task, %id, result, %error, left, "the end was not written");
                }
            }
            if left > 0 {
                self.store.clock().sleep(pause).await;
                pause *= 2;
            }
        }
        self.count("lost");
    }

    /// False when this claim is not the newest any more.
    async fn write(&self, verdict: &Verdict) -> Result<bool> {
        let (id, token) = (self.task.id, self.task.lease_token);
        let changed = match verdict {
            Verdict::Done => self.execute(&sql::FINISH, &args![id, token]).await?,
            Verdict::Release => self.execute(&sql::RELEASE, &args![id, token]).await?,
            Verdict::Again { run_at } => {
                let row = args![id, token, *run_at];
                self.execute(&sql::AGAIN, &row).await?
            }
            Verdict::Retry { run_at, error } => {
                let row = args![id, token, *run_at, error.as_str()];
                self.execute(&sql::RETRY, &row).await?
            }
            Verdict::Dead { error } => return self.bury(error).await,
        };
        Ok(changed > 0)
    }

    async fn execute(
        &self,
        statement: &'static store::Statement,
        args: &[store::Value],
    ) -> Result<u64> {
        self.store.execute(statement, args.to_vec()).await
    }

    async fn bury(&self, error: &str) -> Result<bool> {
        let (task, error) = (self.task.clone(), error.to_owned());
        let bury = self.store.write(Class::Interactive, async move |tx: &Tx| {
            if tx.exec(&sql::FINISH, &args![task.id, task.lease_token]).await? == 0 {
                return Ok(false);
            }
            let row = args![
                task.id,
                task.name.as_str(),
                task.version,
                task.tenant,
                task.body.as_str(),
                task.unique_key.clone(),
                task.created_at,
                task.attempt,
                error.as_str(),
                tx.now(),
            ];
            tx.exec(&sql::BURY, &row).await?;
            Ok::<_, Error>(true)
        });
        bury.await
    }

    fn count(&self, result: &'static str) {
        let task = self.spec.name;
        metrics::counter!("openbell_tasks_total", "task" => task, "result" => result).increment(1);
    }
}

/// What a panic said.
fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&'static str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}
