//! What the columns of a file mean, and a row of it as values.

use csv::ByteRecord;
use kit::{Error, Result};

use super::{
    mapping::{Column, Plan, Rule},
    reader::SourceRow,
};
use crate::model::{Edit, Fault, Field, address_key, parcel_key};

/// The most columns.
const MAX_COLUMNS: usize = 500;
/// Characters of a wrong value that are told.
const MAX_SAID: usize = 40;
/// The longest name that a source may have for a property, in bytes.
const MAX_SOURCE_ID: usize = 200;

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// The source's own name for the property.
    SourceId,
    /// A field.
    Value(Field),
}

impl Target {
    /// What a usual heading means.
    pub(super) fn of_heading(heading: &str) -> Option<Self> {
        if let Some(field) = Field::of_heading(heading) {
            return Some(Self::Value(field));
        }
        let letters = heading.bytes().filter(u8::is_ascii_alphanumeric);
        let letters: Vec<u8> = letters.map(|byte| byte.to_ascii_lowercase()).collect();
        match letters.as_slice() {
            b"sourceid" | b"id" | b"externalid" | b"listingkey" | b"listingid" => {
                Some(Self::SourceId)
            }
            _ => None,
        }
    }

    /// Its name in messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Value(field) => field.name(),
            Self::SourceId => "source_id",
        }
    }
}

/// The columns of a file, in their order.
#[derive(Debug)]
pub(super) struct Columns(Vec<(Column, String)>);

impl Columns {
    /// What a heading means, with the names of the columns that mean nothing.
    ///
    /// # Errors
    /// Two columns mean the same, street, city or state is missing, or a column that the plan
    /// speaks of.
    pub(super) fn of(heading: &ByteRecord, plan: &Plan) -> Result<(Self, Vec<String>)> {
        if heading.len() > MAX_COLUMNS {
            return Err(Error::bad_request(format!("more than {MAX_COLUMNS} columns")));
        }
        let (mut columns, mut ignored) = (Vec::<(Column, String)>::new(), Vec::new());
        for name in heading {
            let name = String::from_utf8_lossy(name).trim().to_owned();
            let column = plan.column(&name);
            if column == Column::Ignored {
                ignored.push(said(&name));
            } else if columns.iter().any(|(other, _)| *other == column) {
                let message = format!("two columns mean the same, the second is `{}`", said(&name));
                return Err(Error::bad_request(message));
            }
            columns.push((column, name));
        }
        let is_there = |name: &str| columns.iter().any(|(_, there)| there == name);
        if let Some(missing) = plan.headings().filter(|name| !is_there(name)).min() {
            let message = format!("the map speaks of a column that is not there: `{missing}`");
            return Err(Error::bad_request(message));
        }
        for field in [Field::Street, Field::City, Field::State] {
            let direct = Column::Direct(Target::Value(field));
            if !plan.provides(field) && !columns.iter().any(|(column, _)| *column == direct) {
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
    pub(super) fn row(&self, record: &ByteRecord, plan: &Plan) -> Result<SourceRow, String> {
        if record.len() != self.0.len() {
            let (cells, columns) = (record.len(), self.0.len());
            return Err(format!("it has {cells} cells where the heading has {columns}"));
        }
        let mut row = RowBuilder::new(plan);
        for ((column, name), cell) in self.0.iter().zip(record) {
            let cell = cell.trim_ascii();
            if cell.is_empty() || *column == Column::Ignored {
                continue;
            }
            match std::str::from_utf8(cell) {
                Ok(text) => row.put(*column, text)?,
                Err(_) => return Err(format!("{} is not UTF-8 text", place(*column, name))),
            }
        }
        row.finish()
    }
}

/// How a column is called in messages: the field's name, or its heading where it is but a part.
pub(super) fn place(column: Column, heading: &str) -> String {
    match column {
        Column::Direct(target) => target.name().to_owned(),
        Column::Slot(_) | Column::Ignored => format!("`{}`", said(heading)),
    }
}

/// A cell that was put aside.
#[derive(Debug, Clone)]
enum Cell {
    Text(String),
    Unknown,
}

/// A row that is being read.
#[derive(Debug)]
pub(super) struct RowBuilder<'p> {
    plan: &'p Plan,
    slots: Vec<Option<Cell>>,
    edit: Edit,
    named: Option<String>,
}

impl<'p> RowBuilder<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        let slots = vec![None; plan.slot_count()];
        Self { plan, slots, edit: Edit::default(), named: None }
    }

    /// A value; the word `null` says that it is unknown.
    ///
    /// # Errors
    /// Why the row is rejected.
    pub(super) fn put(&mut self, column: Column, text: &str) -> Result<(), String> {
        match column {
            Column::Ignored => {}
            _ if text.eq_ignore_ascii_case("null") => self.clear(column),
            Column::Slot(slot) => self.slots[slot] = Some(Cell::Text(text.to_owned())),
            Column::Direct(target) => self.read(target, text)?,
        }
        Ok(())
    }

    /// The value is unknown.
    pub(super) fn clear(&mut self, column: Column) {
        match column {
            Column::Direct(Target::Value(field)) => self.edit.0.push((field, None)),
            Column::Slot(slot) => self.slots[slot] = Some(Cell::Unknown),
            Column::Ignored | Column::Direct(Target::SourceId) => {}
        }
    }

