use std::sync::Arc;

use domain::{Clock, Id, Role, Roles, Scope, Sleep, TenantId, Timestamp};
use uuid::Uuid;

use super::*;
use crate::{CookieClaims, set_cookie};

/// A clock that stands until it is moved.
#[derive(Clone, Default)]
struct Moved(Arc<Mutex<Duration>>);

impl Moved {
    fn by(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000).plus(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }
}

fn secret() -> Secret {
    Secret::new(&"a".repeat(32)).unwrap()
}

fn limits(settings: &[(&str, &str)]) -> (Limits, Moved) {
    let env = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::load(env, None).unwrap();
    let moved = Moved::default();
    let clock: SharedClock = Arc::new(moved.clone());
    (Limits::new(&config, &secret(), &clock), moved)
}

fn from(address: &str) -> Arrival {
    Arrival { address: Some(address.parse().unwrap()), ..Arrival::default() }
}

fn get(limits: &Limits, headers: &HeaderMap, arrival: &Arrival) -> Option<Verdict> {
    limits.ask(&Method::GET, &Uri::from_static("/api/v1/things"), headers, arrival)
}

fn user(number: u8) -> UserId {
    UserId::from_uuid(Uuid::from_bytes([number; 16]))
}

/// Headers with an access token, or with a session cookie.
fn signed_in(limits: &Limits, number: u8, by_cookie: bool) -> HeaderMap {
    let session = Id::from_uuid(Uuid::from_bytes([7; 16]));
    let mut headers = HeaderMap::new();
    if by_cookie {
        let claims = CookieClaims { session, user: user(number), number: 0 };
        let value = SessionCookies::new(secret()).issue(&claims);
        let set = set_cookie(&Arrival::default(), &value, Duration::from_secs(60));
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        headers.insert(header::COOKIE, pair.parse().unwrap());
    } else {
        let scope = Scope::user(TenantId::DEFAULT, user(number), Roles::NONE.with(Role::User));
        let token = limits.tokens.issue(&scope, session, limits.clock.now()).unwrap();
        headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    }
    headers
}

#[test]
fn a_caller_gets_its_number_and_then_one_by_one() {
    let (limits, clock) = limits(&[("OPENBELL_RATE_READ", "3/m")]);
    let nobody = HeaderMap::new();
    let ask = |address: &str| get(&limits, &nobody, &from(address)).unwrap();
    let seconds = Duration::from_secs;
    for remaining in [2, 1, 0] {
        let verdict = ask("9.9.9.9");
        let reset = seconds(20 * u64::from(3 - remaining));
        assert_eq!(verdict, Verdict { limit: 3, remaining, reset, wait: None });
    }
    let refused = ask("9.9.9.9");
    assert_eq!(
        refused,
        Verdict { limit: 3, remaining: 0, reset: seconds(60), wait: Some(seconds(20)) }
    );
    let mut headers = HeaderMap::new();
    refused.tell(&mut headers);
    let shown = [LIMIT, REMAINING, RESET].map(|name| headers[name].to_str().unwrap().to_owned());
    assert_eq!(shown, ["3", "0", "60"]);
    assert!(ask("9.9.9.8").wait.is_none(), "somebody else");
    clock.by(19);
    assert_eq!(ask("9.9.9.9").wait, Some(seconds(1)));
    clock.by(1);
    assert_eq!(ask("9.9.9.9").wait, None);
    assert!(ask("9.9.9.9").wait.is_some());
    clock.by(3600);
    assert_eq!(ask("9.9.9.9").remaining, 2, "never more than its number");
}

