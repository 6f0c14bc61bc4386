//! What a connection does, one after another: its opening, its verbs and what it observes.
//!
//! A task runs only while there is something to do, so that an idle connection costs none.

use std::{collections::VecDeque, panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;

use crate::{
    ClientFrame, CloseCode, HubConfig, Lost, Opening, Refusal, Session,
    connection::{Connection, Stage},
    frame::Shared,
    lock,
    topic::TopicCell,
    values::{KeyId, Value},
    verbs,
};

pub(crate) enum Job {
    Open(Box<Opening>),
    Frame(Box<ClientFrame>),
    Observed(Arc<Shared>),
    /// The newest value of a key of an observed topic.
    Value(Arc<TopicCell>, KeyId, Arc<Value>),
    Lost(Lost),
    Closed,
}

#[derive(Default)]
pub(crate) struct Work {
    jobs: VecDeque<Job>,
    /// Frames that wait or are being done, …
    verbs: usize,
    /// … and their bytes.
    verb_bytes: usize,
    observed: usize,
    running: bool,
    over: bool,
}

impl Work {
    /// Whether another frame may wait, however long it is.
    fn has_room(&self, config: &HubConfig) -> bool {
        self.verbs < config.max_queued_verbs && self.verb_bytes < config.max_queued_verb_bytes
    }

    /// Puts a value in the place of an older one that the endpoint has not seen yet.
    fn replace(&mut self, cell: &Arc<TopicCell>, id: KeyId, value: &Arc<Value>) -> bool {
        for job in &mut self.jobs {
            if let Job::Value(topic, key, older) = job
                && Arc::ptr_eq(topic, cell)
                && *key == id
            {
                *older = value.clone();
                return true;
            }
        }
        false
    }
}

impl Connection {
    pub(crate) fn push_job(self: &Arc<Self>, job: Job) {
        let mut work = lock(&self.work);
        if work.over {
            return;
        }
        match &job {
            Job::Frame(frame) => {
                work.verbs += 1;
                work.verb_bytes += frame.text().len();
            }
            Job::Value(cell, id, value) if work.replace(cell, *id, value) => return,
            Job::Observed(_) | Job::Value(..)
                if work.observed >= self.hub.config.max_queued_observed =>
            {
                drop(work);
                // The endpoint cannot keep up; the client begins anew.
                return self.close(CloseCode::POSITION_LOST);
            }
            Job::Observed(_) | Job::Value(..) => work.observed += 1,
            Job::Open(_) | Job::Lost(_) | Job::Closed => {}
        }
        work.jobs.push_back(job);
        self.run_work(work);
    }

    /// Forgets what has not begun and lets the endpoint clear up.
    pub(crate) fn end_work(self: &Arc<Self>) {
        let mut work = lock(&self.work);
        if std::mem::replace(&mut work.over, true) {
            return;
        }
        work.jobs.clear();
        work.jobs.push_back(Job::Closed);
        self.run_work(work);
    }

    fn run_work(self: &Arc<Self>, mut work: std::sync::MutexGuard<'_, Work>) {
        if !std::mem::replace(&mut work.running, true) {
            drop(work);
            self.hub.spawn(run(self.clone()));
        }
    }

    /// Whether the socket may be read: what it says has room to wait.
    pub(crate) fn has_room_for_verbs(&self) -> bool {
        lock(&self.work).has_room(&self.hub.config)
    }

    fn next_job(&self) -> Option<Job> {
        let mut work = lock(&self.work);
        let Some(job) = work.jobs.pop_front() else {
            work.running = false;
            // Idle connections are many, and most of them have nothing to do for long.
            work.jobs = VecDeque::new();
            return None;
        };
        if matches!(job, Job::Observed(_) | Job::Value(..)) {
            work.observed -= 1;
        }
        Some(job)
    }

    fn verb_done(&self, bytes: usize) {
        let config = &self.hub.config;
        let mut work = lock(&self.work);
        let was_full = !work.has_room(config);
        work.verbs -= 1;
        work.verb_bytes -= bytes;
        let may_go_on = was_full && work.has_room(config);
        drop(work);
        if may_go_on {
            self.may_read.ring();
        }
    }
}

async fn run(connection: Arc<Connection>) {
    while let Some(job) = connection.next_job() {
        match job {
            Job::Frame(frame) => run_frame(&connection, *frame).await,
            job => {
                let done = AssertUnwindSafe(run_other(&connection, job)).catch_unwind().await;
                if done.is_err() {
                    // What it was about cannot be told to the client; a new start can.
                    connection.close(CloseCode::INTERNAL);
                }
            }
        }
    }
}

async fn run_frame(connection: &Arc<Connection>, frame: ClientFrame) {
    let bytes = frame.text().len();
    // A client that does not read its answers gets no new ones made.
    connection.queue.room().await;
    if connection.queue.closing().is_none() {
        let id = frame.id().map(ToOwned::to_owned);
        let kind = Box::<str>::from(frame.kind());
        let verb = async { verbs::dispatch(connection, frame).await };
        let refusal = match AssertUnwindSafe(verb).catch_unwind().await {
            Ok(Ok(())) => None,
            Ok(Err(refusal)) => Some(refusal),
            Err(_) => {
                let endpoint = connection.endpoint.name();
                tracing::error!(endpoint, %kind, "a verb panicked");
                Some(Refusal::internal())
            }
        };
        if let Some(refusal) = refusal {
            connection.refuse(id.as_deref(), &refusal);
        }
    }
    connection.verb_done(bytes);
}

async fn run_other(connection: &Arc<Connection>, job: Job) {
    let session = Session::of(connection);
    match job {
        Job::Open(opening) => verbs::open(connection, *opening).await,
        Job::Observed(frame) => {
            connection.endpoint.observe(session, frame.source.clone()).await;
        }
        Job::Value(_, _, value) => {
            connection.endpoint.observe_latest(session, value.source.clone()).await;
        }
        Job::Lost(lost) => connection.endpoint.lost(session, lost).await,
        Job::Closed if connection.who(|who| who.stage == Stage::Started) => {
            connection.endpoint.closed(session).await;
        }
        Job::Closed | Job::Frame(_) => {}
    }
}
