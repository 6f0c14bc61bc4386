//! What happens to a property: how it has come to where it stands, and what may happen next.
//! Pure: chance comes from dice, time is an argument.

use std::{ops::RangeInclusive, time::Duration};

use domain::Timestamp;
use events::PropertyStatus;
use jiff::{
    ToSpan as _, Zoned,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use kit::demo::Dice;

use super::{
    cities::City,
    plot::{Plot, Values, round},
    words,
};
use crate::model::{Field, Property, status_name};

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// How long after its hour an auction is over.
pub(super) const SALE: Duration = Duration::from_secs(20 * 60);

/// Something that became known of a property, and when.
pub(super) struct Moment {
    pub(super) at: Timestamp,
    pub(super) values: Values,
}

/// How a property's story ends, as far as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The lender has given notice.
    Noticed,
    /// An auction is to come.
    Scheduled,
    /// The auction was held.
    Held(PropertyStatus),
    /// There was none.
    CalledOff(PropertyStatus),
}

/// The story of a plot up to `now`, the oldest moment first. The first makes it known.
pub(super) fn story(dice: &mut Dice, plot: &Plot, now: Timestamp) -> Vec<Moment> {
    let ending = dice.weighted(&[
        (Ending::Noticed, 34),
        (Ending::Scheduled, 36),
        (Ending::Held(PropertyStatus::Sold), 14),
        (Ending::Held(PropertyStatus::Reo), 8),
        (Ending::CalledOff(PropertyStatus::Cancelled), 5),
        (Ending::CalledOff(PropertyStatus::Redeemed), 3),
    ]);
    let mut story = Story { plot, now, moments: Vec::new() };
    match ending {
        Ending::Noticed => story.noticed(dice),
        Ending::Scheduled => story.scheduled(dice),
        Ending::Held(status) => story.held(dice, status),
        Ending::CalledOff(status) => story.called_off(dice, status),
    }
    story.moments
}

/// So many days, in milliseconds.
fn days(dice: &mut Dice, range: RangeInclusive<i64>) -> i64 {
    dice.whole(range.start() * DAY_MS..=range.end() * DAY_MS)
}

struct Story<'a> {
    plot: &'a Plot,
    now: Timestamp,
    moments: Vec<Moment>,
}

