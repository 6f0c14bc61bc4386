//! A day, a week or a month of auctions, in the zone of whoever looks at it.

use domain::{Id, Timestamp};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use kit::{Call, Ctx, Error, Result, ports::PropertyCard};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{Entry, dated, preferences};
use crate::model::WatchedAuction;

/// The years for which there is a calendar.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2999;

/// How much of the calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CalendarView {
    /// One day.
    Day,
    /// Seven days.
    Week,
    /// All days of a month.
    #[default]
    Month,
}

/// With which day a week begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WeekStart {
    /// As in ISO 8601.
    #[default]
    Monday,
    /// As in the United States.
    Sunday,
}

impl CalendarView {
    /// The first and the last day of the view that has `date` in it.
    fn days(self, date: Date, week: WeekStart) -> Result<(Date, Date), jiff::Error> {
        match self {
            Self::Day => Ok((date, date)),
            Self::Week => {
                let start = match week {
                    WeekStart::Monday => Weekday::Monday,
                    WeekStart::Sunday => Weekday::Sunday,
                };
                let back = i64::from(date.weekday().since(start));
                let first = date.checked_sub(back.days())?;
                Ok((first, first.checked_add(6.days())?))
            }
            Self::Month => Ok((date.first_of_month(), date.last_of_month())),
        }
    }

    /// How many auctions of one day are listed; `count` has them all.
    const fn items_per_day(self) -> usize {
        match self {
            Self::Day => 200,
            Self::Week => 100,
            Self::Month => 50,
        }
    }
}

/// Which part of the calendar.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wish {
    /// `day`, `week` or `month` (default).
    #[param(inline)]
    view: CalendarView,
    /// A day of it, `YYYY-MM-DD`; today when absent.
    date: Option<String>,
    /// IANA time zone of the days; the user's own (preferences) when absent, else UTC.
    tz: Option<String>,
    /// With which day a week begins: `monday` (default) or `sunday`.
    #[param(inline)]
    week_start: WeekStart,
}

/// A part of the calendar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarPage {
    /// Which view it is.
    view: CalendarView,
    /// The zone of its days.
    time_zone: String,
    /// The first day, `YYYY-MM-DD`.
    from: String,
    /// The last day.
    to: String,
    /// Every day of the view, also without auctions.
    days: Vec<CalendarDay>,
    /// Whether the watchlist is longer than what was looked at (the newest 5,000).
    truncated: bool,
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarDay {
    /// The day, `YYYY-MM-DD`.
    date: String,
    /// Its first instant.
    starts_at: Timestamp,
    /// The first instant behind it: 23 or 25 hours later when the clocks change.
    ends_at: Timestamp,
    /// How many auctions it has.
    count: usize,
    /// The first of them: those without an hour, then by the hour.
    items: Vec<CalendarItem>,
}

/// An auction on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarItem {
    /// The entry of the watchlist.
    watch_id: Id,
    /// Whether the hour is unknown: then it is on its date at the venue, whatever the zone.
    all_day: bool,
    /// The instant of the auction; null when the hour is unknown.
    starts_at: Option<Timestamp>,
    /// The same in the zone of the days, with its offset from UTC.
    #[schema(example = "2024-01-15T13:00:00-05:00")]
    starts_at_local: Option<String>,
    /// The zone of the venue, in which `auction` has date and hour.
    venue_time_zone: Option<String>,
    /// The property as it stands now.
    auction: WatchedAuction,
    /// The user's own words.
    notes: Option<String>,
}

/// A day while it is being filled.
struct Slot {
    date: Date,
    starts_at: Timestamp,
    ends_at: Timestamp,
    items: Vec<CalendarItem>,
}

