//! The calendar over REST.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use kit::{Call, Ctx, Error, Json, Problem, Query, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    feed,
    token::{self, FeedToken},
    view::{self, CalendarPage, Wish},
};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(renew_token, end_token))
        .routes(routes!(subscribe))
}

/// The secret in a feed's address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Secret {
    /// What `POST /api/v1/calendar/token` gave.
    token: Option<String>,
}

/// The auctions of one's own watchlist by days.
#[utoipa::path(get, path = "/api/v1/calendar", tag = "calendar",
    operation_id = "show_calendar", params(Wish), security(("bearer" = [])),
    responses((status = 200, body = CalendarPage), (status = 401, body = Problem),
        (status = 422, body = Problem, description = "`details.nearest` when `tz` is unknown")))]
async fn show(
    State(ctx): State<Ctx>,
    call: Call,
    Query(wish): Query<Wish>,
) -> Result<Json<CalendarPage>> {
    view::page(&ctx, &call, wish).await.map(Json)
}

/// Makes the secret address of one's own feed, for a calendar program. The one before works no
/// more. The answer is shown once; an `Idempotency-Key` does not bring it back.
#[utoipa::path(post, path = "/api/v1/calendar/token", tag = "calendar",
    operation_id = "renew_calendar_token", security(("bearer" = [])),
    responses((status = 201, body = FeedToken), (status = 401, body = Problem)))]
async fn renew_token(State(ctx): State<Ctx>, call: Call) -> Result<impl IntoResponse> {
    let token = token::renew(&ctx, &call).await?;
    Ok((StatusCode::CREATED, Json(token)))
}

/// Ends one's own feed.
#[utoipa::path(delete, path = "/api/v1/calendar/token", tag = "calendar",
    operation_id = "end_calendar_feed", security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem)))]
async fn end_token(State(ctx): State<Ctx>, call: Call) -> Result<StatusCode> {
    token::end(&ctx, &call).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The auctions of a watchlist for a calendar program (RFC 5545). The token in the address stands
/// for signing in.
#[utoipa::path(get, path = "/api/v1/calendar.ics", tag = "calendar",
    operation_id = "subscribe_calendar",
    params(Secret, ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = String, content_type = "text/calendar"),
        (status = 304, description = "nothing has changed"),
        (status = 404, body = Problem, description = "no such token, or no longer")))]
async fn subscribe(
    State(ctx): State<Ctx>,
    headers: HeaderMap,
    Query(secret): Query<Secret>,
) -> Result<Response> {
    let token = secret.token.ok_or_else(Error::not_found)?;
    feed::of_token(&ctx, token).await?.answer(&headers)
}
