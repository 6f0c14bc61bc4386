//! The fields of a property: what each is called, and what it may hold.

use std::borrow::Cow;

use events::{PropertyKind, PropertyStatus};

use super::{
    names::{self, letters},
    places, read,
};

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's name; empty for the whole row.
    pub field: &'static str,
    /// A stable word: `required`, `too_long`, `out_of_range`, `invalid_value`.
    pub code: &'static str,
    /// A sentence without subject: "is not a state of the United States".
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault of one field.
    pub fn new(field: Field, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.name(), code, message: message.into() }
    }
}

/// A value that was checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// Words; also dates (`YYYY-MM-DD`), hours (`HH:MM`) and zones, in their one spelling.
    Text(String),
    /// A count, an area, a year.
    Whole(i64),
    /// An amount in minor units.
    Minor(i64),
    /// Degrees.
    Degrees(f64),
    /// A status.
    Status(PropertyStatus),
    /// A kind.
    Kind(PropertyKind),
}

macro_rules! fields {
    ($($variant:ident $name:literal $camel:literal [$($header:literal)*];)*) => {
        /// A field that can be written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Field { $($variant),* }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in REST, in the history and in the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The name in the frames of auctions.
            pub const fn camel(self) -> &'static str {
                match self { $(Self::$variant => $camel),* }
            }

            /// The field of a column's heading: our name, RESO's, or a usual one, in any case and
            /// with any separators.
            pub fn of_heading(heading: &str) -> Option<Self> {
                Some(match letters(heading).as_str() {
                    $($($header)|* => Self::$variant,)*
                    _ => return None,
                })
            }
        }
    };
}

fields! {
    Street "street" "street" ["street" "streetaddress" "address" "address1" "unparsedaddress"
        "propertyaddress" "siteaddress"];
    City "city" "city" ["city" "propertycity" "sitecity"];
    State "state" "state" ["state" "stateorprovince" "propertystate" "sitestate"];
    ZipCode "zip_code" "zipCode" ["zipcode" "zip" "postalcode" "propertyzip"];
    County "county" "county" ["county" "countyorparish"];
    ParcelNumber "parcel_number" "parcelNumber" ["parcelnumber" "parcel" "parcelid" "apn"];
    Latitude "latitude" "latitude" ["latitude" "lat"];
    Longitude "longitude" "longitude" ["longitude" "lon" "lng" "long"];
    TimeZone "time_zone" "timeZone" ["timezone"];
    Kind "type" "type" ["type" "kind" "propertytype" "propertysubtype"];
    Status "status" "status" ["status" "foreclosurestatus"];
    AuctionDate "auction_date" "auctionDate" ["auctiondate" "saledate"];
    AuctionTime "auction_time" "auctionTime" ["auctiontime" "saletime"];
    Venue "venue" "venue" ["venue" "auctionlocation" "auctionvenue" "salelocation"];
    OpeningBid "opening_bid" "openingBid" ["openingbid" "startingbid" "minimumbid"];
    EstimatedValue "estimated_value" "estimatedValue" ["estimatedvalue" "avm" "marketvalue"];
    JudgmentAmount "judgment_amount" "judgmentAmount" ["judgmentamount" "judgementamount"
        "judgment"];
    ListPrice "list_price" "listPrice" ["listprice" "price"];
    Bedrooms "bedrooms" "bedrooms" ["bedrooms" "bedroomstotal" "beds"];
    Bathrooms "bathrooms" "bathrooms" ["bathrooms" "bathroomstotalinteger" "bathroomstotal"
        "baths"];
    LivingArea "living_area" "livingArea" ["livingarea" "squarefeet" "sqft" "buildingsqft"];
    LotSize "lot_size" "lotSize" ["lotsize" "lotsizesquarefeet" "lotsqft"];
    YearBuilt "year_built" "yearBuilt" ["yearbuilt"];
    Trustee "trustee" "trustee" ["trustee" "trusteename"];
    CaseNumber "case_number" "caseNumber" ["casenumber" "caseno" "case"];
    Description "description" "description" ["description" "publicremarks" "remarks"];
}

