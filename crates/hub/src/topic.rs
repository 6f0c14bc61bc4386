//! One topic: puts frames in order and hands them to its subscribers.

mod latest;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{TenantId, Topic};
use tokio::sync::Notify;

use crate::{
    LiveFrame, Mode, Rate, Replay, StreamFrame, TopicView,
    connection::Connection,
    frame::Shared,
    latest_part::LatestPart,
    lock,
    rates::Bucket,
    subscription::{Held, Phase, Reason, Span, Sub, SubKey, put},
    subscriptions::Subs,
    values::Values,
};

pub(crate) use self::latest::Known;

#[derive(Default)]
struct State {
    /// Everything up to here was handed out; `None` until a subscriber knows its position.
    last: Option<u64>,
    /// The greatest `seq` that is known to exist.
    head: u64,
    /// Frames that came before their turn.
    early: BTreeMap<u64, Arc<Shared>>,
    repairing: bool,
    subs: Subs,
    /// The newest values, once the topic has shown to be one of those.
    values: Option<Box<Values>>,
    /// How much of the rate of frames without history is used.
    live: Bucket,
    /// Frames handed out, each counted once.
    frames: u64,
}

/// How the settling of a subscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Live.
    Live,
    /// Frames behind this position were not held: read them from the journal and try again.
    Short(u64),
    /// The subscription was left or begun anew meanwhile.
    Gone,
}

/// So many connections are woken together. A crowd that is woken at once stands in the way of
/// everybody else until the last of it is served, and among those are answers that somebody waits
/// for.
pub(crate) const WOKEN_AT_ONCE: usize = 64;

/// What a call has left to do once the lock is free.
#[derive(Default)]
pub(crate) struct After {
    /// Frames put into queues.
    pub(crate) delivered: u64,
    /// The caller starts the repair of this topic.
    pub(crate) repair: bool,
    /// The caller starts the task that sends values which have waited for their time.
    pub(crate) pace: bool,
    /// The caller wakes these, some at a time.
    pub(crate) asleep: Vec<Arc<Connection>>,
}

/// One topic with at least one subscriber.
pub(crate) struct TopicCell {
    pub(crate) tenant: TenantId,
    pub(crate) topic: Topic,
    /// An earlier value has come to wait for its time.
    pub(crate) sooner: Notify,
    state: Mutex<State>,
}

impl State {
    fn take(&mut self, cell: &Arc<TopicCell>, frame: Arc<Shared>) -> u64 {
        let seq = frame.seq();
        self.head = self.head.max(seq);
        match self.last {
            Some(last) if seq <= last => 0,
            Some(last) if seq == last + 1 => self.give(cell, &frame) + self.drain(cell),
            _ => {
                self.early.insert(seq, frame);
                // `head` remembers that there was more; the journal has it.
                if self.early.len() > self.max_early() {
                    self.early.pop_last();
                }
                0
            }
        }
    }

    fn max_early(&self) -> usize {
        let any = self.subs.first();
        any.map_or(0, |sub| sub.connection.hub.config.max_held_frames)
    }

    fn give(&mut self, cell: &Arc<TopicCell>, frame: &Arc<Shared>) -> u64 {
        self.last = Some(frame.seq());
        self.frames += 1;
        let mut delivered = 0;
        for sub in self.subs.iter_mut() {
            delivered += u64::from(sub.offer(cell, frame));
        }
        delivered
    }

    /// Hands out what has waited and is now in order.
    fn drain(&mut self, cell: &Arc<TopicCell>) -> u64 {
        let mut delivered = 0;
        while let (Some(last), Some(entry)) = (self.last, self.early.first_entry()) {
            if *entry.key() > last + 1 {
                break;
            }
            let frame = entry.remove();
            if frame.seq() == last + 1 {
                delivered += self.give(cell, &frame);
            }
        }
        delivered
    }

    /// Goes on behind `to` and tells everybody that the frames before it will not come.
    fn jump(&mut self, cell: &Arc<TopicCell>, to: u64, reason: Reason) {
        self.last = Some(to);
        for sub in self.subs.iter_mut() {
            let Phase::Live { after, lag } = &mut sub.phase else {
                continue;
            };
            if *after >= to {
                continue;
            }
            let span = Span { from: *after + 1, to };
            *after = to;
            match lag {
                Some(lag) => lag.to = to,
                None => sub.announce(cell, span, reason),
            }
        }
    }

    fn behind(&self) -> bool {
        self.last.is_some_and(|last| self.head > last)
    }

    fn after(&mut self, delivered: u64) -> After {
        let repair = self.behind() && !self.repairing;
        self.repairing |= repair;
        After { delivered, repair, ..After::default() }
    }