#[test]
fn users_are_counted_by_who_they_are_and_others_by_network() {
    let (limits, _) = limits(&[("OPENBELL_RATE_READ", "1/h")]);
    let refused = |headers: &HeaderMap, address: &str| {
        get(&limits, headers, &from(address)).unwrap().wait.is_some()
    };
    let nobody = HeaderMap::new();
    assert!(!refused(&nobody, "2001:db8:1:2::1"));
    assert!(refused(&nobody, "2001:db8:1:2:ffff::9"), "the same /64");
    assert!(!refused(&nobody, "2001:db8:1:3::1"));
    for by_cookie in [false, true] {
        let (ann, bob) = (signed_in(&limits, 1, by_cookie), signed_in(&limits, 2, by_cookie));
        // Behind one address two people are two; the same one is one wherever they are, and
        // whatever they bring.
        assert_eq!(refused(&ann, "9.9.9.9"), by_cookie);
        assert_eq!(refused(&bob, "9.9.9.9"), by_cookie);
        assert!(refused(&ann, "8.8.8.8"));
    }
    assert!(!refused(&nobody, "9.9.9.9"), "nobody is somebody else");
    // What is forged is nobody's.
    let mut forged = signed_in(&limits, 3, false);
    let text = format!("{}x", forged[header::AUTHORIZATION].to_str().unwrap());
    forged.insert(header::AUTHORIZATION, text.parse().unwrap());
    assert!(refused(&forged, "9.9.9.9"));
    assert!(get(&limits, &nobody, &Arrival::default()).is_none(), "inside of a process");
}

#[test]
fn classes_are_counted_apart() {
    use RouteClass::{Auth, Import, Read, Write};
    let cases = [
        ("GET", "/api/v1/things/", Some(Read)),
        ("OPTIONS", "/api/v1/things", Some(Read)),
        ("GET", "/api/v1/auth/me", Some(Read)),
        ("GET", "/health", Some(Read)),
        ("POST", "/api/v1/things", Some(Write)),
        ("DELETE", "/api/v1/things", Some(Write)),
        ("POST", "/api/v1/properties/import/", Some(Import)),
        ("POST", "/api/v1/auth/login/", Some(Auth)),
        ("DELETE", "/api/v1/auth/session", Some(Auth)),
        ("POST", "/api/token/", Some(Auth)),
        ("POST", "/api/token/refresh", Some(Auth)),
        ("GET", "/health/live", None),
        ("GET", "/metrics/", None),
    ];
    for (method, path, class) in cases {
        let method = method.parse().unwrap();
        let found = RouteClass::of(&method, &path.parse().unwrap());
        assert_eq!(found, class, "{method} {path}");
    }
    let off = [
        ("OPENBELL_RATE_AUTH", "1/h"),
        ("OPENBELL_RATE_READ", "off"),
        ("OPENBELL_RATE_WRITE", "1/h"),
    ];
    let (limits, _) = limits(&off);
    let (ann, here) = (signed_in(&limits, 1, false), from("9.9.9.9"));
    let refused = |class| limits.ask_class(class, &ann, &here).is_some_and(|v| v.wait.is_some());
    assert!(!refused(Auth) && refused(Auth));
    assert!(!refused(Write) && refused(Write));
    assert!((0..100).all(|_| limits.ask_class(Read, &ann, &here).is_none()));
    // Signing in is counted by network, whoever is signed in already.
    let bob = signed_in(&limits, 2, false);
    assert!(limits.ask_class(Auth, &bob, &here).unwrap().wait.is_some());
    assert!(limits.ask_class(Write, &bob, &here).unwrap().wait.is_none());
}

#[test]
fn many_callers_take_bounded_memory_and_free_nobody() {
    let clock: SharedClock = Arc::new(Moved::default());
    let limit =
        RateLimit::Of { count: NonZeroU32::new(3).unwrap(), period: Duration::from_secs(60) };
    let limiter = Limiter::new(limit, &clock, 100).unwrap();
    let ask = |number: u32| {
        limiter.ask(Caller::Network(IpAddr::from(number.to_be_bytes())), Duration::ZERO)
    };
    while ask(0).wait.is_none() {}
    for number in 1..10_000 {
        assert!(ask(number).wait.is_none());
        assert!(ask(0).wait.is_some(), "pushed out by number {number}");
    }
    let store = limiter.inner.into_state_store();
    assert!(store.states.into_inner().unwrap().len() <= 100);
}
