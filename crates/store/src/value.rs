//! Values on their way into a statement and out of a row, alike on both databases.

use domain::{Id, TenantId, Timestamp, UserId};
use tokio_postgres::types::{IsNull, ToSql, Type};
use uuid::Uuid;

use crate::error::{Error, Result};

/// An argument of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL of any type.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// A double.
    Real(f64),
    /// A truth value; 0 or 1 on SQLite.
    Bool(bool),
    /// Text, without NUL characters. Also JSON.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An id; 16 bytes on SQLite, `uuid` on PostgreSQL.
    Uuid(Uuid),
}

macro_rules! value_from {
    ($($type:ty => |$v:ident| $make:expr),* $(,)?) => {
        $(impl From<$type> for Value {
            fn from($v: $type) -> Self {
                $make
            }
        })*
    };
}

value_from! {
    i64 => |v| Self::Int(v),
    i32 => |v| Self::Int(i64::from(v)),
    u32 => |v| Self::Int(i64::from(v)),
    f64 => |v| Self::Real(v),
    bool => |v| Self::Bool(v),
    String => |v| Self::Text(v),
    &String => |v| Self::Text(v.clone()),
    &str => |v| Self::Text(v.to_owned()),
    Vec<u8> => |v| Self::Bytes(v),
    &[u8] => |v| Self::Bytes(v.to_vec()),
    Uuid => |v| Self::Uuid(v),
    Id => |v| Self::Uuid(v.as_uuid()),
    TenantId => |v| Self::Uuid(v.as_uuid()),
    UserId => |v| Self::Uuid(v.as_uuid()),
    Timestamp => |v| Self::Int(v.as_millis()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Builds the arguments of a statement: `args![id, name]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}

/// Refuses what the databases treat differently, so that both are alike: PostgreSQL refuses NUL in
/// text and SQLite does not; SQLite takes a NaN for NULL and PostgreSQL does not.
pub(crate) fn check(args: &[Value]) -> Result<()> {
    for value in args {
        match value {
            Value::Text(text) if text.contains('\0') => return Err(Error::NulInText),
            Value::Real(number) if number.is_nan() => {
                return Err(Error::Misuse("NaN cannot be stored".into()));
            }
            _ => {}
        }
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Real(v) => ValueRef::Real(*v),
            Self::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
            Self::Bytes(v) => ValueRef::Blob(v),
            Self::Uuid(v) => ValueRef::Blob(v.as_bytes()),
        }))
    }
}

type BoxError = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, BoxError> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(v) => match *ty {
                Type::INT8 => v.to_sql(ty, out),
                Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*v)?.to_sql(ty, out),
                _ => Err(mismatch("an integer", ty)),
            },
            Self::Real(v) => match *ty {
                Type::FLOAT8 => v.to_sql(ty, out),
                _ => Err(mismatch("a double", ty)),
            },
            Self::Bool(v) => match *ty {
                Type::BOOL => v.to_sql(ty, out),
                _ => Err(mismatch("a truth value", ty)),
            },
            Self::Uuid(v) => match *ty {
                Type::UUID => v.to_sql(ty, out),
                _ => Err(mismatch("an id", ty)),
            },
            Self::Bytes(v) => match *ty {
                Type::BYTEA => v.to_sql(ty, out),
                _ => Err(mismatch("bytes", ty)),
            },
            Self::Text(v) => match *ty {
                Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON => {
                    v.as_str().to_sql(&Type::TEXT, out)
                }
                // The binary form of jsonb is a version byte and the text.
                Type::JSONB => {
                    out.extend_from_slice(&[1]);
                    v.as_str().to_sql(&Type::TEXT, out)
                }
                _ => Err(mismatch("text", ty)),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

fn mismatch(given: &str, ty: &Type) -> BoxError {
    format!("{given} was given where the statement has {ty}").into()
}

/// What stands in a column, borrowed from the row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// NULL.
    Null,
    /// An integer of any width.
    Int(i64),
    /// A double.
    Real(f64),
    /// A truth value (PostgreSQL only).
    Bool(bool),
    /// Text or JSON.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// An id (PostgreSQL only).
    Uuid(Uuid),
}

impl<'a> Cell<'a> {
    pub(crate) fn from_sqlite(value: rusqlite::types::ValueRef<'a>) -> Result<Self> {
        use rusqlite::types::ValueRef;
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(v) => Self::Int(v),
            ValueRef::Real(v) => Self::Real(v),
            ValueRef::Blob(v) => Self::Bytes(v),
            ValueRef::Text(v) => {
                Self::Text(std::str::from_utf8(v).map_err(|e| Error::Decode(e.to_string()))?)
            }
        })
    }
}

impl<'a> tokio_postgres::types::FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(match *ty {
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i64::from(i32::from_sql(ty, raw)?)),
            Type::INT2 => Self::Int(i64::from(i16::from_sql(ty, raw)?)),
            Type::FLOAT8 => Self::Real(f64::from_sql(ty, raw)?),
            Type::FLOAT4 => Self::Real(f64::from(f32::from_sql(ty, raw)?)),
            Type::BOOL => Self::Bool(bool::from_sql(ty, raw)?),
            Type::UUID => Self::Uuid(Uuid::from_sql(ty, raw)?),
            Type::BYTEA => Self::Bytes(raw),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON => {
                Self::Text(std::str::from_utf8(raw)?)
            }
            Type::JSONB => match raw.split_first() {
                Some((1, text)) => Self::Text(std::str::from_utf8(text)?),
                _ => return Err("unknown version of jsonb".into()),
            },
            Type::NUMERIC => {
                return Err("numeric column: cast sum() and avg() to bigint or double".into());
            }
            _ => return Err(format!("columns of type {ty} are not used here").into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, BoxError> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the cell.
    ///
    /// # Errors
    /// [`Error::Decode`] when the cell holds something else.
    fn from_cell(cell: Cell<'_>) -> Result<Self>;
}

fn wrong(wanted: &str, cell: Cell<'_>) -> Error {
    Error::Decode(format!("wanted {wanted}, found {cell:?}"))
}

impl Column for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Int(v) => Ok(v),
            // An overflow in SQLite arithmetic turns into a double: an error, not a rounded value.
            other => Err(wrong("an integer", other)),
        }
    }
}

impl Column for u32 {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        Self::try_from(i64::from_cell(cell)?).map_err(|e| Error::Decode(e.to_string()))
    }
}

impl Column for f64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Real(v) => Ok(v),
            other => Err(wrong("a double", other)),
        }
    }
}

impl Column for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Bool(v) => Ok(v),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            other => Err(wrong("a truth value", other)),
        }
    }
}

impl Column for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Text(v) => Ok(v.to_owned()),
            other => Err(wrong("text", other)),
        }
    }
}

impl Column for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Bytes(v) => Ok(v.to_vec()),
            other => Err(wrong("bytes", other)),
        }
    }
}

impl Column for Uuid {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Uuid(v) => Ok(v),
            Cell::Bytes(v) => Self::from_slice(v).map_err(|e| Error::Decode(e.to_string())),
            other => Err(wrong("an id", other)),
        }
    }
}

macro_rules! column_by {
    ($($type:ty = $inner:ty => $make:expr),* $(,)?) => {
        $(impl Column for $type {
            fn from_cell(cell: Cell<'_>) -> Result<Self> {
                <$inner>::from_cell(cell).map($make)
            }
        })*
    };
}

column_by! {
    Id = Uuid => Id::from_uuid,
    TenantId = Uuid => TenantId::from_uuid,
    UserId = Uuid => UserId::from_uuid,
    Timestamp = i64 => Timestamp::from_millis,
}

impl<T: Column> Column for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Null => Ok(None),
            some => T::from_cell(some).map(Some),
        }
    }
}
