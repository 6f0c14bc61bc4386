//! The same inbox at the addresses of the classic form, `/api/notifications…`.

use axum::{
    body::Bytes,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use domain::Id;
use kit::{AliasList, Call, Ctx, Json, List, Page, PathId, Problem, Query, Result, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    change::Change,
    list::{self, Filter, Status},
    model::Notification,
    raise::{self, NewNotice, Raised},
    routes::{ManyAnswer, OneAnswer, change, change_one, counts, one},
};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list_inbox, raise_notice))
        .routes(routes!(list_unread))
        .routes(routes!(unread_count))
        .routes(routes!(get_one, delete_one))
        .routes(routes!(mark_read))
        .routes(routes!(mark_all_read))
}

/// How many are unread.
#[derive(Debug, Serialize, ToSchema)]
struct UnreadCountAnswer {
    /// Neither read nor dismissed nor expired.
    unread_count: i64,
}

/// Up to where; nothing means all that are unread now.
#[derive(Debug, Default, Deserialize, ToSchema)]
struct MarkAllBody {
    /// The highest `inbox_no` that the client has.
    #[serde(default)]
    up_to: Option<i64>,
}

/// The page in the classic form; `uri` is what was asked for.
async fn list_of(
    ctx: &Ctx,
    call: &Call,
    filter: Filter,
    page: Page,
    uri: &Uri,
) -> Result<Json<AliasList<Notification>>> {
    let total = list::count(ctx, call, filter.clone(), AliasList::<()>::MAX_COUNT).await?;
    let found = list::page(ctx, call, filter, page).await?;
    let list = List { items: found.items, next_cursor: found.next_cursor };
    Ok(Json(AliasList::of_list(list, total, &without_cursor(uri))))
}

/// The address with its query, but without the cursor.
fn without_cursor(uri: &Uri) -> String {
    let rest = uri.query().unwrap_or_default().split('&');
    let rest: Vec<&str> =
        rest.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")).collect();
    match rest.is_empty() {
        true => uri.path().to_owned(),
        false => format!("{}?{}", uri.path(), rest.join("&")),
    }
}

/// One's own notifications, the newest first.
#[utoipa::path(get, path = "/api/notifications", tag = "notifications (aliases)",
    operation_id = "alias_list_notifications", params(Filter, Page), security(("bearer" = [])),
    responses((status = 200, body = AliasList<Notification>), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list_inbox(
    State(ctx): State<Ctx>,
    call: Call,
    Query(filter): Query<Filter>,
    page: Page,
    uri: Uri,
) -> Result<Json<AliasList<Notification>>> {
    list_of(&ctx, &call, filter, page, &uri).await
}

/// Tells users of one's tenant something; for operators.
#[utoipa::path(post, path = "/api/notifications", tag = "notifications (aliases)",
    operation_id = "alias_raise_notification", request_body = NewNotice,
    security(("bearer" = [])),
    responses((status = 202, body = Raised), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn raise_notice(
    State(ctx): State<Ctx>,
    call: Call,
    Json(new): Json<NewNotice>,
) -> Result<Response> {
    let raised = raise::raise(&ctx, &call, new).await?;
    Ok((StatusCode::ACCEPTED, Json(raised)).into_response())
}

/// One's own unread notifications, the newest first.
#[utoipa::path(get, path = "/api/notifications/unread", tag = "notifications (aliases)",
    operation_id = "alias_list_unread_notifications", params(Page), security(("bearer" = [])),
    responses((status = 200, body = AliasList<Notification>), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
async fn list_unread(
    State(ctx): State<Ctx>,
    call: Call,
    page: Page,
    uri: Uri,
) -> Result<Json<AliasList<Notification>>> {
    let filter = Filter { status: Some(Status::Unread), ..Filter::default() };
    list_of(&ctx, &call, filter, page, &uri).await
}

/// How many of one's own are unread.
#[utoipa::path(get, path = "/api/notifications/unread_count", tag = "notifications (aliases)",
    operation_id = "alias_count_unread_notifications", security(("bearer" = [])),
    responses((status = 200, body = UnreadCountAnswer), (status = 401, body = Problem)))]
async fn unread_count(State(ctx): State<Ctx>, call: Call) -> Result<Json<UnreadCountAnswer>> {
    Ok(Json(UnreadCountAnswer { unread_count: counts(&ctx, &call).await?.unread }))
}

/// One of one's own notifications.
#[utoipa::path(get, path = "/api/notifications/{id}", tag = "notifications (aliases)",
    operation_id = "alias_get_notification", params(("id" = Id, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = Notification), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn get_one(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<Notification>> {
    one(&ctx, &call, id).await.map(Json)
}

/// Puts a notification away.
#[utoipa::path(delete, path = "/api/notifications/{id}", tag = "notifications (aliases)",
    operation_id = "alias_delete_notification", params(("id" = Id, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn delete_one(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    change(&ctx, &call, Change::Dismiss(vec![id])).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a notification read.
#[utoipa::path(post, path = "/api/notifications/{id}/mark_read", tag = "notifications (aliases)",
    operation_id = "alias_read_notification", params(("id" = Id, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = OneAnswer), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn mark_read(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<OneAnswer>> {
    change_one(&ctx, &call, id, Change::Read(vec![id])).await
}

/// Marks read what is unread, up to a number when one is given. The body may be missing.
#[utoipa::path(post, path = "/api/notifications/mark_all_read", tag = "notifications (aliases)",
    operation_id = "alias_read_notifications", request_body = Option<MarkAllBody>,
    security(("bearer" = [])),
    responses((status = 200, body = ManyAnswer), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn mark_all_read(
    State(ctx): State<Ctx>,
    call: Call,
    body: Bytes,
) -> Result<Json<ManyAnswer>> {
    let wanted = match body.trim_ascii() {
        b"" => MarkAllBody::default(),
        text => json::object(text)?,
    };
    let up_to = wanted.up_to.unwrap_or(i64::MAX);
    Ok(Json(change(&ctx, &call, Change::ReadUpTo(up_to)).await?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_filter() {
        for (asked, expected) in [
            ("/api/notifications", "/api/notifications"),
            ("/api/notifications?cursor=abc", "/api/notifications"),
            ("/a?status=read&cursor=abc&limit=2", "/a?status=read&limit=2"),
        ] {
            assert_eq!(without_cursor(&asked.parse().unwrap()), expected);
        }
    }
}
