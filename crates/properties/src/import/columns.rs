//! What the columns of a file mean, and a row of it as values.

use std::collections::BTreeMap;

use csv::ByteRecord;
use kit::{Error, Result};

use super::reader::SourceRow;
use crate::model::{Edit, Fault, Field, address_key, parcel_key};

/// The most columns.
const MAX_COLUMNS: usize = 500;
/// Characters of a wrong value that are told.
const MAX_SAID: usize = 40;
/// The longest name that a source may have for a property, in bytes.
const MAX_SOURCE_ID: usize = 200;

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Nothing here.
    Ignored,
    /// The source's own name for the property.
    SourceId,
    /// A field.
    Value(Field),
}

impl Column {
    /// What a heading means. `map` gives unusual headings a field's name.
    ///
    /// # Errors
    /// `map` names no field.
    pub(super) fn of(heading: &str, map: &BTreeMap<String, String>) -> Result<Self> {
        let Some(field) = map.get(heading) else { return Ok(Self::of_name(heading)) };
        match Self::of_name(field) {
            Self::Ignored => {
                Err(Error::bad_request(format!("the map names no field: `{}`", said(field))))
            }
            column => Ok(column),
        }
    }

    /// Its name in messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Value(field) => field.name(),
            Self::Ignored | Self::SourceId => "source_id",
        }
    }

    fn of_name(heading: &str) -> Self {
        if let Some(field) = Field::of_heading(heading) {
            return Self::Value(field);
        }
        let letters = heading.bytes().filter(u8::is_ascii_alphanumeric);
        let letters: Vec<u8> = letters.map(|byte| byte.to_ascii_lowercase()).collect();
        match letters.as_slice() {
            b"sourceid" | b"id" | b"externalid" | b"listingkey" | b"listingid" => Self::SourceId,
            _ => Self::Ignored,
        }
    }
}

/// The columns of a file, in their order.
#[derive(Debug)]
pub(super) struct Columns(Vec<Column>);

impl Columns {
    /// What a heading means, with the names of the columns that mean nothing. `map` gives headings
    /// a field's name.
    ///
    /// # Errors
    /// Two columns mean the same, street, city or state is missing, or `map` names no field.
    pub(super) fn of(
        heading: &ByteRecord,
        map: &BTreeMap<String, String>,
    ) -> Result<(Self, Vec<String>)> {
        if heading.len() > MAX_COLUMNS {
            return Err(Error::bad_request(format!("more than {MAX_COLUMNS} columns")));
        }
        let (mut columns, mut ignored) = (Vec::new(), Vec::new());
        for name in heading {
            let name = String::from_utf8_lossy(name).trim().to_owned();
            let column = Column::of(&name, map)?;
            if column == Column::Ignored {
                ignored.push(said(&name));
            } else if columns.contains(&column) {
                let message = format!("two columns mean the same, the second is `{}`", said(&name));
                return Err(Error::bad_request(message));
            }
            columns.push(column);
        }
        for field in [Field::Street, Field::City, Field::State] {
            if !columns.contains(&Column::Value(field)) {
                let message = format!("the heading has no column for {}", field.name());
                return Err(Error::bad_request(message));
            }
        }
        Ok((Self(columns), ignored))
    }

    /// A row as values. An empty cell says nothing, the word `null` says that the value is unknown.
    ///
    /// # Errors
    /// Why the row is rejected: the first rule that it breaks.
    pub(super) fn row(&self, record: &ByteRecord) -> Result<SourceRow, String> {
        if record.len() != self.0.len() {
            let (cells, columns) = (record.len(), self.0.len());
            return Err(format!("it has {cells} cells where the heading has {columns}"));
        }
        let mut row = RowBuilder::default();
        for (column, cell) in self.0.iter().zip(record) {
            let cell = cell.trim_ascii();
            if cell.is_empty() || *column == Column::Ignored {
                continue;
            }
            match std::str::from_utf8(cell) {
                Ok(text) if text.eq_ignore_ascii_case("null") => row.clear(*column),
                Ok(text) => row.put(*column, text)?,
                Err(_) => return Err(format!("{} is not UTF-8 text", column.name())),
            }
        }
        row.finish()
    }
}

/// A row that is being read.
#[derive(Debug, Default)]
pub(super) struct RowBuilder {
    edit: Edit,
    named: Option<String>,
}

impl RowBuilder {
    /// A value.
    ///
    /// # Errors
    /// Why the row is rejected.
    pub(super) fn put(&mut self, column: Column, text: &str) -> Result<(), String> {
        match column {
            Column::Ignored => {}
            Column::SourceId => self.named = Some(source_id(text)?),
            Column::Value(field) => match field.read(text) {
                Ok(datum) => self.edit.0.push((field, Some(datum))),
                Err(Fault { field, message, .. }) => {
                    return Err(format!("{field} {message}: `{}`", said(text)));
                }
            },
        }
        Ok(())
    }

