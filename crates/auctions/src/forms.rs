//! What sellers and operators write: bodies that make or change an auction.

use std::time::Duration;

use domain::{Currency, DecimalInput, Timestamp, UserId};
use kit::{Error, FieldError, Given, Result};
use serde::Deserialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::{
    model::{
        Amended, BuyNowUntil, Entry, Increments, MAX_AMOUNT, Preset, Retraction, SoftClose, Step,
        Terms,
    },
    rows::Lot,
};

const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 10_000;
const MAX_URL: usize = 2_000;
/// An hour, in milliseconds.
const HOUR_MS: u64 = 3_600_000;
/// How long somebody may think at least and at most.
const DECIDE_MS: (u64, u64) = (60_000, 30 * 24 * HOUR_MS);
/// The longest auction.
const MAX_LENGTH: Duration = Duration::from_secs(366 * 24 * 3_600);

/// Who may bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EntryWord {
    Open,
    Approval,
    Deposit,
}

/// A step of the table of increments.
#[derive(Debug, Deserialize, ToSchema)]
struct StepBody {
    /// The lowest price that it applies to; 0 in the first one.
    from: DecimalInput,
    /// By how much the next bid is higher.
    by: DecimalInput,
}

/// How late bids move the end.
#[derive(Debug, Default, Deserialize, ToSchema)]
struct SoftCloseBody {
    /// `none`, `cars` (2 minutes), `property` (5 minutes).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    preset: Option<Preset>,
    /// A bid in the last so many milliseconds moves the end.
    #[serde(default)]
    window_ms: Option<u64>,
    /// The end is at least so many milliseconds behind that bid.
    #[serde(default)]
    extend_ms: Option<u64>,
    /// How often it is moved at most.
    #[serde(default)]
    max_extensions: Option<u32>,
}

/// An auction as its seller lays it down. What a change does not name stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct AuctionBody {
    /// At most 200 characters. Required in a new auction.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    title: Given<String>,
    /// At most 10,000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Given<String>,
    /// A picture, `https://…`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    image_url: Given<String>,
    /// What amounts are of: `COIN` unless said; it stays.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    currency: Given<Currency>,
    /// Who sells: oneself unless said, which takes the role `operator`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) seller_id: Given<UserId>,
    /// The lowest first bid. Required in a new auction.
    #[serde(default)]
    #[schema(value_type = Option<DecimalInput>)]
    start_price: Given<DecimalInput>,
    /// What the highest maximum has to reach; known to seller and operators only.
    #[serde(default)]
    #[schema(value_type = Option<DecimalInput>)]
    reserve: Given<DecimalInput>,
    /// The price for which it goes at once.
    #[serde(default)]
    #[schema(value_type = Option<DecimalInput>)]
    buy_now: Given<DecimalInput>,
    /// `first_bid` unless said, or `reserve_met`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    buy_now_until: Given<BuyNowUntil>,
    /// The step table; the customary one of the currency unless said.
    #[serde(default)]
    #[schema(value_type = Option<Vec<StepBody>>)]
    increments: Given<Vec<StepBody>>,
    /// How many win, 1 unless said; above that neither reserve, `buy_now` nor `exact_bids`.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    places: Given<u32>,
    /// Whether a bid may jump to its amount.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    exact_bids: Given<bool>,
    #[serde(default)]
    #[schema(value_type = Option<SoftCloseBody>)]
    soft_close: Given<SoftCloseBody>,
    /// How long the seller may think when the reserve was not met, in milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    decide_ms: Given<u64>,
    /// `open` unless said, `approval`, or `deposit`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    entry: Given<EntryWord>,
    /// What is held of everybody who registers.
    #[serde(default)]
    #[schema(value_type = Option<DecimalInput>)]
    deposit: Given<DecimalInput>,
    /// `off` unless said, or `typo`: whether bidders may take back a slip of the finger.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    retraction: Given<Retraction>,
    /// When it begins; once it is published unless said.
    #[serde(default)]
    #[schema(value_type = Option<Timestamp>)]
    starts_at: Given<Timestamp>,
    /// When it ends. Required in a new auction.
    #[serde(default)]
    #[schema(value_type = Option<Timestamp>)]
    ends_at: Given<Timestamp>,
    /// Late bids do not move the end beyond this.
    #[serde(default)]
    #[schema(value_type = Option<Timestamp>)]
    hard_end: Given<Timestamp>,
}

