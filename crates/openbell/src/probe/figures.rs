//! Times, put in order.

use serde::Serialize;

/// Times in milliseconds: the shortest, those that half and 99 of 100 stay within, the longest.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub(super) struct Times {
    pub(super) min_ms: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
}

impl Times {
    /// Of these, in any order; zeros when there are none.
    pub(super) fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let rounded = |time: &f64| (time * 1_000.0).round() / 1_000.0;
        let at = |hundredths: usize| {
            // The nearest rank: so many hundredths of all are no longer than this one.
            let rank = (times.len() * hundredths).div_ceil(100).max(1);
            times.get(rank - 1).map(rounded).unwrap_or_default()
        };
        Self { min_ms: at(0), p50_ms: at(50), p99_ms: at(99), max_ms: at(100) }
    }

    /// For people.
    pub(super) fn line(&self, name: &str) -> String {
        let Self { min_ms, p50_ms, p99_ms, max_ms } = self;
        format!("{name}: min {min_ms} ms, p50 {p50_ms} ms, p99 {p99_ms} ms, max {max_ms} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        let times = Times::of((1..=200).rev().map(f64::from).collect());
        let expected = Times { min_ms: 1.0, p50_ms: 100.0, p99_ms: 198.0, max_ms: 200.0 };
        assert_eq!(times, expected);
        let one = Times::of(vec![0.123_456]);
        assert_eq!((one.min_ms, one.p99_ms), (0.123, 0.123));
        assert_eq!(Times::of(Vec::new()), Times::default());
    }
}
