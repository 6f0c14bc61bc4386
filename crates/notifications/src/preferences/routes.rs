//! The preferences over REST, at `/api/v1/notification-preferences` and in the classic place.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use domain::Timestamp;
use kit::{Call, Ctx, Json, Problem, Result, etag, if_match};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Kept, amend, form::Preferences, get, replace};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(show, put, patch)).routes(routes!(
        alias_show,
        alias_put,
        alias_patch
    ))
}

/// Preferences with their version.
#[derive(Debug, Serialize, ToSchema)]
struct PreferencesView {
    #[serde(flatten)]
    preferences: Preferences,
    /// Grows by one with each change; 0 while nothing was ever said. Also the `ETag`.
    version: i64,
    /// When they last changed; null while nothing was ever said.
    updated_at: Option<Timestamp>,
}

fn answer(kept: Kept) -> impl IntoResponse + use<> {
    let Kept { preferences, version, updated_at } = kept;
    ([etag(version)], Json(PreferencesView { preferences, version, updated_at }))
}

/// How one wants to be told; the defaults while one has said nothing.
#[utoipa::path(get, path = "/api/v1/notification-preferences", tag = "preferences",
    operation_id = "show_preferences", security(("bearer" = [])),
    responses((status = 200, body = PreferencesView), (status = 401, body = Problem)))]
async fn show(State(ctx): State<Ctx>, call: Call) -> Result<impl IntoResponse> {
    get(&ctx, &call).await.map(answer)
}

/// Replaces one's preferences: what the body does not name gets its default. `If-Match` with the
/// version that was seen guards against other devices' changes.
#[utoipa::path(put, path = "/api/v1/notification-preferences", tag = "preferences",
    operation_id = "replace_preferences", params(("If-Match" = Option<String>, Header)),
    request_body = Preferences, security(("bearer" = [])),
    responses((status = 200, body = PreferencesView), (status = 401, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn put(
    State(ctx): State<Ctx>,
    call: Call,
    headers: HeaderMap,
    Json(wanted): Json<Preferences>,
) -> Result<impl IntoResponse> {
    replace(&ctx, &call, if_match(&headers)?, wanted).await.map(answer)
}

/// Amends one's preferences (RFC 7396): objects are merged, lists replaced, null brings the default
/// back. Otherwise as PUT.
#[utoipa::path(patch, path = "/api/v1/notification-preferences", tag = "preferences",
    operation_id = "amend_preferences", params(("If-Match" = Option<String>, Header)),
    request_body = Preferences, security(("bearer" = [])),
    responses((status = 200, body = PreferencesView), (status = 401, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn patch(
    State(ctx): State<Ctx>,
    call: Call,
    headers: HeaderMap,
    Json(change): Json<Map<String, Value>>,
) -> Result<impl IntoResponse> {
    amend(&ctx, &call, if_match(&headers)?, change).await.map(answer)
}

/// How one wants to be told, in the classic place.
#[utoipa::path(get, path = "/api/preferences", tag = "preferences (aliases)",
    operation_id = "alias_show_preferences", security(("bearer" = [])),
    responses((status = 200, body = PreferencesView), (status = 401, body = Problem)))]
async fn alias_show(state: State<Ctx>, call: Call) -> Result<impl IntoResponse> {
    show(state, call).await
}

/// Replaces one's preferences, in the classic place.
#[utoipa::path(put, path = "/api/preferences", tag = "preferences (aliases)",
    operation_id = "alias_replace_preferences", params(("If-Match" = Option<String>, Header)),
    request_body = Preferences, security(("bearer" = [])),
    responses((status = 200, body = PreferencesView), (status = 401, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn alias_put(
    state: State<Ctx>,
    call: Call,
    headers: HeaderMap,
    body: Json<Preferences>,
) -> Result<impl IntoResponse> {
    put(state, call, headers, body).await
}

/// Amends one's preferences, in the classic place.
#[utoipa::path(patch, path = "/api/preferences", tag = "preferences (aliases)",
    operation_id = "alias_amend_preferences", params(("If-Match" = Option<String>, Header)),
    request_body = Preferences, security(("bearer" = [])),
    responses((status = 200, body = PreferencesView), (status = 401, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn alias_patch(
    state: State<Ctx>,
    call: Call,
    headers: HeaderMap,
    body: Json<Map<String, Value>>,
) -> Result<impl IntoResponse> {
    patch(state, call, headers, body).await
}
