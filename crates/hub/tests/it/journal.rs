//! A journal in memory, with faults and gates.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::{Arc, Mutex},
};

use domain::{Id, Roles, Scope, TenantId, Timestamp, Topic, UserId};
use futures_util::future::BoxFuture;
use hub::{
    Backend, Heads, Identity, Kind, LatestFrame, LatestVersion, Opened, Position, Refusal, Replay,
    StreamFrame,
};
use tokio::sync::oneshot;

/// Where all tests take place.
pub(crate) const TENANT: TenantId = TenantId::DEFAULT;

/// The hour at which all tests begin.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

#[derive(Default)]
struct Log {
    events: Vec<StreamFrame>,
    first_kept: u64,
}

#[derive(Default)]
struct State {
    epoch: String,
    logs: BTreeMap<Topic, Log>,
    forbidden: HashSet<Topic>,
    ephemeral: HashSet<Topic>,
    latest: HashSet<Topic>,
    values: BTreeMap<(Topic, Option<Arc<str>>), LatestFrame>,
    versions_compared: usize,
    heads_asked: usize,
    values_asked: usize,
    values_at_once: usize,
    most_values_at_once: usize,
    gated: bool,
    gates: VecDeque<oneshot::Sender<()>>,
    failing_replays: usize,
    replays: usize,
    most_at_once: usize,
    at_once: usize,
    pause_replays: bool,
    paused: VecDeque<oneshot::Sender<()>>,
    session_end: Option<Result<Option<Timestamp>, Refusal>>,
}

/// The backend of the tests. A clone is the same journal.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<State>>);

impl Journal {
    pub(crate) fn new() -> Self {
        let journal = Self::default();
        journal.with(|state| state.epoch = "db1".to_owned());
        journal
    }

    fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        act(&mut self.0.lock().unwrap())
    }

    /// Commits `count` events and returns the frames that a publisher would hand to its hub.
    pub(crate) fn commit(&self, topic: &Topic, count: usize) -> Vec<StreamFrame> {
        self.commit_sized(topic, count, 0)
    }

    /// The same with so many bytes more in each body.
    pub(crate) fn commit_sized(
        &self,
        topic: &Topic,
        count: usize,
        padding: usize,
    ) -> Vec<StreamFrame> {
        self.with(|state| {
            let log = state.logs.entry(topic.clone()).or_default();
            let mut made = Vec::new();
            for _ in 0..count {
                let seq = log.events.len() as u64 + 1;
                let pad = "x".repeat(padding);
                let body = format!(r#"{{"type":"event","n":{seq},"pad":"{pad}"}}"#);
                let frame = StreamFrame {
                    tenant: TENANT,
                    topic: topic.clone(),
                    seq,
                    at: START,
                    body: body.into(),
                };
                log.events.push(frame.clone());
                made.push(frame);
            }
            made
        })
    }

    pub(crate) fn head(&self, topic: &Topic) -> u64 {
        self.with(|state| state.logs.get(topic).map_or(0, |log| log.events.len() as u64))
    }

    pub(crate) fn heads(&self) -> Vec<(TenantId, Topic, u64)> {
        let head = |log: &Log| log.events.len() as u64;
        self.with(|state| {
            state.logs.iter().map(|(topic, log)| (TENANT, topic.clone(), head(log))).collect()
        })
    }

    /// Forgets everything before `seq`.
    pub(crate) fn keep_from(&self, topic: &Topic, seq: u64) {
        self.with(|state| state.logs.entry(topic.clone()).or_default().first_kept = seq);
    }

    pub(crate) fn set_epoch(&self, epoch: &str) {
        self.with(|state| state.epoch = epoch.to_owned());
    }

    pub(crate) fn forbid(&self, topic: &Topic) {
        self.with(|state| state.forbidden.insert(topic.clone()));
    }

    pub(crate) fn make_ephemeral(&self, topic: &Topic) {
        self.with(|state| state.ephemeral.insert(topic.clone()));
    }

    pub(crate) fn make_latest(&self, topic: &Topic) {
        self.with(|state| state.latest.insert(topic.clone()));
    }

    /// Writes the newest value of a durable topic.
    pub(crate) fn set_value(&self, at: &Topic, key: Option<&str>, version: u64, body: Arc<str>) {
        let key = key.map(Arc::<str>::from);
        let place = (at.clone(), key.clone());
        let topic = at.clone();
        let value = LatestFrame { tenant: TENANT, topic, key, version, at: START, body };
        self.with(|state| state.values.insert(place, value));
    }

    /// How often heads were asked for by the hub itself.
    pub(crate) fn heads_asked(&self) -> usize {
        self.with(|state| state.heads_asked)
    }

    /// How often versions were compared.
    pub(crate) fn versions_compared(&self) -> usize {
        self.with(|state| state.versions_compared)
    }

    /// How often the newest values were asked for.
    pub(crate) fn values_asked(&self) -> usize {
        self.with(|state| state.values_asked)
    }

    /// How many topics' values were asked for at the same time, at most.
    pub(crate) fn most_values_at_once(&self) -> usize {
        self.with(|state| state.most_values_at_once)
    }

    /// The newest values; a topic without a key has one sequence of versions.
    fn read_latest(&self, topic: &Topic, since: Option<&Position>) -> Opened {
        self.with(|state| {
            let epoch: Arc<str> = state.epoch.as_str().into();
            let values = state.values_of(topic);
            let keyed = values.iter().any(|value| value.key.is_some());
            let newest = values.iter().map(|value| value.version).max().unwrap_or(0);
            let head = Position::new(if keyed { 0 } else { newest }, epoch);
            let mut opened = Opened::latest(head.clone());
            opened.recovered = !keyed && since == Some(&head);
            if !opened.recovered {
                opened.values = values;
            }
            opened
        })
    }

    /// What is known from now on of when a session ends.
    pub(crate) fn set_session_end(&self, end: Result<Option<Timestamp>, Refusal>) {
        self.with(|state| state.session_end = Some(end));
    }

    /// From now on each open waits for two steps: one before it reads, one before it answers.
    pub(crate) fn gate(&self) {
        self.with(|state| state.gated = true);
    }

    /// Lets the open that has waited longest take a step. Returns whether one was waiting.
    pub(crate) fn step(&self) -> bool {
        self.with(|state| state.gates.pop_front()).is_some_and(|gate| gate.send(()).is_ok())
    }

    /// Lets everything through again.
    pub(crate) fn ungate(&self) {
        self.with(|state| state.gated = false);
        while let Some(gate) = self.with(|state| state.gates.pop_front()) {
            let _ = gate.send(());
        }
    }

    /// The next `count` replays fail.
    pub(crate) fn fail_replays(&self, count: usize) {
        self.with(|state| state.failing_replays = count);
    }

    /// Replays wait until they are resumed.
    pub(crate) fn pause_replays(&self, pause: bool) {
        let waiting = self.with(|state| {
            state.pause_replays = pause;
            if pause { VecDeque::new() } else { std::mem::take(&mut state.paused) }
        });
        for gate in waiting {
            let _ = gate.send(());
        }
    }

    /// How many replays there were, and how many at most at once.
    pub(crate) fn replays(&self) -> (usize, usize) {
        self.with(|state| (state.replays, state.most_at_once))
    }

    async fn wait_at_gate(&self) {
        let gate = self.with(|state| {
            state.gated.then(|| {
                let (open, gate) = oneshot::channel();
                state.gates.push_back(open);
                gate
            })
        });
        if let Some(gate) = gate {
            let _ = gate.await;
        }
    }

    fn read(&self, topic: &Topic, since: Option<&Position>, want: bool) -> Opened {
        self.with(|state| {
            let epoch: Arc<str> = state.epoch.as_str().into();
            let empty = Log::default();
            let log = state.logs.get(topic).unwrap_or(&empty);
            let head = log.events.len() as u64;
            let mut opened = Opened::at(Position::new(head, epoch.clone()));
            if state.ephemeral.contains(topic) {
                opened.kind = Kind::Ephemeral;
            }
            opened.recovered = since.is_some_and(|since| {
                since.epoch == epoch
                    && since.seq <= head
                    && since.seq + 1 >= log.first_kept
                    && head - since.seq <= 1000
            });
            if let (true, Some(since)) = (opened.recovered, since) {
                opened.events = log.events[usize::try_from(since.seq).unwrap()..].to_vec();
            }
            if want || !opened.recovered {
                let snapshot = serde_json::json!({ "count": head });
                opened.snapshot = serde_json::value::to_raw_value(&snapshot).ok();
            }
            opened
        })
    }
}

impl State {
    fn values_of(&self, topic: &Topic) -> Vec<LatestFrame> {
        self.values.values().filter(|value| value.topic == *topic).cloned().collect()
    }
}

