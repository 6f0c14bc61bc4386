//! Topics that somebody follows at the node that answers.

use axum::extract::State;
use domain::{TenantId, Timestamp, Topic};
use hub::TopicView;
use kit::{Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, Path, Problem, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::reach::{has, reach};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// Which topics are wanted.
#[derive(Debug, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Those that begin with this, such as `property:`.
    #[param(max_length = 128)]
    prefix: Option<String>,
}

/// A topic that somebody follows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LiveTopic)]
struct View {
    /// Its name.
    #[schema(value_type = String)]
    topic: Topic,
    tenant_id: TenantId,
    /// How many subscriptions it has at this node.
    subscriptions: usize,
    /// The number of the last event handed out; null where there are no numbers.
    seq: Option<u64>,
    /// Frames handed out here since somebody follows it, each counted once. Two looks tell a rate.
    frames: u64,
    /// When this was so.
    at: Timestamp,
}

impl View {
    fn of(view: TopicView, at: Timestamp) -> Self {
        let TopicView { tenant, topic, subscriptions, seq, frames } = view;
        Self { topic, tenant_id: tenant, subscriptions, seq, frames, at }
    }
}

/// The topics that somebody follows at the node that answers, by name. Needs the role `admin`, who
/// sees those of the own tenant, or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/topics", tag = "admin",
    operation_id = "list_topics",
    params(Filter, Page),
    responses(
        (status = 200, body = List<View>),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
async fn list(
    State(ctx): State<Ctx>,
    call: Call,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Json<List<View>>> {
    let reach = reach(&call)?;
    let hash = FilterHash::of(&("console.topics", &filter));
    let after = page.after::<(Topic, TenantId)>(&hash)?.map(|cursor| cursor.key);
    let prefix = filter.prefix.unwrap_or_default();
    let mut topics = ctx.hub().map(hub::Hub::topics).unwrap_or_default();
    topics.retain(|view| {
        let place = (&view.topic, view.tenant);
        has(reach, view.tenant)
            && view.topic.as_str().starts_with(&prefix)
            && after.as_ref().is_none_or(|(topic, tenant)| place > (topic, *tenant))
    });
    topics.sort_unstable_by(|a, b| (&a.topic, a.tenant).cmp(&(&b.topic, b.tenant)));
    let now = ctx.now();
    let cursor = |view: &TopicView| Cursor::of_key((view.topic.clone(), view.tenant));
    Ok(Json(List::of_rows(topics, &page, &hash, cursor, |view| View::of(view, now))))
}

/// A topic of the own tenant that somebody follows at the node that answers. Needs the role
/// `admin` or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/topics/{topic}", tag = "admin",
    operation_id = "show_topic",
    params(("topic" = String, Path)),
    responses(
        (status = 200, body = View),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem, description = "nobody follows it here"),
    ),
    security(("bearer" = [])),
)]
async fn show(State(ctx): State<Ctx>, call: Call, Path(topic): Path<Topic>) -> Result<Json<View>> {
    reach(&call)?;
    let mut topics = ctx.hub().map(hub::Hub::topics).unwrap_or_default().into_iter();
    let found = topics.find(|view| view.topic == topic && view.tenant == call.tenant());
    found.map(|view| Json(View::of(view, ctx.now()))).ok_or_else(Error::not_found)
}