    fn joining(&mut self, key: SubKey, token: u64) -> Option<&mut Sub> {
        self.subs
            .get_mut(key)
            .filter(|sub| sub.token == token && matches!(sub.phase, Phase::Joining(_)))
    }

    fn settle(
        &mut self,
        cell: &Arc<TopicCell>,
        key: SubKey,
        token: u64,
        at: u64,
    ) -> (Settled, u64) {
        let Some(Sub { phase: Phase::Joining(held), .. }) = self.joining(key, token) else {
            return (Settled::Gone, 0);
        };
        let mut held = std::mem::take(held);
        held.forget_until(at);
        let last = *self.last.get_or_insert(at);
        self.head = self.head.max(at);
        let Some(sub) = self.joining(key, token) else {
            return (Settled::Gone, 0);
        };
        if last > at && !held.covers(at + 1, last) {
            // What was held is no use, because the journal is read from `at` on. What comes is, and
            // whoever takes its place meanwhile has to know how far it has come.
            sub.phase = Phase::Joining(Held::behind(Some(at)));
            return (Settled::Short(at), 0);
        }
        sub.phase = Phase::Live { after: at, lag: None };
        let queued = |frame| u64::from(sub.offer(cell, &frame));
        (Settled::Live, held.frames.into_iter().map(queued).sum())
    }
}

impl TopicCell {
    pub(crate) fn new(tenant: TenantId, topic: Topic) -> Arc<Self> {
        Arc::new(Self { tenant, topic, sooner: Notify::new(), state: Mutex::default() })
    }

    /// Adds a subscription that holds its frames, in the place of an earlier one.
    pub(crate) fn join(&self, key: SubKey, connection: Arc<Connection>, token: u64) {
        let mut state = lock(&self.state);
        let reached = state.subs.get_mut(key).and_then(|earlier| earlier.reached());
        let phase = Phase::Joining(Held::behind(reached));
        state.subs.insert(Sub { key, connection, token, phase, latest: LatestPart::default() });
    }

    /// Removes a subscription. Returns whether there is none left.
    pub(crate) fn leave(&self, key: SubKey, token: u64) -> bool {
        let mut state = lock(&self.state);
        if state.subs.get_mut(key).is_some_and(|sub| sub.token == token) {
            state.subs.remove(key);
        }
        state.subs.is_empty()
    }

    /// Takes a frame from whoever brings it.
    pub(crate) fn accept(self: &Arc<Self>, frame: StreamFrame) -> After {
        let frame = Shared::new(frame);
        let mut state = lock(&self.state);
        let delivered = state.take(self, frame);
        state.after(delivered)
    }

    /// Gives a frame without history to those who are live.
    /// Returns how many got it, and how many did not because there was too much.
    pub(crate) fn accept_live(&self, frame: &LiveFrame, rate: Rate, now: Duration) -> (u64, u64) {
        let mut state = lock(&self.state);
        let text = state.live.take(rate, now).is_ok().then(|| frame.encode());
        state.frames += u64::from(text.is_some());
        let (mut delivered, mut dropped) = (0, 0);
        for sub in state.subs.iter() {
            if sub.key.1 == Mode::Forward && matches!(sub.phase, Phase::Live { .. }) {
                let text = text.as_ref();
                let queued = text.is_some_and(|text| sub.connection.queue.push_live(text));
                delivered += u64::from(queued);
                dropped += u64::from(!queued);
            }
        }
        (delivered, dropped)
    }

    /// Hears that the journal has events up to `head`.
    pub(crate) fn note_head(&self, head: u64) -> After {
        let mut state = lock(&self.state);
        state.head = state.head.max(head);
        state.after(0)
    }

    /// How far the live subscription had come in whose place this one stands.
    pub(crate) fn reached(&self, key: SubKey, token: u64) -> Option<u64> {
        lock(&self.state).joining(key, token).and_then(|sub| sub.reached())
    }

    /// Queues for a subscription in the place of an earlier one what that has not had yet, up to
    /// `at`. Returns from where on the new one takes over, and how many frames were queued: not at
    /// `at` when something before it is still on its way.
    pub(crate) fn bring_up(self: &Arc<Self>, key: SubKey, token: u64, at: u64) -> (u64, u64) {
        let mut state = lock(&self.state);
        let Some(Sub { phase: Phase::Joining(held), connection, .. }) = state.joining(key, token)
        else {
            return (at, 0);
        };
        let Some(before) = held.reached.filter(|reached| *reached < at) else {
            return (at, 0);
        };
        let mut reached = before;
        for frame in &held.frames {
            let is_next = frame.seq() == reached + 1 && reached < at;
            if frame.seq() > reached && !(is_next && put(connection, key.1, self, frame)) {
                break;
            }
            reached = reached.max(frame.seq());
        }
        (reached, reached - before)
    }