impl Backend for Journal {
    fn open(
        &self,
        scope: Scope,
        topic: Topic,
        since: Option<Position>,
        want_snapshot: bool,
    ) -> BoxFuture<'static, Result<Opened, Refusal>> {
        let journal = self.clone();
        Box::pin(async move {
            assert_eq!(scope.tenant, TENANT);
            journal.wait_at_gate().await;
            if journal.with(|state| state.forbidden.contains(&topic)) {
                return Err(Refusal::forbidden("not yours"));
            }
            let opened = if journal.with(|state| state.latest.contains(&topic)) {
                journal.read_latest(&topic, since.as_ref())
            } else {
                journal.read(&topic, since.as_ref(), want_snapshot)
            };
            journal.wait_at_gate().await;
            Ok(opened)
        })
    }

    fn replay(
        &self,
        _tenant: TenantId,
        topic: Topic,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'static, Result<Replay, Refusal>> {
        let journal = self.clone();
        Box::pin(async move {
            let pause = journal.with(|state| {
                state.replays += 1;
                state.at_once += 1;
                state.most_at_once = state.most_at_once.max(state.at_once);
                state.pause_replays.then(|| {
                    let (open, gate) = oneshot::channel();
                    state.paused.push_back(open);
                    gate
                })
            });
            if let Some(gate) = pause {
                let _ = gate.await;
            }
            journal.with(|state| {
                state.at_once -= 1;
                if state.failing_replays > 0 {
                    state.failing_replays -= 1;
                    return Err(Refusal::unavailable("the journal is away"));
                }
                let empty = Log::default();
                let log = state.logs.get(&topic).unwrap_or(&empty);
                let wanted =
                    |frame: &&StreamFrame| frame.seq > after && frame.seq >= log.first_kept;
                let events: Vec<_> =
                    log.events.iter().filter(wanted).take(limit).cloned().collect();
                let head = log.events.len() as u64;
                Ok(Replay {
                    more: events.last().is_some_and(|last| last.seq < head),
                    events,
                    head,
                    first_kept: log.first_kept.max(1),
                    epoch: state.epoch.as_str().into(),
                })
            })
        })
    }

    fn heads(&self, topics: Vec<(TenantId, Topic)>) -> BoxFuture<'static, Result<Heads, Refusal>> {
        self.with(|state| state.heads_asked += 1);
        let mut heads = self.heads();
        heads.retain(|(tenant, topic, _)| topics.contains(&(*tenant, topic.clone())));
        Box::pin(std::future::ready(Ok(heads)))
    }

    fn versions(
        &self,
        topics: Vec<(TenantId, Topic)>,
    ) -> BoxFuture<'static, Result<Vec<LatestVersion>, Refusal>> {
        let versions = self.with(|state| {
            state.versions_compared += 1;
            let values = topics.iter().flat_map(|(_, topic)| state.values_of(topic));
            let version = |LatestFrame { tenant, topic, key, version, .. }| LatestVersion {
                tenant,
                topic,
                key,
                version,
            };
            values.map(version).collect()
        });
        Box::pin(std::future::ready(Ok(versions)))
    }

    fn latest(
        &self,
        _tenant: TenantId,
        topic: Topic,
    ) -> BoxFuture<'static, Result<Vec<LatestFrame>, Refusal>> {
        let journal = self.clone();
        Box::pin(async move {
            journal.with(|state| {
                state.values_asked += 1;
                state.values_at_once += 1;
                state.most_values_at_once = state.most_values_at_once.max(state.values_at_once);
            });
            // Whoever else wants to read begins as well.
            tokio::task::yield_now().await;
            Ok(journal.with(|state| {
                state.values_at_once -= 1;
                state.values_of(&topic)
            }))
        })
    }

    fn session_end(
        &self,
        _scope: Scope,
        _session: Id,
    ) -> BoxFuture<'static, Result<Option<Timestamp>, Refusal>> {
        Box::pin(std::future::ready(
            self.with(|state| state.session_end.clone().unwrap_or(Ok(None))),
        ))
    }

    /// A token is `<user number>` or `<user number>/<seconds it lives>`.
    fn authenticate(&self, token: String) -> BoxFuture<'static, Result<Identity, Refusal>> {
        let journal = self.clone();
        Box::pin(async move {
            journal.wait_at_gate().await;
            let (user, lives_seconds) = match token.split_once('/') {
                Some((user, seconds)) => (user, seconds.parse::<u64>().ok()),
                None => (&*token, None),
            };
            let Ok(user) = user.parse::<u128>() else {
                return Err(Refusal::unauthorized("no such token"));
            };
            let lives = lives_seconds.map(std::time::Duration::from_secs);
            Ok(identity(user, lives.map(|lives| START.plus(lives))))
        })
    }
}

/// The user with this number.
pub(crate) fn user(number: u128) -> UserId {
    format!("00000000-0000-7000-8000-{number:012}").parse().unwrap()
}

/// The identity of a user.
pub(crate) fn identity(number: u128, expires_at: Option<Timestamp>) -> Identity {
    let scope = Scope::user(TENANT, user(number), Roles::NONE);
    Identity { scope, expires_at, session: None }
}
