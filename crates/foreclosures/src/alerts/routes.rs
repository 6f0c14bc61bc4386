//! `/api/v1/alerts`.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use domain::Id;
use kit::{Call, Ctx, Json, List, Page, PathId, Problem, Result, etag, if_match};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Alert, Over,
    body::{AlertBody, Wanted},
    preview,
    view::{AlertView, MatchingView, NewAlertView},
};
use crate::alerts;

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(try_out))
        .routes(routes!(show, replace, amend, remove))
        .routes(routes!(test))
}

/// An alert as an answer, with its version as the entity tag.
fn answer(alert: Alert) -> impl IntoResponse {
    ([etag(alert.version)], Json(AlertView::of(alert)))
}

/// One's own alerts, the newest first.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(Page),
    operation_id = "list_alerts",
    security(("bearer" = [])),
    responses(
        (status = 200, body = List<AlertView>),
        (status = 400, body = Problem, description = "the cursor is not one of this list"),
        (status = 401, body = Problem),
    ))]
async fn list(State(ctx): State<Ctx>, call: Call, page: Page) -> Result<Json<List<AlertView>>> {
    alerts::list(&ctx, &call, page).await.map(Json)
}

/// Makes an alert. Its owner is told of what happens from now on; the answer says how many
/// properties match already.
#[utoipa::path(post, path = "/api/v1/alerts", tag = "alerts", request_body = AlertBody,
    operation_id = "create_alert",
    security(("bearer" = [])),
    responses(
        (status = 201, body = NewAlertView),
        (status = 401, body = Problem),
        (status = 409, body = Problem, description = "`alert_limit`, `alerts_full`"),
        (status = 422, body = Problem),
    ))]
async fn create(
    State(ctx): State<Ctx>,
    call: Call,
    Json(body): Json<AlertBody>,
) -> Result<impl IntoResponse> {
    let created = alerts::create(&ctx, &call, body).await?;
    let version = created.alert.version;
    Ok((StatusCode::CREATED, [etag(version)], Json(NewAlertView::of(created))))
}

/// How many properties an alert would match now, without making it.
#[utoipa::path(post, path = "/api/v1/alerts/preview", tag = "alerts", request_body = AlertBody,
    security(("bearer" = [])),
    responses(
        (status = 200, body = MatchingView),
        (status = 401, body = Problem),
        (status = 422, body = Problem),
    ))]
async fn try_out(
    State(ctx): State<Ctx>,
    call: Call,
    Json(body): Json<AlertBody>,
) -> Result<Json<MatchingView>> {
    call.user()?;
    let wanted = body.over(Wanted::default())?;
    let matching = preview::matching_now(&ctx, call.tenant(), &wanted.definition).await?;
    Ok(Json(MatchingView::of(matching)))
}

/// One of one's own alerts.
#[utoipa::path(get, path = "/api/v1/alerts/{id}", tag = "alerts", params(("id" = Id, Path)),
    operation_id = "show_alert",
    security(("bearer" = [])),
    responses(
        (status = 200, body = AlertView),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
    ))]
async fn show(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<impl IntoResponse> {
    let alert = alerts::get(&ctx, &call, id).await?;
    Ok(answer(alert))
}

/// Replaces an alert: what the body does not name is as in a new one. `If-Match` with the version
/// that was seen guards against changes elsewhere.
#[utoipa::path(put, path = "/api/v1/alerts/{id}", tag = "alerts", request_body = AlertBody,
    operation_id = "replace_alert",
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = AlertView),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`alerts_full`"),
        (status = 412, body = Problem), (status = 422, body = Problem),
    ))]
async fn replace(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(body): Json<AlertBody>,
) -> Result<impl IntoResponse> {
    let alert = alerts::change(&ctx, &call, id, body, Over::Nothing, if_match(&headers)?).await?;
    Ok(answer(alert))
}

/// Changes what the body names; null takes a condition away. Otherwise as PUT.
#[utoipa::path(patch, path = "/api/v1/alerts/{id}", tag = "alerts", request_body = AlertBody,
    operation_id = "amend_alert",
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = AlertView),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`alerts_full`"),
        (status = 412, body = Problem), (status = 422, body = Problem),
    ))]
async fn amend(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(body): Json<AlertBody>,
) -> Result<impl IntoResponse> {
    let alert = alerts::change(&ctx, &call, id, body, Over::Itself, if_match(&headers)?).await?;
    Ok(answer(alert))
}

/// Removes an alert.
#[utoipa::path(delete, path = "/api/v1/alerts/{id}", tag = "alerts",
    operation_id = "remove_alert",
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem),
    ))]
async fn remove(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<StatusCode> {
    alerts::remove(&ctx, &call, id, if_match(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a notice as the alert would, marked as a test. Within a minute an alert sends one; what
/// is asked beyond that is accepted and sends none.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/test", tag = "alerts", params(("id" = Id, Path)),
    security(("bearer" = [])),
    responses(
        (status = 202, description = "in the inbox a moment later"),
        (status = 401, body = Problem), (status = 404, body = Problem),
    ))]
async fn test(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    alerts::test(&ctx, &call, id).await?;
    Ok(StatusCode::ACCEPTED)
}
