//! What can go wrong below a use case.

/// An error of the store. Nothing was written when a write returns one, with the one exception
/// that its name says: [`Error::UnknownOutcome`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// `one` found no row.
    #[error("no row")]
    NotFound,
    /// The queue in front of the database is full; try again in a moment.
    #[error("the database has too much to do")]
    Busy,
    /// The database cannot be reached or cannot write (disk full, connection lost before COMMIT).
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The connection was lost after COMMIT was sent: the write may or may not stand. It is never
    /// repeated by the store.
    #[error("the outcome of the commit is unknown")]
    UnknownOutcome,
    /// A unique constraint refused a row.
    #[error("a row with this key exists already ({constraint})")]
    Unique {
        /// The constraint (PostgreSQL) or the columns (SQLite) that refused.
        constraint: String,
    },
    /// Other writes got in the way three times in a row.
    #[error("other writes got in the way")]
    Conflict,
    /// A text has a NUL character, which PostgreSQL cannot store.
    #[error("a text contains a NUL character")]
    NulInText,
    /// A closure broke the rules: it awaited something else than its `Tx`, panicked, or used its
    /// `Tx` after the end.
    #[error("a store closure misbehaved: {0}")]
    Misuse(String),
    /// The schema cannot be brought up to date: an applied step was changed afterwards, or a line
    /// of steps has a gap.
    #[error("the schema cannot be brought up to date: {0}")]
    Schema(String),
    /// A column does not hold what was asked for.
    #[error("a column cannot be decoded: {0}")]
    Decode(String),
    /// Anything else that the database said.
    #[error("database error: {0}")]
    Database(String),
}

/// A result whose error is the store's unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether trying again later can help without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_) | Self::Conflict)
    }

    pub(crate) fn from_sqlite(error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let rusqlite::Error::SqliteFailure(failure, message) = error else {
            return Self::Database(error.to_string());
        };
        let text = message.clone().unwrap_or_else(|| failure.to_string());
        match failure.code {
            Code::ConstraintViolation => {
                // SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID
                if matches!(failure.extended_code, 2067 | 1555 | 2579) {
                    let columns = text.rsplit(": ").next().unwrap_or_default().to_owned();
                    return Self::Unique { constraint: columns };
                }
                Self::Database(text)
            }
            Code::DiskFull
            | Code::SystemIoFailure
            | Code::CannotOpen
            | Code::ReadOnly
            | Code::OutOfMemory => Self::Unavailable(text),
            Code::DatabaseBusy | Code::DatabaseLocked => Self::Unavailable(text),
            _ => Self::Database(text),
        }
    }

    pub(crate) fn from_postgres(error: &tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return if error.is_closed() || std::error::Error::source(error).is_some_and(is_io) {
                Self::Unavailable(chain(error))
            } else {
                Self::Database(chain(error))
            };
        };
        match db.code().code() {
            "23505" => Self::Unique { constraint: db.constraint().unwrap_or_default().to_owned() },
            "40001" | "40P01" => Self::Conflict,
            // NUL, as a character or as an escape in JSON.
            "22021" | "22P05" => Self::NulInText,
            // Statement and lock timeouts; out of connections, memory or disk; shutting down; the
            // transaction idled too long; trouble with files; connection exceptions.
            "57014" | "55P03" | "53000" | "53100" | "53200" | "53300" | "57P01" | "57P02"
            | "57P03" | "57P05" | "25P03" | "25P04" | "58030" | "08000" | "08003" | "08006" => {
                Self::Unavailable(db.to_string())
            }
            _ => Self::Database(format!("{db} ({})", db.code().code())),
        }
    }
}

fn is_io(source: &(dyn std::error::Error + 'static)) -> bool {
    source.is::<std::io::Error>()
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
