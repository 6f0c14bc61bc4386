//! One made-up property: what it is, what it is worth, and what is owed on it.

use kit::demo::Dice;

use super::{
    cities::{CITIES, City},
    words,
};
use crate::model::{Edit, Fault, Field};

/// How far houses lie from the middle of their city, in degrees.
const SPREAD: f64 = 0.03;

/// Values as a source writes them.
pub(super) type Values = Vec<(Field, String)>;

/// Values as the use cases take them, read like everybody's.
///
/// # Errors
/// What is wrong with them.
pub(super) fn edit(values: &Values) -> Result<Edit, Vec<Fault>> {
    let read = |(field, text): &(Field, String)| match text.as_str() {
        "" => Ok((*field, None)),
        text => Ok((*field, Some(field.read(text).map_err(|fault| vec![fault])?))),
    };
    values.iter().map(read).collect::<Result<_, _>>().map(Edit)
}

/// A property as it first becomes known.
pub(super) struct Plot {
    pub(super) city: &'static City,
    /// Whole dollars.
    pub(super) value: i64,
    /// Whole dollars; what is owed.
    pub(super) owed: i64,
    pub(super) values: Values,
}

/// What of a kind of house is usual.
struct Usual {
    name: &'static str,
    /// Square feet.
    area: (i64, i64),
    /// Square feet; none where the land is not the house's own.
    lot: Option<(i64, i64)>,
    /// What it costs beside a usual house of its size, in per cent.
    price: i64,
}

const SINGLE_FAMILY: Usual =
    Usual { name: "single_family", area: (850, 3_200), lot: Some((3_800, 14_000)), price: 100 };
const CONDO: Usual = Usual { name: "condo", area: (550, 1_600), lot: None, price: 95 };
const TOWNHOUSE: Usual =
    Usual { name: "townhouse", area: (950, 2_100), lot: Some((1_100, 3_200)), price: 94 };
const MULTI_FAMILY: Usual =
    Usual { name: "multi_family", area: (1_800, 4_800), lot: Some((3_500, 9_000)), price: 88 };
const MANUFACTURED: Usual =
    Usual { name: "manufactured", area: (720, 1_800), lot: Some((4_500, 20_000)), price: 45 };
const LAND: Usual = Usual { name: "land", area: (0, 0), lot: Some((6_000, 90_000)), price: 30 };
const COMMERCIAL: Usual =
    Usual { name: "commercial", area: (1_500, 9_000), lot: Some((4_000, 30_000)), price: 85 };

impl Plot {
    /// A property that becomes known in `year`; `serial` tells it from all others.
    pub(super) fn new(dice: &mut Dice, year: i64, serial: i64) -> Self {
        let city = dice.pick(CITIES);
        let usual = dice.weighted(&[
            (&SINGLE_FAMILY, 62),
            (&CONDO, 14),
            (&TOWNHOUSE, 10),
            (&MULTI_FAMILY, 7),
            (&MANUFACTURED, 3),
            (&LAND, 3),
            (&COMMERCIAL, 1),
        ]);
        let mut values = place(dice, city, usual, serial);
        let area = building(dice, usual, year, &mut values);
        let value = worth(dice, city, usual, area);
        // Some owe more than the house is worth.
        let owed = (round(value * dice.whole(42..=112) / 100)).max(8_000);
        values.extend([
            (Field::EstimatedValue, value.to_string()),
            (Field::JudgmentAmount, owed.to_string()),
        ]);
        values.extend(case(dice, city, year, serial));
        if dice.chance(70) {
            let (house, condition) = (dice.pick(words::HOUSES), dice.pick(words::CONDITIONS));
            let about = if area == 0 { "Vacant land." } else { house };
            values.push((Field::Description, format!("{about} {condition}")));
        }
        Self { city, value, owed, values }
    }
}

/// Hundreds of dollars: nobody names the single ones.
pub(super) const fn round(dollars: i64) -> i64 {
    (dollars + 50) / 100 * 100
}

fn place(dice: &mut Dice, city: &City, usual: &Usual, serial: i64) -> Values {
    let number = dice.whole(100..=9_899);
    let (name, kind) = (dice.pick(words::STREETS), dice.pick(words::STREET_TYPES));
    let unit = match usual.name {
        "condo" => format!(" Unit {}", dice.whole(1..=12) * 100 + dice.whole(1..=20)),
        _ => String::new(),
    };
    let degrees =
        |middle: f64, dice: &mut Dice| format!("{:.5}", middle + dice.real(-SPREAD..=SPREAD));
    let parcel = format!(
        "{:03}-{:02}-{:03}-{serial:05}",
        dice.whole(1..=999),
        dice.whole(1..=99),
        dice.whole(1..=999)
    );
    vec![
        (Field::Street, format!("{number} {name} {kind}{unit}")),
        (Field::City, city.name.to_owned()),
        (Field::State, city.state.to_owned()),
        (Field::ZipCode, (*dice.pick(&city.zip_codes)).to_owned()),
        (Field::County, city.county.to_owned()),
        (Field::ParcelNumber, parcel),
        (Field::Latitude, degrees(city.latitude, dice)),
        (Field::Longitude, degrees(city.longitude, dice)),
        (Field::Kind, usual.name.to_owned()),
    ]
}

/// Adds what there is of a building; its area in square feet.
fn building(dice: &mut Dice, usual: &Usual, year: i64, values: &mut Values) -> i64 {
    let mut put = |field, number: i64| values.push((field, number.to_string()));
    if let Some((least, most)) = usual.lot {
        put(Field::LotSize, dice.whole(least..=most) / 10 * 10);
    }
    let (least, most) = usual.area;
    if most == 0 {
        return 0;
    }
    // The middle of two throws: large houses are rare.
    let area = (dice.whole(least..=most) + dice.whole(least..=(least + most) / 2)) / 2 / 10 * 10;
    put(Field::LivingArea, area);
    let newest = year - 3;
    let built =
        if dice.chance(70) { dice.whole(1_950..=newest) } else { dice.whole(1_895..=1_960) };
    put(Field::YearBuilt, built);
    if usual.name != "commercial" {
        let bedrooms = (area / 520 + dice.whole(0..=1)).clamp(1, 9);
        put(Field::Bedrooms, bedrooms);
        put(Field::Bathrooms, (bedrooms * 2 / 3 + dice.whole(0..=1)).clamp(1, 6));
    }
    area
}

/// Whole dollars.
fn worth(dice: &mut Dice, city: &City, usual: &Usual, area: i64) -> i64 {
    // A house of 1,600 square feet is the usual one; twice as large is not twice as dear.
    let size = if area == 0 { 100 } else { 40 + area * 60 / 1_600 };
    let middle = city.price * 1_000 * size / 100 * usual.price / 100;
    round(middle * dice.whole(62..=138) / 100).max(12_000)
}

fn case(dice: &mut Dice, city: &City, year: i64, serial: i64) -> Values {
    let (who, number) = match city.is_judicial() {
        true => (
            format!("Clerk of Court, {}", city.county),
            format!("{year}-CA-{:06}", serial * 7 % 1_000_000),
        ),
        false => (
            (*dice.pick(words::TRUSTEES)).to_owned(),
            format!("TS-{:02}-{:06}", year % 100, serial * 13 % 1_000_000),
        ),
    };
    vec![(Field::Trustee, who), (Field::CaseNumber, number)]
}
