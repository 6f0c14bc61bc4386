//! JSON as it comes in: an array of objects, one object after another (NDJSON), or what a RESO Web
//! API answers (`{"@odata.context": …, "value": [ … ]}`). The form is told by what is there.
//!
//! What begins with `{` and ends with `}` on one line is a line of NDJSON, and from there on every
//! line stands for itself: one that is at fault is rejected, and the others come in. In any other
//! form nobody can tell where the next row would begin, and the first fault is the end.

use std::{
    collections::HashMap,
    fmt,
    io::{self, BufRead, Read as _},
};

use kit::{Error, Result};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    columns::{RowBuilder, place},
    mapping::{Column, Plan},
    reader::{Line, MAX_ROW, Sink, SourceRow, broken, skip_space},
};

/// The longest line that is looked at as a whole, in bytes: half of what a row may take, since what
/// turns out to be no line is read on as a row.
const MAX_LINE: usize = MAX_ROW / 2;
/// The longest reason for a rejected line, in characters: it may quote the line.
const MAX_REASON: usize = 200;

/// Reads all rows of `input` into `sink`. Rows are counted from 1. What a RESO Web API says about
/// where its next page is.
///
/// # Errors
/// What is no JSON, or holds something else than objects, unless it is a line of NDJSON; a last
/// line that breaks off. The rows before it are through.
pub(super) fn read(
    mut input: impl BufRead,
    plan: &Plan,
    sink: &mut Sink<'_>,
) -> Result<Option<String>> {
    let mut rows =
        Rows { sink, plan, columns: HashMap::new(), count: 0, next: None, is_envelope: false };
    let (mut line, mut is_by_line) = (Vec::new(), false);
    while let Some(first) = skip_space(&mut input)? {
        line.clear();
        if first != b'[' {
            let mut bounded = input.by_ref().take(MAX_LINE as u64);
            bounded.read_until(b'\n', &mut line).map_err(|error| broken(&error))?;
        }
        let is_ended = line.ends_with(b"\n");
        let is_whole = is_ended || (1..MAX_LINE).contains(&line.len());
        let text = line.trim_ascii_end();
        is_by_line |= is_whole && first == b'{' && text.ends_with(b"}");
        let read = if is_by_line && is_whole {
            rows.line(text).or_else(|error| {
                let breaks_off = error.is_eof() && !is_ended;
                if rows.is_envelope || breaks_off { Err(error) } else { rows.reject(&error) }
            })
        } else if line.is_empty() {
            rows.value(&mut input)
        } else {
            rows.values_from(&line, &mut input)
        };
        if rows.sink.is_closed() {
            return Ok(None);
        }
        read.map_err(|error| {
            let place = rows.count + 1;
            Error::bad_request(format!("no JSON that is read here, row {place}: {error}"))
        })?;
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
    /// Whether rows come in an envelope.
    is_envelope: bool,
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

    /// Reads the value that comes next.
    fn value(&mut self, input: impl io::Read) -> serde_json::Result<()> {
        serde_json::Deserializer::from_reader(input).deserialize_any(Top(self))
    }

    /// Reads the values that begin in `line`, of which the last may go on in `input`.
    fn values_from(&mut self, mut line: &[u8], mut input: impl io::Read) -> serde_json::Result<()> {
        while !line.is_empty() {
            self.value((&mut line).chain(&mut input))?;
            line = line.trim_ascii_start();
        }
        Ok(())
    }

    /// Reads a line of NDJSON: one row, or several.
    fn line(&mut self, text: &[u8]) -> serde_json::Result<()> {
        let mut json = serde_json::Deserializer::from_slice(text);
        while json.end().is_err() {
            json.deserialize_any(Top(self))?;
        }
        Ok(())
    }

    /// Passes over the row at hand: it is at fault.
    fn reject(&mut self, error: &serde_json::Error) -> serde_json::Result<()> {
        self.count += 1;
        // It counts lines within the line.
        let (text, column) = (error.to_string(), error.column());
        let cause = text.rsplit_once(" at line ").map_or(text.as_str(), |(cause, _)| cause);
        let cause: String = cause.chars().take(MAX_REASON).collect();
        self.push(Err(format!("it is no JSON that is read here, column {column}: {cause}")))
    }

    fn push<E: serde::de::Error>(&mut self, row: Result<SourceRow, String>) -> Result<(), E> {
        if self.sink.push(Line { number: self.count, row }) {
            return Ok(());
        }
        Err(E::custom("nobody waits for the rows any more"))
    }

    /// Reads one object as a row; at the top it may be an envelope around rows.
    fn row<'de, A: MapAccess<'de>>(&mut self, mut map: A, is_top: bool) -> Result<(), A::Error> {
        let mut row = RowBuilder::new(self.plan);
        let (mut wrong, mut is_envelope) = (None, false);
        while let Some(name) = map.next_key::<String>()? {
            if is_top && name == "value" {
                (self.is_envelope, is_envelope) = (true, true);
                map.next_value_seed(List(self))?;
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
        self.push(wrong.map_or_else(|| row.finish(), Err))
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
