//! What waits to be written to one connection: bounded in bytes, woken once, drained in batches.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard},
    task::{Poll, Waker},
};

use tokio::sync::Notify;

use crate::{CloseCode, HubConfig, Outbound, Text, lock, topic::TopicCell};

/// How much goes into one flush.
const BATCH_FRAMES: usize = 64;
const BATCH_BYTES: usize = 16 * 1024;

/// A connection between two frames keeps room for so many, …
const KEPT_FRAMES: usize = 4;
/// … and for so many a while after a burst.
const BURST_FRAMES: usize = 128;

/// Direct frames may go over the hard limit so many times before the connection ends: they are
/// answers and first frames, which nobody could announce as missing.
const DIRECT_FACTOR: usize = 4;

struct Item {
    text: Text,
    /// A reply to the client's own request. These do not count against what topics may queue,
    /// because the next request waits until they are gone.
    owed: bool,
}

#[derive(Default)]
struct State {
    items: VecDeque<Item>,
    /// How many items have left: the number of the first that is still here.
    front: u64,
    /// Bytes of all but the owed items, those being written included.
    bytes: usize,
    owed_bytes: usize,
    /// The writer is awake and will look again.
    busy: bool,
    /// Wakes the writer when it is not.
    writer: Option<Waker>,
    ping: bool,
    /// What came with the last ping that is not answered yet.
    pong: Option<Box<[u8]>>,
    closing: Option<CloseCode>,
    /// Topics that found the queue full and wait for it to drain.
    lagging: Vec<Arc<TopicCell>>,
}

/// When the writer is woken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    Now,
    Later,
}

/// What became of a value.
pub(crate) enum Place {
    /// It stands where the unsent one before it stood.
    Replaced,
    /// It is the last of the queue, with this number; items below `front` have left. The writer is
    /// `asleep` where it was not to be woken: the caller does so soon, by [`Queue::wake`].
    At { at: u64, front: u64, asleep: bool },
    /// The queue is full.
    Full,
    /// Nothing goes out any more.
    Closed,
}

/// A part of the queue that is being written, and its memory, which serves again.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) messages: Vec<Outbound>,
    pub(crate) last: bool,
    bytes: usize,
    owed_bytes: usize,
}

/// The queue of one connection.
pub(crate) struct Queue {
    state: Mutex<State>,
    soft_bytes: usize,
    hard_bytes: usize,
    room: Notify,
}

impl Queue {
    pub(crate) fn new(config: &HubConfig) -> Self {
        Self {
            state: Mutex::default(),
            soft_bytes: config.soft_queue_bytes,
            hard_bytes: config.hard_queue_bytes,
            room: Notify::new(),
        }
    }

    /// Queues a frame of a stream topic. `false`: the queue is full, the frame was not taken, and
    /// `cell` will be told when there is room. A queue that is closing takes and forgets it.
    pub(crate) fn push_stream(&self, text: &Text, cell: &Arc<TopicCell>) -> bool {
        let mut state = lock(&self.state);
        if state.closing.is_some() {
            return true;
        }
        // A single frame above the limit must still get through an empty queue.
        if state.bytes > 0 && state.bytes + text.len() > self.hard_bytes {
            state.lagging.push(cell.clone());
            return false;
        }
        self.put(state, text.clone(), false);
        true
    }

    /// Queues a value in the place of the unsent one with the number `unsent`, or else at the end,
    /// and wakes the writer or leaves it asleep. Should the queue be full, `lagging` will be told
    /// when it is not.
    pub(crate) fn push_value(
        &self,
        text: &Text,
        unsent: Option<u64>,
        lagging: Option<&Arc<TopicCell>>,
        wake: Wake,
    ) -> Place {
        let mut state = lock(&self.state);
        if state.closing.is_some() {
            return Place::Closed;
        }
        let unsent = unsent.and_then(|number| number.checked_sub(state.front));
        let unsent = unsent.and_then(|place| usize::try_from(place).ok());
        let unsent = unsent.filter(|place| *place < state.items.len());
        let before = unsent.map_or(0, |place| state.items[place].text.len());
        let bytes = state.bytes - before + text.len();
        if state.bytes > before && bytes > self.hard_bytes && text.len() > before {
            state.lagging.extend(lagging.cloned());
            return Place::Full;
        }
        if let Some(place) = unsent {
            state.items[place].text = text.clone();
            state.bytes = bytes;
            return Place::Replaced;
        }
        let (front, at) = (state.front, state.front + state.items.len() as u64);
        let asleep = wake == Wake::Later && !state.busy;
        if asleep {
            state.bytes += text.len();
            state.items.push_back(Item { text: text.clone(), owed: false });
        } else {
            self.put(state, text.clone(), false);
        }
        Place::At { at, front, asleep }
    }

    /// Wakes a writer that was left asleep, unless it has been woken since.
    pub(crate) fn wake(&self) {
        let state = lock(&self.state);
        if !state.busy && !state.items.is_empty() {
            self.awaken(state);
        }
    }

    /// Queues a frame without history; drops it under pressure.
    pub(crate) fn push_live(&self, text: &Text) -> bool {
        let state = lock(&self.state);
        if state.closing.is_some() || state.bytes > self.soft_bytes {
            return false;
        }
        self.put(state, text.clone(), false);
        true
    }

    /// Queues a frame of who is there. `false`: there is pressure, the frame was not taken, and
    /// `cell` will be told when there is room.
    pub(crate) fn push_presence(&self, text: &Text, cell: &Arc<TopicCell>) -> bool {
        let mut state = lock(&self.state);
        if state.closing.is_some() {
            return true;
        }
        if state.bytes > self.soft_bytes {
            state.lagging.push(cell.clone());
            return false;
        }
        self.put(state, text.clone(), false);
        true
    }