/// The largest amount, in minor units: a trillion dollars.
pub const MAX_MINOR: i64 = 100_000_000_000_000;

impl Field {
    /// Whether a property must have it.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Street | Self::City | Self::State | Self::Status)
    }

    /// Reads a text, as people and spreadsheets write the field. Surrounding space is not part of
    /// it; an empty text is the caller's affair.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(self, text: &str) -> Result<Datum, Fault> {
        let text = text.trim();
        match self {
            Self::State => match places::state(text) {
                Some(state) => Ok(Datum::Text(state.code.to_owned())),
                None => Err(self.invalid("is not a state of the United States")),
            },
            Self::ZipCode => read::zip_code(text)
                .ok_or_else(|| self.invalid("is not a ZIP code of five or nine digits"))
                .map(Datum::Text),
            Self::Latitude | Self::Longitude => match text.parse() {
                Ok(degrees) => self.degrees(degrees),
                Err(_) => Err(self.invalid("is not a number of degrees")),
            },
            Self::TimeZone => read::time_zone(text)
                .ok_or_else(|| self.invalid("is not a time zone such as America/New_York"))
                .map(Datum::Text),
            Self::Kind => names::kind(text)
                .ok_or_else(|| self.invalid("is not a known type of property"))
                .map(Datum::Kind),
            Self::Status => names::status(text)
                .ok_or_else(|| self.invalid("is not a known status"))
                .map(Datum::Status),
            Self::AuctionDate => read::date(text)
                .ok_or_else(|| self.invalid("is not a date such as 2026-01-31 or 1/31/2026"))
                .map(Datum::Text),
            Self::AuctionTime => read::time(text)
                .ok_or_else(|| self.invalid("is not an hour such as 10:00 AM or 14:30"))
                .map(Datum::Text),
            Self::OpeningBid | Self::EstimatedValue | Self::JudgmentAmount | Self::ListPrice => {
                self.money(text)
            }
            Self::Bathrooms => match read::bathrooms(text) {
                Some(count) => self.whole(count),
                None => Err(self.invalid("is not a number of bathrooms")),
            },
            Self::Bedrooms | Self::LivingArea | Self::LotSize | Self::YearBuilt => {
                match read::whole(text) {
                    Some(number) => self.whole(number),
                    None => Err(self.invalid("is not a whole number")),
                }
            }
            _ => self.words(text),
        }
    }

    /// A number that came as a number.
    ///
    /// # Errors
    /// It is out of range.
    pub fn whole(self, number: i64) -> Result<Datum, Fault> {
        let (least, most) = match self {
            Self::Bedrooms | Self::Bathrooms => (0, 1_000),
            Self::YearBuilt => (1_600, 2_200),
            _ => (0, 100_000_000_000),
        };
        if (least..=most).contains(&number) {
            return Ok(Datum::Whole(number));
        }
        let message = format!("is not within {least} and {most}");
        Err(Fault::new(self, "out_of_range", message))
    }

    /// A coordinate that came as a number.
    ///
    /// # Errors
    /// It is out of range.
    pub fn degrees(self, degrees: f64) -> Result<Datum, Fault> {
        let most = if self == Self::Latitude { 90.0 } else { 180.0 };
        if (-most..=most).contains(&degrees) {
            // Negative zero is zero, and would differ from it in text.
            return Ok(Datum::Degrees(degrees + 0.0));
        }
        let message = format!("is not within -{most} and {most}");
        Err(Fault::new(self, "out_of_range", message))
    }

    fn money(self, text: &str) -> Result<Datum, Fault> {
        let minor = read::money(text).map_err(|e| self.invalid(e.to_string()))?;
        match minor {
            ..0 => Err(Fault::new(self, "out_of_range", "is below zero")),
            0..=MAX_MINOR => Ok(Datum::Minor(minor)),
            _ => Err(Fault::new(self, "out_of_range", "is too large")),
        }
    }

    fn words(self, text: &str) -> Result<Datum, Fault> {
        let most = match self {
            Self::City | Self::County | Self::CaseNumber => 100,
            Self::ParcelNumber => 64,
            Self::Description => 10_000,
            Self::Venue => 300,
            _ => 200,
        };
        let may_break = self == Self::Description;
        let is_wrong = |c: char| c.is_control() && !(may_break && matches!(c, '\n' | '\r' | '\t'));
        if text.contains(is_wrong) {
            return Err(self.invalid("contains control characters"));
        }
        // No text has more characters than bytes: count only where it may matter.
        if text.len() > most && text.chars().count() > most {
            let message = format!("has more than {most} characters");
            return Err(Fault::new(self, "too_long", message));
        }
        Ok(Datum::Text(text.to_owned()))
    }

    fn invalid(self, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(self, "invalid_value", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_its_own_heading() {
        for field in Field::ALL {
            assert_eq!(Field::of_heading(field.name()), Some(*field));
            assert_eq!(Field::of_heading(field.camel()), Some(*field));
        }
        for heading in ["StreetAddress", "street_address", "Street Address", "STREET-ADDRESS"] {
            assert_eq!(Field::of_heading(heading), Some(Field::Street), "{heading}");
        }
        assert_eq!(Field::of_heading("BathroomsTotalInteger"), Some(Field::Bathrooms));
        assert_eq!(Field::of_heading("colour"), None);
    }

    #[test]
    fn bad_values_are_refused_and_never_guessed() {
        let cases = [
            (Field::State, "Ontario", "invalid_value"),
            (Field::ZipCode, "2139", "invalid_value"),
            (Field::Latitude, "91", "out_of_range"),
            (Field::Longitude, "-181", "out_of_range"),
            (Field::Latitude, "north", "invalid_value"),
            (Field::Latitude, "NaN", "out_of_range"),
            (Field::Longitude, "inf", "out_of_range"),
            (Field::AuctionDate, "2026-02-30", "invalid_value"),
            (Field::AuctionTime, "25:00", "invalid_value"),
            (Field::OpeningBid, "-1", "out_of_range"),
            (Field::OpeningBid, "12.345", "invalid_value"),
            (Field::OpeningBid, "1000000000000.01", "out_of_range"),
            (Field::Bedrooms, "3.5", "invalid_value"),
            (Field::YearBuilt, "20", "out_of_range"),
            (Field::Status, "haunted", "invalid_value"),
            (Field::TimeZone, "Mars/Olympus", "invalid_value"),
            (Field::Street, "1 Main\u{0} St", "invalid_value"),
        ];
        for (field, text, code) in cases {
            assert_eq!(field.read(text).map_err(|f| f.code), Err(code), "{field:?} {text}");
        }
        let long = "x".repeat(201);
        assert_eq!(Field::Street.read(&long).map_err(|f| f.code), Err("too_long"));
    }

    #[test]
    fn good_values_have_one_spelling() {
        let text = |text: &str| Datum::Text(text.to_owned());
        let cases = [
            (Field::State, "california", text("CA")),
            (Field::ZipCode, "94102-1234", text("94102-1234")),
            (Field::AuctionDate, "1/5/2026", text("2026-01-05")),
            (Field::AuctionTime, "2:30 pm", text("14:30")),
            (Field::OpeningBid, "$225,000.00", Datum::Minor(22_500_000)),
            (Field::LivingArea, "1,480", Datum::Whole(1480)),
            (Field::Bathrooms, "2.5", Datum::Whole(3)),
            (Field::Latitude, "-0.0", Datum::Degrees(0.0)),
            (Field::Street, "  1 Main St ", text("1 Main St")),
            (Field::TimeZone, "america/new_york", text("America/New_York")),
        ];
        for (field, given, datum) in cases {
            assert_eq!(field.read(given), Ok(datum), "{field:?} {given}");
        }
    }
}
