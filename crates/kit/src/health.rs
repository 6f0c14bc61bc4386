//! Whether the process lives, whether it can do its work, and its figures.

use std::time::Duration;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use hub::Link;
use serde::Serialize;
use store::{Tx, WritesRefused};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Ctx, Json, ctx::WeakCtx};

/// How often histograms are folded.
const UPKEEP: Duration = Duration::from_secs(5);
/// A reaction that is so far behind makes the node unready.
const MAX_LAG_EVENTS: i64 = 10_000;

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready))
}

/// Whether the process answers.
#[derive(Serialize, utoipa::ToSchema)]
struct Live {
    /// Always `ok`.
    status: &'static str,
    /// The server's version.
    version: &'static str,
}

/// How well a node can do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// All is well.
    Ok,
    /// It goes on with less.
    Degraded,
    /// It can do nothing.
    Unavailable,
}

/// Whether a node can do its work, and what is wrong when it cannot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Ready)]
pub struct Health {
    /// `ok`; `degraded` when it goes on with less; `unavailable`.
    #[schema(inline)]
    pub status: Status,
    /// What is wrong; empty when nothing is.
    pub reasons: Vec<String>,
}

impl Health {
    /// How this node is. Also refreshes the gauges of the reactions.
    pub async fn of(ctx: &Ctx) -> Self {
        let mut reasons = failures(ctx).await;
        let (fails, degradation) = (!reasons.is_empty(), degradation(ctx));
        let status = match (fails, degradation.is_empty()) {
            (true, _) => Status::Unavailable,
            (false, false) => Status::Degraded,
            (false, true) => Status::Ok,
        };
        reasons.extend(degradation);
        Self { status, reasons }
    }
}

#[utoipa::path(get, path = "/health/live", tag = "health",
    responses((status = 200, body = Live)))]
async fn live() -> Json<Live> {
    Json(Live { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn ready(State(ctx): State<Ctx>) -> Response {
    let health = Health::of(&ctx).await;
    let code = match health.status {
        Status::Ok | Status::Degraded => StatusCode::OK,
        Status::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    (code, Json(health)).into_response()
}

/// What the node can do without: it serves on, and is not taken out of service for it.
fn degradation(ctx: &Ctx) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(hub) = ctx.hub()
        && let Link::Away { since, reason } = &*hub.link().borrow()
    {
        reasons.push(format!("Redis is away since {since}: {reason}"));
    }
    // Others would not take them either, and reads go on.
    if let Some(refused) = ctx.store().writes_refused() {
        let WritesRefused { since, reason } = refused;
        reasons.push(format!("the database takes no writes since {since}: {reason}"));
    }
    reasons
}

/// Why the node cannot do its work.
async fn failures(ctx: &Ctx) -> Vec<String> {
    let mut reasons = Vec::new();
    if ctx.stopping().is_cancelled() {
        reasons.push("the server is stopping".to_owned());
    }
    let last = match ctx.store().read(async |tx: &Tx| tx.last_pos().await).await {
        Ok(last) => last,
        Err(error) => {
            reasons.push(format!("database: {error}"));
            return reasons;
        }
    };
    if let Some(reactions) = ctx.0.reactions.get() {
        for (name, pos) in reactions.positions() {
            let lag = last - pos;
            metrics::gauge!("openbell_reaction_lag_events", "reaction" => name).set(lag as f64);
            if lag > MAX_LAG_EVENTS {
                reasons.push(format!("reaction {name} is {lag} events behind"));
            }
        }
    }
    reasons
}

/// `/metrics`, in Prometheus' text form.
pub(crate) async fn metrics(State(ctx): State<Ctx>) -> Response {
    if let Some(hub) = ctx.hub() {
        hub.stats();
    }
    failures(&ctx).await;
    let form = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, form)], crate::metrics::render()).into_response()
}

/// Folds histograms until the process stops.
pub(crate) async fn upkeep(ctx: WeakCtx) {
    loop {
        let Some(house) = ctx.upgrade() else { return };
        crate::metrics::upkeep();
        let (clock, stop) = (house.clock().clone(), house.stopping().clone());
        drop(house);
        tokio::select! {
            () = clock.sleep(UPKEEP) => {}
            () = stop.cancelled() => return,
        }
    }
}