impl Story<'_> {
    fn tell(&mut self, ago_ms: i64, values: Values) {
        let at = Timestamp::from_millis(self.now.as_millis() - ago_ms);
        self.moments.push(Moment { at, values });
    }

    fn noticed(&mut self, dice: &mut Dice) {
        let ago_ms = days(dice, 1..=75);
        self.notice(ago_ms);
        if dice.chance(25) {
            let value = round(self.plot.value * dice.whole(94..=107) / 100);
            self.tell(dice.whole(0..=ago_ms), vec![(Field::EstimatedValue, value.to_string())]);
        }
    }

    fn notice(&mut self, ago_ms: i64) {
        let mut values = self.plot.values.clone();
        values.push((Field::Status, status_name(PropertyStatus::Preforeclosure).to_owned()));
        self.tell(ago_ms, values);
    }

    /// An auction set `ago_ms` ago for the day that lies `ahead` days from today; its opening bid.
    fn set(&mut self, dice: &mut Dice, ago_ms: i64, ahead: i64) -> i64 {
        let bid = opening_bid(dice, self.plot.value, self.plot.owed);
        let day = auction_day(self.now, self.plot.city.zone(), ahead);
        let mut values = schedule(dice, day);
        values.extend([
            (Field::Venue, venue(dice, self.plot.city)),
            (Field::OpeningBid, bid.to_string()),
        ]);
        self.tell(ago_ms, values);
        bid
    }

    fn scheduled(&mut self, dice: &mut Dice) {
        if dice.chance(5)
            && let Some(hour) = hour_today(dice, self.now, self.plot.city.zone())
        {
            return self.today(dice, hour);
        }
        // More of them soon than late.
        let ahead = dice.whole(1..=90).min(dice.whole(1..=90));
        let was_put_off = dice.chance(30);
        let first = if was_put_off { ahead - dice.whole(7..=21) } else { ahead };
        // It was set two weeks before its first day at the latest.
        let first_ago = (-first).max(0) * DAY_MS;
        let set_ago = (first_ago + 14 * DAY_MS).max(days(dice, 1..=40));
        self.notice(set_ago + days(dice, 12..=70));
        let bid = self.set(dice, set_ago, first);
        let mut last_ago = set_ago;
        if was_put_off {
            last_ago = dice.whole(first_ago + DAY_MS / 2..=set_ago);
            let day = auction_day(self.now, self.plot.city.zone(), ahead);
            self.tell(last_ago, vec![(Field::AuctionDate, day.to_string())]);
        }
        if dice.chance(35) {
            let bid = round(bid * dice.whole(88..=103) / 100);
            self.tell(dice.whole(0..=last_ago), vec![(Field::OpeningBid, bid.to_string())]);
        }
    }

    /// Its auction is about to begin.
    fn today(&mut self, dice: &mut Dice, hour: String) {
        let set_ago = days(dice, 21..=45);
        self.notice(set_ago + days(dice, 12..=70));
        self.set(dice, set_ago, 0);
        let set = self.moments.iter_mut().flat_map(|moment| &mut moment.values);
        for (_, text) in set.filter(|(field, _)| *field == Field::AuctionTime) {
            text.clone_from(&hour);
        }
    }

    fn held(&mut self, dice: &mut Dice, status: PropertyStatus) {
        let days_ago = dice.whole(4..=60);
        let set_ago = days_ago * DAY_MS + days(dice, 21..=45);
        self.notice(set_ago + days(dice, 12..=70));
        self.set(dice, set_ago, -days_ago);
        // The day may have moved to the Monday, two days on.
        let over_ago = (days_ago - 3) * DAY_MS;
        self.tell(over_ago, self.after_sale(dice, status));
    }

    fn after_sale(&self, dice: &mut Dice, status: PropertyStatus) -> Values {
        let mut values = vec![(Field::Status, status_name(status).to_owned())];
        if status == PropertyStatus::Reo && dice.chance(60) {
            let price = round(self.plot.value * dice.whole(90..=104) / 100);
            values.push((Field::ListPrice, price.to_string()));
        }
        values
    }

    fn called_off(&mut self, dice: &mut Dice, status: PropertyStatus) {
        let ended_ago = days(dice, 0..=45);
        let set_ago = ended_ago + days(dice, 3..=30);
        self.notice(set_ago + days(dice, 12..=70));
        let ahead = dice.whole(2..=30) - ended_ago / DAY_MS;
        self.set(dice, set_ago, ahead);
        self.tell(ended_ago, vec![(Field::Status, status_name(status).to_owned())]);
    }
}

/// What is asked for at least: less than the house is worth, and not much more than is owed.
fn opening_bid(dice: &mut Dice, value: i64, owed: i64) -> i64 {
    let bid = owed * dice.whole(80..=104) / 100;
    round(bid.min(value * dice.whole(70..=92) / 100)).max(1_000)
}

fn venue(dice: &mut Dice, city: &City) -> String {
    format!("{} Courthouse, {}", city.county, dice.pick(words::SPOTS))
}

/// That an auction is set for a day.
fn schedule(dice: &mut Dice, day: Date) -> Values {
    vec![
        (Field::Status, status_name(PropertyStatus::Auction).to_owned()),
        (Field::AuctionDate, day.to_string()),
        (Field::AuctionTime, business_hour(dice)),
    ]
}

/// Between 09:00 and 15:30, every half hour.
fn business_hour(dice: &mut Dice) -> String {
    let half_hours = dice.whole(18..=31);
    format!("{:02}:{:02}", half_hours / 2, half_hours % 2 * 30)
}

