//! Occurrences as pure functions, on the days when the clocks of New York change.

use serde::{Deserialize, Serialize};

use super::*;

#[derive(Serialize, Deserialize)]
struct Sweep {}

impl Task for Sweep {
    const NAME: &'static str = "test.sweep";
}

fn cron(pattern: &str) -> Times {
    Times::of(&Schedule::cron("test.cron", pattern, "America/New_York", |_| Sweep {})).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Every occurrence from `from` until `to`.
fn between(times: &Times, from: &str, to: &str) -> Vec<String> {
    let (mut last, end) = (at(from), at(to));
    let mut found = Vec::new();
    while let Some(next) = times.next_after(last).filter(|next| *next <= end) {
        found.push(next.to_string().replace(":00.000Z", "Z"));
        last = next;
    }
    found
}

#[test]
fn a_time_within_the_gap_moves_behind_it() {
    // 02:00 EST became 03:00 EDT at 07:00 UTC on 8 March.
    assert_eq!(
        between(&cron("30 2 * * *"), "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z"),
        ["2026-03-07T07:30Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z"]
    );
}

#[test]
fn a_time_within_the_fold_occurs_once() {
    // 02:00 EDT became 01:00 EST at 06:00 UTC on 1 November.
    assert_eq!(
        between(&cron("30 1 * * *"), "2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z"),
        ["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"]
    );
    assert_eq!(
        between(&cron("30 2 * * *"), "2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z"),
        ["2026-10-31T06:30Z", "2026-11-01T07:30Z", "2026-11-02T07:30Z"]
    );
}

#[test]
fn a_pattern_of_many_times_follows_the_clocks() {
    let times = cron("0,30 1-2 * * *");
    assert_eq!(
        between(&times, "2026-03-08T05:00:00Z", "2026-03-08T12:00:00Z"),
        ["2026-03-08T06:00Z", "2026-03-08T06:30Z"]
    );
    assert_eq!(
        between(&times, "2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z"),
        [
            "2026-11-01T05:00Z",
            "2026-11-01T05:30Z",
            "2026-11-01T06:00Z",
            "2026-11-01T06:30Z",
            "2026-11-01T07:00Z",
            "2026-11-01T07:30Z"
        ]
    );
}

/// Whatever the moments at which somebody looks, they see the same occurrences.
#[test]
fn looking_often_and_looking_once_agree() {
    let patterns = ["30 2 * * *", "*/20 * * * *", "15 1 * * SUN", "0 0 1 * *"];
    let changes = [
        ("2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z"),
        ("2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z"),
    ];
    for pattern in patterns {
        let times = cron(pattern);
        for (from, to) in changes {
            let mut last = at(from);
            let mut looked = Vec::new();
            let mut now = last;
            while now < at(to) {
                now = now.plus(Duration::from_secs(60));
                if let Some(newest) = times.newest(last, now) {
                    looked.push(newest.to_string().replace(":00.000Z", "Z"));
                    last = newest;
                }
            }
            assert_eq!(looked, between(&times, from, to), "{pattern} from {from}");
            let newest = times.newest(at(from), at(to));
            let newest = newest.map(|at| at.to_string().replace(":00.000Z", "Z"));
            assert_eq!(newest.as_ref(), looked.last(), "{pattern} from {from}");
        }
    }
}

#[test]
fn a_long_absence_leaps_to_the_newest() {
    let (after, now) = (at("2020-01-01T00:00:00Z"), at("2026-06-15T12:34:56Z"));
    let newest = |pattern| cron(pattern).newest(after, now).unwrap().to_string();
    assert_eq!(newest("* * * * *"), "2026-06-15T12:34:00.000Z");
    assert_eq!(newest("0 0 1 1 *"), "2026-01-01T05:00:00.000Z");
}

#[test]
fn a_pace_is_the_same_on_every_node() {
    let pace = Duration::from_secs(900);
    let times = Times::of(&Schedule::every("test.pace", pace, |_| Sweep {})).unwrap();
    let now = at("2026-06-15T12:34:56Z");
    let text = |found: Option<Timestamp>| found.unwrap().to_string();
    assert_eq!(text(times.next_after(now)), "2026-06-15T12:45:00.000Z");
    assert_eq!(text(times.newest(at("2026-06-15T00:00:00Z"), now)), "2026-06-15T12:30:00.000Z");
    assert_eq!(times.newest(at("2026-06-15T12:30:00Z"), now), None);
}

#[test]
fn what_cannot_be_understood_is_named() {
    let zone = Schedule::cron("test.a", "0 2 * * *", "Mars/Base", |_| Sweep {});
    let pattern = Schedule::cron("test.b", "0 25 * * *", "UTC", |_| Sweep {});
    let seconds = Schedule::cron("test.c", "* 0 25 * * *", "UTC", |_| Sweep {});
    let pace = Schedule::every("test.d", Duration::ZERO, |_| Sweep {});
    for schedule in [zone, pattern, seconds, pace] {
        let error = Times::of(&schedule).err().unwrap().to_string();
        assert!(error.contains(schedule.name), "{error}");
    }
}
