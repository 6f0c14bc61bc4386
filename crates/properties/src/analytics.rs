//! What became of the auctions of a tenant, by place, kind or month.
//!
//! It lives here, and not with the foreclosure watch, because it reads nothing but properties and
//! their history, and those tables are nobody else's to read.

mod figures;
mod routes;
mod sql;

pub(crate) use routes::routes;
pub(crate) use sql::ALL as STATEMENTS;

use domain::{Id, TenantId, Timestamp};
use jiff::{ToSpan, civil::Date};
use kit::{Call, Ctx, Error, FieldError, Result};
use serde::{Deserialize, Serialize};
use store::{Tx, args, from_row};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use self::figures::{AuctionFigures, Tally, month_of, months};
use crate::model::{Datum, Fault, Field, KINDS};

/// How many auctions one question may be about.
const MAX_AUCTIONS: usize = 100_000;
/// How many rows are read at once.
const ROWS: i64 = 5_000;
/// The longest time that one question may be about, in days.
const MAX_DAYS: i64 = 3_660;
/// How many groups there are unless somebody says, and at most.
const GROUPS: usize = 50;
const MAX_GROUPS: usize = 200;

/// How many questions are answered at once: each reads many rows.
pub(crate) struct Gate(Semaphore);

impl Gate {
    pub(crate) const fn new() -> Self {
        Self(Semaphore::const_new(2))
    }
}

/// By what auctions are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuctionGroupBy {
    /// City and state.
    City,
    /// State.
    State,
    /// Type of property.
    Type,
    /// Month of the auction date.
    #[default]
    Month,
}

/// Which auctions, and how they are told apart.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Question {
    /// `city`, `state`, `type` or `month` (default).
    #[param(inline)]
    group_by: AuctionGroupBy,
    /// The first auction date, `YYYY-MM-DD`; a year before `to` when absent.
    from: Option<String>,
    /// The last auction date; today (UTC) when absent.
    to: Option<String>,
    /// Only this state, by code or name.
    state: Option<String>,
    /// Only this city, in any case.
    city: Option<String>,
    /// How many groups at most, 1 to 200, 50 unless told; months are all there.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// What became of auctions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuctionAnalytics {
    /// By what they are told apart.
    group_by: AuctionGroupBy,
    /// The first auction date.
    from: String,
    /// The last auction date.
    to: String,
    /// Over all of them.
    total: AuctionFigures,
    /// Months in their order, without a gap; every type; states and cities with the most auctions
    /// first.
    groups: Vec<AuctionGroup>,
    /// How many groups there are.
    group_count: usize,
    /// Whether there are more groups than are listed.
    truncated: bool,
}

/// Auctions that have something in common.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuctionGroup {
    /// City, state, type or month (`YYYY-MM`); null for properties of an unknown type.
    key: Option<String>,
    /// The state of a city; null for other groups.
    state: Option<String>,
    #[serde(flatten)]
    figures: AuctionFigures,
}

/// What groups are told apart by; sorts as the texts do.
type Key = (Option<String>, Option<String>);

/// A question that can be asked of the database.
#[derive(Clone)]
struct Asked {
    group_by: AuctionGroupBy,
    from: Date,
    to: Date,
    state: Option<String>,
    city: Option<String>,
    limit: usize,
}

impl Question {
    fn read(self, today: Option<Date>) -> Result<Asked> {
        let mut faults: Vec<FieldError> = Vec::new();
        let mut fault = |field: &'static str, code: &'static str, message: String| {
            faults.push(FieldError {
                field: field.into(),
                code: code.into(),
                message: message.into(),
            });
        };
        let mut text = |name: &'static str, field: Field, text: Option<String>| {
            let text = text.filter(|text| !text.trim().is_empty())?;
            match field.read(&text) {
                Ok(Datum::Text(text)) => return Some(text),
                Ok(_) => fault(name, "invalid_value", "is not a text".to_owned()),
                Err(Fault { code, message, .. }) => fault(name, code, message.into_owned()),
            }
            None
        };
        let from = text("from", Field::AuctionDate, self.from);
        let to = text("to", Field::AuctionDate, self.to);
        let state = text("state", Field::State, self.state);
        let city = text("city", Field::City, self.city.map(|city| city.to_ascii_lowercase()));
        let limit = self.limit.unwrap_or(GROUPS);
        if !(1..=MAX_GROUPS).contains(&limit) {
            fault("limit", "out_of_range", format!("must be a number from 1 to {MAX_GROUPS}"));
        }
        let date = |text: Option<String>| text.and_then(|text| text.parse::<Date>().ok());
        let to = date(to).or(today).unwrap_or(Date::MAX);
        let from = date(from).unwrap_or_else(|| to.saturating_sub(1.year()));
        let days = from.until(to).map_or(i64::MAX, |span| i64::from(span.get_days()));
        if !(0..MAX_DAYS).contains(&days) {
            let rule = format!("must not be behind `to`, nor {MAX_DAYS} days or more before it");
            fault("from", "out_of_range", rule);
        }
        Error::check(faults)?;
        Ok(Asked { group_by: self.group_by, from, to, state, city, limit })
    }
}

