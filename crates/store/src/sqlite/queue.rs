//! The bounded queue in front of SQLite's threads.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, PoisonError},
};

use crate::{
    error::{Error, Result},
    store::Class,
    tx::lock,
};

/// Every so many turns a bulk job goes first: it must not wait for ever behind a queue of
/// interactive ones that never empties.
const BULK_TURN: u32 = 32;

struct State<J: ?Sized> {
    interactive: VecDeque<Box<J>>,
    bulk: VecDeque<Box<J>>,
    /// Turns since bulk had one.
    passed_over: u32,
    closed: bool,
}

/// A bounded queue with two classes.
pub(super) struct Queue<J: ?Sized> {
    state: Mutex<State<J>>,
    ready: Condvar,
    interactive_limit: usize,
    bulk_limit: usize,
}

impl<J: ?Sized> Queue<J> {
    pub(super) fn new(interactive_limit: usize, bulk_limit: usize) -> Self {
        let state = State {
            interactive: VecDeque::new(),
            bulk: VecDeque::new(),
            passed_over: 0,
            closed: false,
        };
        Self { state: Mutex::new(state), ready: Condvar::new(), interactive_limit, bulk_limit }
    }

    pub(super) fn push(&self, class: Class, job: Box<J>) -> Result<()> {
        let mut state = lock(&self.state);
        if state.closed {
            return Err(Error::Unavailable("the store is closed".into()));
        }
        let (queue, limit) = match class {
            Class::Interactive => (&mut state.interactive, self.interactive_limit),
            Class::Bulk => (&mut state.bulk, self.bulk_limit),
        };
        if queue.len() >= limit {
            return Err(Error::Busy);
        }
        queue.push_back(job);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for a job; none when the queue is closed and empty.
    pub(super) fn wait(&self) -> Option<Box<J>> {
        let mut state = lock(&self.state);
        loop {
            if let Some(job) = state.take() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next interactive job. Bulk jobs never join a group that others wait for.
    pub(super) fn try_next(&self) -> Option<Box<J>> {
        lock(&self.state).interactive.pop_front()
    }

    /// Takes no more jobs; those that wait are still handed out.
    pub(super) fn close(&self) {
        lock(&self.state).closed = true;
        self.ready.notify_all();
    }

    /// Takes no more jobs and forgets those that wait.
    pub(super) fn abandon(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        let forgotten = (std::mem::take(&mut state.interactive), std::mem::take(&mut state.bulk));
        drop(state);
        drop(forgotten);
    }
}

impl<J: ?Sized> State<J> {
    fn take(&mut self) -> Option<Box<J>> {
        if !self.bulk.is_empty() && self.passed_over >= BULK_TURN {
            self.passed_over = 0;
            return self.bulk.pop_front();
        }
        if let Some(job) = self.interactive.pop_front() {
            self.passed_over = self.passed_over.saturating_add(1);
            return Some(job);
        }
        self.passed_over = 0;
        self.bulk.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(interactive: usize, bulk: usize) -> Queue<str> {
        let queue = Queue::new(1_000, 1_000);
        for _ in 0..bulk {
            queue.push(Class::Bulk, "bulk".into()).unwrap();
        }
        for _ in 0..interactive {
            queue.push(Class::Interactive, "now".into()).unwrap();
        }
        queue
    }

    #[test]
    fn bulk_waits_behind_everything_interactive_but_not_for_ever() {
        let queue = filled(100, 2);
        let order: Vec<_> = (0..102).map(|_| queue.wait().unwrap()).collect();
        let bulk: Vec<usize> =
            (0..).zip(&order).filter(|(_, j)| &***j == "bulk").map(|(i, _)| i).collect();
        assert_eq!(bulk, [32, 65]);
    }

    #[test]
    fn bulk_never_joins_a_group() {
        let queue = filled(1, 1);
        assert_eq!(queue.try_next().as_deref(), Some("now"));
        assert_eq!(queue.try_next(), None);
        assert_eq!(queue.wait().as_deref(), Some("bulk"));
    }

    #[test]
    fn a_full_class_is_busy_and_the_other_is_not() {
        let queue: Queue<str> = Queue::new(2, 1);
        queue.push(Class::Bulk, "1".into()).unwrap();
        assert!(matches!(queue.push(Class::Bulk, "2".into()), Err(Error::Busy)));
        queue.push(Class::Interactive, "3".into()).unwrap();
        queue.push(Class::Interactive, "4".into()).unwrap();
        assert!(matches!(queue.push(Class::Interactive, "5".into()), Err(Error::Busy)));
    }

    #[test]
    fn closing_lets_the_rest_out_and_abandoning_does_not() {
        let queue = filled(1, 1);
        queue.close();
        assert!(matches!(
            queue.push(Class::Interactive, "late".into()),
            Err(Error::Unavailable(_))
        ));
        assert_eq!(queue.wait().as_deref(), Some("now"));
        queue.abandon();
        assert_eq!(queue.wait(), None);
    }
}
