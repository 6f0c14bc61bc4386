//! How fast passwords may be tried: growing pauses after failures, in this process's memory.
//!
//! Three counts stand side by side: of one account from one network, of one account from anywhere,
//! of one network at all accounts. The count of an account alone never grows long pauses, and does
//! not hold up networks from which somebody has signed in to it before: nobody locks its owner out.
//! An attempt counts as failed until it has succeeded, so that many at once get no further than one
//! after another; one that came to nothing through the server's own fault is no attempt.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kit::{Ctx, Error, Result};
use sha2::{Digest, Sha256};

use crate::model;

/// How many times the configured number of failures an account bears from all networks together.
const ACCOUNT_FACTOR: u32 = 4;
/// How many times that number a network bears at all accounts: many people may share it.
const NETWORK_FACTOR: u32 = 20;
/// The longest pause of a network.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The longest pause of an account towards networks that it does not know.
const LONGEST_OF_ACCOUNT: Duration = Duration::from_secs(30);
/// After so long without a failure they are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);
/// For how long a network counts as known to an account.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many counts, and how many known networks, are kept at most.
const MOST: usize = 65_536;

/// An e-mail, shortened: it may be anything that somebody has typed.
type Account = [u8; 16];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Pair(Account, Option<IpAddr>),
    Account(Account),
    Network(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    failures: u32,
    last: Duration,
    /// When the last was the one before.
    before: Duration,
}

/// What is remembered.
pub(crate) struct Throttle(Mutex<Books>);

struct Books {
    tallies: Recent<Who, Tally>,
    known: Recent<(Account, IpAddr), Duration>,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self::of_size(MOST)
    }

    fn of_size(most: usize) -> Self {
        Self(Mutex::new(Books { tallies: Recent::new(most), known: Recent::new(most) }))
    }

    /// Lets one try the password of `email`, now, or not. It counts as failed until
    /// [`Throttle::succeeded`] or [`Throttle::withdrawn`].
    ///
    /// # Errors
    /// `rate_limited` with the rest of the pause; nothing was counted then.
    pub(crate) fn admit(&self, ctx: &Ctx, email: &str, address: Option<IpAddr>) -> Result<Attempt> {
        let attempt = Attempt {
            account: account_of(email),
            network: address.map(kit::network_of),
            at: ctx.clock().monotonic(),
        };
        match ctx.config().login_failures {
            0 => Ok(attempt),
            free => match self.take(free, attempt) {
                Ok(()) => Ok(attempt),
                Err(pause) => {
                    let message = "too many sign-ins have failed: try again later";
                    let error = Error::new(&kit::codes::RATE_LIMITED, message);
                    Err(error.with_retry_after(pause))
                }
            },
        }
    }

    fn take(&self, free: u32, attempt: Attempt) -> Result<(), Duration> {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, rules) = (attempt.at, attempt.rules(free));
        let is_known = attempt.network.is_some_and(|network| {
            let since = books.known.get(&(attempt.account, network));
            since.is_some_and(|since| now.saturating_sub(since) < KNOWN_FOR)
        });
        let held_up = rules.iter().filter(|rule| !(is_known && rule.spares_known));
        let longest = held_up.map(|rule| rule.pause(books.tallies.get(&rule.who), now)).max();
        match longest {
            Some(pause) if !pause.is_zero() => return Err(pause),
            _ => {}
        }
        for rule in rules {
            let tally = books.tallies.get(&rule.who);
            let failures = rule.failures(tally, now).saturating_add(1);
            let tally = Tally { failures, last: now, before: tally.map_or(now, |it| it.last) };
            books.tallies.put(rule.who, tally, |tally| tally.last);
        }
        Ok(())
    }

    /// The server had no room or no database, and the password is not known to be wrong: it is as
    /// if nobody had come, so that no outage of ours makes people wait longer than it lasts.
    pub(crate) fn withdrawn(&self, attempt: Attempt) {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for Rule { who, .. } in attempt.rules(0) {
            let Some(tally) = books.tallies.get(&who) else { continue };
            let failures = tally.failures.saturating_sub(1);
            // Others may have failed since; the pause runs from the last of them.
            let last = if tally.last == attempt.at { tally.before } else { tally.last };
            match failures {
                0 => books.tallies.remove(&who),
                _ => books.tallies.put(who, Tally { failures, last, ..tally }, |tally| tally.last),
            }
        }
    }

    /// The password was right: the attempt is no failure, and the network is known to the account.
    pub(crate) fn succeeded(&self, attempt: Attempt) {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        books.tallies.remove(&Who::Pair(attempt.account, attempt.network));
        let whole = [Some(Who::Account(attempt.account)), attempt.network.map(Who::Network)];
        for who in whole.into_iter().flatten() {
            if let Some(tally) = books.tallies.get(&who) {
                let failures = tally.failures.saturating_sub(1);
                books.tallies.put(who, Tally { failures, ..tally }, |tally| tally.last);
            }
        }
        if let Some(network) = attempt.network {
            books.known.put((attempt.account, network), attempt.at, |since| *since);
        }
    }
}

