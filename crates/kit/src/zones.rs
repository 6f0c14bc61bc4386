//! Time zones by their IANA names, as clients give them.

use std::cmp::Ordering;

use jiff::tz::TimeZone;

use crate::{Error, Result};

/// How many names an unknown one is answered with.
const NEAREST: usize = 3;
/// The longest name that is looked at, in bytes.
const MAX_NAME_BYTES: usize = 64;
/// Below this likeness (0 to 1) a name is no suggestion.
const MIN_LIKENESS: f64 = 0.75;

/// The zone of an IANA name, in any case; its own name is [`TimeZone::iana_name`].
///
/// # Errors
/// `invalid` at `field` with the code `unknown_time_zone`; the message and `details.nearest` have
/// the names that come nearest.
pub fn time_zone(field: &'static str, name: &str) -> Result<TimeZone> {
    let found = is_public(name).then(|| TimeZone::get(name).ok()).flatten();
    if let Some(zone) = found.filter(|zone| zone.iana_name().is_some()) {
        return Ok(zone);
    }
    let nearest = nearest(name);
    let message = match nearest.is_empty() {
        true => "is not the name of a time zone, such as America/New_York".to_owned(),
        false => format!("is not the name of a time zone; nearest: {}", nearest.join(", ")),
    };
    Err(Error::invalid(field, "unknown_time_zone", message)
        .with_details(&serde_json::json!({ "nearest": nearest })))
}

/// Databases of operating systems also have names for their own use, and the whole list once more
/// with leap seconds.
fn is_public(name: &str) -> bool {
    let begins = |prefix: &str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let is_own = ["posix/", "right/"].into_iter().any(begins)
        || ["posixrules", "localtime", "Factory"].iter().any(|own| own.eq_ignore_ascii_case(name));
    name.len() <= MAX_NAME_BYTES && !is_own
}

/// The names most like this one, the most alike first.
fn nearest(name: &str) -> Vec<String> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Vec::new();
    }
    let wanted = spoken(name);
    let mut scored: Vec<(f64, String)> = jiff::tz::db()
        .available()
        .map(|zone| zone.as_str().to_owned())
        .filter(|zone| is_public(zone))
        .map(|zone| (likeness(&wanted, &spoken(&zone)), zone))
        .filter(|(score, _)| *score >= MIN_LIKENESS)
        .collect();
    scored.sort_by(|(a, first), (b, second)| {
        b.partial_cmp(a).unwrap_or(Ordering::Equal).then_with(|| first.cmp(second))
    });
    scored.into_iter().take(NEAREST).map(|(_, zone)| zone).collect()
}

/// How alike two names are; also by the city alone, as people write it.
fn likeness(wanted: &str, zone: &str) -> f64 {
    let whole = strsim::jaro_winkler(wanted, zone);
    let city = zone.rsplit('/').next().unwrap_or(zone);
    let wanted_city = wanted.rsplit('/').next().unwrap_or(wanted);
    // A little less than the whole name, which also has the region right.
    whole.max(0.98 * strsim::jaro_winkler(wanted_city, city))
}

fn spoken(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_case() {
        for (given, name) in [
            ("America/New_York", "America/New_York"),
            ("america/new_york", "America/New_York"),
            ("UTC", "UTC"),
            ("Asia/Kathmandu", "Asia/Kathmandu"),
        ] {
            assert_eq!(time_zone("tz", given).unwrap().iana_name(), Some(name), "{given}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        for (given, first) in [
            ("America/New York", "America/New_York"),
            ("America/NewYork", "America/New_York"),
            ("New York", "America/New_York"),
            ("Europe/Berln", "Europe/Berlin"),
            ("los_angeles", "America/Los_Angeles"),
        ] {
            let error = time_zone("tz", given).unwrap_err();
            assert_eq!(error.code().status, 422, "{given}");
            let field = &error.fields()[0];
            assert_eq!((&*field.field, &*field.code), ("tz", "unknown_time_zone"));
            let nearest = nearest(given);
            assert_eq!(nearest.first().map(String::as_str), Some(first), "{given}: {nearest:?}");
            assert!(field.message.contains(first), "{}", field.message);
        }
    }

    #[test]
    fn nothing_else_is_a_zone() {
        let long = "America/".repeat(100);
        let names = [
            "",
            " ",
            "EST5EDT4,M3.2.0,M11.1.0",
            "/etc/passwd",
            "../UTC",
            &long,
            "🕐",
            "posix/UTC",
            "RIGHT/UTC",
            "localtime",
        ];
        for name in names {
            assert!(time_zone("tz", name).is_err(), "{name}");
        }
        assert_eq!(nearest("qqqqqqqq"), Vec::<String>::new());
        assert!(nearest(&long).is_empty());
    }
}
