//! Values for a schema: such as it asks for, and such as nobody should send.

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Map, Value, json};
use testkit::FrameBook;

/// Texts that have broken programs.
const ODD_TEXTS: [&str; 26] = [
    "",
    " ",
    "\0",
    "a\0b",
    "null",
    "-1",
    "0",
    "NaN",
    "1e999",
    "9223372036854775808",
    "99999999999999999999.99",
    "0x10",
    "'; drop table properties; --",
    "%",
    "_%_",
    "\\",
    "\"quoted\" and (brackets) OR *",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\u{202e}right to left",
    "🏚️👩‍👩‍👧",
    "e\u{301}\u{301}\u{301}",
    "2026-02-30",
    "2026-13-01T25:61:61Z",
    "+292277026596-12-04T15:30:07Z",
    "\r\nSet-Cookie: a=b",
];

/// Numbers at the edges of what fits.
const ODD_NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "0.1",
    "-0.0",
    "1e308",
    "-1e308",
    "2147483648",
    "-2147483649",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "1e-7",
];

/// How deep a made value goes before it ends.
const MAX_DEPTH: usize = 6;
/// As many ids are remembered of each kind.
const MAX_IDS: usize = 60;

/// Makes values, from a seed: the same ones each time.
pub(super) struct Maker {
    random: StdRng,
    /// Ids that the house has told, for the fields that want one, by the address that told them.
    ids: BTreeMap<String, Vec<String>>,
}