/// The caller's calendar.
///
/// # Errors
/// `unauthorized`; `invalid` for a date that is none, and for a zone that nobody knows.
pub(super) async fn page(ctx: &Ctx, call: &Call, wish: Wish) -> Result<CalendarPage> {
    let (user, tenant) = (call.user()?, call.tenant());
    let date = wish.date.as_deref().map(read_date).transpose()?;
    let zone = wish.tz.as_deref().map(|name| kit::time_zone("tz", name)).transpose()?;
    let house = ctx.clone();
    let read = async move |tx: &Tx| -> Result<_> {
        let preferences = preferences::of_user(tx, tenant, user).await?;
        Ok((preferences, dated(&house, tx, tenant, user).await?))
    };
    let (preferences, (auctions, truncated)) = ctx.store().read(read).await?;
    let zone = zone.unwrap_or(preferences.time_zone);
    let date = match date {
        Some(date) => date,
        None => on_day(ctx.now(), &zone).ok_or_else(|| out_of_years("date"))?,
    };
    let (first, last) = wish.view.days(date, wish.week_start).map_err(|_| out_of_years("date"))?;
    let mut slots = slots(first, last, &zone)?;
    for (entry, card) in auctions {
        if let Some((date, item)) = item(entry, &card, &zone)
            && let Some(slot) = slots.iter_mut().find(|slot| slot.date == date)
        {
            slot.items.push(item);
        }
    }
    let most = wish.view.items_per_day();
    Ok(CalendarPage {
        view: wish.view,
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        from: first.to_string(),
        to: last.to_string(),
        days: slots.into_iter().map(|slot| slot.finish(most)).collect(),
        truncated,
    })
}

impl Slot {
    fn finish(mut self, most: usize) -> CalendarDay {
        // No hour is before every hour.
        self.items.sort_by_key(|item| (item.starts_at, item.auction.property_id));
        let count = self.items.len();
        self.items.truncate(most);
        CalendarDay {
            date: self.date.to_string(),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            count,
            items: self.items,
        }
    }
}

/// The days from `first` to `last` with their instants.
fn slots(first: Date, last: Date, zone: &TimeZone) -> Result<Vec<Slot>> {
    let days = first.series(1.day()).take_while(|date| *date <= last);
    let slot = |date: Date| {
        let next = date.tomorrow()?;
        Ok(Slot {
            date,
            starts_at: start_of(date, zone)?,
            ends_at: start_of(next, zone)?,
            items: Vec::new(),
        })
    };
    days.map(slot).collect::<Result<_, jiff::Error>>().map_err(|_| out_of_years("date"))
}

/// The first instant of a day: where midnight is skipped the one after the gap, where it comes
/// twice the first.
fn start_of(date: Date, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    Ok(date.to_zoned(zone.clone())?.start_of_day()?.timestamp().into())
}

fn on_day(at: Timestamp, zone: &TimeZone) -> Option<Date> {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(at.to_zoned(zone.clone()).date())
}

/// An auction, and the day that it is on for somebody in `zone`.
fn item(entry: Entry, card: &PropertyCard, zone: &TimeZone) -> Option<(Date, CalendarItem)> {
    let facts = &card.facts;
    let at = facts.auction_at.and_then(|at| jiff::Timestamp::from_millisecond(at.as_millis()).ok());
    let local = at.map(|at| at.to_zoned(zone.clone()));
    let date = match &local {
        Some(local) => local.date(),
        None => facts.auction_date.as_deref()?.parse().ok()?,
    };
    let item = CalendarItem {
        watch_id: entry.id,
        all_day: local.is_none(),
        starts_at: facts.auction_at,
        starts_at_local: local.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        venue_time_zone: facts.time_zone.clone(),
        auction: WatchedAuction::of(card.id, facts),
        notes: entry.notes,
    };
    Some((date, item))
}

/// A date as clients give it.
fn read_date(text: &str) -> Result<Date> {
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = is_plain.then(|| text.parse::<Date>().ok()).flatten();
    let date =
        date.ok_or_else(|| Error::invalid("date", "invalid_value", "is a date as YYYY-MM-DD"))?;
    match YEARS.contains(&date.year()) {
        true => Ok(date),
        false => Err(out_of_years("date")),
    }
}