    /// Queues a reply to a request.
    pub(crate) fn push_reply(&self, text: Text) {
        let state = lock(&self.state);
        if state.closing.is_none() {
            self.put(state, text, true);
        }
    }

    /// Queues a frame that nobody could announce as missing. Far too much of that closes.
    #[must_use]
    pub(crate) fn push_direct(&self, text: Text) -> bool {
        let state = lock(&self.state);
        if state.closing.is_some() {
            return true;
        }
        if state.bytes > self.hard_bytes.saturating_mul(DIRECT_FACTOR) {
            return false;
        }
        self.put(state, text, false);
        true
    }

    /// Answers a ping; of several that wait only the last, as RFC 6455 allows.
    pub(crate) fn push_pong(&self, payload: Box<[u8]>) {
        let mut state = lock(&self.state);
        if state.closing.is_none() {
            state.pong = Some(payload);
            self.awaken(state);
        }
    }

    pub(crate) fn push_ping(&self) {
        let mut state = lock(&self.state);
        state.ping = true;
        self.awaken(state);
    }

    fn put(&self, mut state: MutexGuard<'_, State>, text: Text, owed: bool) {
        if owed {
            state.owed_bytes += text.len();
        } else {
            state.bytes += text.len();
        }
        state.items.push_back(Item { text, owed });
        self.awaken(state);
    }

    fn awaken(&self, mut state: MutexGuard<'_, State>) {
        state.busy = true;
        let writer = state.writer.take();
        drop(state);
        if let Some(writer) = writer {
            writer.wake();
        }
    }

    /// Ends the queue once it is written. The first code counts. A client that does not read
    /// gets nothing but the code.
    pub(crate) fn close(&self, code: CloseCode) -> bool {
        let mut state = lock(&self.state);
        if state.closing.is_some() {
            return false;
        }
        state.closing = Some(code);
        state.lagging = Vec::new();
        if code == CloseCode::SLOW_CONSUMER {
            state.front += state.items.len() as u64;
            state.items = VecDeque::new();
            state.bytes = 0;
            state.owed_bytes = 0;
        }
        self.awaken(state);
        self.room.notify_one();
        true
    }

    /// The code it closes with.
    pub(crate) fn closing(&self) -> Option<CloseCode> {
        lock(&self.state).closing
    }

    /// Bytes that wait or are being written.
    pub(crate) fn bytes(&self) -> usize {
        let state = lock(&self.state);
        state.bytes + state.owed_bytes
    }

    /// [`Queue::bytes`], and how many frames have left.
    pub(crate) fn figures(&self) -> (usize, u64) {
        let state = lock(&self.state);
        (state.bytes + state.owed_bytes, state.front)
    }

    /// The batch is on its way: fills it with the next one, which is empty when there is nothing;
    /// then [`Queue::woken`] waits. Returns the topics that lagged, once there is room again.
    pub(crate) fn next(&self, batch: &mut Batch) -> Vec<Arc<TopicCell>> {
        let mut state = lock(&self.state);
        let state = &mut *state;
        state.bytes = state.bytes.saturating_sub(batch.bytes);
        state.owed_bytes = state.owed_bytes.saturating_sub(batch.owed_bytes);
        if batch.owed_bytes > 0 && state.owed_bytes <= self.soft_bytes {
            self.room.notify_one();
        }
        batch.fill(state);
        if batch.messages.is_empty() {
            state.busy = false;
            batch.messages.shrink_to(KEPT_FRAMES);
            if state.items.capacity() > BURST_FRAMES {
                state.items.shrink_to(BURST_FRAMES);
            }
        }
        if state.bytes <= self.soft_bytes { std::mem::take(&mut state.lagging) } else { Vec::new() }
    }

    /// Gives back the memory of what has passed. It is kept for a while, because what comes next
    /// would ask for it again.
    pub(crate) fn relax(&self) {
        let mut state = lock(&self.state);
        if state.items.is_empty() {
            state.items = VecDeque::new();
        }
    }

    pub(crate) async fn woken(&self) {
        poll_fn(|context| {
            let mut state = lock(&self.state);
            if state.busy {
                return Poll::Ready(());
            }
            if !state.writer.as_ref().is_some_and(|writer| writer.will_wake(context.waker())) {
                state.writer = Some(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// Waits until the replies to earlier requests are mostly written, or the queue closes.
    pub(crate) async fn room(&self) {
        loop {
            {
                let state = lock(&self.state);
                if state.closing.is_some() || state.owed_bytes <= self.soft_bytes {
                    return;
                }
            }
            self.room.notified().await;
        }
    }
}

impl Batch {
    fn fill(&mut self, state: &mut State) {
        (self.bytes, self.owed_bytes) = (0, 0);
        self.messages.clear();
        if std::mem::take(&mut state.ping) && state.closing.is_none() {
            self.messages.push(Outbound::Ping);
        }
        self.messages.extend(state.pong.take().map(Outbound::Pong));
        while self.messages.len() < BATCH_FRAMES && self.bytes + self.owed_bytes < BATCH_BYTES {
            let Some(item) = state.items.pop_front() else {
                break;
            };
            state.front += 1;
            if item.owed {
                self.owed_bytes += item.text.len();
            } else {
                self.bytes += item.text.len();
            }
            self.messages.push(Outbound::Text(item.text));
        }
        if let (true, Some(code)) = (state.items.is_empty(), state.closing) {
            self.messages.push(Outbound::Close(code, code.reason()));
            self.last = true;
        }
    }
}
