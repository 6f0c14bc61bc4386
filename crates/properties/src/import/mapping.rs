//! How the columns of a source are to be read, where their headings do not say so themselves.

use std::collections::{BTreeMap, HashMap};

use kit::{Error, Result};
use serde::{Deserialize, Serialize};

use super::columns::Target;
use crate::model::{Datum, Field};

/// The most headings, and the most words in all of `values`.
const MAX_ENTRIES: usize = 2_000;

/// What an operator says of a source's columns: `--map FILE`, `map` of `[[sources]]`, `?map=`. A
/// field that is not named here is found by the usual headings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mapping {
    /// Field, or `source_id`, to the heading or headings that it comes from.
    fields: BTreeMap<String, Origin>,
    /// Field to the value that it has in every row which says nothing of it.
    constants: BTreeMap<String, String>,
    /// Field to what the source's words mean, in any case; other words stay as they are. An empty
    /// text says nothing, `null` says that the value is unknown.
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// Headings that would be understood and are not to be.
    ignore: Vec<String>,
}

/// Where a field comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a field comes from a heading, a list of headings, or { first = [headings] }"
)]
enum Origin {
    /// One column.
    Heading(String),
    /// Several columns, joined by spaces.
    Joined(Vec<String>),
    /// The first of several columns that has a value.
    First(First),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    first: Vec<String>,
}

/// How a field is made of the cells that were put aside.
#[derive(Debug)]
pub(super) enum Rule {
    Joined(Vec<usize>),
    First(Vec<usize>),
}

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Nothing here.
    Ignored,
    /// A field, or the source's own name.
    Direct(Target),
    /// Part of what the mapping makes a field of.
    Slot(usize),
}

/// A mapping that was checked.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    slots: HashMap<String, usize>,
    ignored: Vec<String>,
    pub(super) rules: Vec<(Target, Rule)>,
    pub(super) constants: Vec<(Field, Datum)>,
    values: HashMap<Target, HashMap<String, String>>,
}

impl Plan {
    /// Checks a mapping.
    ///
    /// # Errors
    /// `bad_request`: it names no field, a field twice, a constant that the field cannot hold, or
    /// too much.
    pub(crate) fn of(mapping: &Mapping) -> Result<Self> {
        let words: usize = mapping.values.values().map(BTreeMap::len).sum();
        if words + mapping.fields.len() + mapping.ignore.len() > MAX_ENTRIES {
            return Err(wrong(format!("it has more than {MAX_ENTRIES} entries")));
        }
        let ignored = mapping.ignore.iter().map(|heading| heading.trim().to_owned()).collect();
        let mut plan = Self { ignored, ..Self::default() };
        for (name, from) in &mapping.fields {
            let target = target(name)?;
            if plan.rule_of(target).is_some() {
                return Err(wrong(format!("`{name}` is there twice")));
            }
            let rule = match from {
                Origin::Heading(heading) => Rule::Joined(vec![plan.slot(heading)?]),
                Origin::Joined(headings) => Rule::Joined(plan.slots_of(name, headings)?),
                Origin::First(First { first }) => Rule::First(plan.slots_of(name, first)?),
            };
            plan.rules.push((target, rule));
        }
        for (name, text) in &mapping.constants {
            let Target::Value(field) = target(name)? else {
                return Err(wrong("source_id cannot be the same in every row"));
            };
            let datum = field.read(text).map_err(|fault| {
                wrong(format!("the constant {name} {}: `{text}`", fault.message))
            })?;
            plan.constants.push((field, datum));
        }
        for (name, words) in &mapping.values {
            let lower = words.iter().map(|(from, to)| (key(from), to.trim().to_owned()));
            plan.values.insert(target(name)?, lower.collect());
        }
        Ok(plan)
    }

    fn slots_of(&mut self, name: &str, headings: &[String]) -> Result<Vec<usize>> {
        if headings.is_empty() {
            return Err(wrong(format!("`{name}` comes from no heading")));
        }
        headings.iter().map(|heading| self.slot(heading)).collect()
    }

