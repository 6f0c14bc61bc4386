//! The queue of tasks: how deep it is, what is in it, and its dead letters.

use axum::{extract::State, http::StatusCode};
use domain::{Id, TenantId, Timestamp};
use kit::{Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, PathId, Problem, Query, Result};
use serde::{Deserialize, Serialize};
use store::Tx;
use tasks::{DeadTask, Depth, Hastened, OpenTask, Redriven};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{codes, reach::reach};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(queues))
        .routes(routes!(open))
        .routes(routes!(run))
        .routes(routes!(dead))
        .routes(routes!(redrive))
        .routes(routes!(discard))
}

/// How much there is of one kind of task.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TaskQueue)]
struct Queue {
    /// The task's name.
    name: String,
    /// In somebody's hands.
    running: i64,
    /// Could run at once.
    due: i64,
    /// Wait for their time.
    waiting: i64,
    /// Of those due or waiting: failed before.
    retrying: i64,
    /// Dead letters.
    dead: i64,
    /// Since when the oldest of those that are due has been due.
    oldest_due_at: Option<Timestamp>,
}

/// Where an open task stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// Somebody has it.
    Running,
    /// It could run at once.
    Due,
    /// It waits for its time.
    Waiting,
}

/// A task that has not ended.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OpenTask)]
struct Open {
    id: Id,
    tenant_id: TenantId,
    /// The task's name.
    name: String,
    #[schema(inline)]
    state: Stage,
    /// The key that keeps others like it out while it is open.
    unique_key: Option<String>,
    /// When it was enqueued.
    created_at: Timestamp,
    /// When it is or was due.
    run_at: Timestamp,
    /// How many attempts were begun.
    attempt: u32,
    /// What the last attempt said, when it failed.
    last_error: Option<String>,
}

/// A task that was given up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DeadTask)]
struct Dead {
    id: Id,
    tenant_id: TenantId,
    /// The task's name.
    name: String,
    /// What it was to do.
    payload: serde_json::Value,
    /// When it was enqueued.
    created_at: Timestamp,
    /// How many attempts were begun.
    attempt: u32,
    /// What the last of them said.
    error: String,
    /// When it was given up.
    at: Timestamp,
}

/// Of which kind.
#[derive(Debug, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// The name of a task, such as `properties.pull`.
    #[param(max_length = 100)]
    name: Option<String>,
}

