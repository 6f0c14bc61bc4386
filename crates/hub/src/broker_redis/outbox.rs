//! What waits to be sent to Redis.

use std::{collections::VecDeque, sync::Mutex};

use redis::Cmd;
use tokio::sync::Notify;

use crate::lock;

/// More waiting messages than this are dropped.
const MAX_WAITING: usize = 16_384;
/// More waiting bytes than this are dropped.
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;
/// Messages that travel together.
const MAX_BATCH: usize = 512;
/// Bytes that travel together, unless one message is longer.
const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// Something to be sent.
pub(super) enum Outgoing {
    Publish { channel: String, payload: Vec<u8> },
    Commands(Vec<Cmd>),
}

impl Outgoing {
    fn bytes(&self) -> usize {
        match self {
            Self::Publish { channel, payload } => channel.len() + payload.len(),
            Self::Commands(commands) => {
                let arguments = commands.iter().flat_map(Cmd::args_iter);
                arguments
                    .map(|argument| match argument {
                        redis::Arg::Simple(bytes) => bytes.len(),
                        _ => 0,
                    })
                    .sum()
            }
        }
    }

    /// Its commands, one after the other.
    pub(super) fn into_commands(self) -> Vec<Cmd> {
        match self {
            Self::Publish { channel, payload } => {
                let mut command = redis::cmd("PUBLISH");
                command.arg(channel).arg(payload);
                vec![command]
            }
            Self::Commands(commands) => commands,
        }
    }
}

/// A bounded queue that is open while Redis is connected.
#[derive(Default)]
pub(super) struct Outbox {
    queue: Mutex<Queue>,
    filled: Notify,
    emptied: Notify,
}

#[derive(Default)]
struct Queue {
    open: bool,
    waiting: VecDeque<Outgoing>,
    bytes: usize,
    /// A batch is on its way.
    travelling: bool,
}

impl Queue {
    fn take(&mut self) -> Vec<Outgoing> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < MAX_BATCH && bytes < MAX_BATCH_BYTES {
            let Some(outgoing) = self.waiting.pop_front() else { break };
            bytes += outgoing.bytes();
            batch.push(outgoing);
        }
        self.bytes -= bytes;
        self.travelling = !batch.is_empty();
        batch
    }
}

impl Outbox {
    /// Puts something behind what waits. `false`: it was dropped.
    pub(super) fn push(&self, outgoing: Outgoing) -> bool {
        let bytes = outgoing.bytes();
        let mut queue = lock(&self.queue);
        let fits = queue.bytes + bytes <= MAX_WAITING_BYTES && queue.waiting.len() < MAX_WAITING;
        if !queue.open || !fits {
            return false;
        }
        queue.bytes += bytes;
        queue.waiting.push_back(outgoing);
        drop(queue);
        self.filled.notify_one();
        true
    }

    /// Redis is there.
    pub(super) fn open(&self) {
        lock(&self.queue).open = true;
    }

    /// Redis is away. Returns how much is dropped: when it is back, other nodes have found by
    /// themselves what they lack, and would get it late.
    pub(super) fn close(&self) -> usize {
        let dropped = std::mem::take(&mut *lock(&self.queue)).waiting.len();
        self.emptied.notify_waiters();
        dropped
    }

    /// The next batch, once there is one. The one before it has arrived.
    pub(super) async fn next(&self) -> Vec<Outgoing> {
        loop {
            let batch = lock(&self.queue).take();
            if !batch.is_empty() {
                return batch;
            }
            self.emptied.notify_waiters();
            self.filled.notified().await;
        }
    }

    /// Completes when nothing waits and nothing is on its way.
    pub(super) async fn flushed(&self) {
        loop {
            let emptied = self.emptied.notified();
            let done = {
                let queue = lock(&self.queue);
                queue.waiting.is_empty() && !queue.travelling
            };
            if done {
                return;
            }
            emptied.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: usize) -> Outgoing {
        Outgoing::Publish { channel: String::new(), payload: vec![0; bytes] }
    }

    #[test]
    fn it_is_bounded_in_count_and_bytes() {
        let outbox = Outbox::default();
        assert!(!outbox.push(message(1)), "closed");
        outbox.open();
        for _ in 0..MAX_WAITING {
            assert!(outbox.push(message(1)));
        }
        assert!(!outbox.push(message(1)));
        assert_eq!(outbox.close(), MAX_WAITING);
        outbox.open();
        for _ in 0..16 {
            assert!(outbox.push(message(MAX_WAITING_BYTES / 16)));
        }
        assert!(!outbox.push(message(1)));
    }

    #[tokio::test]
    async fn batches_keep_the_order_and_are_bounded() {
        let outbox = Outbox::default();
        outbox.open();
        let sizes: Vec<usize> = (0..MAX_BATCH + 7).chain([MAX_BATCH_BYTES + 1, 3]).collect();
        for size in &sizes {
            assert!(outbox.push(message(*size)));
        }
        let mut got = Vec::new();
        let mut batches = Vec::new();
        while got.len() < sizes.len() {
            let batch = outbox.next().await;
            batches.push(batch.len());
            got.extend(batch.iter().map(Outgoing::bytes));
        }
        assert_eq!(got, sizes);
        assert_eq!(batches, [MAX_BATCH, 8, 1]);
        assert_eq!(lock(&outbox.queue).bytes, 0);
    }
}
