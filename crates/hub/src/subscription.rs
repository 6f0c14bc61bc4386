//! One connection's part in one topic.

use std::{collections::VecDeque, sync::Arc};

use crate::{
    HubConfig, Lost, Mode, connection::Connection, frame::Shared, latest_part::LatestPart,
    topic::TopicCell,
};

/// A subscription: a connection's key and the mode.
pub(crate) type SubKey = (u64, Mode);

/// Why a range is announced as missing.
#[derive(Clone, Copy)]
pub(crate) enum Reason {
    /// The connection's queue was full.
    SlowConsumer,
    /// The journal no longer has it.
    Expired,
    /// The journal has a later event, but not these.
    Missing,
}

impl Reason {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SlowConsumer => "slow_consumer",
            Self::Expired => "expired",
            Self::Missing => "missing",
        }
    }
}

/// The events `from..=to`.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// Frames that wait until their subscription knows its position.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) frames: VecDeque<Arc<Shared>>,
    bytes: usize,
    /// How far the live subscription had come in whose place this one stands.
    pub(crate) reached: Option<u64>,
}

impl Held {
    /// Nothing yet, in the place of a subscription that had come so far.
    pub(crate) fn behind(reached: Option<u64>) -> Self {
        Self { reached, ..Self::default() }
    }

    pub(crate) fn push(&mut self, frame: &Arc<Shared>, config: &HubConfig) {
        let bytes = frame.source.body.len();
        if self.frames.len() >= config.max_held_frames
            || self.bytes + bytes > config.hard_queue_bytes
        {
            // The hole is noticed when the position is known, and then the journal fills it.
            *self = Self::behind(self.reached);
        }
        self.bytes += bytes;
        self.frames.push_back(frame.clone());
    }

    pub(crate) fn forget_until(&mut self, seq: u64) {
        while self.frames.front().is_some_and(|frame| frame.seq() <= seq) {
            self.frames.pop_front();
        }
    }

    /// Whether it has every frame of `from..=to`. Frames come in ascending order.
    pub(crate) fn covers(&self, from: u64, to: u64) -> bool {
        self.frames.front().is_some_and(|frame| frame.seq() == from)
            && self.frames.back().is_some_and(|frame| frame.seq() == to)
            && self.frames.len() as u64 == to - from + 1
    }
}

/// How far a subscription has come.
pub(crate) enum Phase {
    /// Does not know its position yet.
    Joining(Held),
    /// Has, or was told that it lacks, everything up to `after`.
    Live { after: u64, lag: Option<Span> },
}

/// One subscription of one connection.
pub(crate) struct Sub {
    pub(crate) key: SubKey,
    pub(crate) connection: Arc<Connection>,
    pub(crate) token: u64,
    pub(crate) phase: Phase,
    /// What a topic of newest values has to remember.
    pub(crate) latest: LatestPart,
}

impl Sub {
    /// Up to where it has everything, as a subscription in its place must know: what it lags behind
    /// has not been announced yet.
    pub(crate) fn reached(&self) -> Option<u64> {
        match &self.phase {
            Phase::Joining(held) => held.reached,
            Phase::Live { after, lag } => Some(lag.map_or(*after, |span| span.from - 1)),
        }
    }

    /// Takes the next frame of the topic. Returns whether it was queued.
    pub(crate) fn offer(&mut self, cell: &Arc<TopicCell>, frame: &Arc<Shared>) -> bool {
        match &mut self.phase {
            Phase::Joining(held) => {
                held.push(frame, &self.connection.hub.config);
                false
            }
            Phase::Live { after, lag } => {
                let seq = frame.seq();
                if seq <= *after {
                    return false;
                }
                *after = seq;
                if let Some(span) = lag {
                    span.to = seq;
                    return false;
                }
                if put(&self.connection, self.key.1, cell, frame) {
                    return true;
                }
                *lag = Some(Span { from: seq, to: seq });
                false
            }
        }
    }

    /// Says that `from..=to` will not come.
    pub(crate) fn announce(&self, cell: &TopicCell, span: Span, reason: Reason) {
        if span.from > span.to {
            return;
        }
        match self.key.1 {
            Mode::Forward => self.connection.resync(&cell.topic, span.from, span.to, reason),
            Mode::Observe => {
                let lost = Lost { topic: cell.topic.clone(), from: span.from, to: span.to };
                self.connection.lose(lost);
            }
        }
    }
}

/// Gives a frame to the client or to the endpoint. `false`: the queue is full, and will tell
/// `cell` when it is not.
pub(crate) fn put(
    connection: &Arc<Connection>,
    mode: Mode,
    cell: &Arc<TopicCell>,
    frame: &Arc<Shared>,
) -> bool {
    match mode {
        Mode::Forward => connection.queue.push_stream(frame.text(), cell),
        Mode::Observe => {
            connection.observe(frame.clone());
            true
        }
    }
}