/// How deep the queue is, by kind of task, and by name. Kinds of which there is nothing do not
/// appear. Needs the role `admin`, who sees the own tenant's, or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/queues", tag = "admin",
    operation_id = "list_queues",
    params(Page),
    responses(
        (status = 200, body = List<Queue>),
        (status = 401, body = Problem), (status = 403, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn queues(State(ctx): State<Ctx>, call: Call, page: Page) -> Result<Json<List<Queue>>> {
    let reach = reach(&call)?;
    let hash = FilterHash::of("console.queues");
    let after = page.after::<String>(&hash)?.map(|cursor| cursor.key);
    let mut depths = ctx.store().read(async move |tx: &Tx| tasks::depths(tx, reach).await).await?;
    depths.retain(|depth| after.as_ref().is_none_or(|after| depth.name > *after));
    let cursor = |depth: &Depth| Cursor::of_key(depth.name.clone());
    Ok(Json(List::of_rows(depths, &page, &hash, cursor, |depth| {
        let Depth { name, running, due, waiting, retrying, dead, oldest_due_at } = depth;
        Queue { name, running, due, waiting, retrying, dead, oldest_due_at }
    })))
}

/// Tasks that have not ended, the oldest first. Needs the role `admin`, who sees the own tenant's,
/// or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/tasks", tag = "admin",
    operation_id = "list_tasks",
    params(Filter, Page),
    responses(
        (status = 200, body = List<Open>),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn open(
    State(ctx): State<Ctx>,
    call: Call,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Json<List<Open>>> {
    let reach = reach(&call)?;
    let hash = FilterHash::of(&("console.tasks", &filter));
    let after = page.after::<()>(&hash)?.map(|cursor| cursor.id);
    let limit = page.rows_to_read();
    let read = async move |tx: &Tx| {
        tasks::open_tasks(tx, reach, filter.name.as_deref(), after, limit).await
    };
    let rows = ctx.store().read(read).await?;
    let now = ctx.now();
    let cursor = |task: &OpenTask| Cursor { key: (), id: task.id };
    Ok(Json(List::of_rows(rows, &page, &hash, cursor, |task| {
        let state = match (task.lease_until > now, task.run_at > now) {
            (true, _) => Stage::Running,
            (false, false) => Stage::Due,
            (false, true) => Stage::Waiting,
        };
        let OpenTask { id, tenant: tenant_id, name, unique_key, created_at, run_at, .. } = task;
        let OpenTask { attempt, last_error, .. } = task;
        Open { id, tenant_id, name, state, unique_key, created_at, run_at, attempt, last_error }
    })))
}

/// Makes a waiting task due at once. Needs the role `admin`, for one of the own tenant, or `root`.
#[utoipa::path(
    post, path = "/api/v1/admin/tasks/{id}/run", tag = "admin",
    operation_id = "run_task",
    params(("id" = Id, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`task_due`"),
    ),
    security(("bearer" = [])),
)]
async fn run(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    let reach = reach(&call)?;
    ctx.write(&call, async move |tx: &Tx| match tasks::run_now(tx, reach, id).await? {
        Hastened::Due => Ok(()),
        Hastened::AlreadyDue => Err(Error::of(&codes::TASK_DUE)),
        Hastened::NotFound => Err(Error::not_found()),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tasks that were given up, the oldest first. Needs the role `admin`, who sees the own tenant's,
/// or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/dead-letters", tag = "admin",
    operation_id = "list_dead_letters",
    params(Filter, Page),
    responses(
        (status = 200, body = List<Dead>),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn dead(
    State(ctx): State<Ctx>,
    call: Call,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Json<List<Dead>>> {
    let reach = reach(&call)?;
    let hash = FilterHash::of(&("console.dead_letters", &filter));
    let after = page.after::<()>(&hash)?.map(|cursor| cursor.id);
    let limit = page.rows_to_read();
    let read = async move |tx: &Tx| {
        tasks::dead_letters(tx, reach, filter.name.as_deref(), after, limit).await
    };
    let rows = ctx.store().read(read).await?;
    let cursor = |task: &DeadTask| Cursor { key: (), id: task.id };
    Ok(Json(List::of_rows(rows, &page, &hash, cursor, |task| {
        let DeadTask { id, tenant: tenant_id, name, body, created_at, attempt, error, at, .. } =
            task;
        let payload = serde_json::from_str(&body).unwrap_or_default();
        Dead { id, tenant_id, name, payload, created_at, attempt, error, at }
    })))
}

/// Sends a dead letter round again, with all its attempts before it. Needs the role `admin`, for
/// one of the own tenant, or `root`.
#[utoipa::path(
    post, path = "/api/v1/admin/dead-letters/{id}/redrive", tag = "admin",
    operation_id = "redrive_dead_letter",
    params(("id" = Id, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`task_exists`; the dead letter stays"),
    ),
    security(("bearer" = [])),
)]
async fn redrive(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    let reach = reach(&call)?;
    ctx.write(&call, async move |tx: &Tx| match tasks::redrive(tx, reach, id).await? {
        Redriven::Queued => Ok(()),
        Redriven::AlreadyThere => Err(Error::of(&codes::TASK_EXISTS)),
        Redriven::NotFound => Err(Error::not_found()),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Throws a dead letter away. Needs the role `admin`, for one of the own tenant, or `root`.
#[utoipa::path(
    delete, path = "/api/v1/admin/dead-letters/{id}", tag = "admin",
    operation_id = "discard_dead_letter",
    params(("id" = Id, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn discard(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    let reach = reach(&call)?;
    ctx.write(&call, async move |tx: &Tx| match tasks::discard(tx, reach, id).await? {
        true => Ok(()),
        false => Err(Error::not_found()),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
