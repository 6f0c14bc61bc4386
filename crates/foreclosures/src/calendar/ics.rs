//! Auctions as an iCalendar file (RFC 5545, with the names of RFC 7986). Pure.
//!
//! `ical_vcard` writes the lines: it folds them and refuses what would break out of one. Which
//! components stand where, and what is text, is said here.

use std::time::Duration;

use domain::Timestamp;
use events::{PropertyFacts, PropertyStatus, spoken_time};
use ical_vcard::{Contentline, Writer};
use jiff::civil::Date;
use kit::{Error, Result, ports::PropertyCard};

use crate::notices::spoken_money;

/// What calendar programs show as the calendar's name.
const NAME: &str = "Openbell auctions";
/// How often a program should look again, in the form of RFC 5545.
const REFRESH: &str = "PT1H";
/// Nobody knows how long an auction takes; in the calendar it is as long as this.
const LENGTH: Duration = Duration::from_secs(3600);
const DAY_SECONDS: u64 = 24 * 3600;

/// What all entries of a feed share.
pub(super) struct Feed<'a> {
    /// Where the app is, without a slash at the end.
    pub(super) origin: &'a str,
    /// How long before an auction there is an alarm.
    pub(super) reminders: &'a [Duration],
}

/// What an auction is to a calendar.
struct Standing {
    /// In front of the address.
    word: &'static str,
    /// RFC 5545's word.
    status: &'static str,
    /// Whether it is still to come, so that alarms make sense.
    is_ahead: bool,
}

const fn standing(status: PropertyStatus) -> Standing {
    match status {
        PropertyStatus::Preforeclosure => {
            Standing { word: "Auction planned", status: "TENTATIVE", is_ahead: true }
        }
        PropertyStatus::Auction => {
            Standing { word: "Auction", status: "CONFIRMED", is_ahead: true }
        }
        // These took place.
        PropertyStatus::Sold => Standing { word: "Sold", status: "CONFIRMED", is_ahead: false },
        PropertyStatus::Reo => {
            Standing { word: "Back to the lender", status: "CONFIRMED", is_ahead: false }
        }
        // These do not.
        PropertyStatus::Cancelled => {
            Standing { word: "Cancelled", status: "CANCELLED", is_ahead: false }
        }
        PropertyStatus::Redeemed => {
            Standing { word: "Redeemed", status: "CANCELLED", is_ahead: false }
        }
    }
}

/// When an auction is.
enum When {
    /// Hour and zone are known.
    At(jiff::Timestamp),
    /// Only the date is.
    On(Date),
}

fn when(facts: &PropertyFacts) -> Option<When> {
    match facts.auction_at {
        Some(at) => jiff::Timestamp::from_millisecond(at.as_millis()).ok().map(When::At),
        None => facts.auction_date.as_deref()?.parse().ok().map(When::On),
    }
}

/// The whole file. What has no date is left out.
pub(super) fn render(feed: &Feed<'_>, cards: &[PropertyCard]) -> Result<Vec<u8>> {
    let mut file = File(Writer::new(Vec::new()));
    file.line("BEGIN", "VCALENDAR")?;
    file.line("VERSION", "2.0")?;
    file.line("PRODID", "-//Openbell//Auctions//EN")?;
    file.line("CALSCALE", "GREGORIAN")?;
    file.line("METHOD", "PUBLISH")?;
    file.text("NAME", NAME)?;
    file.text("X-WR-CALNAME", NAME)?;
    file.typed("REFRESH-INTERVAL", "DURATION", REFRESH)?;
    file.line("X-PUBLISHED-TTL", REFRESH)?;
    for card in cards {
        if let Some(when) = when(&card.facts) {
            file.event(feed, card, &when)?;
        }
    }
    file.line("END", "VCALENDAR")?;
    Ok(file.0.into_inner())
}

struct File(Writer<Vec<u8>>);

impl File {
    fn write(&mut self, line: &Contentline) -> Result<()> {
        self.0.write(line).map_err(Error::internal)
    }

    /// A line whose value has no text of others in it.
    fn line(&mut self, name: &str, value: &str) -> Result<()> {
        let line = Contentline::try_new(name, value).map_err(|e| Error::internal(e.to_string()))?;
        self.write(&line)
    }

    /// A line whose value is of another type than the property's usual one.
    fn typed(&mut self, name: &str, kind: &str, value: &str) -> Result<()> {
        let line = Contentline::try_new(name, value)
            .and_then(|line| line.try_add_param("VALUE", [kind]))
            .map_err(|e| Error::internal(e.to_string()))?;
        self.write(&line)
    }

    /// A line of text, whoever wrote it.
    fn text(&mut self, name: &str, value: &str) -> Result<()> {
        self.line(name, &escaped(value))
    }