impl Maker {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed), ids: BTreeMap::new() }
    }

    /// Whether to, in so many of 100 cases.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    pub(super) fn one_of<'a, T: ?Sized>(&mut self, several: &[&'a T]) -> &'a T {
        several[self.below(several.len())]
    }

    /// Remembers what an address has told: the ids of the things there, or their names.
    pub(super) fn learn(&mut self, path: &str, told: &Value) {
        let several = ["items", "results"].iter().filter_map(|list| told[*list].as_array());
        let things = several.flatten().chain([told]);
        let names = |thing: &'_ Value| {
            let mut words = ["id", "topic", "name"].iter().map(|word| &thing[*word]);
            words.find_map(|word| word.as_str().map(str::to_owned))
        };
        for id in things.filter_map(names) {
            let place = self.below(MAX_IDS);
            let known = self.ids.entry(collection(path).to_owned()).or_default();
            if known.contains(&id) {
                continue;
            }
            if known.len() < MAX_IDS {
                known.push(id);
            } else {
                known[place] = id;
            }
        }
    }

    /// An id that exists, mostly.
    pub(super) fn id(&mut self) -> String {
        if self.ids.is_empty() || self.percent(10) {
            return self.unknown_id();
        }
        let place = self.below(self.ids.len());
        let known: Vec<String> = self.ids.values().nth(place).cloned().unwrap_or_default();
        known[self.below(known.len())].clone()
    }

    /// An id of something at this address, mostly.
    pub(super) fn id_at(&mut self, path: &str) -> String {
        let known = self.ids.get(collection(path)).cloned().unwrap_or_default();
        if known.is_empty() || self.percent(20) {
            return self.id();
        }
        known[self.below(known.len())].clone()
    }

    /// An id of the right form that nobody has.
    pub(super) fn unknown_id(&mut self) -> String {
        let low: u64 = self.random.random_range(0..1 << 48);
        format!("019b0000-0000-7000-8000-{low:012x}")
    }

    /// A value that the schema asks for. Where the schema says too little, it may be refused.
    pub(super) fn fitting(&mut self, book: &FrameBook, schema: &Value) -> Value {
        self.make(book, schema, 0)
    }

    /// A fitting value with something wrong in it, or one of another kind altogether.
    pub(super) fn odd(&mut self, book: &FrameBook, schema: &Value) -> Value {
        if self.percent(10) {
            return self.anything();
        }
        let mut value = self.fitting(book, schema);
        for _ in 0..=self.below(2) {
            self.spoil(&mut value);
        }
        value
    }

    pub(super) fn odd_text(&mut self) -> String {
        match self.below(8) {
            0 => "x".repeat(self.random.random_range(100..20_000)),
            1 => "🏚".repeat(self.random.random_range(1..3_000)),
            _ => self.one_of(&ODD_TEXTS).to_owned(),
        }
    }

    fn odd_number(&mut self) -> Value {
        serde_json::from_str(self.one_of(&ODD_NUMBERS)).expect("a number")
    }

    /// Any JSON.
    pub(super) fn anything(&mut self) -> Value {
        match self.below(9) {
            0 => Value::Null,
            1 => json!(true),
            2 | 3 => self.odd_number(),
            4 | 5 => self.odd_text().into(),
            6 => json!([]),
            7 => (0..200).fold(json!(1), |inner, _| json!([inner])),
            _ => json!({ "": { "\0": [null, {}] } }),
        }
    }

    fn spoil(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) if !fields.is_empty() && self.percent(85) => {
                let names: Vec<String> = fields.keys().cloned().collect();
                let name = &names[self.below(names.len())];
                match self.below(10) {
                    0 => drop(fields.remove(name)),
                    1 => drop(fields.insert(self.odd_text(), self.anything())),
                    _ => self.spoil(&mut fields[name]),
                }
            }
            Value::Array(items) if !items.is_empty() && self.percent(85) => {
                if self.percent(20) {
                    *items = vec![items[0].clone(); self.random.random_range(2..2_000)];
                } else {
                    let place = self.below(items.len());
                    self.spoil(&mut items[place]);
                }
            }
            Value::String(_) if self.percent(70) => *value = self.odd_text().into(),
            Value::Number(_) if self.percent(70) => *value = self.odd_number(),
            _ => *value = self.anything(),
        }
    }

    fn make(&mut self, book: &FrameBook, schema: &Value, depth: usize) -> Value {
        let schema = book.schema(schema);
        if depth > MAX_DEPTH {
            return Value::Null;
        }
        for list in ["oneOf", "anyOf"] {
            if let Some(Value::Array(forms)) = schema.get(list) {
                let form = &forms[self.below(forms.len())];
                return self.make(book, form, depth + 1);
            }
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(Value::Array(words)) = schema.get("enum") {
            return words[self.below(words.len())].clone();
        }
        let kind = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds[self.below(kinds.len())].clone(),
            Some(kind) => kind.clone(),
            None => Value::Null,
        };
        match kind.as_str() {
            Some("string") => self.text(&schema).into(),
            Some("integer") => self.random.random_range(1..20).into(),
            Some("number") => (f64::from(self.random.random_range(0..800)) / 10.0).into(),
            Some("boolean") => self.percent(50).into(),
            Some("array") => {
                let items = schema.get("items").unwrap_or(&Value::Null);
                (0..self.below(4)).map(|_| self.make(book, items, depth + 1)).collect()
            }
            Some("object") => self.object(book, &schema, depth),
            None if schema.contains_key("properties") => self.object(book, &schema, depth),
            _ => Value::Null,
        }
    }

    fn object(&mut self, book: &FrameBook, schema: &Map<String, Value>, depth: usize) -> Value {
        let required = schema.get("required").and_then(Value::as_array);
        // With every further field there is one more rule that the whole may break.
        let share = [0, 10, 40][self.below(3)];
        let mut made = Map::new();
        for (name, form) in
            schema.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            // A reason is never wrong.
            let needed =
                required.is_some_and(|names| names.iter().any(|n| n == name)) || name == "reason";
            if needed || self.percent(share) {
                let is_flag = book.schema(form).get("type").is_some_and(|kind| kind == "boolean");
                let value = match well_known(name).filter(|_| !is_flag) {
                    Some(several) => self.one_of(several).into(),
                    None => self.named(name).unwrap_or_else(|| self.make(book, form, depth + 1)),
                };
                made.insert(name.clone(), value);
            }
        }
        made.into()
    }

    /// A thing of which the name of the field tells the kind.
    fn named(&mut self, name: &str) -> Option<Value> {
        match name {
            "property_id" | "propertyId" => Some(self.id_at("properties").into()),
            "user" | "user_id" => Some(self.id_at("users").into()),
            "users" => Some(json!([self.id_at("users")])),
            "ids" | "notification_id" => {
                let id = Value::from(self.id_at("notifications"));
                Some(if name == "ids" { json!([id]) } else { id })
            }
            "states" => Some(json!(["CA"])),
            "cities" => Some(json!(["San Francisco"])),
            "property_types" => Some(json!(["condo"])),
            "alert_types" => Some(json!(["new_auction", "postponement"])),
            "year_built" => Some(json!(1990)),
            "reminder_offsets_ms" => Some(json!([86_400_000, 3_600_000])),
            "street" => Some(format!("{} Main St", self.below(50)).into()),
            _ => None,
        }
    }

    fn text(&mut self, schema: &Map<String, Value>) -> String {
        match schema.get("format").and_then(Value::as_str) {
            Some("uuid") => self.id(),
            Some("date-time") => {
                self.one_of(&["2026-01-15T10:00:00Z", "2025-12-31T23:59:59.999+14:00"]).to_owned()
            }
            Some("date") => self.one_of(&["2026-01-15", "2026-02-28"]).to_owned(),
            _ if self.percent(15) => self.id(),
            _ => self.one_of(&["a", "Main St", "CA", "2026-01-20", "10:00 AM", "12.50"]).to_owned(),
        }
    }
}