    /// The value is unknown.
    pub(super) fn clear(&mut self, column: Column) {
        match column {
            Column::Value(field) => self.edit.0.push((field, None)),
            Column::Ignored | Column::SourceId => {}
        }
    }

    /// The row.
    ///
    /// # Errors
    /// Street, city or state is missing.
    pub(super) fn finish(self) -> Result<SourceRow, String> {
        keyed(self.edit, self.named)
    }
}

fn source_id(text: &str) -> Result<String, String> {
    if text.len() > MAX_SOURCE_ID || text.contains(char::is_control) {
        return Err(format!("source_id is not text of at most {MAX_SOURCE_ID} bytes"));
    }
    Ok(text.to_owned())
}

/// The row with the keys by which its property is found. A row that its source gives no name to is
/// named by its parcel number, when that is certain to be one of a kind (with its county), else by
/// its address. A case number is no name: one case may take several houses.
fn keyed(edit: Edit, named: Option<String>) -> Result<SourceRow, String> {
    let text =
        |field: Field| edit.text(field).ok_or_else(|| format!("{} is missing", field.name()));
    let (street, city, state) = (text(Field::Street)?, text(Field::City)?, text(Field::State)?);
    let address_key = address_key(street, city, state, edit.text(Field::ZipCode));
    let parcel = edit.text(Field::ParcelNumber);
    let parcel_key = parcel_key(state, edit.text(Field::County), parcel);
    let source_id = named.unwrap_or_else(|| match &parcel_key {
        Some(parcel) => format!("parcel:{parcel}"),
        None => format!("address:{address_key}"),
    });
    Ok(SourceRow { edit, source_id, address_key, parcel_key })
}

/// A text from the file, short enough for a message.
fn said(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_SAID).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Datum;

    fn row(heading: &[&str], cells: &[&str]) -> Result<SourceRow, String> {
        let heading = ByteRecord::from(heading.to_vec());
        let (columns, _) = Columns::of(&heading, &BTreeMap::new()).unwrap();
        columns.row(&ByteRecord::from(cells.to_vec()))
    }

    #[test]
    fn names_of_rows() {
        let place = ["street", "city", "state", "county", "apn", "case_number", "Listing Key"];
        let name = |county, parcel, key| {
            row(&place, &["1 A St", "B", "CA", county, parcel, "C-1", key]).unwrap().source_id
        };
        assert_eq!(name("Alameda", "1-2", "L7"), "L7");
        assert_eq!(name("Alameda", "1-2", ""), "parcel:ca|alameda|12");
        assert_eq!(name("", "1-2", ""), "address:1 a st|b|ca|");
    }

    #[test]
    fn empty_cells_say_nothing_and_null_says_unknown() {
        let found = row(
            &["street", "city", "state", "venue", "opening_bid"],
            &["1 A St", "B", "CA", "", "NULL"],
        );
        let text = |text: &str| Some(Datum::Text(text.to_owned()));
        assert_eq!(
            found.unwrap().edit.0,
            [
                (Field::Street, text("1 A St")),
                (Field::City, text("B")),
                (Field::State, text("CA")),
                (Field::OpeningBid, None),
            ]
        );
    }

    #[test]
    fn bad_rows_have_reasons() {
        let heading = ["street", "city", "state", "zip", "latitude", "auction_date", "list_price"];
        let cases = [
            (["", "B", "CA", "", "", "", ""], "street is missing"),
            (["null", "B", "CA", "", "", "", ""], "street is missing"),
            (["1 A", "B", "XX", "", "", "", ""], "state is not a state"),
            (["1 A", "B", "CA", "941", "", "", ""], "zip_code is not a ZIP code"),
            (["1 A", "B", "CA", "", "91", "", ""], "latitude is not within -90 and 90: `91`"),
            (["1 A", "B", "CA", "", "", "soon", ""], "auction_date is not a date"),
            (["1 A", "B", "CA", "", "", "", "-5"], "list_price is below zero: `-5`"),
        ];
        for (cells, reason) in cases {
            let error = row(&heading, &cells).unwrap_err();
            assert!(error.starts_with(reason), "{cells:?}: {error}");
        }
    }

    #[test]
    fn a_map_names_unusual_headings() {
        let heading = ByteRecord::from(vec!["Rue", "city", "state"]);
        let map = |field: &str| BTreeMap::from([("Rue".to_owned(), field.to_owned())]);
        assert!(Columns::of(&heading, &map("street")).is_ok());
        for map in [map("colour"), map("city"), BTreeMap::new()] {
            assert_eq!(Columns::of(&heading, &map).unwrap_err().code().status, 400);
        }
    }
}