/// [`AuctionBody`] as the documents describe a new auction: with the fields that it needs.
pub(crate) struct NewAuctionBody;

impl PartialSchema for NewAuctionBody {
    fn schema() -> RefOr<Schema> {
        let mut schema = AuctionBody::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = ["title", "start_price", "ends_at"].map(str::to_owned).to_vec();
        }
        schema
    }
}

impl ToSchema for NewAuctionBody {
    fn schemas(parts: &mut Vec<(String, RefOr<Schema>)>) {
        AuctionBody::schemas(parts);
    }
}

/// An auction that makes sense.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) image_url: Option<String>,
    pub(crate) amended: Amended,
}

/// Gathers what is wrong.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: &'static str, code: &'static str, message: impl Into<String>) {
        let message = message.into().into();
        self.0.push(FieldError { field: field.into(), code: code.into(), message });
    }

    fn require(&mut self, holds: bool, field: &'static str, message: &'static str) {
        if !holds {
            self.add(field, "out_of_range", message);
        }
    }

    fn amount(&mut self, field: &'static str, given: &DecimalInput, currency: Currency) -> i64 {
        match given.in_currency(currency) {
            Ok(money) if (1..=MAX_AMOUNT).contains(&money.minor) => money.minor,
            Ok(_) => {
                self.add(field, "out_of_range", "must be above zero");
                1
            }
            Err(error) => {
                self.add(field, "invalid_value", error.to_string());
                1
            }
        }
    }

    /// A field that a new auction needs.
    fn needed<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.add(field, "required", "is missing");
        }
        value
    }
}

/// What is set, or what was; null only where nothing is a value.
fn kept<T>(given: Given<T>, before: Option<T>) -> Option<T> {
    match given {
        Given::Value(value) => Some(value),
        Given::Absent | Given::Null => before,
    }
}

/// The same where null takes it away.
fn cleared<T>(given: Given<T>, before: Option<T>) -> Option<T> {
    match given {
        Given::Value(value) => Some(value),
        Given::Absent => before,
        Given::Null => None,
    }
}

