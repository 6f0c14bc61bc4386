//! Addresses made alike, so that one house from two sources is one property.
//!
//! Two addresses are the same when their keys are equal: letters in lower case, punctuation gone,
//! the post's abbreviations for street types, directions and units. Nothing is searched by
//! likeness: a key that differs is another house.

/// Words of addresses with the post's abbreviation.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("alley", "aly"),
    ("apartment", "unit"),
    ("apt", "unit"),
    ("av", "ave"),
    ("avenue", "ave"),
    ("boulevard", "blvd"),
    ("building", "bldg"),
    ("circle", "cir"),
    ("court", "ct"),
    ("cove", "cv"),
    ("crossing", "xing"),
    ("drive", "dr"),
    ("east", "e"),
    ("expressway", "expy"),
    ("fort", "ft"),
    ("heights", "hts"),
    ("highway", "hwy"),
    ("lane", "ln"),
    ("loop", "loop"),
    ("mount", "mt"),
    ("north", "n"),
    ("northeast", "ne"),
    ("northwest", "nw"),
    ("parkway", "pkwy"),
    ("place", "pl"),
    ("plaza", "plz"),
    ("point", "pt"),
    ("road", "rd"),
    ("route", "rte"),
    ("saint", "st"),
    ("south", "s"),
    ("southeast", "se"),
    ("southwest", "sw"),
    ("square", "sq"),
    ("ste", "unit"),
    ("street", "st"),
    ("suite", "unit"),
    ("terrace", "ter"),
    ("trail", "trl"),
    ("unit", "unit"),
    ("west", "w"),
];

/// The key of an address: `123 n main st unit 4|san francisco|ca|94102`. The ZIP code counts with
/// its first five digits, and is empty when it is not known.
pub fn address_key(street: &str, city: &str, state: &str, zip_code: Option<&str>) -> String {
    let mut key = String::with_capacity(street.len() + city.len() + 12);
    words(street, &mut key);
    key.push('|');
    words(city, &mut key);
    key.push('|');
    key.extend(state.chars().map(|c| c.to_ascii_lowercase()));
    key.push('|');
    key.extend(zip_code.into_iter().flat_map(|zip| zip.chars().take(5)));
    key
}

/// The key of a parcel number: numbers are given out by counties, so without one there is no key.
pub fn parcel_key(state: &str, county: Option<&str>, parcel: Option<&str>) -> Option<String> {
    let (county, parcel) = (county?, parcel?);
    let mut key = state.to_ascii_lowercase();
    key.push('|');
    let county = county.to_lowercase();
    let county = county.trim_end_matches(" county").trim_end_matches(" parish");
    words(county, &mut key);
    key.push('|');
    let before = key.len();
    let kept = parcel.chars().filter(|c| c.is_alphanumeric());
    key.extend(kept.flat_map(char::to_lowercase));
    (key.len() > before).then_some(key)
}

/// Appends the words of a text, made alike, with single spaces between.
fn words(text: &str, key: &mut String) {
    let start = key.len();
    let mut word = String::new();
    // An apostrophe or a full stop within a word does not part it: O'Brien, St. Louis.
    let flush = |word: &mut String, key: &mut String| {
        if word.is_empty() {
            return;
        }
        let short = ABBREVIATIONS.binary_search_by(|(long, _)| (*long).cmp(word.as_str()));
        let word_key = short.map_or(word.as_str(), |at| ABBREVIATIONS[at].1);
        // `Apt #4` says twice that it is a unit.
        if word_key != "unit" || !key.ends_with(" unit") {
            if key.len() > start {
                key.push(' ');
            }
            key.push_str(word_key);
        }
        word.clear();
    };
    for c in text.chars() {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if c == '#' {
            flush(&mut word, key);
            word.push_str("unit");
            flush(&mut word, key);
        } else if !matches!(c, '\'' | '’' | '.') {
            flush(&mut word, key);
        }
    }
    flush(&mut word, key);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(street: &str) -> String {
        address_key(street, "San Francisco", "CA", Some("94102-1234"))
    }

    #[test]
    fn abbreviations_are_sorted() {
        assert!(ABBREVIATIONS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn spellings_of_one_house() {
        assert_eq!(key("123 Main Street"), "123 main st|san francisco|ca|94102");
        for street in ["123 main st.", " 123  MAIN  St ", "123 Main Street,"] {
            assert_eq!(key(street), key("123 Main Street"), "{street}");
        }
        for street in ["9 N. Oak Ave #4", "9 North Oak Avenue, Apt 4", "9 n oak av apt #4"] {
            assert_eq!(key(street), "9 n oak ave unit 4|san francisco|ca|94102", "{street}");
        }
        assert_eq!(
            address_key("1 A", "Saint Louis", "MO", None),
            address_key("1 A", "St. Louis", "mo", None)
        );
    }

    #[test]
    fn other_houses() {
        let other = ["123 Main St Unit 1", "124 Main St", "123 Main Ave", "12 3 Main St"];
        for street in other {
            assert_ne!(key(street), key("123 Main St"), "{street}");
        }
    }

    #[test]
    fn parcels_belong_to_counties() {
        let one = parcel_key("CA", Some("Alameda County"), Some("048-1234-56"));
        assert_eq!(one.as_deref(), Some("ca|alameda|048123456"));
        assert_eq!(one, parcel_key("CA", Some("alameda"), Some("048 1234 56")));
        assert_eq!(parcel_key("CA", None, Some("048-1234-56")), None);
        assert_eq!(parcel_key("CA", Some("Alameda"), Some("--")), None);
    }
}
