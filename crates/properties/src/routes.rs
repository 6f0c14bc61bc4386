//! `/api/v1/properties`.

mod filter;
mod forms;
mod geojson;
mod links;
mod lists;
mod sources;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{Id, Role};
use futures_util::TryStreamExt as _;
use kit::{Call, Ctx, Error, Json, List, Page, PathId, Problem, Query, Result, etag, if_match};
use serde::Deserialize;
use tokio_util::io::StreamReader;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use self::sources::{list_sources, run_source};
use self::{
    filter::PropertyFilter,
    forms::{Absent, PropertyBody, PropertyView},
    geojson::FeatureCollection,
    lists::HistoryEntry,
};
use crate::{
    change,
    import::{self, Notify, Options, Summary},
    model::{Edit, Property},
    read,
};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, replace, amend, remove))
        .routes(routes!(history))
        .routes(routes!(upload))
        .merge(links::routes())
        .merge(sources::routes())
}

/// A property as an answer, with its version as the entity tag.
fn answer(status: StatusCode, property: Property) -> impl IntoResponse {
    (status, [etag(property.version)], Json(PropertyView::of(property)))
}

/// Changes a property, under the condition in the headers.
async fn write(
    ctx: &Ctx,
    call: &Call,
    id: Id,
    headers: &HeaderMap,
    edit: Edit,
) -> Result<impl IntoResponse + use<>> {
    let property = change::change(ctx, call, id, edit, if_match(headers)?).await?;
    Ok(answer(StatusCode::OK, property))
}

/// Properties in pages; as GeoJSON for `Accept: application/geo+json`. A page may have fewer items
/// than asked for although there are more: it ends where `next_cursor` is null.
#[utoipa::path(
    get, path = "/api/v1/properties", tag = "properties",
    operation_id = "list_properties",
    params(PropertyFilter, Page),
    responses(
        (status = 200, content(
            (List<PropertyView> = "application/json"),
            (FeatureCollection = "application/geo+json"),
        )),
        (status = 401, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn list(
    State(ctx): State<Ctx>,
    call: Call,
    Query(filter): Query<PropertyFilter>,
    page: Page,
    headers: HeaderMap,
) -> Result<Response> {
    call.user()?;
    let list = lists::properties(&ctx, call.tenant(), &filter, &page).await?;
    Ok(geojson::answer(list, &headers))
}

/// Makes a property. Needs the role `operator`.
#[utoipa::path(
    post, path = "/api/v1/properties", tag = "properties",
    operation_id = "create_property",
    request_body = PropertyBody,
    responses(
        (status = 201, body = PropertyView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "`property_exists`"),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn create(
    State(ctx): State<Ctx>,
    call: Call,
    Json(body): Json<PropertyBody>,
) -> Result<impl IntoResponse> {
    let edit = body.edit(Absent::Stays)?;
    let property = change::create(&ctx, &call, edit).await?;
    Ok(answer(StatusCode::CREATED, property))
}

/// One property.
#[utoipa::path(
    get, path = "/api/v1/properties/{id}", tag = "properties",
    operation_id = "show_property",
    params(("id" = Id, Path)),
    responses(
        (status = 200, body = PropertyView),
        (status = 401, body = Problem), (status = 404, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn show(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<impl IntoResponse> {
    call.user()?;
    let property = read::get(&ctx, call.tenant(), id).await?;
    Ok(answer(StatusCode::OK, property))
}

/// Replaces a property: what the body does not name becomes unknown. Needs the role `operator`;
/// `If-Match` with the version that was seen guards against others' changes.
#[utoipa::path(
    put, path = "/api/v1/properties/{id}", tag = "properties",
    operation_id = "replace_property",
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header)),
    request_body = PropertyBody,
    responses(
        (status = 200, body = PropertyView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn replace(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(body): Json<PropertyBody>,
) -> Result<impl IntoResponse> {
    write(&ctx, &call, id, &headers, body.edit(Absent::IsCleared)?).await
}

/// Changes what the body names; null makes a field unknown. Otherwise as PUT.
#[utoipa::path(
    patch, path = "/api/v1/properties/{id}", tag = "properties",
    operation_id = "amend_property",
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header)),
    request_body = PropertyBody,
    responses(
        (status = 200, body = PropertyView),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn amend(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(body): Json<PropertyBody>,
) -> Result<impl IntoResponse> {
    write(&ctx, &call, id, &headers, body.edit(Absent::Stays)?).await
}

/// Deletes a property. Needs the role `operator`.
#[utoipa::path(
    delete, path = "/api/v1/properties/{id}", tag = "properties",
    operation_id = "remove_property",
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 204),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn remove(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<StatusCode> {
    change::remove(&ctx, &call, id, if_match(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What changed in a property, newest first.
#[utoipa::path(
    get, path = "/api/v1/properties/{id}/history", tag = "properties",
    params(("id" = Id, Path), Page),
    responses(
        (status = 200, body = List<HistoryEntry>),
        (status = 401, body = Problem), (status = 404, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn history(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    page: Page,
) -> Result<Json<List<HistoryEntry>>> {
    call.user()?;
    lists::history(&ctx, call.tenant(), id, &page).await.map(Json)
}

/// How a file is imported.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// Who says so: 1 to 64 of `a-z 0-9 _ -`, the same every time for the same source.
    source: String,
    /// Only tell what would happen.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
    /// What unusual columns mean, as JSON: `fields`, `constants`, `values`, `ignore`. As configured
    /// for the source when it is not said.
    map: Option<String>,
    /// Of which new properties others are told: `new` for all, `later` for those that come after
    /// the source's first import. As configured for the source when it is not said, else `later`.
    #[param(inline)]
    notify: Option<Notify>,
}

fn mapping(text: &str) -> Result<import::Mapping> {
    let value = serde_json::from_str(text);
    let value = value.map_err(|e| Error::bad_request(format!("the map is no JSON: {e}")))?;
    crate::sources::mapping(&value)
}

/// Imports a file (CSV with a heading, JSON array, NDJSON, RESO), in small batches that each
/// stand: the same file again changes nothing, so one that broke off is simply sent once more.
/// Needs the role `operator`.
#[utoipa::path(
    post, path = "/api/v1/properties/import", tag = "properties",
    params(UploadQuery),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, body = Summary),
        (status = 400, body = Problem, description = "not read here, or the map is wrong"),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn upload(
    State(ctx): State<Ctx>,
    call: Call,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Result<Json<Summary>> {
    call.require(Role::Operator)?;
    let UploadQuery { source, dry_run, map, notify } = query;
    let map = map.as_deref().map(mapping).transpose()?;
    let options = Options { source, dry_run, total_bytes: None, map, notify };
    let bytes = body.into_data_stream().map_err(std::io::Error::other);
    let input = Box::pin(StreamReader::new(bytes));
    import::import(&ctx, call.tenant(), options, input, None).await.map(Json)
}
