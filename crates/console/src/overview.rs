//! How the installation is doing, at a glance.

use axum::extract::State;
use domain::{Id, Timestamp};
use hub::Link;
use kit::{Call, Ctx, Health, Json, Problem, Result, metrics::resident_bytes};
use serde::Serialize;
use store::{Dialect, Tx};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::reach::{has, reach};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(overview))
}

/// Which database is in use.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Database {
    /// Embedded.
    Sqlite,
    /// A server's.
    Postgres,
}

/// How the nodes hear of one another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Broker {
    /// There is no broker: one node, or nodes that follow the journal.
    None,
    /// Redis, connected.
    Connected,
    /// Redis, which cannot be reached.
    Away,
}

/// What is open at the node that answers.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
struct Sockets {
    /// Open connections.
    connections: usize,
    /// Users with at least one of them.
    users: usize,
    /// Topics with at least one subscriber.
    topics: usize,
    /// Subscriptions of all connections.
    subscriptions: usize,
    /// Bytes that wait to be written.
    queue_bytes: usize,
    /// Frames handed out by topics that are followed now, each counted once.
    frames: u64,
}

/// Tasks of all kinds.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
struct TaskCounts {
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

/// An installation, as one of its nodes sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Overview {
    /// The name of the node that answers; new at each start.
    node: Id,
    /// Its version.
    version: &'static str,
    /// When it was started.
    started_at: Timestamp,
    /// Its clock.
    now: Timestamp,
    /// How well it can do its work.
    #[schema(inline)]
    health: Health,
    /// Memory of its process that is in RAM, in bytes; null where the system does not tell.
    resident_bytes: Option<u64>,
    #[schema(inline)]
    database: Database,
    #[schema(inline)]
    broker: Broker,
    /// Whether the figures below are of all tenants, and not of the caller's own alone.
    all_tenants: bool,
    #[schema(inline)]
    sockets: Sockets,
    #[schema(inline)]
    tasks: TaskCounts,
}

fn sockets(ctx: &Ctx, within: impl Fn(domain::TenantId) -> bool) -> Sockets {
    let Some(hub) = ctx.hub() else { return Sockets::default() };
    let mut sockets = Sockets::default();
    let mut users = std::collections::HashSet::new();
    for view in hub.sessions().iter().map(hub::Session::view).filter(|view| within(view.tenant)) {
        sockets.connections += 1;
        sockets.queue_bytes += view.queue_bytes;
        users.extend(view.user);
    }
    sockets.users = users.len();
    for topic in hub.topics().into_iter().filter(|topic| within(topic.tenant)) {
        sockets.topics += 1;
        sockets.subscriptions += topic.subscriptions;
        sockets.frames += topic.frames;
    }
    sockets
}

/// How the installation is doing, as one node sees it: its health, what is open there, and the
/// tasks of all nodes. Needs the role `admin`, who sees the own tenant's figures, or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/overview", tag = "admin",
    operation_id = "show_overview",
    responses(
        (status = 200, body = Overview),
        (status = 401, body = Problem), (status = 403, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn overview(State(ctx): State<Ctx>, call: Call) -> Result<Json<Overview>> {
    let reach = reach(&call)?;
    let health = Health::of(&ctx).await;
    let depths = ctx.store().read(async move |tx: &Tx| tasks::depths(tx, reach).await).await?;
    let mut tasks = TaskCounts::default();
    for depth in depths {
        tasks.running += depth.running;
        tasks.due += depth.due;
        tasks.waiting += depth.waiting;
        tasks.retrying += depth.retrying;
        tasks.dead += depth.dead;
        let oldest = [tasks.oldest_due_at, depth.oldest_due_at].into_iter().flatten().min();
        tasks.oldest_due_at = oldest;
    }
    let link = ctx.hub().map(|hub| hub.link().borrow().clone());
    Ok(Json(Overview {
        node: ctx.node(),
        version: env!("CARGO_PKG_VERSION"),
        started_at: ctx.started_at(),
        now: ctx.now(),
        health,
        resident_bytes: resident_bytes(),
        database: match ctx.store().dialect() {
            Dialect::Sqlite => Database::Sqlite,
            Dialect::Postgres => Database::Postgres,
        },
        broker: match link {
            None | Some(Link::Local) => Broker::None,
            Some(Link::Connected) => Broker::Connected,
            Some(Link::Away { .. }) => Broker::Away,
        },
        all_tenants: reach.is_none(),
        sockets: sockets(&ctx, |tenant| has(reach, tenant)),
        tasks,
    }))
}