/// A property as far as it counts here.
struct Auction {
    id: Id,
    date: String,
    city: String,
    state: String,
    kind: Option<String>,
    status: String,
    opening_bid_minor: Option<i64>,
    estimated_value_minor: Option<i64>,
    created_at: Timestamp,
    sold_at: Option<Timestamp>,
}

from_row!(Auction {
    id,
    date,
    city,
    state,
    kind,
    status,
    opening_bid_minor,
    estimated_value_minor,
    created_at,
    sold_at,
});

impl Auction {
    fn key(&self, group_by: AuctionGroupBy) -> Key {
        match group_by {
            // Spelled as most people do not mind; one city is one group in any case.
            AuctionGroupBy::City => (Some(self.city.to_lowercase()), Some(self.state.clone())),
            AuctionGroupBy::State => (Some(self.state.clone()), None),
            AuctionGroupBy::Type => (self.kind.clone(), None),
            AuctionGroupBy::Month => (Some(month_of(&self.date).to_owned()), None),
        }
    }
}

/// Answers a question about the caller's tenant.
///
/// # Errors
/// `unauthorized`, `invalid` (also for more than 100,000 auctions); `busy` when others are asking.
async fn answer(ctx: &Ctx, call: &Call, question: Question) -> Result<AuctionAnalytics> {
    call.user()?;
    let now = jiff::Timestamp::from_millisecond(ctx.now().as_millis()).ok();
    let today = now.map(|now| now.to_zoned(jiff::tz::TimeZone::UTC).date());
    let asked = question.read(today)?;
    let gate = ctx.state::<Gate>()?;
    let _turn = gate.0.try_acquire().map_err(|_| Error::busy())?;
    let (tenant, wanted) = (call.tenant(), asked.clone());
    let read = async move |tx: &Tx| gather(tx, tenant, &wanted).await;
    let Gathered { total, groups } = ctx.store().read(read).await?;
    Ok(asked.told(total, groups))
}

/// What was read, told apart.
struct Gathered {
    total: Tally,
    groups: std::collections::HashMap<Key, (String, Tally)>,
}

/// Reads all auctions of the question in one snapshot, a few thousand rows at a time.
async fn gather(tx: &Tx, tenant: TenantId, asked: &Asked) -> Result<Gathered> {
    let mut found = Gathered { total: Tally::default(), groups: std::collections::HashMap::new() };
    let (from, to) = (asked.from.to_string(), asked.to.to_string());
    let (mut after, mut count) = ((String::new(), FIRST), 0);
    loop {
        let (date, id) = after;
        let args =
            args![tenant, &from, &to, asked.state.clone(), asked.city.clone(), date, id, ROWS];
        let rows: Vec<Auction> = tx.all(&sql::AUCTIONS, &args).await?;
        count += rows.len();
        if count > MAX_AUCTIONS {
            let rule = format!("more than {MAX_AUCTIONS} auctions: choose less time, or a state");
            return Err(Error::invalid("from", "too_many", rule));
        }
        let is_last = (rows.len() as i64) < ROWS;
        after = match rows.last() {
            Some(last) => (last.date.clone(), last.id),
            None => return Ok(found),
        };
        for row in rows {
            let key = row.key(asked.group_by);
            let group = found.groups.entry(key);
            group.or_insert_with(|| (row.city.clone(), Tally::default())).1.add(&row);
            found.total.add(&row);
        }
        if is_last {
            return Ok(found);
        }
    }
}

/// The id before all others.
const FIRST: Id = Id::from_uuid(uuid::Uuid::nil());

impl Asked {
    fn told(
        self,
        total: Tally,
        mut groups: std::collections::HashMap<Key, (String, Tally)>,
    ) -> AuctionAnalytics {
        let mut add_empty = |key: String| {
            groups.entry((Some(key), None)).or_default();
        };
        match self.group_by {
            AuctionGroupBy::Month => months(self.from, self.to).for_each(&mut add_empty),
            AuctionGroupBy::Type => {
                KINDS.iter().for_each(|(_, name)| add_empty((*name).to_owned()));
            }
            AuctionGroupBy::City | AuctionGroupBy::State => {}
        }
        let is_by_month = self.group_by == AuctionGroupBy::Month;
        let mut groups: Vec<(Key, (String, Tally))> = groups.into_iter().collect();
        groups.sort_by(|(a, (_, x)), (b, (_, y))| {
            let by_count =
                if is_by_month { std::cmp::Ordering::Equal } else { y.count().cmp(&x.count()) };
            by_count.then_with(|| a.cmp(b))
        });
        let group_count = groups.len();
        if !is_by_month {
            groups.truncate(self.limit);
        }
        let truncated = groups.len() < group_count;
        let mut told: Vec<AuctionGroup> = Vec::with_capacity(groups.len());
        for ((key, state), (city, tally)) in groups {
            let key = if self.group_by == AuctionGroupBy::City { Some(city) } else { key };
            let mut figures = tally.figures();
            if is_by_month {
                figures.compare_with(told.iter().rev().map(|group| &group.figures));
            }
            told.push(AuctionGroup { key, state, figures });
        }
        AuctionAnalytics {
            group_by: self.group_by,
            from: self.from.to_string(),
            to: self.to.to_string(),
            total: total.figures(),
            groups: told,
            group_count,
            truncated,
        }
    }
}