/// Values of fields whose schema is only text, so that requests get beyond the first check.
fn well_known(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "state" => &["CA", "TX", "ny"],
        "city" => &["San Francisco", "Austin"],
        "zip_code" => &["94102", "78701"],
        "type" => &["single_family", "condo", "system.test"],
        "sort" => &["id", "auction_date", "updated_at", "newest"],
        "estimated_value" | "judgment_amount" | "list_price" | "opening_bid" => &["260000.00"],
        "min_bid" | "max_bid" => &["1", "250000.00"],
        "action_url" => &["/properties", "https://example.com/"],
        "object_type" => &["property"],
        "cursor" | "expires_at" => &[""],
        "status" => &["preforeclosure", "auction", "sold", "reo", "cancelled"],
        "email" => &["a@example.com", "b@example.com"],
        "password" => &["a password that is long enough"],
        "auction_date" | "from" | "to" | "date" => &["2026-01-20", "2026-02-01"],
        "auction_time" => &["10:00 AM", "14:30"],
        "timezone" | "tz" => &["America/New_York", "Asia/Kathmandu", "UTC"],
        "time_zone" => &["America/New_York", "Asia/Kathmandu"],
        "quiet_hours_start" | "quiet_hours_end" => &["22:00", "07:00"],
        "phone" => &["+14155550123"],
        "locale" => &["en", "pt-BR"],
        "start" | "time" => &["09:00"],
        "end" => &["17:00"],
        "view" => &["day", "week", "month"],
        "group_by" => &["city", "state", "type", "month"],
        "near" => &["37.77,-122.42"],
        "bbox" => &["-123,37,-122,38"],
        "radius_km" => &["25"],
        "radius_miles" | "q" => &[""],
        "category" => &["auction", "system"],
        "priority" | "override_priority" => &["low", "medium", "high", "critical"],
        "currency" => &["USD"],
        "start_price" | "deposit" => &["10"],
        "reserve" | "limit" => &["50"],
        "buy_now" | "max_accept" => &["500"],
        "amount" => &["25", "40", "75"],
        "starts_at" => &["2026-01-20T12:00:00Z"],
        "ends_at" => &["2026-02-20T12:00:00Z", "2026-03-20T12:00:00Z"],
        "hard_end" => &["2026-04-20T12:00:00Z"],
        "entry" => &["open"],
        "retraction" => &["typo"],
        "buy_now_until" => &["first_bid", "reserve_met"],
        "preset" => &["cars"],
        "seller" => &["me", ""],
        "image_url" => &["https://example.com/lamp.png"],
        "reason" => &["because"],
        _ => return None,
    })
}

/// The address of the list to which a thing belongs. Aliases of an address are the same list.
fn collection(path: &str) -> &str {
    let list = path.split("/{").next().unwrap_or(path);
    list.rsplit("/api/").next().unwrap_or(list).trim_start_matches("v1/")
}

/// Every id in a value.
pub(super) fn ids_in(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if is_id(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(ids_in).collect(),
        Value::Object(fields) => fields.values().flat_map(ids_in).collect(),
        _ => Vec::new(),
    }
}

fn is_id(text: &str) -> bool {
    let hex = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(hex)
}
