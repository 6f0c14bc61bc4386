//! What comes by itself, and when.

use axum::{extract::State, http::StatusCode};
use domain::{TenantId, Timestamp};
use kit::{Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, Path, Problem, Result};
use serde::{Deserialize, Serialize};
use store::Tx;
use tasks::{Enqueued, Schedule, ScheduleView, When};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::reach::{has, reach};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(run))
}

/// A schedule, and how far it has come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TaskSchedule)]
struct View {
    name: String,
    tenant_id: TenantId,
    /// The time between two occurrences, in seconds; null where a pattern says when.
    every_seconds: Option<u64>,
    /// Minute, hour, day of month, month, day of week; null where there is a steady pace.
    cron: Option<String>,
    /// On whose clocks the pattern is read.
    time_zone: Option<String>,
    /// The last occurrence, or since when the schedule is known.
    last_at: Option<Timestamp>,
    /// The next occurrence; null when there is none in sight, or nothing has begun yet.
    next_at: Option<Timestamp>,
}

impl View {
    fn of(view: ScheduleView) -> Self {
        let ScheduleView { name, when, tenant: tenant_id, last_at, next_at } = view;
        let (every_seconds, cron, time_zone) = match when {
            When::Every(pace) => (Some(pace.as_secs()), None, None),
            When::Cron { pattern, zone } => (None, Some(pattern), Some(zone)),
        };
        let name = name.to_owned();
        Self { name, tenant_id, every_seconds, cron, time_zone, last_at, next_at }
    }
}

fn schedules(ctx: &Ctx, reach: Option<TenantId>) -> Vec<Schedule> {
    let mut found = ctx.schedules().to_vec();
    found.retain(|schedule| has(reach, schedule.tenant));
    found.sort_unstable_by_key(|schedule| schedule.name);
    found
}

/// The schedules, by name. Needs the role `admin`, who sees the own tenant's, or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/schedules", tag = "admin",
    operation_id = "list_schedules",
    params(Page),
    responses(
        (status = 200, body = List<View>),
        (status = 401, body = Problem), (status = 403, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn list(State(ctx): State<Ctx>, call: Call, page: Page) -> Result<Json<List<View>>> {
    let hash = FilterHash::of("console.schedules");
    let mut schedules = schedules(&ctx, reach(&call)?);
    if let Some(Cursor { key, .. }) = page.after::<String>(&hash)? {
        schedules.retain(|schedule| schedule.name > key.as_str());
    }
    schedules.truncate(usize::try_from(page.rows_to_read()).unwrap_or(0));
    let views = ctx.store().read(async move |tx: &Tx| tasks::look_at(tx, &schedules).await).await?;
    let cursor = |view: &ScheduleView| Cursor::of_key(view.name.to_owned());
    Ok(Json(List::of_rows(views, &page, &hash, cursor, View::of)))
}

/// What became of the wish to have a schedule's task done.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
struct ScheduleRun {
    /// The schedule.
    name: String,
    /// Whether a task was added; false when one that was asked for has not ended yet.
    queued: bool,
}

/// Has the task of a schedule done now, beside its occurrences. Needs the role `admin`, for one of
/// the own tenant, or `root`.
#[utoipa::path(
    post, path = "/api/v1/admin/schedules/{name}/run", tag = "admin",
    operation_id = "run_schedule",
    params(("name" = String, Path)),
    responses(
        (status = 202, body = ScheduleRun),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn run(
    State(ctx): State<Ctx>,
    call: Call,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<ScheduleRun>)> {
    let mut schedules = schedules(&ctx, reach(&call)?).into_iter();
    let schedule = schedules.find(|schedule| schedule.name == name).ok_or_else(Error::not_found)?;
    let write = async move |tx: &Tx| {
        let queued = tasks::run_schedule(tx, &schedule).await? == Enqueued::New;
        Ok(ScheduleRun { name: schedule.name.to_owned(), queued })
    };
    let answer = ctx.write(&call, write).await?;
    Ok((StatusCode::ACCEPTED, Json(answer)))
}
