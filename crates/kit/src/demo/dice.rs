//! Chance for demonstrations: the same from the same number.

use std::ops::RangeInclusive;

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

/// A generator of pseudo-random choices. Two that were made from one number make the same choices,
/// so a test can say what it expects. Not for secrets.
#[derive(Debug)]
pub struct Dice(StdRng);

impl Dice {
    /// Dice that fall as `number` has them fall.
    pub fn new(number: u64) -> Self {
        Self(StdRng::seed_from_u64(number))
    }

    /// Dice for a part of the whole: what they show does not depend on how often these are thrown
    /// afterwards, nor the other way round.
    #[must_use]
    pub fn part(&mut self) -> Self {
        Self::new(self.number())
    }

    /// A number to make other dice from, again and again the same.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number of a range, which must not be empty.
    ///
    /// # Panics
    /// When the range is empty.
    pub fn whole(&mut self, range: RangeInclusive<i64>) -> i64 {
        self.0.random_range(range)
    }

    /// A number of a range, which must not be empty.
    ///
    /// # Panics
    /// When the range is empty.
    pub fn real(&mut self, range: RangeInclusive<f64>) -> f64 {
        self.0.random_range(range)
    }

    /// Whether something comes about that does so in `percent` of all cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// One of a list.
    ///
    /// # Panics
    /// When the list is empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.0.random_range(0..list.len())]
    }

    /// One of a list of choices and their weights, of which not all are zero.
    ///
    /// # Panics
    /// When they are.
    pub fn weighted<T: Copy>(&mut self, choices: &[(T, u32)]) -> T {
        let all: u32 = choices.iter().map(|(_, weight)| weight).sum();
        let mut left = self.0.random_range(0..all);
        for (choice, weight) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *choice,
            }
        }
        unreachable!("what is left is below the sum of the weights")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_one_course() {
        let course = |number| {
            let mut dice = Dice::new(number);
            let part = dice.part().whole(0..=1_000_000);
            let real = dice.real(0.0..=1.0).to_bits();
            (part, real, dice.chance(50), *dice.pick(&["a", "b", "c"]), dice.number())
        };
        assert_eq!(course(1), course(1));
        assert_ne!(course(1), course(2));
    }

    #[test]
    fn weights_count() {
        let mut dice = Dice::new(7);
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            counts[dice.weighted(&[(0, 1), (1, 0), (2, 3)])] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((2_200..2_800).contains(&counts[0]), "{counts:?}");
        let hits = (0..10_000).filter(|_| dice.chance(20)).count();
        assert!((1_800..2_200).contains(&hits), "{hits}");
    }
}
