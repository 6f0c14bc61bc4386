//! What was measured: for people as a table, for machines as JSON.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::json;

/// Figures by row and column, of several rounds each.
#[derive(Default)]
pub(super) struct Table {
    title: String,
    /// In the order in which they came.
    rows: Vec<(String, Vec<(&'static str, Figure)>)>,
    notes: Vec<String>,
}

struct Figure {
    unit: &'static str,
    rounds: Vec<f64>,
}

impl Figure {
    fn median(&self) -> f64 {
        let mut sorted = self.rounds.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

impl Table {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// One round's figure.
    pub(super) fn add(&mut self, row: &str, column: &'static str, unit: &'static str, value: f64) {
        let place = self.rows.iter().position(|(name, _)| name == row).unwrap_or_else(|| {
            self.rows.push((row.to_owned(), Vec::new()));
            self.rows.len() - 1
        });
        let figures = &mut self.rows[place].1;
        match figures.iter_mut().find(|(name, _)| *name == column) {
            Some((_, figure)) => figure.rounds.push(value),
            None => figures.push((column, Figure { unit, rounds: vec![value] })),
        }
    }

    /// A sentence below the table.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// The median of a figure over the rounds.
    pub(super) fn median(&self, row: &str, column: &str) -> Option<f64> {
        let (_, figures) = self.rows.iter().find(|(name, _)| name == row)?;
        figures.iter().find(|(name, _)| *name == column).map(|(_, figure)| figure.median())
    }

    /// As a table, for people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        let width = self.rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, figures) in &self.rows {
            for (i, (column, figure)) in figures.iter().enumerate() {
                let name = if i == 0 { name.as_str() } else { "" };
                let Figure { unit, rounds } = figure;
                let each: Vec<_> = rounds.iter().map(|value| shown(*value)).collect();
                let median = shown(figure.median());
                // Writing to a String cannot fail.
                let _ = writeln!(
                    text,
                    "  {name:width$}  {column:<28} {median:>12} {unit:<14} [{}]",
                    each.join(" · ")
                );
            }
        }
        for note in &self.notes {
            let _ = writeln!(text, "  {note}");
        }
        text
    }

    /// For machines.
    pub(super) fn json(&self) -> String {
        let rows: BTreeMap<_, BTreeMap<_, _>> = self
            .rows
            .iter()
            .map(|(name, figures)| {
                let figures = figures.iter().map(|(column, figure)| {
                    let Figure { unit, rounds } = figure;
                    let figure = json!({"unit": unit, "median": figure.median(), "rounds": rounds});
                    (*column, figure)
                });
                (name, figures.collect())
            })
            .collect();
        json!({"title": self.title, "rows": rows, "notes": self.notes}).to_string()
    }
}

/// A figure with as many digits as mean something.
fn shown(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    if value.abs() < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("-{text}") } else { text }
}

/// The value below which so many thousandths of the sorted values lie.
pub(super) fn percentile(sorted: &[u32], per_mille: usize) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        count => f64::from(sorted[(count - 1) * per_mille / 1000]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_the_rounds_is_what_counts() {
        let mut table = Table::new("a measurement");
        for value in [3.0, 1.0, 2.0] {
            table.add("openbell", "rate", "1/s", value);
        }
        assert_eq!(table.median("openbell", "rate"), Some(2.0));
        assert_eq!(table.median("openbell", "other"), None);
        assert_eq!(table.median("another", "rate"), None);
    }

    #[test]
    fn figures_are_readable() {
        let shown = [0.123, 99.0, 100.4, 1234.0, 1_234_567.0, -1234.0, f64::NAN].map(shown);
        assert_eq!(shown, ["0.12", "99.00", "100", "1,234", "1,234,567", "-1,234", "-"]);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let sorted: Vec<u32> = (1..=1000).collect();
        assert_eq!(percentile(&sorted, 500), 500.0);
        assert_eq!(percentile(&sorted, 990), 990.0);
        assert_eq!(percentile(&[7], 990), 7.0);
        assert!(percentile(&[], 990).is_nan());
    }
}