    fn slot(&mut self, heading: &str) -> Result<usize> {
        let heading = heading.trim();
        if heading.is_empty() {
            return Err(wrong("a heading is empty"));
        }
        let next = self.slots.len();
        Ok(*self.slots.entry(heading.to_owned()).or_insert(next))
    }

    fn rule_of(&self, target: Target) -> Option<&Rule> {
        self.rules.iter().find(|(of, _)| *of == target).map(|(_, rule)| rule)
    }

    /// How many cells of a row are put aside.
    pub(super) fn slot_count(&self) -> usize {
        self.slots.len()
    }

    /// The headings that the mapping speaks of.
    pub(super) fn headings(&self) -> impl Iterator<Item = &str> {
        self.slots.keys().map(String::as_str)
    }

    /// What a heading means.
    pub(super) fn column(&self, heading: &str) -> Column {
        if let Some(slot) = self.slots.get(heading) {
            return Column::Slot(*slot);
        }
        if self.ignored.iter().any(|ignored| ignored == heading) {
            return Column::Ignored;
        }
        match Target::of_heading(heading) {
            Some(target) if self.rule_of(target).is_none() => Column::Direct(target),
            _ => Column::Ignored,
        }
    }

    /// Whether a field has a value without a column of its own.
    pub(super) fn provides(&self, field: Field) -> bool {
        self.rule_of(Target::Value(field)).is_some()
            || self.constants.iter().any(|(constant, _)| *constant == field)
    }

    /// What a word of the source means.
    pub(super) fn meaning<'a>(&'a self, target: Target, text: &'a str) -> &'a str {
        if self.values.is_empty() {
            return text;
        }
        let found = self.values.get(&target).and_then(|words| words.get(&key(text)));
        found.map_or(text, String::as_str)
    }
}

fn key(word: &str) -> String {
    word.trim().to_lowercase()
}

fn target(name: &str) -> Result<Target> {
    Target::of_heading(name).ok_or_else(|| wrong(format!("it names no field: `{name}`")))
}

fn wrong(what: impl std::fmt::Display) -> Error {
    Error::bad_request(format!("the map is wrong: {what}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(value: Value) -> Result<Plan, String> {
        let mapping: Mapping = serde_json::from_value(value).map_err(|e| e.to_string())?;
        Plan::of(&mapping).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (json!({"colums": {}}), "unknown field `colums`"),
            (json!({"fields": {"colour": "A"}}), "it names no field: `colour`"),
            (json!({"fields": {"zip": "A", "zip_code": "B"}}), "`zip_code` is there twice"),
            (json!({"fields": {"street": []}}), "`street` comes from no heading"),
            (json!({"fields": {"street": 7}}), "a field comes from a heading, a list of"),
            (json!({"fields": {"street": " "}}), "a heading is empty"),
            (json!({"constants": {"state": "Ontario"}}), "the constant state is not a state"),
            (json!({"constants": {"source_id": "1"}}), "cannot be the same in every row"),
            (json!({"values": {"colour": {}}}), "it names no field: `colour`"),
        ];
        for (value, expected) in cases {
            let error = plan(value.clone()).unwrap_err();
            assert!(error.contains(expected), "{value}: {error}");
        }
    }

    #[test]
    fn what_the_map_says_goes_before_the_usual_headings() {
        let plan = plan(json!({
            "fields": {"auction_date": {"first": ["Moved To", "Sale Date"]}},
            "constants": {"state": "California"},
            "values": {"status": {"Up For Sale": "auction"}},
            "ignore": ["Price"],
        }))
        .unwrap();
        assert_eq!(plan.column("Sale Date"), Column::Slot(1));
        assert_eq!(plan.column("Auction Date"), Column::Ignored, "the field has a rule");
        assert_eq!(plan.column("Price"), Column::Ignored);
        let status = Target::Value(Field::Status);
        assert_eq!(plan.column("Status"), Column::Direct(status));
        assert_eq!(plan.meaning(status, " up for SALE "), "auction");
        assert_eq!(plan.meaning(status, "sold"), "sold");
        assert!(plan.provides(Field::State) && !plan.provides(Field::City));
    }
}
