//! What watchers are told of a change: pure, so that every wording has its test.

use domain::{Currency, Id, Money};
use events::{
    Amount, Change, Priority, PropertyChanged, PropertyFacts, PropertyStatus, spoken_time,
};
use jiff::civil::Date;
use serde::Serialize;

use crate::alerts::view::called;

/// The longest address in a title, in characters.
const MAX_PLACE: usize = 120;

/// A change in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wording {
    /// The kind of notice, by the most important difference.
    pub(crate) notice_type: &'static str,
    pub(crate) priority: Priority,
    /// The most important difference, and where.
    pub(crate) title: String,
    /// All differences, one a line.
    pub(crate) body: String,
    /// The same for programs.
    data: Data,
}

/// An alert that a change concerns, as its owner is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ToldAlert {
    pub(crate) id: Id,
    pub(crate) name: Option<String>,
    /// Names of the kinds that it asked for and that the change is.
    pub(crate) kinds: Vec<&'static str>,
}

/// The most alerts that one notice names; the rest is counted. It keeps data and text within what
/// an inbox takes.
const MAX_NAMED: usize = 20;

impl Wording {
    /// The text for somebody who watches the property or not, and has these alerts.
    pub(crate) fn body_for(&self, watched: bool, alerts: &[ToldAlert]) -> String {
        let mut names: Vec<String> = alerts.iter().take(MAX_NAMED).map(shown).collect();
        match alerts.len().saturating_sub(MAX_NAMED) {
            0 => {}
            more => names.push(format!("{more} more")),
        }
        let Some(last) = names.pop() else { return self.body.clone() };
        let names = match names.as_slice() {
            [] => last,
            names => format!("{} and {last}", names.join(", ")),
        };
        let watched = if watched { "Watched; matches" } else { "Matches" };
        match self.body.as_str() {
            "" => format!("{watched} {names}."),
            body => format!("{body}\n{watched} {names}."),
        }
    }

    /// The same for programs: a JSON object.
    pub(crate) fn data_for(&self, watched: bool, alerts: &[ToldAlert]) -> String {
        let named = alerts.iter().take(MAX_NAMED).cloned().collect();
        let data = Data { watched, alerts: named, ..self.data.clone() };
        // Plain data: it always has a JSON form.
        serde_json::to_string(&data).unwrap_or_default()
    }
}

fn shown(alert: &ToldAlert) -> String {
    called(alert.name.as_deref())
}

/// What watchers are told of this; none when there is nothing to tell: the property is new, so
/// nobody watches it, or only minor things changed.
pub(crate) fn wording(event: &PropertyChanged) -> Option<Wording> {
    let sides = Sides { before: event.before.as_ref(), after: event.after.as_ref() };
    let shown = sides.after.or(sides.before)?;
    if event.changes.contains(&Change::Added) {
        return None;
    }
    let (notice_type, priority, headline) = headline(&event.changes, &sides)?;
    Some(Wording {
        notice_type,
        priority,
        title: format!("{headline}: {}", place(shown)),
        body: lines(&event.changes, &sides).join("\n"),
        data: data(event, &sides),
    })
}

/// What owners of alerts are told that the property has come to match: what there is to know, or
/// what made it match.
pub(crate) fn new_match(event: &PropertyChanged) -> Option<Wording> {
    let sides = Sides { before: event.before.as_ref(), after: event.after.as_ref() };
    let after = sides.after?;
    let (body, data) = match wording(event) {
        Some(changed) => (changed.body, changed.data),
        None => (summary(after).join("\n"), Data::of(event, Changes::default())),
    };
    Some(Wording {
        notice_type: "auction.new_match",
        priority: Priority::Medium,
        title: format!("New match: {}", place(after)),
        body,
        data,
    })
}

/// What is known of a property, one thing a line.
fn summary(facts: &PropertyFacts) -> Vec<String> {
    let mut lines = vec![format!("Status: {}", spoken_status(facts.status))];
    let time = facts.auction_time.as_deref().map(spoken_time);
    if let Some(date) = facts.auction_date.as_deref().map(spoken_date) {
        lines.push(match time {
            Some(time) => format!("Auction: {date}, {time}"),
            None => format!("Auction: {date}"),
        });
    }
    lines.extend(facts.opening_bid.map(|bid| format!("Opening bid: {}", spoken_money(bid))));
    lines
}

/// A property before and after.
struct Sides<'a> {
    before: Option<&'a PropertyFacts>,
    after: Option<&'a PropertyFacts>,
}

