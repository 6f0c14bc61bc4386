//! What a search for words looks for, and in what.
//!
//! Both sides are folded alike: lower case, and one space for whatever separates words. A folded
//! text has no punctuation of ASCII, so nothing in it can mean anything to a database.

use super::{Fault, Property};

/// The most characters of a query.
pub const MAX_QUERY: usize = 200;
/// The fewest characters of a piece that the index can look up.
const INDEXED: usize = 3;
/// How many pieces the index is asked for, the longest first; the row itself answers for the rest.
const ASKED: usize = 8;

/// The pieces that a text must have, anywhere and in any order: words, and phrases in double
/// quotes. A piece is found within words too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Folded, the longest first.
    pieces: Vec<String>,
}

/// Whether a character only stands between words.
fn separates(c: char) -> bool {
    let is_typographic = matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}');
    c.is_whitespace() || c.is_control() || c.is_ascii_punctuation() || is_typographic
}

/// A text as it is compared.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split(separates).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(&word.to_lowercase());
    }
    folded
}

/// The text of a property: its address as one line, then its description.
pub fn text<'a>([street, city, state]: [&'a str; 3], rest: [Option<&'a str>; 3]) -> String {
    let given = [street, city, state].into_iter().chain(rest.into_iter().flatten());
    fold(&given.collect::<Vec<_>>().join(" "))
}

impl Property {
    /// What a search for words looks into, folded.
    pub fn text(&self) -> String {
        let rest = [&self.zip_code, &self.county, &self.description].map(Option::as_deref);
        text([&self.street, &self.city, &self.state], rest)
    }
}

impl Words {
    /// Reads a query. A quote that is not closed goes to the end.
    ///
    /// # Errors
    /// `too_long`, or `too_short` when no piece has three characters: the index knows none shorter.
    pub fn read(query: &str) -> Result<Self, Fault> {
        let fault = |code, message: &str| {
            Err(Fault { field: "q", code, message: message.to_owned().into() })
        };
        if query.len() > MAX_QUERY && query.chars().count() > MAX_QUERY {
            return fault("too_long", "has more than 200 characters");
        }
        let mut pieces: Vec<String> = Vec::new();
        for (index, part) in query.split('"').enumerate() {
            let part = fold(part);
            let is_phrase = index % 2 == 1;
            let found: Vec<&str> = if is_phrase { vec![&part] } else { part.split(' ').collect() };
            for piece in found {
                if !piece.is_empty() && !pieces.iter().any(|known| known == piece) {
                    pieces.push(piece.to_owned());
                }
            }
        }
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.chars().count()));
        let words = Self { pieces };
        if words.asked().next().is_none() {
            return fault("too_short", "needs a word of three characters");
        }
        Ok(words)
    }

    fn asked(&self) -> impl Iterator<Item = &str> {
        let pieces = self.pieces.iter().take(ASKED).map(String::as_str);
        pieces.filter(|piece| piece.chars().count() >= INDEXED)
    }

    /// The query for SQLite's index.
    pub fn as_match(&self) -> String {
        let quoted: Vec<_> = self.asked().map(|piece| format!("\"{piece}\"")).collect();
        quoted.join(" AND ")
    }

    /// Three patterns for PostgreSQL's `like`, of the longest pieces.
    pub fn as_patterns(&self) -> [String; 3] {
        let asked: Vec<&str> = self.asked().collect();
        let pattern = |at: usize| {
            let piece = asked.get(at).or(asked.first()).copied().unwrap_or_default();
            format!("%{piece}%")
        };
        [pattern(0), pattern(1), pattern(2)]
    }

    /// Whether a folded text has all the pieces.
    pub fn are_in(&self, folded: &str) -> bool {
        self.pieces.iter().all(|piece| folded.contains(piece.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_and_phrases() {
        let folded = fold("123 Main St.,\tSan  Francisco — O’Brien's \"Casa\" Ñandú 🏠🏠🏠");
        assert_eq!(folded, "123 main st san francisco o brien s casa ñandú 🏠🏠🏠");
        for (query, found) in [
            ("main", true),
            ("MAIN francisco", true),
            ("francisco main", true),
            ("\"francisco main\"", false),
            ("\"main st san\"", true),
            ("\"123 main st, san fran", true),
            ("o'brien", true),
            ("main 12", true),
            ("main 99", false),
            ("rancis", true),
            ("ñandú", true),
            ("🏠🏠🏠", true),
            ("100% casa", false),
            ("casa_%", true),
        ] {
            assert_eq!(Words::read(query).unwrap().are_in(&folded), found, "{query}");
        }
        for (query, code) in [
            ("", "too_short"),
            ("st", "too_short"),
            ("12 st ca", "too_short"),
            ("%%%___", "too_short"),
            ("\"\"\"", "too_short"),
            ("🏠", "too_short"),
            (&"x".repeat(10_000), "too_long"),
        ] {
            assert_eq!(Words::read(query).map_err(|fault| fault.code), Err(code), "{query}");
        }
        assert!(Words::read(&"ñ".repeat(200)).is_ok());
    }

    #[test]
    fn what_the_databases_are_asked() {
        let words = Words::read("st \"oak hill\" oak dr").unwrap();
        assert_eq!(words.as_match(), "\"oak hill\" AND \"oak\"");
        assert_eq!(words.as_patterns(), ["%oak hill%", "%oak%", "%oak hill%"]);
    }

    proptest! {
        #[test]
        fn nothing_in_a_query_means_anything(query in "\\PC{0,60}|[\"'%_\\\\*()^:{}a-c ]{0,60}") {
            if let Ok(words) = Words::read(&query) {
                let asked = words.as_match();
                let inside = asked.split(" AND ").map(|piece| &piece[1..piece.len() - 1]);
                for piece in inside {
                    prop_assert!(!piece.contains(['"', '%', '_', '\\', '\0']), "{asked}");
                }
                prop_assert!(words.are_in(&fold(&query)) || query.contains('"'), "{query}");
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
