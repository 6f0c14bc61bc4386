//! Rows and how they become structs.

use crate::{
    error::{Error, Result},
    value::{Cell, Column},
};

/// One row of an answer. Columns are read by their place in the `select` list.
pub struct Row<'a>(Inner<'a>);

enum Inner<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) const fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self(Inner::Sqlite(row))
    }

    pub(crate) const fn postgres(row: &'a tokio_postgres::Row) -> Self {
        Self(Inner::Postgres(row))
    }

    /// The column at `index`, from 0.
    ///
    /// # Errors
    /// [`Error::Decode`] when there is no such column or it holds something else.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        let place = |e: Error| Error::Decode(format!("column {index}: {e}"));
        match self.0 {
            Inner::Sqlite(row) => {
                let value = row.get_ref(index).map_err(|e| place(Error::Decode(e.to_string())))?;
                T::from_cell(Cell::from_sqlite(value)?).map_err(place)
            }
            Inner::Postgres(row) => {
                let cell: Cell<'_> =
                    row.try_get(index).map_err(|e| place(Error::from_postgres(&e)))?;
                T::from_cell(cell).map_err(place)
            }
        }
    }
}

/// A type that a whole row can be read as.
pub trait FromRow: Sized {
    /// Reads the row.
    ///
    /// # Errors
    /// [`Error::Decode`] when a column holds something else.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! from_row_tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.get::<$name>($index)?,)+))
            }
        }
    };
}

from_row_tuple!(A 0);
from_row_tuple!(A 0, B 1);
from_row_tuple!(A 0, B 1, C 2);
from_row_tuple!(A 0, B 1, C 2, D 3);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// Implements [`FromRow`] for a struct whose fields stand in the order of the `select` list:
/// `from_row!(Watch { id, property, notes });`
#[macro_export]
macro_rules! from_row {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut index = 0..;
                $(let $field = row.get(index.next().unwrap_or_default())?;)+
                Ok(Self { $($field),+ })
            }
        }
    };
}