impl<'a> Sides<'a> {
    /// A field on both sides.
    fn both<T>(&self, field: impl Fn(&'a PropertyFacts) -> Option<T>) -> (Option<T>, Option<T>) {
        (self.before.and_then(&field), self.after.and_then(&field))
    }

    fn status(&self) -> (Option<PropertyStatus>, Option<PropertyStatus>) {
        self.both(|facts| Some(facts.status))
    }

    fn date(&self) -> (Option<&'a str>, Option<&'a str>) {
        self.both(|facts| facts.auction_date.as_deref())
    }

    fn time(&self) -> (Option<&'a str>, Option<&'a str>) {
        self.both(|facts| facts.auction_time.as_deref())
    }

    fn bid(&self) -> (Option<Amount>, Option<Amount>) {
        self.both(|facts| facts.opening_bid)
    }
}

/// The most important difference: its type, how urgent it is, and in a few words.
fn headline(changes: &[Change], sides: &Sides<'_>) -> Option<(&'static str, Priority, String)> {
    use Priority::{High, Medium};
    let has = |change| changes.contains(&change);
    let status = sides.status().1.filter(|_| has(Change::Status));
    let date = sides.date().1.map(spoken_date).unwrap_or_default();
    Some(match status {
        _ if has(Change::Removed) => ("auction.removed", High, "No longer listed".to_owned()),
        Some(PropertyStatus::Cancelled) => {
            ("auction.cancelled", High, "Auction cancelled".to_owned())
        }
        Some(PropertyStatus::Sold) => ("auction.sold", Medium, "Sold".to_owned()),
        Some(ended @ (PropertyStatus::Reo | PropertyStatus::Redeemed)) => {
            ("auction.status_changed", Medium, format!("Now {}", spoken_status(ended)))
        }
        _ if has(Change::Postponement) => {
            ("auction.postponed", High, format!("Auction postponed to {date}"))
        }
        _ if has(Change::Advancement) => {
            ("auction.advanced", High, format!("Auction moved up to {date}"))
        }
        _ if has(Change::Scheduled) => {
            ("auction.scheduled", High, format!("Auction set for {date}"))
        }
        _ if has(Change::Unscheduled) => {
            ("auction.unscheduled", High, "Auction date withdrawn".to_owned())
        }
        _ if has(Change::AuctionTime) => ("auction.time_changed", High, new_hour(sides)),
        Some(status) => {
            ("auction.status_changed", Medium, format!("Now {}", spoken_status(status)))
        }
        None if has(Change::OpeningBid) => ("auction.price_changed", Medium, new_bid(sides)),
        None => return None,
    })
}

fn new_hour(sides: &Sides<'_>) -> String {
    match sides.time().1 {
        Some(time) => format!("Auction now at {}", spoken_time(time)),
        None => "Auction hour withdrawn".to_owned(),
    }
}

fn new_bid(sides: &Sides<'_>) -> String {
    match sides.bid() {
        (Some(old), Some(new)) if old.currency == new.currency && new.minor < old.minor => {
            format!("Opening bid lowered to {}", spoken_money(new))
        }
        (Some(old), Some(new)) if old.currency == new.currency => {
            format!("Opening bid raised to {}", spoken_money(new))
        }
        (_, Some(new)) => format!("Opening bid set at {}", spoken_money(new)),
        (_, None) => "Opening bid withdrawn".to_owned(),
    }
}

/// All differences, one a line.
fn lines(changes: &[Change], sides: &Sides<'_>) -> Vec<String> {
    if changes.contains(&Change::Removed) {
        let was = sides.date().0.map(spoken_date);
        let was = was.map(|date| format!("Its auction had been set for {date}."));
        return std::iter::once("The property was removed from the listings.".to_owned())
            .chain(was)
            .collect();
    }
    let mut lines = Vec::new();
    let mut line = |what: &str, (old, new): (Option<String>, Option<String>), rest: &str| {
        if old != new {
            let [old, new] = [old, new].map(|side| side.unwrap_or_else(|| "none".to_owned()));
            lines.push(format!("{what}: {old} → {new}{rest}"));
        }
    };
    let (old, new) = sides.status();
    let said = |status: PropertyStatus| spoken_status(status).to_owned();
    line("Status", (old.map(said), new.map(said)), "");
    let (old, new) = sides.date();
    line("Auction date", (old.map(spoken_date), new.map(spoken_date)), "");
    let (old, new) = sides.time();
    line("Auction time", (old.map(spoken_time), new.map(spoken_time)), "");
    let (old, new) = sides.bid();
    let by = match difference(old, new) {
        Some(by) if by.minor > 0 => format!(" (+{})", spoken_money(by)),
        Some(by) => format!(" ({})", spoken_money(by)),
        None => String::new(),
    };
    line("Opening bid", (old.map(spoken_money), new.map(spoken_money)), &by);
    lines
}

/// The sum by which a bid has moved, when both sides are known in one currency.
fn difference(old: Option<Amount>, new: Option<Amount>) -> Option<Amount> {
    let (old, new) = old.zip(new).filter(|(old, new)| old.currency == new.currency)?;
    let minor = new.minor.checked_sub(old.minor)?;
    Some(Amount { minor, currency: new.currency })
}

fn place(facts: &PropertyFacts) -> String {
    let place = match facts.city.as_str() {
        "" => facts.street.clone(),
        city => format!("{}, {city}", facts.street),
    };
    match place.char_indices().nth(MAX_PLACE) {
        Some((end, _)) => format!("{}…", &place[..end]),
        None => place,
    }
}

const fn spoken_status(status: PropertyStatus) -> &'static str {
    match status {
        PropertyStatus::Preforeclosure => "in pre-foreclosure",
        PropertyStatus::Auction => "up for auction",
        PropertyStatus::Sold => "sold",
        PropertyStatus::Reo => "owned by the lender",
        PropertyStatus::Cancelled => "cancelled",
        PropertyStatus::Redeemed => "redeemed by the owner",
    }
}

