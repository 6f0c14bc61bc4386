//! The list of properties and the history of one, in pages.

use domain::{Id, TenantId, Timestamp};
use kit::{Ctx, Cursor, Error, FieldError, FilterHash, List, Page, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Value, args};

use super::forms::PropertyView;
use crate::{
    model::{Datum, Fault, Field, Property, kind_name, status_name},
    read, sql,
};

/// In which order a list comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// As they came here.
    #[default]
    Id,
    /// The next auction first; those without a date last.
    AuctionDate,
    /// The latest change first.
    UpdatedAt,
}

/// Which properties, and in which order.
#[derive(Debug, Default, Clone, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct PropertyFilter {
    /// A state, by code or name.
    state: Option<String>,
    /// A city, in any case.
    city: Option<String>,
    /// A status.
    status: Option<String>,
    /// A type of property.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    kind: Option<String>,
    /// The least opening bid, in dollars.
    min_bid: Option<String>,
    /// The greatest opening bid, in dollars.
    max_bid: Option<String>,
    /// The first date of an auction, `YYYY-MM-DD`.
    from: Option<String>,
    /// The last date of an auction.
    to: Option<String>,
    /// The order: `id` (default), `auction_date` or `updated_at`.
    #[param(inline)]
    sort: Sort,
}

impl PropertyFilter {
    /// The arguments $2 to $9 of the lists.
    fn args(&self) -> Result<Vec<Value>> {
        let mut fields = Vec::new();
        let mut read = |name: &'static str, field: Field, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.trim().is_empty());
            let Some(text) = text else { return Value::Null };
            match field.read(text) {
                Ok(Datum::Text(text)) => text.into(),
                Ok(Datum::Status(status)) => status_name(status).into(),
                Ok(Datum::Kind(kind)) => kind_name(kind).into(),
                Ok(Datum::Minor(number) | Datum::Whole(number)) => number.into(),
                Ok(Datum::Degrees(degrees)) => degrees.into(),
                Err(Fault { code, message, .. }) => {
                    fields.push(FieldError { field: name.into(), code: code.into(), message });
                    Value::Null
                }
            }
        };
        let city = self.city.as_ref().map(|city| city.to_ascii_lowercase());
        let args = vec![
            read("state", Field::State, &self.state),
            read("city", Field::City, &city),
            read("status", Field::Status, &self.status),
            read("type", Field::Kind, &self.kind),
            read("min_bid", Field::OpeningBid, &self.min_bid),
            read("max_bid", Field::OpeningBid, &self.max_bid),
            read("from", Field::AuctionDate, &self.from),
            read("to", Field::AuctionDate, &self.to),
        ];
        Error::check(fields)?;
        Ok(args)
    }
}

/// The id before all others.
const FIRST: Id = Id::from_uuid(uuid::Uuid::nil());
/// The id behind all others.
const LAST: Id = Id::from_uuid(uuid::Uuid::max());

/// What stands for an unknown date, so that it comes last.
const NO_DATE: &str = "9999-12-31";

/// A page of properties.
pub(super) async fn properties(
    ctx: &Ctx,
    tenant: TenantId,
    filter: &PropertyFilter,
    page: &Page,
) -> Result<List<PropertyView>> {
    let hash = FilterHash::of(&("properties", filter));
    let mut args = vec![Value::from(tenant)];
    args.extend(filter.args()?);
    let limit = page.rows_to_read();
    let list = match filter.sort {
        Sort::Id => {
            let after = page.after::<()>(&hash)?.map_or(FIRST, |cursor| cursor.id);
            args.extend(args![after, limit]);
            let rows = read::list(ctx, &sql::LIST_BY_ID, &args).await?;
            let cursor = |row: &Property| Cursor { key: (), id: row.id };
            List::of_rows(rows, page, &hash, cursor, PropertyView::of)
        }
        Sort::AuctionDate => {
            let after = page.after::<String>(&hash)?;
            let (key, id) = after.map_or((String::new(), FIRST), |c| (c.key, c.id));
            args.extend(args![id, key, limit]);
            let rows = read::list(ctx, &sql::LIST_BY_DATE, &args).await?;
            let date = |row: &Property| row.auction_date.clone().unwrap_or(NO_DATE.to_owned());
            let cursor = |row: &Property| Cursor { key: date(row), id: row.id };
            List::of_rows(rows, page, &hash, cursor, PropertyView::of)
        }
        Sort::UpdatedAt => {
            let after = page.after::<i64>(&hash)?;
            let (key, id) = after.map_or((i64::MAX, LAST), |c| (c.key, c.id));
            args.extend(args![id, key, limit]);
            let rows = read::list(ctx, &sql::LIST_BY_UPDATE, &args).await?;
            let cursor = |row: &Property| Cursor { key: row.updated_at.as_millis(), id: row.id };
            List::of_rows(rows, page, &hash, cursor, PropertyView::of)
        }
    };
    Ok(list)
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
