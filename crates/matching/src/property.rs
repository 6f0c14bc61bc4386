//! A property as far as criteria ask.

use domain::GeoPoint;

/// A state by its two letters, in upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State([u8; 2]);

impl State {
    /// The state of two letters in any case; none for anything else.
    pub fn new(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.trim().as_bytes().try_into().ok()?;
        letters
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }
}

/// A city's name as it is compared: in lower case, white space made one blank.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct City(Box<str>);

impl City {
    /// The city of a name; none when there is nothing but white space in it.
    pub fn new(name: &str) -> Option<Self> {
        let mut text = String::with_capacity(name.len());
        for word in name.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.extend(word.chars().flat_map(char::to_lowercase));
        }
        (!text.is_empty()).then(|| Self(text.into()))
    }

    /// The name as it is compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A set of types of properties. What the numbers mean is the caller's business; there are sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PropertyTypes(u16);

impl PropertyTypes {
    /// None.
    pub const NONE: Self = Self(0);

    /// The same with the type of this number; one above 15 changes nothing.
    #[must_use]
    pub const fn with(self, number: u8) -> Self {
        if number < 16 { Self(self.0 | 1 << number) } else { self }
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the two have a type in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is known of a property. Money is in the minor units of the one currency that the criteria
/// are in; an amount in another one is unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its state.
    pub state: Option<State>,
    /// Its city.
    pub city: Option<City>,
    /// Where it is.
    pub point: Option<GeoPoint>,
    /// Its type: a set of one, empty when it is unknown.
    pub property_type: PropertyTypes,
    /// The opening bid.
    pub opening_bid_minor: Option<i64>,
    /// What it may be worth.
    pub estimated_value_minor: Option<i64>,
    /// Rooms to sleep in.
    pub bedrooms: Option<i64>,
    /// Bathrooms.
    pub bathrooms: Option<i64>,
    /// Square feet to live on.
    pub living_area: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_place_are_one() {
        assert_eq!(City::new("  Coral \t GABLES"), City::new("coral gables"));
        assert_ne!(City::new("Coralgables"), City::new("Coral Gables"));
        assert_eq!(City::new(" \n"), None);
        assert_eq!(State::new(" fl"), State::new("FL"));
        for wrong in ["", "F", "Florida", "F1", "é"] {
            assert_eq!(State::new(wrong), None, "{wrong}");
        }
    }
}