    fn read(&mut self, target: Target, text: &str) -> Result<(), String> {
        let plan = self.plan;
        let meant = plan.meaning(target, text);
        if meant.is_empty() {
            return Ok(());
        }
        if meant.eq_ignore_ascii_case("null") {
            self.clear(Column::Direct(target));
            return Ok(());
        }
        match target {
            Target::SourceId => self.named = Some(source_id(meant)?),
            Target::Value(field) => match field.read(meant) {
                Ok(datum) => self.edit.0.push((field, Some(datum))),
                Err(Fault { field, message, .. }) => {
                    return Err(format!("{field} {message}: `{}`", said(meant)));
                }
            },
        }
        Ok(())
    }

    /// The row.
    ///
    /// # Errors
    /// Street, city or state is missing, or a value that is made of several is wrong.
    pub(super) fn finish(mut self) -> Result<SourceRow, String> {
        let plan = self.plan;
        for (target, rule) in &plan.rules {
            match self.made(rule) {
                Some(Cell::Text(text)) => self.read(*target, &text)?,
                Some(Cell::Unknown) => self.clear(Column::Direct(*target)),
                None => {}
            }
        }
        for (field, datum) in &plan.constants {
            if !self.edit.0.iter().any(|(said, _)| said == field) {
                self.edit.0.push((*field, Some(datum.clone())));
            }
        }
        keyed(self.edit, self.named)
    }

    /// What a rule makes of the cells; none when they say nothing.
    fn made(&self, rule: &Rule) -> Option<Cell> {
        let (Rule::Joined(slots) | Rule::First(slots)) = rule;
        let said = || slots.iter().filter_map(|slot| self.slots[*slot].as_ref());
        let mut texts = said().filter_map(|cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            Cell::Unknown => None,
        });
        let text = match rule {
            Rule::Joined(_) => texts.collect::<Vec<_>>().join(" "),
            Rule::First(_) => texts.next().unwrap_or_default().to_owned(),
        };
        match text.is_empty() {
            false => Some(Cell::Text(text)),
            true => said().next().map(|_| Cell::Unknown),
        }
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
    use serde_json::json;

    use super::*;
    use crate::model::Datum;

    fn row(heading: &[&str], cells: &[&str]) -> Result<SourceRow, String> {
        let heading = ByteRecord::from(heading.to_vec());
        let plan = Plan::default();
        let (columns, _) = Columns::of(&heading, &plan).unwrap();
        columns.row(&ByteRecord::from(cells.to_vec()), &plan)
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

    fn planned(map: serde_json::Value) -> Plan {
        Plan::of(&serde_json::from_value(map).unwrap()).unwrap()
    }

    #[test]
    fn a_map_names_unusual_headings() {
        let heading = ByteRecord::from(vec!["Rue", "city", "state"]);
        let plan = planned(json!({"fields": {"street": "Rue"}}));
        assert!(Columns::of(&heading, &plan).is_ok());
        for plan in [Plan::default(), planned(json!({"fields": {"street": "Road"}}))] {
            assert_eq!(Columns::of(&heading, &plan).unwrap_err().code().status, 400);
        }
    }

    #[test]
    fn a_map_joins_chooses_translates_and_fills_in() {
        let plan = planned(json!({
            "fields": {
                "street": ["No", "Road"],
                "auction_date": {"first": ["Moved To", "Sale"]},
                "source_id": "File",
            },
            "constants": {"state": "NV", "status": "auction"},
            "values": {"status": {"Off": "cancelled", "-": ""}},
        }));
        let heading = vec!["File", "No", "Road", "city", "Sale", "Moved To", "status"];
        let heading = ByteRecord::from(heading);
        let (columns, ignored) = Columns::of(&heading, &plan).unwrap();
        assert!(ignored.is_empty());
        let row = |cells: [&str; 7]| columns.row(&ByteRecord::from(cells.to_vec()), &plan);
        let moved = row(["7", "1", "A St", "B", "1/5/2026", "1/9/2026", "off"]).unwrap();
        let text = |field| moved.edit.text(field).unwrap().to_owned();
        assert_eq!(moved.source_id, "7");
        assert_eq!((text(Field::Street), text(Field::State)), ("1 A St".into(), "NV".into()));
        assert_eq!(text(Field::AuctionDate), "2026-01-09");
        let has = |row: &SourceRow, datum| row.edit.0.contains(&(Field::Status, Some(datum)));
        assert!(has(&moved, Datum::Status(events::PropertyStatus::Cancelled)));
        let stays = row(["7", "", "A St", "B", "1/5/2026", "", "-"]).unwrap();
        assert_eq!(stays.edit.text(Field::Street), Some("A St"));
        assert_eq!(stays.edit.text(Field::AuctionDate), Some("2026-01-05"));
        assert!(has(&stays, Datum::Status(events::PropertyStatus::Auction)));
        let cleared = row(["7", "", "A St", "B", "null", "", ""]).unwrap();
        assert!(cleared.edit.0.contains(&(Field::AuctionDate, None)));
        let error = row(["7", "1", "A St", "B", "soon", "", ""]).unwrap_err();
        assert_eq!(error, "auction_date is not a date such as 2026-01-31 or 1/31/2026: `soon`");
    }
}