/// An hour within the next two, when that is a time for auctions there.
fn hour_today(dice: &mut Dice, now: Timestamp, zone: &str) -> Option<String> {
    let here = local(now, zone);
    let is_weekend = matches!(here.weekday(), Weekday::Saturday | Weekday::Sunday);
    let minute = *dice.pick(&[0, 30]);
    let fits = (8..=14).contains(&here.hour()) && !is_weekend;
    fits.then(|| format!("{:02}:{minute:02}", here.hour() + 1))
}

fn local(now: Timestamp, zone: &str) -> Zoned {
    let instant = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    instant.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

/// The working day that is `days` from today, or the Monday after it.
fn auction_day(now: Timestamp, zone: &str, days: i64) -> Date {
    let today = local(now, zone).date();
    let day = today.saturating_add(days.days());
    match day.weekday() {
        Weekday::Saturday => day.saturating_add(2.days()),
        Weekday::Sunday => day.saturating_add(1.days()),
        _ => day,
    }
}

/// Whether nothing happens to a property any more.
pub(super) const fn has_ended(property: &Property) -> bool {
    matches!(property.status, PropertyStatus::Sold | PropertyStatus::Redeemed | PropertyStatus::Reo)
}

/// A plot as it comes in now: the lender has given notice, or the auction is set already.
pub(super) fn noticed(dice: &mut Dice, plot: &Plot, now: Timestamp) -> Values {
    let mut story = Story { plot, now, moments: Vec::new() };
    story.notice(0);
    if dice.chance(35) {
        let ahead = dice.whole(21..=60);
        story.set(dice, 0, ahead);
    }
    story.moments.into_iter().flat_map(|moment| moment.values).collect()
}

/// What may happen next to a property, by chance; none when nothing may. In the spotlight it is
/// something that people notice, and seldom an end.
pub(super) fn next(
    before: &Property,
    now: Timestamp,
    dice: &mut Dice,
    in_spotlight: bool,
) -> Option<Values> {
    use PropertyStatus::{Auction, Cancelled, Preforeclosure, Redeemed, Reo, Sold};
    let end = |status| Some(vec![(Field::Status, status_name(status).to_owned())]);
    let quiet = u32::from(!in_spotlight);
    match before.status {
        Preforeclosure => {
            match dice.weighted(&[(0, 60), (1, 30 * quiet), (2, 6 * quiet), (3, 2)]) {
                0 => Some(first_schedule(before, now, dice)),
                1 => revalued(before, dice),
                2 => end(Redeemed),
                _ => end(Cancelled),
            }
        }
        // What has begun is decided at the sale.
        Auction if before.auction_at.is_some_and(|at| at <= now) => None,
        Auction => {
            match dice.weighted(&[(0, 58), (1, 22), (2, 5), (3, 10), (4, 3), (5, 2 * quiet)]) {
                0 => rebid(before, dice),
                1 => Some(put_off(before, now, dice)),
                2 => brought_forward(before, now, dice).or_else(|| rebid(before, dice)),
                3 => another_hour(before, now, dice),
                4 => end(Cancelled),
                _ => end(Redeemed),
            }
        }
        Cancelled => Some(back_on(before, now, dice)),
        Reo => list_price(before, dice),
        Sold | Redeemed => None,
    }
}

/// How an auction ends whose hour has passed.
pub(super) fn sale(before: &Property, now: Timestamp, dice: &mut Dice) -> Values {
    use PropertyStatus::{Cancelled, Reo, Sold};
    let outcome =
        dice.weighted(&[(Some(Sold), 55), (Some(Reo), 27), (None, 14), (Some(Cancelled), 4)]);
    match outcome {
        Some(status) => vec![(Field::Status, status_name(status).to_owned())],
        None => put_off(before, now, dice),
    }
}

fn first_schedule(before: &Property, now: Timestamp, dice: &mut Dice) -> Values {
    let ahead = dice.whole(21..=60);
    let mut values = schedule(dice, auction_day(now, &before.time_zone, ahead));
    if before.venue.is_none() {
        let county = before.county.as_deref().unwrap_or(&before.city);
        values.push((Field::Venue, format!("{county} Courthouse, {}", dice.pick(words::SPOTS))));
    }
    if before.opening_bid_minor.is_none() {
        let value = before.estimated_value_minor.unwrap_or(20_000_000) / 100;
        let owed = before.judgment_amount_minor.map_or(value, |minor| minor / 100);
        values.push((Field::OpeningBid, opening_bid(dice, value, owed).to_string()));
    }
    values
}

fn back_on(before: &Property, now: Timestamp, dice: &mut Dice) -> Values {
    let mut values = first_schedule(before, now, dice);
    let day = auction_day(now, &before.time_zone, dice.whole(14..=45));
    for (field, text) in &mut values {
        if *field == Field::AuctionDate {
            *text = day.to_string();
        }
    }
    values
}

fn revalued(before: &Property, dice: &mut Dice) -> Option<Values> {
    let value = round(before.estimated_value_minor? / 100 * dice.whole(95..=106) / 100);
    Some(vec![(Field::EstimatedValue, value.to_string())])
}

/// Another opening bid, between a third of what the house is worth and nearly all of it.
fn rebid(before: &Property, dice: &mut Dice) -> Option<Values> {
    let old = before.opening_bid_minor? / 100;
    let worth = before.estimated_value_minor.map_or(old, |minor| minor / 100);
    let (least, most) = (round(worth * 35 / 100), round(worth * 97 / 100));
    let factor = if dice.chance(70) { dice.whole(90..=98) } else { dice.whole(102..=106) };
    let new = round(old * factor / 100).clamp(least.min(most), most.max(least));
    let new = if new == old { if old > least { old - 500 } else { old + 500 } } else { new };
    (new > 0).then(|| vec![(Field::OpeningBid, new.to_string())])
}

/// Days from today to the auction; none without a date.
fn days_ahead(before: &Property, now: Timestamp) -> Option<i64> {
    let date: Date = before.auction_date.as_deref()?.parse().ok()?;
    let today = local(now, &before.time_zone).date();
    today.until(date).ok().map(|span| i64::from(span.get_days()))
}

fn put_off(before: &Property, now: Timestamp, dice: &mut Dice) -> Values {
    let weeks = dice.weighted(&[(1, 30), (2, 25), (3, 10), (4, 30), (6, 5)]);
    // Never beyond half a year: then it is begun anew instead.
    let days = days_ahead(before, now).unwrap_or(0).clamp(0, 150) + weeks * 7;
    vec![(Field::AuctionDate, auction_day(now, &before.time_zone, days).to_string())]
}

fn brought_forward(before: &Property, now: Timestamp, dice: &mut Dice) -> Option<Values> {
    let days = days_ahead(before, now)?;
    let sooner = days - dice.whole(3..=7);
    let day = auction_day(now, &before.time_zone, sooner);
    (days > 14).then(|| vec![(Field::AuctionDate, day.to_string())])
}

fn another_hour(before: &Property, now: Timestamp, dice: &mut Dice) -> Option<Values> {
    // Nobody changes the hour of what is about to begin.
    if days_ahead(before, now)? < 2 {
        return rebid(before, dice);
    }
    let hours: Vec<_> = (0..4).map(|_| business_hour(dice)).collect();
    let new = hours.into_iter().find(|hour| Some(hour) != before.auction_time.as_ref());
    new.map(|hour| vec![(Field::AuctionTime, hour)])
}

fn list_price(before: &Property, dice: &mut Dice) -> Option<Values> {
    let worth = before.estimated_value_minor? / 100;
    let price = match before.list_price_minor {
        Some(minor) => round(minor / 100 * dice.whole(93..=99) / 100).max(worth / 2),
        None => round(worth * dice.whole(92..=105) / 100),
    };
    Some(vec![(Field::ListPrice, price.to_string())])
}
