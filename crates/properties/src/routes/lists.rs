//! The list of properties and the history of one, in pages.

use domain::{Id, TenantId, Timestamp};
use kit::{Ctx, Cursor, Error, FilterHash, List, Page, Result};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{filter::PropertyFilter, forms::PropertyView};
use crate::{
    read,
    search::{self, Hit, Rank, RankKey},
};

/// A page of properties.
pub(super) async fn properties(
    ctx: &Ctx,
    tenant: TenantId,
    filter: &PropertyFilter,
    page: &Page,
) -> Result<List<PropertyView>> {
    let search = filter.search()?;
    let hash = FilterHash::of(&("properties", filter));
    let after = page.after::<RankKey>(&hash)?.map(|cursor| Rank { key: cursor.key, id: cursor.id });
    if after.as_ref().is_some_and(|rank| !search.has(&rank.key)) {
        return Err(Error::bad_request("the cursor is not one that this list gave"));
    }
    let found = search::find(ctx, tenant, search, after, page.limit as usize).await?;
    let next = found.next.map(|rank| Cursor { key: rank.key, id: rank.id }.encode(&hash));
    let view = |hit: Hit| PropertyView::of(hit.property).with_distance(hit.distance_km);
    Ok(List { items: found.hits.into_iter().map(view).collect(), next_cursor: next })
}

/// One field that changed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HistoryEntry {
    /// The version that the change made.
    version: i64,
    /// The field, or `added` or `removed` for the property itself.
    field: String,
    /// Before, as REST shows the field; null for unknown.
    #[schema(value_type = serde_json::Value)]
    old: Option<Box<RawValue>>,
    /// Since then.
    #[schema(value_type = serde_json::Value)]
    new: Option<Box<RawValue>>,
    /// Who said so: `api`, or the name of an import's source.
    source: String,
    /// When.
    at: Timestamp,
}

/// A page of a property's history, newest first.
pub(super) async fn history(
    ctx: &Ctx,
    tenant: TenantId,
    id: Id,
    page: &Page,
) -> Result<List<HistoryEntry>> {
    let hash = FilterHash::of(&("history", id));
    let after = page.after::<(i64, String)>(&hash)?;
    let place = after.map_or((i64::MAX, String::new()), |cursor| cursor.key);
    let rows = read::history(ctx, tenant, id, place, page.rows_to_read()).await?;
    let cursor = |row: &read::HistoryRow| Cursor { key: (row.version, row.field.clone()), id };
    let raw = |text: Option<String>| text.and_then(|text| RawValue::from_string(text).ok());
    Ok(List::of_rows(rows, page, &hash, cursor, |row| HistoryEntry {
        version: row.version,
        field: row.field,
        old: raw(row.old),
        new: raw(row.new),
        source: row.source,
        at: row.at,
    }))
}
