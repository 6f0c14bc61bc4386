//! `/api/v1/properties`.

mod forms;
mod lists;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use domain::Id;
use kit::{Call, Ctx, Error, Json, List, Page, PathId, Problem, Query, Result};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::{
    forms::{Absent, PropertyBody, PropertyView},
    lists::{HistoryEntry, PropertyFilter},
};
use crate::{change, model::Property, read};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, replace, amend, remove))
        .routes(routes!(history))
}

/// A property as an answer, with its version as the entity tag.
fn answer(status: StatusCode, property: Property) -> impl IntoResponse {
    let tag = HeaderValue::from_str(&format!("\"{}\"", property.version));
    let tag = tag.unwrap_or(HeaderValue::from_static("\"\""));
    (status, [(header::ETAG, tag)], Json(PropertyView::of(property)))
}

/// The version in `If-Match`; none when there is no such header or it is `*`.
///
/// # Errors
/// 412 when it is no version of ours: nothing can match it.
fn seen(headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let version = version.and_then(|version| version.parse().ok());
    version.map(Some).ok_or_else(Error::precondition_failed)
}

/// Properties in pages.
#[utoipa::path(
    get, path = "/api/v1/properties", tag = "properties",
    params(PropertyFilter, Page),
    responses(
        (status = 200, body = List<PropertyView>),
        (status = 401, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn list(
    State(ctx): State<Ctx>,
    call: Call,
    Query(filter): Query<PropertyFilter>,
    page: Page,
) -> Result<Json<List<PropertyView>>> {
    call.user()?;
    lists::properties(&ctx, call.tenant(), &filter, &page).await.map(Json)
}

/// Makes a property. Needs the role `operator`.
#[utoipa::path(
    post, path = "/api/v1/properties", tag = "properties",
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
    let edit = body.edit(Absent::IsCleared)?;
    let property = change::change(&ctx, &call, id, edit, seen(&headers)?).await?;
    Ok(answer(StatusCode::OK, property))
}

/// Changes what the body names; null makes a field unknown. Otherwise as PUT.
#[utoipa::path(
    patch, path = "/api/v1/properties/{id}", tag = "properties",
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
    let edit = body.edit(Absent::Stays)?;
    let property = change::change(&ctx, &call, id, edit, seen(&headers)?).await?;
    Ok(answer(StatusCode::OK, property))
}

/// Deletes a property. Needs the role `operator`.
#[utoipa::path(
    delete, path = "/api/v1/properties/{id}", tag = "properties",
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
    change::remove(&ctx, &call, id, seen(&headers)?).await?;
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