fn out_of_years(field: &'static str) -> Error {
    let message = format!("is in the years {} to {}", YEARS.start(), YEARS.end());
    Error::invalid(field, "out_of_range", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn views_have_their_days() {
        use WeekStart::{Monday, Sunday};
        for (view, week, day, first, last) in [
            (CalendarView::Day, Monday, "2024-02-29", "2024-02-29", "2024-02-29"),
            (CalendarView::Week, Monday, "2024-01-15", "2024-01-15", "2024-01-21"),
            (CalendarView::Week, Monday, "2024-01-21", "2024-01-15", "2024-01-21"),
            (CalendarView::Week, Sunday, "2024-01-21", "2024-01-21", "2024-01-27"),
            (CalendarView::Week, Sunday, "2024-01-20", "2024-01-14", "2024-01-20"),
            (CalendarView::Week, Monday, "2024-01-01", "2024-01-01", "2024-01-07"),
            (CalendarView::Month, Monday, "2024-02-10", "2024-02-01", "2024-02-29"),
            (CalendarView::Month, Monday, "2023-12-31", "2023-12-01", "2023-12-31"),
        ] {
            let found = view.days(date(day), week).unwrap();
            assert_eq!(found, (date(first), date(last)), "{view:?} {week:?} of {day}");
        }
    }

    /// Length in minutes, and where a day begins in UTC.
    #[test]
    fn days_are_as_long_as_the_clocks_make_them() {
        for (zone, day, begins, minutes) in [
            ("America/New_York", "2024-01-15", "2024-01-15T05:00:00.000Z", 1_440),
            ("America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z", 1_380),
            ("America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z", 1_500),
            ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00.000Z", 1_410),
            ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00.000Z", 1_380),
            ("America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z", 1_500),
            ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00.000Z", 1_440),
            // A day that never was.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z", 0),
            ("UTC", "2026-03-08", "2026-03-08T00:00:00.000Z", 1_440),
        ] {
            let zone_found = TimeZone::get(zone).unwrap();
            let slots = slots(date(day), date(day), &zone_found).unwrap();
            let [slot] = &slots[..] else { panic!("one day") };
            assert_eq!(slot.starts_at.to_string(), begins, "{zone} {day}");
            let long = slot.ends_at.since(slot.starts_at).as_secs() / 60;
            assert_eq!(long, minutes, "{zone} {day}");
        }
    }

    #[test]
    fn the_days_of_a_month_leave_no_instant_out_in_any_zone() {
        for name in jiff::tz::db().available() {
            let Ok(zone) = TimeZone::get(name.as_str()) else { continue };
            for month in ["2026-03-01", "2026-04-01", "2026-10-01", "2026-11-01"] {
                let (first, last) =
                    CalendarView::Month.days(date(month), WeekStart::Monday).unwrap();
                let slots = slots(first, last, &zone).unwrap();
                for pair in slots.windows(2) {
                    assert_eq!(pair[0].ends_at, pair[1].starts_at, "{name} {}", pair[1].date);
                    let inside = Timestamp::from_millis(pair[1].starts_at.as_millis());
                    assert_eq!(on_day(inside, &zone), Some(pair[1].date), "{name}");
                }
            }
        }
    }

    #[test]
    fn dates_have_one_form() {
        assert_eq!(read_date("2024-02-29").unwrap(), date("2024-02-29"));
        for wrong in ["", "2024-2-1", "20240115", "2024-02-30", "2024-13-01", "soon", "-024-01-01"]
        {
            let error = read_date(wrong).unwrap_err();
            assert_eq!(&*error.fields()[0].code, "invalid_value", "{wrong}");
        }
        for far in ["1969-12-31", "3000-01-01"] {
            assert_eq!(&*read_date(far).unwrap_err().fields()[0].code, "out_of_range", "{far}");
        }
    }
}