impl AuctionBody {
    /// The auction that it makes of `before`, or of nothing.
    ///
    /// # Errors
    /// `invalid` with every field that is wrong.
    pub(crate) fn wanted(
        self,
        before: Option<&Lot>,
        seller: UserId,
        now: Timestamp,
    ) -> Result<Wanted> {
        let mut faults = Faults::default();
        let old = before.map(|lot| &*lot.auction.terms);
        let title = kept(self.title, before.map(|lot| lot.title.clone()));
        let title = faults.needed("title", title).unwrap_or_default().trim().to_owned();
        if title.is_empty() || title.chars().count() > MAX_TITLE {
            faults.add("title", "out_of_range", "must have 1 to 200 characters");
        }
        let description = kept(self.description, before.map(|lot| lot.description.clone()));
        let description = description.unwrap_or_default();
        faults.require(
            description.chars().count() <= MAX_DESCRIPTION,
            "description",
            "must have at most 10,000 characters",
        );
        let image_url = cleared(self.image_url, before.and_then(|lot| lot.image_url.clone()));
        let is_link = |url: &String| url.starts_with("https://") && url.len() <= MAX_URL;
        let is_fine = image_url.as_ref().is_none_or(is_link);
        faults.require(is_fine, "image_url", "must be an address that begins with https://");
        let starts_at = kept(self.starts_at, before.map(|lot| lot.auction.starts_at));
        let starts_at = starts_at.unwrap_or(now);
        let ends_at = kept(self.ends_at, before.map(|lot| lot.auction.ends_at));
        let ends_at = faults.needed("ends_at", ends_at).unwrap_or(now);
        let hard_end = cleared(self.hard_end, before.and_then(|lot| lot.auction.hard_end));
        faults.require(ends_at > starts_at, "ends_at", "must be later than the start");
        faults.require(
            ends_at.since(starts_at) <= MAX_LENGTH,
            "ends_at",
            "must be within a year of the start",
        );
        faults.require(
            hard_end.is_none_or(|hard| hard >= ends_at),
            "hard_end",
            "must not be before the end",
        );
        let terms = Written {
            currency: self.currency,
            start_price: self.start_price,
            reserve: self.reserve,
            buy_now: self.buy_now,
            buy_now_until: self.buy_now_until,
            increments: self.increments,
            places: self.places,
            exact_bids: self.exact_bids,
            soft_close: self.soft_close,
            decide_ms: self.decide_ms,
            entry: self.entry,
            deposit: self.deposit,
            retraction: self.retraction,
        };
        let terms = terms.terms(old, seller, &mut faults);
        Error::check(faults.0)?;
        let amended = Amended { terms, starts_at, ends_at, hard_end };
        Ok(Wanted { title, description, image_url, amended })
    }
}

/// The part of a body that becomes terms.
struct Written {
    currency: Given<Currency>,
    start_price: Given<DecimalInput>,
    reserve: Given<DecimalInput>,
    buy_now: Given<DecimalInput>,
    buy_now_until: Given<BuyNowUntil>,
    increments: Given<Vec<StepBody>>,
    places: Given<u32>,
    exact_bids: Given<bool>,
    soft_close: Given<SoftCloseBody>,
    decide_ms: Given<u64>,
    entry: Given<EntryWord>,
    deposit: Given<DecimalInput>,
    retraction: Given<Retraction>,
}

impl Written {
    fn terms(self, old: Option<&Terms>, seller: UserId, faults: &mut Faults) -> Terms {
        let currency = match (self.currency, old) {
            (Given::Value(wanted), Some(old)) if wanted != old.currency => {
                faults.add("currency", "fixed", "stays as it is");
                old.currency
            }
            (Given::Value(wanted), _) => wanted,
            (_, old) => old.map_or(Currency::Coin, |old| old.currency),
        };
        let mut amount = |field, given: Given<DecimalInput>, before: Option<i64>| match given {
            Given::Value(input) => Some(faults.amount(field, &input, currency)),
            Given::Absent => before,
            Given::Null => None,
        };
        let start = amount("start_price", self.start_price, old.map(|old| old.start));
        let reserve = amount("reserve", self.reserve, old.and_then(|old| old.reserve));
        let buy_now = amount("buy_now", self.buy_now, old.and_then(|old| old.buy_now));
        let old_deposit = match old.map(|old| old.entry) {
            Some(Entry::Deposit { amount }) => Some(amount),
            _ => None,
        };
        let deposit = amount("deposit", self.deposit, old_deposit);
        let entry = entry(kept(self.entry, None), deposit, old, faults);
        let increments = increments(self.increments, old, currency, faults);
        let places = kept(self.places, old.map(|old| old.places)).unwrap_or(1);
        let exact_bids = kept(self.exact_bids, old.map(|old| old.exact_bids)).unwrap_or(false);
        let soft_close = soft_close(self.soft_close, old, faults);
        let decide_ms = cleared(self.decide_ms, old.and_then(|old| old.decide_ms));
        let start = faults.needed("start_price", start).unwrap_or(1);
        let terms = Terms {
            currency,
            seller,
            start,
            reserve,
            buy_now,
            buy_now_until: kept(self.buy_now_until, old.map(|old| old.buy_now_until))
                .unwrap_or(BuyNowUntil::FirstBid),
            increments,
            places,
            exact_bids,
            soft_close,
            decide_ms,
            entry,
            retraction: kept(self.retraction, old.map(|old| old.retraction))
                .unwrap_or(Retraction::Off),
        };
        faults.look_at(&terms);
        terms
    }
}

