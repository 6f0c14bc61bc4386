//! Lists in pages: `limit`, an opaque `cursor`, and the two shapes of a page.
//!
//! A cursor holds the sort key and the id of the last row and a hash of the filter, in base64url.
//! It is not signed: whoever forges one only moves within rows that their scope shows anyway. Its
//! form is checked, and with another filter it is refused, as it would skip rows silently.

use axum::{extract::FromRequestParts, http::request::Parts};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Id;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    json, query,
};

/// The longest cursor that is looked at, in bytes.
const MAX_CURSOR: usize = 2048;

/// Which page of a list is wanted. An extractor: other query parameters are left to the handler's
/// own `Query`.
#[derive(Debug, Clone, PartialEq, Eq, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many items at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    pub limit: u32,
    /// Where to go on: `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Page {
    /// The most items that one page has.
    pub const MAX_LIMIT: u32 = 200;
    /// The items of a page when nobody says how many.
    pub const DEFAULT_LIMIT: u32 = 50;

    /// How many rows to read: one more than wanted tells whether there is a next page.
    pub fn rows_to_read(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Where to go on, when this is not the first page.
    ///
    /// # Errors
    /// `bad_request` when the cursor is none of ours or belongs to another filter.
    pub fn after<K: DeserializeOwned>(&self, filter: &FilterHash) -> Result<Option<Cursor<K>>> {
        self.cursor.as_deref().map(|text| Cursor::decode(text, filter)).transpose()
    }

    fn from_query(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Raw {
            limit: Option<String>,
            cursor: Option<String>,
        }
        let raw: Raw = query::from_query(text)?;
        let limit = match raw.limit {
            None => Self::DEFAULT_LIMIT,
            Some(text) => {
                text.parse().ok().filter(|limit| (1..=Self::MAX_LIMIT).contains(limit)).ok_or_else(
                    || Error::invalid("limit", "out_of_range", "must be a number from 1 to 200"),
                )?
            }
        };
        let cursor = raw.cursor.filter(|cursor| !cursor.is_empty());
        Ok(Self { limit, cursor })
    }
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: Self::DEFAULT_LIMIT, cursor: None }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Self::from_query(parts.uri.query().unwrap_or_default())
    }
}

/// A fingerprint of the filter and the order of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterHash(String);

impl FilterHash {
    /// The fingerprint of whatever decides which rows a list has and in which order. Put the
    /// list's name in it when two lists have like filters.
    pub fn of<F: Serialize + ?Sized>(filter: &F) -> Self {
        // A filter is plain data; if one ever is not, its lists share the empty fingerprint.
        let json = serde_json::to_vec(filter).unwrap_or_default();
        Self(URL_SAFE_NO_PAD.encode(&Sha256::digest(&json)[..9]))
    }
}

/// The place behind a row: its sort key and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<K> {
    /// What the list is sorted by; a tuple for several columns.
    pub key: K,
    /// The row's id, which decides between equal keys.
    pub id: Id,
}

#[derive(Serialize)]
struct WireOut<'a, K> {
    k: &'a K,
    i: Id,
    f: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireIn<K> {
    k: K,
    i: Id,
    f: String,
}

impl<K> Cursor<K> {
    /// The place behind a row whose key nobody else has.
    pub const fn of_key(key: K) -> Self {
        Self { key, id: Id::from_uuid(uuid::Uuid::nil()) }
    }
}

impl<K: Serialize> Cursor<K> {
    /// The text for the client.
    pub fn encode(&self, filter: &FilterHash) -> String {
        let wire = WireOut { k: &self.key, i: self.id, f: &filter.0 };
        // Sort keys are numbers and texts, which always serialise.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).unwrap_or_default())
    }
}

impl<K: DeserializeOwned> Cursor<K> {
    /// Reads a text that [`Cursor::encode`] made for the same filter.
    ///
    /// # Errors
    /// `bad_request` when it is none of ours or belongs to another filter.
    pub fn decode(text: &str, filter: &FilterHash) -> Result<Self> {
        let not_ours = || Error::bad_request("the cursor is not one that this list gave");
        if text.len() > MAX_CURSOR {
            return Err(not_ours());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| not_ours())?;
        // The filter first: with another filter the key may have another type.
        #[derive(Deserialize)]
        struct FilterOnly {
            f: String,
        }
        let given: FilterOnly = json::from_slice(&bytes).map_err(|_| not_ours())?;
        if given.f != filter.0 {
            return Err(Error::bad_request("the cursor belongs to another filter"));
        }
        let wire: WireIn<K> = json::from_slice(&bytes).map_err(|_| not_ours())?;
        debug_assert_eq!(wire.f, filter.0);
        Ok(Self { key: wire.k, id: wire.i })
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct List<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// The `cursor` of the next page; null at the end.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// Makes the page from what was read with [`Page::rows_to_read`]: drops the surplus row, and
    /// takes the cursor from the last row that stays.
    pub fn of_rows<R, K: Serialize>(
        mut rows: Vec<R>,
        page: &Page,
        filter: &FilterHash,
        cursor: impl FnOnce(&R) -> Cursor<K>,
        item: impl FnMut(R) -> T,
    ) -> Self {
        let limit = page.limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = match rows.last() {
            Some(last) if more => Some(cursor(last).encode(filter)),
            _ => None,
        };
        Self { items: rows.into_iter().map(item).collect(), next_cursor }
    }
}

/// A page in the shape of the aliases under `/api/…`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AliasList<T> {
    /// How many there are, counted up to 10,000.
    pub count: u64,
    /// The address of the next page; null at the end.
    pub next: Option<String>,
    /// The address of the page before; null at the start.
    pub previous: Option<String>,
    /// The items, in the order of the list.
    pub results: Vec<T>,
}

impl<T> AliasList<T> {
    /// How far `count` counts.
    pub const MAX_COUNT: u64 = 10_000;

    /// The page in this shape. `path` is the list's own address with its filter, without `cursor`.
    /// Cursors only lead forward, so `previous` is null.
    pub fn of_list(list: List<T>, count: u64, path: &str) -> Self {
        let joint = if path.contains('?') { '&' } else { '?' };
        Self {
            count: count.min(Self::MAX_COUNT),
            next: list.next_cursor.map(|cursor| format!("{path}{joint}cursor={cursor}")),
            previous: None,
            results: list.items,
        }
    }
}

#[cfg(test)]
#[path = "paging_tests.rs"]
mod tests;
