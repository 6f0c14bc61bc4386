use super::*;

const FREE: u32 = 5;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn attempt(email: &str, address: &str, at: Duration) -> Attempt {
    let network = Some(kit::network_of(address.parse().unwrap()));
    Attempt { account: account_of(email), network, at }
}

/// Tries until it is let in, waiting as long as it is told; how long each pause was, in seconds.
fn pauses(
    throttle: &Throttle,
    attempts: usize,
    mut next: impl FnMut(Duration) -> Attempt,
) -> Vec<u64> {
    let (mut now, mut pauses) = (seconds(1), Vec::new());
    for _ in 0..attempts {
        let mut waited = Duration::ZERO;
        while let Err(pause) = throttle.take(FREE, next(now)) {
            now += pause;
            waited += pause;
        }
        pauses.push(waited.as_secs());
    }
    pauses
}

#[test]
fn pauses_grow_and_have_an_end() {
    let throttle = Throttle::new();
    let found = pauses(&throttle, 18, |at| attempt("ann@example.org", "9.9.9.9", at));
    let expected = [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900];
    assert_eq!(found, expected);
}

#[test]
fn an_account_that_many_try_stays_open_to_who_was_there_before() {
    let throttle = Throttle::new();
    let owner = |at| attempt("ann@example.org", "2001:db8::17", at);
    throttle.take(FREE, owner(seconds(1))).unwrap();
    throttle.succeeded(owner(seconds(1)));
    let mut number = 0_u32;
    let mut last = Duration::ZERO;
    let found = pauses(&throttle, 40, |at| {
        number += 1;
        last = at;
        let address = format!("10.{}.{}.1", number / 256, number % 256);
        attempt("Ann@Example.org", &address, at)
    });
    assert!(found[..20].iter().all(|pause| *pause == 0), "{found:?}");
    assert_eq!(found[20..26], [1, 2, 4, 8, 16, 30], "each from a network of its own");
    assert_eq!(found[39], 30, "an account's own pause stays short");
    // From the network where the owner has signed in before, at any address of it.
    throttle.take(FREE, attempt("ann@example.org", "2001:db8::18", last)).unwrap();
    let elsewhere = attempt("ann@example.org", "2001:db8:1::18", last);
    assert!(throttle.take(FREE, elsewhere).is_err());
}

#[test]
fn a_network_that_tries_many_accounts_is_slowed_down() {
    let throttle = Throttle::new();
    let mut number = 0;
    let found = pauses(&throttle, 112, |at| {
        number += 1;
        attempt(&format!("user{number}@example.org"), "9.9.9.9", at)
    });
    assert!(found[..100].iter().all(|pause| *pause == 0));
    assert_eq!(found[100..], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    // An own account between does not help: what succeeds is only no failure.
    let now = seconds(1 + found.iter().sum::<u64>());
    let own = attempt("own@example.org", "9.9.9.9", now);
    assert!(throttle.take(FREE, own).is_err());
    let elsewhere = attempt("own@example.org", "9.9.9.8", now);
    assert!(throttle.take(FREE, elsewhere).is_ok());
}

#[test]
fn what_succeeds_is_no_failure_and_time_forgets() {
    let throttle = Throttle::new();
    let at = |at| attempt("ann@example.org", "9.9.9.9", seconds(at));
    for second in 0..1000 {
        throttle.take(FREE, at(second)).unwrap();
        throttle.succeeded(at(second));
    }
    for _ in 0..FREE {
        throttle.take(FREE, at(1000)).unwrap();
    }
    assert_eq!(throttle.take(FREE, at(1000)), Err(seconds(1)));
    assert_eq!(throttle.take(FREE, at(1000)), Err(seconds(1)), "what is refused is not counted");
    throttle.take(FREE, at(1000 + 3600)).unwrap();
    throttle.take(FREE, at(1000 + 3600)).unwrap();
}

#[test]
fn what_is_withdrawn_was_never_there() {
    let throttle = Throttle::new();
    let at = |at| attempt("ann@example.org", "9.9.9.9", seconds(at));
    for second in 0..1000 {
        throttle.take(FREE, at(second)).unwrap();
        throttle.withdrawn(at(second));
    }
    assert!(throttle.0.lock().unwrap().tallies.map.is_empty());
    for _ in 0..FREE {
        throttle.take(FREE, at(1000)).unwrap();
    }
    for second in [1001, 1003] {
        throttle.take(FREE, at(second)).unwrap();
    }
    // Four seconds from the last failure on, not from what was withdrawn.
    assert_eq!(throttle.take(FREE, at(1004)), Err(seconds(3)));
    throttle.take(FREE, at(1007)).unwrap();
    throttle.withdrawn(at(1007));
    throttle.take(FREE, at(1008)).unwrap();
    assert_eq!(throttle.take(FREE, at(1008)), Err(seconds(8)));
}

#[test]
fn what_is_remembered_is_bounded() {
    let throttle = Throttle::of_size(100);
    for number in 0..10_000_u32 {
        let address = IpAddr::from(number.to_be_bytes());
        let attempt = Attempt {
            account: account_of(&format!("user{number}@example.org")),
            network: Some(address),
            // Also many at one instant.
            at: seconds(u64::from(number / 1000)),
        };
        throttle.take(FREE, attempt).unwrap();
        throttle.succeeded(attempt);
        throttle.take(FREE, attempt).unwrap();
        let books = throttle.0.lock().unwrap();
        assert!(books.tallies.map.len() <= 100 && books.known.map.len() <= 100);
    }
}