impl Faults {
    /// What does not go together.
    fn look_at(&mut self, terms: &Terms) {
        let Terms { start, reserve, buy_now, places, exact_bids, decide_ms, .. } = *terms;
        self.require(
            decide_ms.is_none_or(|ms| (DECIDE_MS.0..=DECIDE_MS.1).contains(&ms)),
            "decide_ms",
            "must be from a minute to 30 days",
        );
        self.require(
            (1..=Terms::MOST_PLACES).contains(&places),
            "places",
            "must be a number from 1 to 100",
        );
        self.require(
            places == 1 || (reserve.is_none() && buy_now.is_none() && !exact_bids),
            "places",
            "goes with neither reserve, buy_now nor exact_bids",
        );
        self.require(
            reserve.is_none_or(|reserve| reserve >= start),
            "reserve",
            "must not be below the start",
        );
        self.require(
            buy_now.is_none_or(|price| price > start && price >= reserve.unwrap_or(0)),
            "buy_now",
            "must be above the start and not below the reserve",
        );
    }
}

fn entry(
    word: Option<EntryWord>,
    deposit: Option<i64>,
    old: Option<&Terms>,
    faults: &mut Faults,
) -> Entry {
    match word {
        Some(EntryWord::Open) => Entry::Open,
        Some(EntryWord::Approval) => Entry::Approval,
        Some(EntryWord::Deposit) => match deposit {
            Some(amount) => Entry::Deposit { amount },
            None => {
                faults.add("deposit", "required", "is missing");
                Entry::Open
            }
        },
        None => match (old.map(|old| old.entry), deposit) {
            (Some(Entry::Deposit { .. }), Some(amount)) => Entry::Deposit { amount },
            (old, _) => old.unwrap_or(Entry::Open),
        },
    }
}

fn increments(
    given: Given<Vec<StepBody>>,
    old: Option<&Terms>,
    currency: Currency,
    faults: &mut Faults,
) -> Increments {
    let Given::Value(steps) = given else {
        let old = old.map(|old| old.increments.clone());
        return old.unwrap_or_else(|| Increments::standard(currency));
    };
    let mut read = |input: &DecimalInput| match input.in_currency(currency) {
        Ok(money) => money.minor,
        Err(error) => {
            faults.add("increments", "invalid_value", error.to_string());
            0
        }
    };
    let steps: Vec<Step> = steps
        .iter()
        .take(Increments::MOST + 1)
        .map(|step| Step { from: read(&step.from), by: read(&step.by) })
        .collect();
    Increments::new(steps).unwrap_or_else(|error| {
        faults.add("increments", "invalid_value", error.to_string());
        Increments::standard(currency)
    })
}

fn soft_close(given: Given<SoftCloseBody>, old: Option<&Terms>, faults: &mut Faults) -> SoftClose {
    let before = old.map(|old| old.soft_close).unwrap_or_default();
    let Given::Value(body) = given else { return before };
    let base = body.preset.map_or(before, Preset::soft_close);
    let wanted = SoftClose {
        window_ms: body.window_ms.unwrap_or(base.window_ms),
        extend_ms: body.extend_ms.unwrap_or(base.extend_ms),
        max_extensions: body.max_extensions.unwrap_or(base.max_extensions),
    };
    faults.require(
        wanted.window_ms <= HOUR_MS && wanted.extend_ms <= HOUR_MS,
        "soft_close",
        "must be at most an hour",
    );
    wanted
}

#[cfg(test)]
#[path = "forms_tests.rs"]
mod tests;
