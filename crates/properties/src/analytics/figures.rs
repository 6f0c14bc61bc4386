//! AuctionFigures of a group of auctions. Pure; money stays whole cents until it is told.

use std::collections::BTreeMap;

use domain::Money;
use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::Auction;
use crate::model::CURRENCY;

/// How many months a price trend has: the last ones with a price.
const TREND_MONTHS: usize = 12;
const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// Discounts are whole ten-thousandths until they are told.
const PARTS: i64 = 10_000;

/// What became of a group of auctions. What cannot be said is null, and its count says why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuctionFigures {
    /// Whether there is no auction in it.
    empty: bool,
    /// How many auctions.
    count: usize,
    /// How many are still to come, or were not told of since.
    pending: usize,
    /// How many have ended: `sold`, `reo`, `cancelled` and `redeemed` together.
    ended: usize,
    /// How many were sold.
    sold: usize,
    /// How many went back to the lender.
    reo: usize,
    /// How many were called off.
    cancelled: usize,
    /// How many owners paid.
    redeemed: usize,
    /// `sold / ended`, 0 to 1; null when none has ended.
    success_rate: Option<f64>,
    /// The median of days from when a property came here to when it was told to be sold.
    median_days_to_sale: Option<f64>,
    /// Of how many sales that is known; a property that came here sold has no such time.
    days_to_sale_count: usize,
    /// The median of `1 - opening bid / estimated value`; below 0 when bids begin above the value.
    median_discount: Option<f64>,
    /// How many auctions have both.
    discount_count: usize,
    /// The median opening bid.
    #[schema(value_type = Option<f64>)]
    median_opening_bid: Option<Money>,
    /// How many auctions have one.
    opening_bid_count: usize,
    /// How the median opening bid went: the last month with a bid against the first one of the
    /// trend, as a part of the first; for months against the last month before that has a bid.
    opening_bid_change: Option<f64>,
    /// The median opening bid by month, the last twelve months that have one; not there for groups
    /// that are months.
    #[serde(skip_serializing_if = "Option::is_none")]
    price_trend: Option<Vec<TrendMonth>>,
    #[serde(skip)]
    bid_minor: Option<i64>,
}

/// A month of a price trend.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct TrendMonth {
    /// `YYYY-MM`.
    month: String,
    /// The median opening bid.
    #[schema(value_type = f64)]
    median_opening_bid: Money,
    /// Of how many auctions.
    count: usize,
}

/// Auctions while they are being counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    count: usize,
    sold: usize,
    reo: usize,
    cancelled: usize,
    redeemed: usize,
    days_to_sale: Vec<i64>,
    discounts: Vec<i64>,
    /// Opening bids in minor units by month.
    bids: BTreeMap<String, Vec<i64>>,
}