/// `2024-01-22` as `Mon, 22 Jan 2024`; a text of another form stays as it is.
fn spoken_date(date: &str) -> String {
    match date.parse::<Date>() {
        Ok(date) => date.strftime("%a, %-d %b %Y").to_string(),
        Err(_) => date.to_owned(),
    }
}

/// `$225,000.00`, `-$25,000.00`, `¥1,200`, `50 coins`.
pub(crate) fn spoken_money(amount: Amount) -> String {
    let text = Money::from(amount).to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::with_capacity(text.len() + 8);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let symbol = match amount.currency {
        Currency::Usd => "$",
        Currency::Eur => "€",
        Currency::Gbp => "£",
        Currency::Cad => "CA$",
        Currency::Jpy => "¥",
        Currency::Coin => return format!("{sign}{grouped} coins"),
    };
    format!("{sign}{symbol}{grouped}{fraction}")
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct StatusChange {
    old: Option<PropertyStatus>,
    new: Option<PropertyStatus>,
}

/// A date or an hour that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Moved {
    old: Option<String>,
    new: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    /// The hour now, when it moved together with the date.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_time: Option<Option<String>>,
}

impl Moved {
    /// Dates and hours, as they are kept, sort as texts.
    fn of(old: Option<&str>, new: Option<&str>) -> Option<Self> {
        let kind = match (old, new) {
            (None, _) => "scheduled",
            (_, None) => "unscheduled",
            (Some(old), Some(new)) if new < old => "advancement",
            (Some(_), Some(_)) => "postponement",
        };
        let [kept_old, kept_new] = [old, new].map(|side| side.map(str::to_owned));
        let moved = Self { old: kept_old, new: kept_new, kind, new_time: None };
        (old != new).then_some(moved)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Price {
    old: Option<Money>,
    new: Option<Money>,
    difference: Option<Money>,
}

/// The differences, in the names of `auction_update`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Changes {
    #[serde(skip_serializing_if = "Option::is_none")]
    status_changed: Option<StatusChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auction_date_changed: Option<Moved>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auction_time_changed: Option<Moved>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opening_bid_changed: Option<Price>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    property_id: Id,
    version: i64,
    changes: Changes,
    /// Whether the reader watches the property.
    watched: bool,
    /// Which of the reader's alerts it concerns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alerts: Vec<ToldAlert>,
}

impl Data {
    fn of(event: &PropertyChanged, changes: Changes) -> Self {
        let (property_id, version) = (event.property, event.version);
        Self { property_id, version, changes, watched: false, alerts: Vec::new() }
    }
}

fn data(event: &PropertyChanged, sides: &Sides<'_>) -> Data {
    let changes = match event.changes.contains(&Change::Removed) {
        true => Changes { removed: true, ..Changes::default() },
        false => changes(sides),
    };
    Data::of(event, changes)
}

fn changes(sides: &Sides<'_>) -> Changes {
    let (old, new) = sides.status();
    let status_changed = (old != new).then_some(StatusChange { old, new });
    let (old, new) = sides.time();
    let spoken = |time: Option<String>| time.as_deref().map(spoken_time);
    let hour = Moved::of(old, new);
    let hour = hour.map(|hour| Moved { old: spoken(hour.old), new: spoken(hour.new), ..hour });
    let (old, new) = sides.date();
    let mut date = Moved::of(old, new);
    let alone = match &mut date {
        Some(date) => {
            date.new_time = hour.map(|hour| hour.new);
            None
        }
        None => hour,
    };
    Changes {
        status_changed,
        auction_date_changed: date,
        auction_time_changed: alone,
        opening_bid_changed: price_changed(sides.bid()),
        removed: false,
    }
}

fn price_changed((old, new): (Option<Amount>, Option<Amount>)) -> Option<Price> {
    (old != new).then(|| Price {
        old: old.map(Money::from),
        new: new.map(Money::from),
        difference: difference(old, new).map(Money::from),
    })
}

#[cfg(test)]
#[path = "notices_tests.rs"]
mod tests;
