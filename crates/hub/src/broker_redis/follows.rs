//! Which topics this node follows, and what of it the connection does not know yet.

use std::{collections::HashSet, sync::Mutex};

use domain::{TenantId, Topic};
use tokio::sync::Notify;

use crate::lock;

pub(super) type Key = (TenantId, Topic);

/// Channels in one command.
const CHUNK: usize = 256;

/// What is wanted. The calls that led to it do not matter, so none can come too late.
#[derive(Default)]
pub(super) struct Follows {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    wanted: HashSet<Key>,
    /// Topics to be looked at again.
    changed: HashSet<Key>,
}

/// The next step from what is subscribed to what is wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) subscribe: Vec<Key>,
    pub(super) unsubscribe: Vec<Key>,
}

impl Follows {
    /// A topic is wanted from now on, or no more.
    pub(super) fn want(&self, tenant: TenantId, topic: &Topic, wanted: bool) {
        let key = (tenant, topic.clone());
        let mut state = lock(&self.state);
        let _ = match wanted {
            true => state.wanted.insert(key.clone()),
            false => state.wanted.remove(&key),
        };
        state.changed.insert(key);
        drop(state);
        self.changed.notify_one();
    }

    /// A connection begins: it knows of nothing.
    pub(super) fn begin(&self) {
        let mut state = lock(&self.state);
        state.changed = state.wanted.clone();
    }

    /// What is to be done next, and counts as done; none when nothing is.
    pub(super) fn step(&self, subscribed: &mut HashSet<Key>) -> Option<Step> {
        let mut state = lock(&self.state);
        let mut step = Step::default();
        while step.subscribe.len().max(step.unsubscribe.len()) < CHUNK {
            let Some(key) = state.changed.iter().next().cloned() else { break };
            state.changed.remove(&key);
            if state.wanted.contains(&key) {
                if subscribed.insert(key.clone()) {
                    step.subscribe.push(key);
                }
            } else if subscribed.remove(&key) {
                step.unsubscribe.push(key);
            }
        }
        (step != Step::default()).then_some(step)
    }

    /// Completes when something may have changed since the last step.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Key {
        (TenantId::DEFAULT, format!("property:{number}").parse().unwrap())
    }

    #[test]
    fn the_last_word_counts() {
        let (follows, mut subscribed) = (Follows::default(), HashSet::new());
        let want = |number, wanted| {
            let (tenant, topic) = key(number);
            follows.want(tenant, &topic, wanted);
        };
        want(1, true);
        want(1, false);
        assert_eq!(follows.step(&mut subscribed), None);
        want(1, true);
        want(1, false);
        want(1, true);
        let step = follows.step(&mut subscribed).unwrap();
        assert_eq!((step.subscribe, step.unsubscribe), (vec![key(1)], vec![]));
        // There already: nothing to be done.
        want(1, false);
        want(1, true);
        assert_eq!(follows.step(&mut subscribed), None);
        want(1, false);
        let step = follows.step(&mut subscribed).unwrap();
        assert_eq!((step.subscribe, step.unsubscribe), (vec![], vec![key(1)]));
    }

    #[test]
    fn a_new_connection_gets_everything_in_chunks() {
        let follows = Follows::default();
        for number in 0..CHUNK + 1 {
            let (tenant, topic) = key(number);
            follows.want(tenant, &topic, true);
        }
        for _ in 0..2 {
            follows.begin();
            let mut subscribed = HashSet::new();
            assert_eq!(follows.step(&mut subscribed).unwrap().subscribe.len(), CHUNK);
            assert_eq!(follows.step(&mut subscribed).unwrap().subscribe.len(), 1);
            assert_eq!(follows.step(&mut subscribed), None);
            assert_eq!(subscribed.len(), CHUNK + 1);
        }
    }
}