impl Tally {
    pub(super) fn add(&mut self, auction: &Auction) {
        self.count += 1;
        match auction.status.as_str() {
            "sold" => self.sold += 1,
            "reo" => self.reo += 1,
            "cancelled" => self.cancelled += 1,
            "redeemed" => self.redeemed += 1,
            _ => {}
        }
        if let Some(sold_at) = auction.sold_at {
            let millis = sold_at.as_millis().saturating_sub(auction.created_at.as_millis());
            self.days_to_sale.push(millis.max(0) / DAY_MS);
        }
        let Some(bid) = auction.opening_bid_minor else { return };
        let month = month_of(&auction.date);
        match self.bids.get_mut(month) {
            Some(bids) => bids.push(bid),
            None => drop(self.bids.insert(month.to_owned(), vec![bid])),
        }
        if let Some(value) = auction.estimated_value_minor.filter(|value| *value > 0) {
            let part = i128::from(bid) * i128::from(PARTS) / i128::from(value);
            let part = i64::try_from(part).unwrap_or(i64::MAX);
            self.discounts.push(PARTS.saturating_sub(part));
        }
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    pub(super) fn figures(mut self) -> AuctionFigures {
        let ended = self.sold + self.reo + self.cancelled + self.redeemed;
        let mut all_bids: Vec<i64> = self.bids.values().flatten().copied().collect();
        let bid_minor = doubled_median(&mut all_bids).map(halved);
        let trend = self.trend();
        let ends = trend.first().zip(trend.last()).filter(|_| trend.len() > 1);
        let opening_bid_change = ends.and_then(|(first, last)| {
            change(first.median_opening_bid.minor, last.median_opening_bid.minor)
        });
        AuctionFigures {
            empty: self.count == 0,
            count: self.count,
            pending: self.count - ended,
            ended,
            sold: self.sold,
            reo: self.reo,
            cancelled: self.cancelled,
            redeemed: self.redeemed,
            success_rate: (ended > 0).then(|| rounded(self.sold as f64 / ended as f64)),
            days_to_sale_count: self.days_to_sale.len(),
            median_days_to_sale: doubled_median(&mut self.days_to_sale)
                .map(|doubled| doubled as f64 / 2.0),
            discount_count: self.discounts.len(),
            median_discount: doubled_median(&mut self.discounts)
                .map(|doubled| rounded(doubled as f64 / (2 * PARTS) as f64)),
            median_opening_bid: bid_minor.map(|minor| Money::new(minor, CURRENCY)),
            opening_bid_count: all_bids.len(),
            opening_bid_change,
            price_trend: Some(trend),
            bid_minor,
        }
    }

    fn trend(&mut self) -> Vec<TrendMonth> {
        let surplus = self.bids.len().saturating_sub(TREND_MONTHS);
        let months = self.bids.iter_mut().skip(surplus);
        let told = months.filter_map(|(month, bids)| {
            let median = halved(doubled_median(bids)?);
            Some(TrendMonth {
                month: month.clone(),
                median_opening_bid: Money::new(median, CURRENCY),
                count: bids.len(),
            })
        });
        told.collect()
    }
}

impl AuctionFigures {
    /// For groups that are months: compares with the last month before that has a bid, `before`
    /// going back in time, instead of telling a trend.
    pub(super) fn compare_with<'a>(&mut self, mut before: impl Iterator<Item = &'a Self>) {
        self.price_trend = None;
        let last = before.find_map(|month| month.bid_minor);
        let pair = last.zip(self.bid_minor);
        self.opening_bid_change = pair.and_then(|(last, now)| change(last, now));
    }
}

/// Twice the median, which is whole where the median may end in a half. Sorts the numbers.
fn doubled_median(numbers: &mut [i64]) -> Option<i128> {
    numbers.sort_unstable();
    let middle = numbers.len().checked_sub(1)? / 2;
    let (low, high) = (numbers.get(middle)?, numbers.get(numbers.len() / 2)?);
    Some(i128::from(*low) + i128::from(*high))
}

/// Half of it, toward zero: a median of money is whole cents.
fn halved(doubled: i128) -> i64 {
    i64::try_from(doubled / 2).unwrap_or(i64::MAX)
}

/// How far `now` is from `before`, as a part of it.
fn change(before: i64, now: i64) -> Option<f64> {
    (before > 0).then(|| rounded((now as f64 - before as f64) / before as f64))
}

/// Four digits are enough for a part.
fn rounded(part: f64) -> f64 {
    (part * PARTS as f64).round() / PARTS as f64
}

/// `YYYY-MM` of a date as it is kept.
pub(super) fn month_of(date: &str) -> &str {
    date.get(..7).unwrap_or(date)
}

/// Every month that has a day from `from` to `to`.
pub(super) fn months(from: Date, to: Date) -> impl Iterator<Item = String> {
    let months = from.first_of_month().series(1.month());
    months.take_while(move |month| *month <= to).map(|month| month.strftime("%Y-%m").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_the_middle() {
        for (mut numbers, doubled) in [
            (vec![], None),
            (vec![5], Some(10)),
            (vec![9, 1], Some(10)),
            (vec![3, 1, 2], Some(4)),
            (vec![4, 1, 3, 2], Some(5)),
            (vec![-3, -1], Some(-4)),
            (vec![i64::MAX, i64::MAX], Some(2 * i128::from(i64::MAX))),
        ] {
            assert_eq!(doubled_median(&mut numbers), doubled, "{numbers:?}");
        }
        assert_eq!((halved(5), halved(-5)), (2, -2));
    }

    #[test]
    fn months_have_no_gap() {
        let found = |from: &str, to: &str| {
            months(from.parse().unwrap(), to.parse().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(found("2023-12-31", "2024-02-01"), ["2023-12", "2024-01", "2024-02"]);
        assert_eq!(found("2024-01-31", "2024-01-31"), ["2024-01"]);
        assert_eq!(found("2014-01-31", "2023-12-01").len(), 120);
    }

    #[test]
    fn changes_are_parts_of_what_was() {
        assert_eq!(change(200, 150), Some(-0.25));
        assert_eq!(change(300, 400), Some(0.3333));
        assert_eq!((change(0, 5), change(5, 5)), (None, Some(0.0)));
    }
}