    fn event(&mut self, feed: &Feed<'_>, card: &PropertyCard, when: &When) -> Result<()> {
        let (facts, standing) = (&card.facts, standing(card.facts.status));
        let changed = instant(card.changed_at)?;
        self.line("BEGIN", "VEVENT")?;
        self.line("UID", &format!("{}@openbell", card.id))?;
        // The version grows by one with each change of the property, so a moved auction is newer
        // than what a program knows, and so is one that moved back.
        self.line("SEQUENCE", &card.version.to_string())?;
        self.line("DTSTAMP", &changed)?;
        self.line("LAST-MODIFIED", &changed)?;
        match when {
            When::At(at) => {
                self.line("DTSTART", &basic(*at))?;
                let end = at.checked_add(LENGTH).map_err(Error::internal)?;
                self.line("DTEND", &basic(end))?;
            }
            When::On(date) => {
                self.typed("DTSTART", "DATE", &date.strftime("%Y%m%d").to_string())?;
                let next = date.tomorrow().map_err(Error::internal)?;
                self.typed("DTEND", "DATE", &next.strftime("%Y%m%d").to_string())?;
                self.line("TRANSP", "TRANSPARENT")?;
            }
        }
        self.line("STATUS", standing.status)?;
        let address = address(facts);
        self.text("SUMMARY", &format!("{}: {address}", standing.word))?;
        self.text("LOCATION", &address)?;
        let link = format!("{}/properties/{}", feed.origin, card.id);
        self.text("DESCRIPTION", &description(facts, &link))?;
        self.line("URL", &link)?;
        if let (Some(latitude), Some(longitude)) = (facts.latitude, facts.longitude) {
            self.line("GEO", &format!("{latitude:.6};{longitude:.6}"))?;
        }
        if standing.is_ahead {
            self.alarms(feed.reminders, &format!("{}: {address}", standing.word), when)?;
        }
        self.line("END", "VEVENT")
    }

    fn alarms(&mut self, reminders: &[Duration], words: &str, when: &When) -> Result<()> {
        for before in reminders {
            let seconds = before.as_secs();
            // Nobody knows what "an hour before" is without the hour.
            let whole_days = seconds >= DAY_SECONDS && seconds.is_multiple_of(DAY_SECONDS);
            if seconds == 0 || (matches!(when, When::On(_)) && !whole_days) {
                continue;
            }
            self.line("BEGIN", "VALARM")?;
            self.line("ACTION", "DISPLAY")?;
            self.line("TRIGGER", &trigger(seconds))?;
            self.text("DESCRIPTION", words)?;
            self.line("END", "VALARM")?;
        }
        Ok(())
    }
}

/// So many seconds before, in the form of RFC 5545.
fn trigger(seconds: u64) -> String {
    let (days, rest) = (seconds / DAY_SECONDS, seconds % DAY_SECONDS);
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    match (days, hours, minutes, seconds) {
        (days, 0, 0, 0) => format!("-P{days}D"),
        (0, hours, 0, 0) => format!("-PT{hours}H"),
        (0, 0, minutes, 0) => format!("-PT{minutes}M"),
        (0, hours, minutes, seconds) => format!("-PT{hours}H{minutes}M{seconds}S"),
        (days, hours, minutes, seconds) => format!("-P{days}DT{hours}H{minutes}M{seconds}S"),
    }
}

/// An instant as RFC 5545 writes it.
fn basic(at: jiff::Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn instant(at: Timestamp) -> Result<String> {
    jiff::Timestamp::from_millisecond(at.as_millis()).map(basic).map_err(Error::internal)
}

fn address(facts: &PropertyFacts) -> String {
    let region = format!("{} {}", facts.state, facts.zip_code);
    let parts = [facts.street.trim(), facts.city.trim(), region.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn description(facts: &PropertyFacts, link: &str) -> String {
    let mut lines = Vec::new();
    if let Some(date) = &facts.auction_date {
        let hour = facts.auction_time.as_deref().map(spoken_time);
        let zone = facts.time_zone.as_deref();
        lines.push(match (hour, zone) {
            (Some(hour), Some(zone)) => format!("At the venue: {date} {hour} ({zone})"),
            (Some(hour), None) => format!("At the venue: {date} {hour}"),
            (None, _) => format!("On {date}; the hour is not known"),
        });
    }
    if let Some(bid) = facts.opening_bid {
        lines.push(format!("Opening bid: {}", spoken_money(bid)));
    }
    if let Some(value) = facts.estimated_value {
        lines.push(format!("Estimated value: {}", spoken_money(value)));
    }
    lines.push(link.to_owned());
    lines.join("\n")
}

/// Text as RFC 5545 wants it in a value: separators and line breaks escaped, and other control
/// characters, which no line may have, as spaces. So nothing in it can begin a line of its own.
fn escaped(text: &str) -> String {
    let text = text.trim();
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(character);
            }
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\n' => out.push_str("\\n"),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_durations() {
        for (seconds, said) in [
            (7 * DAY_SECONDS, "-P7D"),
            (DAY_SECONDS, "-P1D"),
            (3_600, "-PT1H"),
            (90 * 60, "-PT1H30M0S"),
            (15 * 60, "-PT15M"),
            (DAY_SECONDS + 3_600, "-P1DT1H0M0S"),
            (61, "-PT0H1M1S"),
        ] {
            assert_eq!(trigger(seconds), said);
        }
    }

    #[test]
    fn text_cannot_leave_its_line() {
        for (text, safe) in [
            ("a, b; c \\ d", "a\\, b\\; c \\\\ d"),
            ("a\r\nEND:VEVENT\rb\nc", "a\\nEND:VEVENT\\nb\\nc"),
            ("\u{0}\u{7}\u{1b}x\u{85}y\u{7f}", "   x y "),
            ("  ü 老虎 ", "ü 老虎"),
            ("\\n", "\\\\n"),
            ("", ""),
        ] {
            assert_eq!(escaped(text), safe, "{text:?}");
        }
    }
}
