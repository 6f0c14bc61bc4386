//! JSON as it comes in: an array of objects, one object after another (NDJSON), or what a RESO Web
//! API answers (`{"@odata.context": …, "value": [ … ]}`). The form is told by what is there.

use std::{collections::HashMap, fmt, io::BufRead};

use kit::{Error, Result};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::{
    columns::{RowBuilder, place},
    mapping::{Column, Plan},
    reader::{Line, Sink, skip_space},
};

/// Reads all rows of `input` into `sink`. Rows are counted from 1. What a RESO Web API says about
/// where its next page is.
///
/// # Errors
/// What is no JSON, or holds something else than objects; the rows before it are through.
pub(super) fn read(
    mut input: impl BufRead,
    plan: &Plan,
    sink: &mut Sink<'_>,
) -> Result<Option<String>> {
    let mut rows = Rows { sink, plan, columns: HashMap::new(), count: 0, next: None };
    while skip_space(&mut input)?.is_some() {
        let mut json = serde_json::Deserializer::from_reader(&mut input);
        if let Err(error) = json.deserialize_any(Top(&mut rows)) {
            if rows.sink.is_closed() {
                return Ok(None);
            }
            let place = rows.count + 1;
            let message = format!("no JSON that is read here, row {place}: {error}");
            return Err(Error::bad_request(message));
        }
    }
    Ok(rows.next)
}

struct Rows<'r, 's> {
    sink: &'r mut Sink<'s>,
    plan: &'r Plan,
    /// What the names that were met mean.
    columns: HashMap<String, Column>,
    count: u64,
    /// Where the next page is.
    next: Option<String>,
}

/// The most names that are remembered.
const MAX_NAMES: usize = 2_000;

impl Rows<'_, '_> {
    fn column(&mut self, name: &str) -> Column {
        if let Some(column) = self.columns.get(name) {
            return *column;
        }
        let column = self.plan.column(name.trim());
        if self.columns.len() < MAX_NAMES {
            self.columns.insert(name.to_owned(), column);
        }
        column
    }

    /// Reads one object as a row; at the top it may be an envelope around rows.
    fn row<'de, A: MapAccess<'de>>(&mut self, mut map: A, is_top: bool) -> Result<(), A::Error> {
        let mut row = RowBuilder::new(self.plan);
        let (mut wrong, mut is_envelope) = (None, false);
        while let Some(name) = map.next_key::<String>()? {
            if is_top && name == "value" {
                map.next_value_seed(List(self))?;
                is_envelope = true;
                continue;
            }
            if is_top && name == "@odata.nextLink" {
                self.next = map.next_value::<Option<String>>()?;
                continue;
            }
            let column = self.column(&name);
            if column == Column::Ignored {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<Box<RawValue>>()?;
            if wrong.is_none() {
                wrong = put(&mut row, column, &name, value.get()).err();
            }
        }
        if is_envelope {
            return Ok(());
        }
        self.count += 1;
        let row = wrong.map_or_else(|| row.finish(), Err);
        if self.sink.push(Line { number: self.count, row }) {
            return Ok(());
        }
        Err(A::Error::custom("nobody waits for the rows any more"))
    }
}

/// Numbers keep the digits that stand there.
fn put(row: &mut RowBuilder<'_>, column: Column, name: &str, json: &str) -> Result<(), String> {
    match json.as_bytes().first() {
        Some(b'n') => {
            row.clear(column);
            Ok(())
        }
        Some(b'"') => match serde_json::from_str::<String>(json) {
            Ok(text) if text.trim().is_empty() => Ok(()),
            Ok(text) => row.put(column, text.trim()),
            Err(_) => Err(format!("{} is not text", place(column, name))),
        },
        Some(b'-' | b'0'..=b'9') => row.put(column, json),
        _ => Err(format!("{} is neither text nor a number", place(column, name))),
    }
}

/// A value at the top: an array, an envelope, or a row.
struct Top<'t, 'r, 's>(&'t mut Rows<'r, 's>);

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects, or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        List(self.0).visit_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.row(map, true)
    }
}

/// An array of rows.
struct List<'t, 'r, 's>(&'t mut Rows<'r, 's>);

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(One(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

/// A row in an array.
struct One<'t, 'r, 's>(&'t mut Rows<'r, 's>);

impl<'de> DeserializeSeed<'de> for One<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for One<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.row(map, false)
    }
}
