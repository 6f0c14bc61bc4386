//! SQL texts: one for both databases, with placeholders where the types have other names.

use std::sync::OnceLock;

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// Puts the database's own words in the place of `{id} {json} {text} {int} {real} {bool} {bytes}`
/// and `{strict}`, or `{keyed}` for a table of small rows that is its own primary key on SQLite.
///
/// On PostgreSQL text is collated by bytes, as on SQLite, so that both sort alike.
pub fn render(sql: &str, dialect: Dialect) -> String {
    const WORDS: [(&str, &str, &str); 9] = [
        ("{id}", "blob", "uuid"),
        ("{json}", "text", "jsonb"),
        ("{text}", "text", "text collate \"C\""),
        ("{int}", "integer", "bigint"),
        ("{real}", "real", "double precision"),
        ("{bool}", "integer", "boolean"),
        ("{bytes}", "blob", "bytea"),
        ("{strict}", "strict", ""),
        ("{keyed}", "strict, without rowid", ""),
    ];
    WORDS.iter().fold(sql.to_owned(), |text, (word, sqlite, postgres)| {
        text.replace(word, if dialect == Dialect::Sqlite { sqlite } else { postgres })
    })
}

/// A named statement. Arguments are `$1`, `$2` … and bound by their number on both databases.
pub struct Statement {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    for_sqlite: OnceLock<String>,
    for_postgres: OnceLock<String>,
    locking: OnceLock<String>,
}

impl Statement {
    /// A statement; the two texts are the same where one serves both databases.
    pub const fn new(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self {
            name,
            sqlite,
            postgres,
            for_sqlite: OnceLock::new(),
            for_postgres: OnceLock::new(),
            locking: OnceLock::new(),
        }
    }

    /// The name, for messages and metrics.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The text for a database.
    pub fn text(&self, dialect: Dialect) -> &str {
        match dialect {
            Dialect::Sqlite => {
                self.for_sqlite.get_or_init(|| numbered(&render(self.sqlite, dialect)))
            }
            Dialect::Postgres => self.for_postgres.get_or_init(|| render(self.postgres, dialect)),
        }
    }

    /// The text that also locks the rows it reads until the end of the transaction. SQLite has one
    /// writer and needs no lock.
    pub(crate) fn locking_text(&self, dialect: Dialect) -> &str {
        match dialect {
            Dialect::Sqlite => self.text(dialect),
            Dialect::Postgres => {
                self.locking.get_or_init(|| format!("{} for update", self.text(dialect)))
            }
        }
    }
}

/// Writes parameters as SQLite numbers them. It takes `$2` for a name, and gives it the next free
/// place; `?2` is the second.
fn numbered(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(char) = rest.next() {
        let is_parameter = char == '$' && rest.peek().is_some_and(char::is_ascii_digit);
        text.push(if is_parameter { '?' } else { char });
    }
    text
}

/// Declares the statements of a feature, and a list `ALL` of them, which a test prepares on both
/// databases:
///
/// ```ignore
/// statements! {
///     FIND = "select name from things where tenant = $1 and id = $2";
///     TAKE = sqlite "…", postgres "… for update skip locked";
/// }
/// ```
#[macro_export]
macro_rules! statements {
    (@both $name:ident $sql:literal) => {
        $crate::Statement::new(concat!(module_path!(), "::", stringify!($name)), $sql, $sql)
    };
    (@each $name:ident $sqlite:literal $postgres:literal) => {
        $crate::Statement::new(
            concat!(module_path!(), "::", stringify!($name)), $sqlite, $postgres)
    };
    (@static $name:ident $sql:literal) => {
        #[allow(missing_docs)]
        pub(crate) static $name: $crate::Statement = $crate::statements!(@both $name $sql);
    };
    (@static $name:ident $sqlite:literal $postgres:literal) => {
        #[allow(missing_docs)]
        pub(crate) static $name: $crate::Statement =
            $crate::statements!(@each $name $sqlite $postgres);
    };
    ($($name:ident = $(sqlite)? $first:literal $(, postgres $second:literal)?;)+) => {
        $($crate::statements!(@static $name $first $($second)?);)+
        /// Every statement above; a test prepares them on both databases.
        pub(crate) static ALL: &[&$crate::Statement] = &[$(&$name),+];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::statements! {
        ONE = "select cast($12 as integer), '$' from x";
        TWO = sqlite "select {json}", postgres "select '{json}'";
    }

    #[test]
    fn texts_per_database() {
        assert_eq!(ALL.len(), 2);
        assert_eq!(ONE.text(Dialect::Sqlite), "select cast(?12 as integer), '$' from x");
        assert_eq!(ONE.text(Dialect::Postgres), "select cast($12 as integer), '$' from x");
        assert!(ONE.locking_text(Dialect::Postgres).ends_with("for update"));
        assert!(!ONE.locking_text(Dialect::Sqlite).contains("for update"));
        assert_eq!(TWO.text(Dialect::Sqlite), "select text");
        assert_eq!(TWO.text(Dialect::Postgres), "select 'jsonb'");
        assert!(TWO.name().ends_with("TWO"));
    }
}