    /// A subscription has learned its position. What it held behind it is queued, and it is live.
    pub(crate) fn settle(self: &Arc<Self>, key: SubKey, token: u64, at: u64) -> (Settled, After) {
        let mut state = lock(&self.state);
        let (settled, queued) = state.settle(self, key, token, at);
        let delivered = queued + state.drain(self);
        (settled, state.after(delivered))
    }

    /// Fills the hole behind `at` of a subscription that held too little, and tries again.
    /// `give_up`: what the journal does not have now is announced as missing.
    pub(crate) fn fill(
        self: &Arc<Self>,
        key: SubKey,
        token: u64,
        mut at: u64,
        replay: &Replay,
        give_up: bool,
    ) -> (Settled, After) {
        let mut state = lock(&self.state);
        let last = state.last.unwrap_or(at);
        let Some(sub) = state.joining(key, token) else {
            return (Settled::Gone, After::default());
        };
        if replay.first_kept > at + 1 {
            let span = Span { from: at + 1, to: replay.first_kept - 1 };
            sub.announce(self, span, Reason::Expired);
            at = span.to;
        }
        let mut filled = 0;
        for event in &replay.events {
            if event.seq != at + 1 || at >= last {
                continue;
            }
            let frame = Shared::new(event.clone());
            if !put(&sub.connection, key.1, self, &frame) {
                sub.phase =
                    Phase::Live { after: last, lag: Some(Span { from: event.seq, to: last }) };
                return (Settled::Live, state.after(filled));
            }
            filled += 1;
            at = event.seq;
        }
        if give_up && at < last {
            sub.announce(self, Span { from: at + 1, to: last }, Reason::Missing);
            at = last;
        }
        let (settled, queued) = state.settle(self, key, token, at);
        (settled, state.after(filled + queued))
    }

    /// Whether this subscription still waits for its position.
    pub(crate) fn is_joining(&self, key: SubKey, token: u64) -> bool {
        lock(&self.state).joining(key, token).is_some()
    }

    /// From where the journal must be read; `None`, and the repair is over, when nothing is
    /// missing.
    pub(crate) fn gap(&self) -> Option<u64> {
        let mut state = lock(&self.state);
        if state.behind() && !state.subs.is_empty() {
            return state.last;
        }
        state.repairing = false;
        None
    }

    /// Takes what the journal has. Returns whether the topic moved on.
    pub(crate) fn catch_up(self: &Arc<Self>, replay: Replay) -> (bool, u64) {
        let mut state = lock(&self.state);
        let Some(before) = state.last else {
            return (false, 0);
        };
        state.head = state.head.max(replay.head);
        if replay.first_kept > before + 1 {
            state.jump(self, replay.first_kept - 1, Reason::Expired);
        }
        let mut delivered = state.drain(self);
        for event in replay.events {
            delivered += state.take(self, Shared::new(event));
        }
        (state.last != Some(before), delivered)
    }

    /// The journal does not have what is missing: goes on behind it and says so.
    pub(crate) fn give_up(self: &Arc<Self>) -> u64 {
        let mut state = lock(&self.state);
        let to = state.early.keys().next().map_or(state.head, |first| first - 1);
        tracing::error!(topic = %self.topic, to, "the journal lacks events that were published");
        state.jump(self, to, Reason::Missing);
        state.drain(self)
    }

    /// A connection's queue has room again: what it missed is announced.
    pub(crate) fn caught_breath(self: &Arc<Self>, connection: &Arc<Connection>) {
        let mut state = lock(&self.state);
        let state = &mut *state;
        let Some(sub) = state.subs.get_mut((connection.key, Mode::Forward)) else {
            return;
        };
        if let Phase::Live { lag, .. } = &mut sub.phase
            && let Some(span) = lag.take()
        {
            sub.announce(self, span, Reason::SlowConsumer);
        }
        if let Some(values) = &state.values {
            sub.catch_up(self, values);
        }
    }

    /// The last `seq` handed out, when it is known.
    pub(crate) fn last(&self) -> Option<u64> {
        lock(&self.state).last
    }

    /// How many subscriptions there are.
    pub(crate) fn subscriptions(&self) -> usize {
        lock(&self.state).subs.len()
    }

    /// What an operator sees of it.
    pub(crate) fn view(&self) -> TopicView {
        let state = lock(&self.state);
        TopicView {
            tenant: self.tenant,
            topic: self.topic.clone(),
            subscriptions: state.subs.len(),
            seq: state.last.filter(|_| state.values.is_none()),
            frames: state.frames,
        }
    }

    /// Who has the subscriptions, in no order; somebody with two of them comes twice.
    pub(crate) fn connections(&self) -> Vec<Arc<Connection>> {
        lock(&self.state).subs.iter().map(|sub| sub.connection.clone()).collect()
    }
}
