//! By how much the next bid has to be higher.

use domain::Currency;
use serde::{Deserialize, Serialize};

use super::MAX_AMOUNT;

/// From a price on, the increment that applies; minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The lowest price that it applies to.
    pub from: i64,
    /// By how much the next bid is higher, above zero.
    pub by: i64,
}

/// Why steps are no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IncrementsError {
    /// There has to be one to begin with, at price 0.
    #[error("the first step begins at 0")]
    First,
    /// Steps go up.
    #[error("each step begins above the one before")]
    Order,
    /// An increment is at least one minor unit.
    #[error("an increment is above zero")]
    Size,
    /// More than [`Increments::MOST`].
    #[error("there are at most 32 steps")]
    Many,
}

/// The step table of an auction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Step>", into = "Vec<Step>")]
pub struct Increments(Vec<Step>);

impl Increments {
    /// The most steps that a table has.
    pub const MOST: usize = 32;

    /// A table of these steps.
    ///
    /// # Errors
    /// [`IncrementsError`] says what is wrong with them.
    pub fn new(steps: Vec<Step>) -> Result<Self, IncrementsError> {
        if steps.len() > Self::MOST {
            return Err(IncrementsError::Many);
        }
        if steps.first().is_none_or(|step| step.from != 0) {
            return Err(IncrementsError::First);
        }
        if !steps.is_sorted_by(|a, b| a.from < b.from) {
            return Err(IncrementsError::Order);
        }
        if steps.iter().any(|step| !(1..=MAX_AMOUNT).contains(&step.by)) {
            return Err(IncrementsError::Size);
        }
        Ok(Self(steps))
    }

    /// The customary table: about a twentieth of the price, in round numbers.
    pub fn standard(currency: Currency) -> Self {
        const WHOLE: [(i64, i64); 10] = [
            (0, 1),
            (100, 5),
            (500, 10),
            (1_000, 25),
            (2_500, 50),
            (5_000, 100),
            (10_000, 250),
            (50_000, 1_000),
            (100_000, 2_500),
            (500_000, 5_000),
        ];
        let unit = 10_i64.pow(currency.digits());
        let step = |(from, by): (i64, i64)| Step { from: from * unit, by: by * unit };
        Self(WHOLE.into_iter().map(step).collect())
    }

    /// The steps, the lowest first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The increment at a price.
    pub fn at(&self, price: i64) -> i64 {
        // The first step begins at 0, and no price is below.
        let above = self.0.partition_point(|step| step.from <= price);
        self.0.get(above.saturating_sub(1)).map_or(1, |step| step.by)
    }

    /// The least that is more than a price.
    pub fn next(&self, price: i64) -> i64 {
        price.saturating_add(self.at(price))
    }
}

impl TryFrom<Vec<Step>> for Increments {
    type Error = IncrementsError;

    fn try_from(steps: Vec<Step>) -> Result<Self, IncrementsError> {
        Self::new(steps)
    }
}

impl From<Increments> for Vec<Step> {
    fn from(table: Increments) -> Self {
        table.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_of_a_price_is_the_last_that_has_begun() {
        let table = Increments::standard(Currency::Coin);
        let at = [(0, 1), (99, 1), (100, 5), (499, 5), (500, 10), (2_499, 25), (9_999_999, 5_000)];
        for (price, by) in at {
            assert_eq!(table.at(price), by, "{price}");
            assert_eq!(table.next(price), price + by);
        }
        assert_eq!(Increments::standard(Currency::Usd).at(99_99), 1_00);
        assert_eq!(table.next(i64::MAX), i64::MAX);
    }

    #[test]
    fn what_is_no_table() {
        let step = |from, by| Step { from, by };
        for (steps, error) in [
            (vec![], IncrementsError::First),
            (vec![step(1, 1)], IncrementsError::First),
            (vec![step(0, 1), step(5, 1), step(5, 2)], IncrementsError::Order),
            (vec![step(0, 0)], IncrementsError::Size),
            (vec![step(0, 1); 33], IncrementsError::Many),
        ] {
            assert_eq!(Increments::new(steps), Err(error));
        }
        assert!(serde_json::from_str::<Increments>("[]").is_err());
        let table = Increments::standard(Currency::Eur);
        let json = serde_json::to_string(&table).unwrap();
        assert_eq!(serde_json::from_str::<Increments>(&json).unwrap(), table);
    }
}