/// An attempt that was let through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    account: Account,
    network: Option<IpAddr>,
    at: Duration,
}

/// One of the counts that an attempt is held against.
struct Rule {
    who: Who,
    free: u32,
    longest: Duration,
    spares_known: bool,
}

impl Attempt {
    fn rules(&self, free: u32) -> Vec<Rule> {
        let rule = |who, factor, longest, spares_known| Rule {
            who,
            free: free.saturating_mul(factor),
            longest,
            spares_known,
        };
        let mut rules = vec![
            rule(Who::Pair(self.account, self.network), 1, LONGEST, false),
            rule(Who::Account(self.account), ACCOUNT_FACTOR, LONGEST_OF_ACCOUNT, true),
        ];
        let network = self.network.map(Who::Network);
        rules.extend(network.map(|who| rule(who, NETWORK_FACTOR, LONGEST, false)));
        rules
    }
}

impl Rule {
    /// The failures that still count.
    fn failures(&self, tally: Option<Tally>, now: Duration) -> u32 {
        let recent = tally.filter(|tally| now.saturating_sub(tally.last) < FORGOTTEN_AFTER);
        recent.map_or(0, |tally| tally.failures)
    }

    /// How long to wait from `now` on: nothing while there are free failures, then a second, and
    /// twice as long after each further one.
    fn pause(&self, tally: Option<Tally>, now: Duration) -> Duration {
        let beyond = self.failures(tally, now).checked_sub(self.free);
        let (Some(tally), Some(beyond)) = (tally, beyond) else { return Duration::ZERO };
        let seconds = 1_u64.checked_shl(beyond.min(32)).unwrap_or(u64::MAX);
        let pause = Duration::from_secs(seconds).min(self.longest);
        pause.saturating_sub(now.saturating_sub(tally.last))
    }
}

/// The same for all spellings of an e-mail; and for what is none.
fn account_of(email: &str) -> Account {
    let spelling = model::email(email).unwrap_or_else(|_| email.to_ascii_lowercase());
    let hash = Sha256::digest(spelling.as_bytes());
    let mut account = Account::default();
    account.copy_from_slice(&hash[..16]);
    account
}

/// A map that forgets the older half when it is full.
struct Recent<K, V> {
    map: HashMap<K, V>,
    most: usize,
}

impl<K: Eq + Hash, V: Copy> Recent<K, V> {
    fn new(most: usize) -> Self {
        Self { map: HashMap::new(), most }
    }

    fn get(&self, key: &K) -> Option<V> {
        self.map.get(key).copied()
    }

    fn remove(&mut self, key: &K) {
        self.map.remove(key);
    }

    fn put(&mut self, key: K, value: V, at: impl Fn(&V) -> Duration) {
        if self.map.len() >= self.most && !self.map.contains_key(&key) {
            let mut times: Vec<Duration> = self.map.values().map(&at).collect();
            let middle = times.len() / 2;
            let (_, middle, _) = times.select_nth_unstable(middle);
            let (middle, mut of_middle) = (*middle, 0);
            self.map.retain(|_, value| {
                // Of those at the same instant every other one.
                of_middle += usize::from(at(value) == middle);
                at(value) > middle || (at(value) == middle && of_middle % 2 == 0)
            });
        }
        self.map.insert(key, value);
    }
}

#[cfg(test)]
#[path = "throttle_tests.rs"]
mod tests;
