//! Values as people and spreadsheets write them. Each is read in a few certain forms or not at
//! all.

use domain::{Currency, Money, MoneyError};
use jiff::{civil::Date, tz::TimeZone};

/// `YYYY-MM-DD` or `M/D/YYYY`, from 1900 to 2199, as `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<String> {
    let number = |part: &str, longest: usize| {
        let fits = (1..=longest).contains(&part.len());
        (fits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok())?
    };
    let (year, month, day) = if let Some((month, rest)) = text.split_once('/') {
        let (day, year) = rest.split_once('/')?;
        (year, month, day)
    } else {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if month.len() != 2 || day.len() != 2 {
            return None;
        }
        (year, month, day)
    };
    if year.len() != 4 {
        return None;
    }
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    if !(1900..2200).contains(&year) {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}

/// `10:00 AM`, `10 AM`, `10:00`, `14:30`, `14:30:00`, as `HH:MM`.
pub(super) fn time(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase().replace('.', "");
    let (clock, half) = if let Some(clock) = text.strip_suffix("am") {
        (clock.trim_end(), Some(false))
    } else if let Some(clock) = text.strip_suffix("pm") {
        (clock.trim_end(), Some(true))
    } else {
        (text.as_str(), None)
    };
    let mut parts = clock.split(':');
    let hour = parts.next()?;
    let minute = parts.next();
    // Seconds may be written when they are none; a bare number is an hour only with AM or PM.
    let seconds_are_none = parts.next().is_none_or(|seconds| seconds == "00");
    if !seconds_are_none || parts.next().is_some() || (minute.is_none() && half.is_none()) {
        return None;
    }
    let number = |part: &str, fits: bool| {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        (fits && digits).then(|| part.parse::<u8>().ok())?
    };
    let hour = number(hour, (1..=2).contains(&hour.len()))?;
    let minute = minute.map_or(Some(0), |minute| number(minute, minute.len() == 2))?;
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// `225000`, `225000.5`, `225,000.00`, with or without a dollar sign, in cents.
///
/// # Errors
/// What is wrong with the text.
pub(super) fn money(text: &str) -> Result<i64, MoneyError> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let plain = without_commas(rest.strip_prefix('$').unwrap_or(rest).trim_start());
    let plain = plain.ok_or(MoneyError::NotANumber)?;
    if plain.starts_with('-') {
        return Err(MoneyError::NotANumber);
    }
    if sign.is_empty() {
        return Money::parse(&plain, Currency::Usd).map(|money| money.minor);
    }
    Money::parse(&format!("-{plain}"), Currency::Usd).map(|money| money.minor)
}

/// A whole number, with or without commas between thousands, `.0` behind it or not.
pub(super) fn whole(text: &str) -> Option<i64> {
    let plain = without_commas(text)?;
    let (number, fraction) = plain.split_once('.').unwrap_or((&plain, "0"));
    let is_whole = !fraction.is_empty() && fraction.bytes().all(|b| b == b'0');
    let digits = number.strip_prefix('-').unwrap_or(number);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (is_whole && is_number).then(|| number.parse().ok())?
}

/// A count of bathrooms. Half baths count as one each, as RESO's `BathroomsTotalInteger` counts:
/// `2.5` is three rooms.
pub(super) fn bathrooms(text: &str) -> Option<i64> {
    match text.strip_suffix(".5") {
        Some(full) => whole(full)?.checked_add(1),
        None => whole(text),
    }
}

/// Five digits, or five and four with a hyphen between.
pub(super) fn zip_code(text: &str) -> Option<String> {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let is_zip = match text.split_once('-') {
        Some((five, four)) => digits(five, 5) && digits(four, 4),
        None => digits(text, 5),
    };
    is_zip.then(|| text.to_owned())
}

/// An IANA zone, in the data base's own spelling.
pub(super) fn time_zone(text: &str) -> Option<String> {
    let zone = TimeZone::get(text).ok()?;
    zone.iana_name().filter(|name| name.contains('/')).map(str::to_owned)
}

/// The text without the commas between groups of three digits; none when they stand elsewhere.
fn without_commas(text: &str) -> Option<std::borrow::Cow<'_, str>> {
    if !text.contains(',') {
        return Some(text.into());
    }
    let (number, fraction) = match text.split_once('.') {
        Some((number, fraction)) => (number, Some(fraction)),
        None => (text, None),
    };
    let mut groups = number.split(',');
    let first = groups.next()?;
    let leads = (1..=3).contains(&first.trim_start_matches('-').len());
    if !leads || groups.any(|group| group.len() != 3) {
        return None;
    }
    let mut plain = number.replace(',', "");
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(plain.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, expected) in [
            ("2026-01-31", Some("2026-01-31")),
            ("1/31/2026", Some("2026-01-31")),
            ("01/05/2026", Some("2026-01-05")),
            ("2024-02-29", Some("2024-02-29")),
            ("2026-02-29", None),
            ("31/1/2026", None),
            ("1/31/26", None),
            ("2026-1-31", None),
            ("20260131", None),
            ("2026-01-31T10:00:00Z", None),
            ("+026-01-31", None),
            ("1899-12-31", None),
            ("soon", None),
        ] {
            assert_eq!(date(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn times() {
        for (text, expected) in [
            ("10:00 AM", Some("10:00")),
            ("10:00", Some("10:00")),
            ("14:30", Some("14:30")),
            ("14:30:00", Some("14:30")),
            ("9:05", Some("09:05")),
            ("2:30pm", Some("14:30")),
            ("2:30 p.m.", Some("14:30")),
            ("12:00 AM", Some("00:00")),
            ("12:15 PM", Some("12:15")),
            ("9 AM", Some("09:00")),
            ("24:00", None),
            ("10:60", None),
            ("13:00 PM", None),
            ("0:30 AM", None),
            ("10", None),
            ("10:0", None),
            ("14:30:15", None),
            ("+1:00", None),
            ("noon", None),
            ("", None),
        ] {
            assert_eq!(time(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn amounts() {
        for (text, expected) in [
            ("225000", Ok(22_500_000)),
            ("$225,000.00", Ok(22_500_000)),
            ("$ 1,000", Ok(100_000)),
            ("0.1", Ok(10)),
            ("-5", Ok(-500)),
            ("-$5.00", Ok(-500)),
            ("2,25", Err(MoneyError::NotANumber)),
            ("1,0000", Err(MoneyError::NotANumber)),
            ("$-5", Err(MoneyError::NotANumber)),
            ("--5", Err(MoneyError::NotANumber)),
            ("225k", Err(MoneyError::NotANumber)),
            ("1.001", Err(MoneyError::TooManyDigits)),
        ] {
            assert_eq!(money(text), expected, "{text}");
        }
    }

    #[test]
    fn counts() {
        for (text, expected) in [
            ("1,480", Some(1480)),
            ("1480.0", Some(1480)),
            ("-3", Some(-3)),
            ("1480.5", None),
            ("14,80", None),
            ("", None),
            ("-", None),
            ("1e3", None),
        ] {
            assert_eq!(whole(text), expected, "{text}");
        }
        for (text, expected) in [("2", Some(2)), ("2.0", Some(2)), ("2.5", Some(3)), (".5", None)] {
            assert_eq!(bathrooms(text), expected, "{text}");
        }
    }
}
