//! REST: one's own inbox, and the operators' door.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::Id;
use kit::{Call, Ctx, Error, Json, Page, PathId, Problem, Query, Result};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    change::{Change, Changed, Inbox},
    given::{self, GivenId},
    list::{self, Filter, InboxPage, Status},
    model::{Counts, Notification},
    raise::{self, NewNotice, Raised},
};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list_inbox, raise_notice))
        .routes(routes!(list_unread))
        .routes(routes!(unread_count))
        .routes(routes!(get_one, delete_one))
        .routes(routes!(read_one))
        .routes(routes!(unread_one))
        .routes(routes!(dismiss_one))
        .routes(routes!(read_many))
        .routes(routes!(dismiss_many))
        .routes(routes!(seen_many))
}

/// The counters of the caller's inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountsAnswer {
    /// How many are neither read nor dismissed nor expired.
    unread_count: i64,
    /// How many of these were not shown yet.
    unseen_count: i64,
    /// Of two answers the one with the higher version is newer.
    version: i64,
}

impl From<Counts> for CountsAnswer {
    fn from(counts: Counts) -> Self {
        let Counts { unread, unseen, version } = counts;
        Self { unread_count: unread, unseen_count: unseen, version }
    }
}

/// A notification after a change, with the counters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneAnswer {
    /// The notification as it is now.
    notification: Notification,
    /// See the inbox.
    unread_count: i64,
    /// See the inbox.
    unseen_count: i64,
    /// See the inbox.
    version: i64,
}

/// What a change of several did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ManyAnswer {
    /// How many notifications it changed; 0 when all was so already.
    changed: u64,
    /// See the inbox.
    unread_count: i64,
    /// See the inbox.
    unseen_count: i64,
    /// See the inbox.
    version: i64,
}

impl From<Changed> for ManyAnswer {
    fn from(done: Changed) -> Self {
        let Counts { unread, unseen, version } = done.counts;
        Self { changed: done.changed, unread_count: unread, unseen_count: unseen, version }
    }
}

/// Which to mark read: exactly one of the three.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReadBody {
    /// These, at most 200.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Id>>)]
    ids: Option<Vec<GivenId>>,
    /// All that are unread up to this `inbox_no`.
    #[serde(default)]
    up_to: Option<i64>,
    /// True: all that are unread now.
    #[serde(default)]
    all: Option<bool>,
}

impl ReadBody {
    fn change(&self) -> Result<Change> {
        match (&self.ids, self.up_to, self.all) {
            (Some(given), None, None) => Ok(Change::Read(given::ids(given)?)),
            (None, Some(up_to), None) => Ok(Change::ReadUpTo(up_to)),
            (None, None, Some(true)) => Ok(Change::ReadUpTo(i64::MAX)),
            _ => {
                let message = "say exactly one of ids, up_to and all: true";
                Err(Error::invalid("", "one_of", message))
            }
        }
    }
}

/// Which ones.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct IdsBody {
    /// At most 200.
    #[schema(value_type = Vec<Id>)]
    ids: Vec<GivenId>,
}

/// Up to where.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UpToBody {
    /// The highest `inbox_no` that was shown.
    up_to: i64,
}

/// Makes a change of the caller's inbox.
///
/// # Errors
/// `unauthorized`, `not_found`.
pub(crate) async fn change(ctx: &Ctx, call: &Call, change: Change) -> Result<Changed> {
    let (tenant, user) = (call.tenant(), call.user()?);
    let work = async move |tx: &Tx| Inbox { tx, tenant, user }.apply(&change).await;
    ctx.write(call, work).await
}

/// The same for one notification, which comes back.
///
/// # Errors
/// `unauthorized`, `not_found`.
pub(crate) async fn change_one(
    ctx: &Ctx,
    call: &Call,
    id: Id,
    change: Change,
) -> Result<Json<OneAnswer>> {
    let (tenant, user) = (call.tenant(), call.user()?);
    let work = async move |tx: &Tx| {
        let inbox = Inbox { tx, tenant, user };
        let done = inbox.apply(&change).await?;
        Ok((inbox.get(id).await?, done.counts))
    };
    let (notification, counts): (Notification, Counts) = ctx.write(call, work).await?;
    let Counts { unread, unseen, version } = counts;
    Ok(Json(OneAnswer { notification, unread_count: unread, unseen_count: unseen, version }))
}

/// The counters of the caller.
///
/// # Errors
/// `unauthorized`.
pub(crate) async fn counts(ctx: &Ctx, call: &Call) -> Result<Counts> {
    let (tenant, user) = (call.tenant(), call.user()?);
    Ok(ctx.store().read(async move |tx: &Tx| list::counts(tx, tenant, user).await).await?)
}

/// One notification of the caller.
///
/// # Errors
/// `unauthorized`, `not_found`.
pub(crate) async fn one(ctx: &Ctx, call: &Call, id: Id) -> Result<Notification> {
    let (tenant, user) = (call.tenant(), call.user()?);
    ctx.store().read(async move |tx: &Tx| Inbox { tx, tenant, user }.get(id).await).await
}

