//! How many requests of a class a caller may send: by user where one is signed in, by network
//! elsewhere. Counted in this process's memory, so each node counts for itself.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use domain::{SharedClock, UserId};
use governor::{
    Quota, RateLimiter, clock, middleware::StateInformationMiddleware, nanos::Nanos,
    state::StateStore,
};

use crate::{
    Arrival, Config, Secret, SessionCookies, Tokens, call::bearer, config_values::RateLimit,
    network::network_of, session_cookie,
};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// How many callers are remembered for each class.
const MOST_CALLERS: usize = 65_536;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteClass {
    /// Signing in, registering, exchanging tokens. By network, whoever asks.
    Auth,
    /// What changes nothing.
    Read,
    /// What changes something.
    Write,
    /// Whole files.
    Import,
    /// Handshakes of sockets.
    Socket,
}

impl RouteClass {
    /// None for what is asked by machines that watch over this one.
    fn of(method: &Method, uri: &Uri) -> Option<Self> {
        let path = uri.path().trim_end_matches('/');
        if path == "/metrics" || path.starts_with("/health/") {
            return None;
        }
        Some(match path {
            _ if method.is_safe() => Self::Read,
            path if path.starts_with("/api/v1/auth/") || path.starts_with("/api/token") => {
                Self::Auth
            }
            path if path.ends_with("/import") => Self::Import,
            _ => Self::Write,
        })
    }
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Caller {
    User(UserId),
    Network(IpAddr),
}

/// What became of a request, for its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    limit: u32,
    remaining: u32,
    /// Until the whole limit is there again.
    reset: Duration,
    /// How long to wait; none when the request may go on.
    pub(crate) wait: Option<Duration>,
}

impl Verdict {
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        let seconds = self.reset.as_millis().div_ceil(1000);
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX)));
    }
}

/// The limits of all classes.
pub struct Limits {
    auth: Option<Limiter>,
    read: Option<Limiter>,
    write: Option<Limiter>,
    import: Option<Limiter>,
    socket: Option<Limiter>,
    tokens: Tokens,
    cookies: SessionCookies,
    clock: SharedClock,
}

impl Limits {
    pub(crate) fn new(config: &Config, secret: &Secret, clock: &SharedClock) -> Self {
        let limiter = |limit: RateLimit| Limiter::new(limit, clock, MOST_CALLERS);
        Self {
            auth: limiter(config.rate_auth),
            read: limiter(config.rate_read),
            write: limiter(config.rate_write),
            import: limiter(config.rate_import),
            socket: limiter(config.rate_socket),
            tokens: Tokens::new(secret, config.access_token_lifetime()),
            cookies: SessionCookies::new(secret.clone()),
            clock: clock.clone(),
        }
    }

    /// Counts a request; none when it is not limited.
    pub(crate) fn ask(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        arrival: &Arrival,
    ) -> Option<Verdict> {
        self.ask_class(RouteClass::of(method, uri)?, headers, arrival)
    }

    /// Counts something of this class.
    pub(crate) fn ask_class(
        &self,
        class: RouteClass,
        headers: &HeaderMap,
        arrival: &Arrival,
    ) -> Option<Verdict> {
        let limiter = match class {
            RouteClass::Auth => &self.auth,
            RouteClass::Read => &self.read,
            RouteClass::Write => &self.write,
            RouteClass::Import => &self.import,
            RouteClass::Socket => &self.socket,
        };
        let limiter = limiter.as_ref()?;
        let user = match class {
            RouteClass::Auth => None,
            _ => self.user_of(headers, arrival),
        };
        let network = || arrival.address.map(network_of).map(Caller::Network);
        // Without an address there is no network either: inside of a process.
        let caller = user.map(Caller::User).or_else(network)?;
        Some(limiter.ask(caller, self.clock.monotonic()))
    }

    /// By the signature alone: whether the session is still open makes no difference here.
    fn user_of(&self, headers: &HeaderMap, arrival: &Arrival) -> Option<UserId> {
        if headers.contains_key(header::AUTHORIZATION) {
            let claims = self.tokens.verify(bearer(headers)?, self.clock.now());
            return claims.ok().map(|claims| claims.user);
        }
        let cookie = session_cookie::given(headers, arrival.https)?;
        self.cookies.verify(cookie).map(|claims| claims.user)
    }
}

/// The house's clock, as the library wants it.
#[derive(Clone)]
struct HouseClock(SharedClock);

impl clock::Clock for HouseClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

type Inner<K> = RateLimiter<K, Bounded<K>, HouseClock, StateInformationMiddleware>;

/// The limit of one class.
struct Limiter {
    inner: Inner<Caller>,
    limit: NonZeroU32,
    every: Duration,
}

impl Limiter {
    /// None when the class has no limit.
    fn new(limit: RateLimit, clock: &SharedClock, most: usize) -> Option<Self> {
        let RateLimit::Of { count, period } = limit else { return None };
        let every = period / count.get();
        let quota = Quota::with_period(every)?.allow_burst(count);
        let inner = Inner::new(quota, Bounded::new(most), HouseClock(clock.clone()));
        Some(Self { inner, limit: count, every })
    }

    fn ask(&self, caller: Caller, now: Duration) -> Verdict {
        let limit = self.limit.get();
        let (remaining, wait) = match self.inner.check_key(&caller) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(refused) => (0, Some(refused.wait_time_from(now))),
        };
        let reset = self.every.saturating_mul(limit.saturating_sub(remaining));
        Verdict { limit, remaining, reset, wait }
    }
}

/// The library's state of each key, for so many keys. When it is full it forgets the half that is
/// closest to having its whole limit again: who floods under ever new names pushes out others that
/// do so, and nobody whose limit is used up.
struct Bounded<K> {
    states: Mutex<HashMap<K, Nanos>>,
    most: usize,
}

impl<K> Bounded<K> {
    fn new(most: usize) -> Self {
        Self { states: Mutex::default(), most }
    }
}

impl<K: Copy + Eq + Hash> StateStore for Bounded<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let before = states.get(key).copied();
        let (outcome, after) = decide(before)?;
        if before.is_none() && states.len() >= self.most {
            forget_half(&mut states);
        }
        states.insert(*key, after);
        Ok(outcome)
    }
}

fn forget_half<K: Eq + Hash>(states: &mut HashMap<K, Nanos>) {
    let mut all: Vec<u64> = states.values().map(|state| state.as_u64()).collect();
    let middle = all.len() / 2;
    let (_, middle, _) = all.select_nth_unstable(middle);
    let (middle, mut of_middle) = (*middle, 0);
    states.retain(|_, state| {
        let state = state.as_u64();
        // Of those that are equal every other one.
        of_middle += usize::from(state == middle);
        state > middle || (state == middle && of_middle % 2 == 0)
    });
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
