//! The watchlist over REST.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::Id;
use kit::{Call, Ctx, Json, List, Page, PathId, Problem, Result};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    model::{WatchEntry, tidy_notes},
    watchlist,
};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(annotate, remove))
}

/// What is to be watched.
#[derive(Deserialize, ToSchema)]
struct Wish {
    /// Which property.
    property_id: Id,
    /// The user's own words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    notes: Option<String>,
}

/// What is to be changed of an entry.
#[derive(Deserialize, ToSchema)]
struct Change {
    /// The user's own words; null takes them away, absent leaves them.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    notes: Option<Option<String>>,
}

/// Tells null from absent.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// One's own watchlist, the newest first.
#[utoipa::path(get, path = "/api/v1/watchlist", tag = "watchlist", params(Page),
    operation_id = "list_watchlist_entries",
    security(("bearer" = [])),
    responses(
        (status = 200, body = List<WatchEntry>),
        (status = 400, body = Problem, description = "the cursor is not one of this list"),
        (status = 401, body = Problem),
    ))]
async fn list(State(ctx): State<Ctx>, call: Call, page: Page) -> Result<Json<List<WatchEntry>>> {
    watchlist::list(&ctx, &call, page).await.map(Json)
}

/// Watches a property. What is watched already stays as it is: the answer is then 200 with the
/// same entry, whose notes change only when some are given.
#[utoipa::path(post, path = "/api/v1/watchlist", tag = "watchlist", request_body = Wish,
    security(("bearer" = [])),
    responses(
        (status = 201, body = WatchEntry, description = "watched from now on"),
        (status = 200, body = WatchEntry, description = "was watched before"),
        (status = 401, body = Problem),
        (status = 404, body = Problem, description = "no such property"),
        (status = 422, body = Problem),
    ))]
async fn add(
    State(ctx): State<Ctx>,
    call: Call,
    Json(wish): Json<Wish>,
) -> Result<impl IntoResponse> {
    let notes = tidy_notes(wish.notes)?;
    let watched = watchlist::add(&ctx, &call, wish.property_id, notes).await?;
    let status = match watched.added {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok((status, Json(WatchEntry::from(watched))))
}

/// Changes the notes of an entry.
#[utoipa::path(patch, path = "/api/v1/watchlist/{id}", tag = "watchlist",
    params(("id" = Id, Path, description = "the entry")), request_body = Change,
    security(("bearer" = [])),
    responses(
        (status = 200, body = WatchEntry),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 422, body = Problem),
    ))]
async fn annotate(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
    Json(change): Json<Change>,
) -> Result<Json<WatchEntry>> {
    let notes = change.notes.map(tidy_notes).transpose()?;
    let watched = watchlist::annotate(&ctx, &call, id, notes).await?;
    Ok(Json(watched.into()))
}

/// Watches it no longer.
#[utoipa::path(delete, path = "/api/v1/watchlist/{id}", tag = "watchlist",
    operation_id = "remove_watchlist_entry",
    params(("id" = Id, Path, description = "the entry")),
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn remove(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    watchlist::remove(&ctx, &call, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