/// One's own notifications, the newest first, with the counters of the same instant.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications",
    operation_id = "list_notifications", params(Filter, Page), security(("bearer" = [])),
    responses((status = 200, body = InboxPage), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list_inbox(
    State(ctx): State<Ctx>,
    call: Call,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Json<InboxPage>> {
    list::page(&ctx, &call, filter, page).await.map(Json)
}

/// Tells users of one's tenant something; for operators. The notifications are there a moment
/// later.
#[utoipa::path(post, path = "/api/v1/notifications", tag = "notifications",
    operation_id = "raise_notification", request_body = NewNotice, security(("bearer" = [])),
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
#[utoipa::path(get, path = "/api/v1/notifications/unread", tag = "notifications",
    operation_id = "list_unread_notifications", params(Page), security(("bearer" = [])),
    responses((status = 200, body = InboxPage), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
async fn list_unread(State(ctx): State<Ctx>, call: Call, page: Page) -> Result<Json<InboxPage>> {
    let filter = Filter { status: Some(Status::Unread), ..Filter::default() };
    list::page(&ctx, &call, filter, page).await.map(Json)
}

/// The counters of one's own inbox.
#[utoipa::path(get, path = "/api/v1/notifications/unread-count", tag = "notifications",
    operation_id = "count_unread_notifications", security(("bearer" = [])),
    responses((status = 200, body = CountsAnswer), (status = 401, body = Problem)))]
async fn unread_count(State(ctx): State<Ctx>, call: Call) -> Result<Json<CountsAnswer>> {
    Ok(Json(counts(&ctx, &call).await?.into()))
}

/// One of one's own notifications.
#[utoipa::path(get, path = "/api/v1/notifications/{id}", tag = "notifications",
    operation_id = "get_notification", params(("id" = Id, Path)), security(("bearer" = [])),
    responses((status = 200, body = Notification), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn get_one(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<Notification>> {
    one(&ctx, &call, id).await.map(Json)
}

/// Puts a notification away; the same as dismissing it.
#[utoipa::path(delete, path = "/api/v1/notifications/{id}", tag = "notifications",
    operation_id = "delete_notification", params(("id" = Id, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn delete_one(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    change(&ctx, &call, Change::Dismiss(vec![id])).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a notification read; again changes nothing.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/read", tag = "notifications",
    operation_id = "read_notification", params(("id" = Id, Path)), security(("bearer" = [])),
    responses((status = 200, body = OneAnswer), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn read_one(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<OneAnswer>> {
    change_one(&ctx, &call, id, Change::Read(vec![id])).await
}

/// Marks a notification unread again.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/unread", tag = "notifications",
    operation_id = "unread_notification", params(("id" = Id, Path)), security(("bearer" = [])),
    responses((status = 200, body = OneAnswer), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn unread_one(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<OneAnswer>> {
    change_one(&ctx, &call, id, Change::Unread(id)).await
}

/// Puts a notification away; it stays to be found with `status=dismissed`.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/dismiss", tag = "notifications",
    operation_id = "dismiss_notification", params(("id" = Id, Path)), security(("bearer" = [])),
    responses((status = 200, body = OneAnswer), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn dismiss_one(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<OneAnswer>> {
    change_one(&ctx, &call, id, Change::Dismiss(vec![id])).await
}

/// Marks several read: by id, or all that are unread up to a number. One unknown id, and nothing
/// is changed.
#[utoipa::path(post, path = "/api/v1/notifications/read", tag = "notifications",
    operation_id = "read_notifications", request_body = ReadBody, security(("bearer" = [])),
    responses((status = 200, body = ManyAnswer), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn read_many(
    State(ctx): State<Ctx>,
    call: Call,
    Json(body): Json<ReadBody>,
) -> Result<Json<ManyAnswer>> {
    Ok(Json(change(&ctx, &call, body.change()?).await?.into()))
}

/// Puts several away. One unknown id, and nothing is changed.
#[utoipa::path(post, path = "/api/v1/notifications/dismiss", tag = "notifications",
    operation_id = "dismiss_notifications", request_body = IdsBody, security(("bearer" = [])),
    responses((status = 200, body = ManyAnswer), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn dismiss_many(
    State(ctx): State<Ctx>,
    call: Call,
    Json(body): Json<IdsBody>,
) -> Result<Json<ManyAnswer>> {
    let change_of = Change::Dismiss(given::ids(&body.ids)?);
    Ok(Json(change(&ctx, &call, change_of).await?.into()))
}

/// Says that everything up to a number was shown; it stays unread.
#[utoipa::path(post, path = "/api/v1/notifications/seen", tag = "notifications",
    operation_id = "see_notifications", request_body = UpToBody, security(("bearer" = [])),
    responses((status = 200, body = ManyAnswer), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
async fn seen_many(
    State(ctx): State<Ctx>,
    call: Call,
    Json(body): Json<UpToBody>,
) -> Result<Json<ManyAnswer>> {
    Ok(Json(change(&ctx, &call, Change::SeenUpTo(body.up_to)).await?.into()))
}
