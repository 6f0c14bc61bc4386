//! Open connections of the node that answers.

use std::collections::{BTreeMap, HashMap};

use axum::{extract::State, http::StatusCode};
use domain::{Id, TenantId, Timestamp, Topic, UserId};
use hub::{CloseCode, ConnectionView, Mode, Session};
use kit::{
    Call, Ctx, Cursor, Error, FilterHash, Json, List, Page, PathId, Problem, Query, Result,
    ports::UserCard,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::reach::{has, reach};

pub(crate) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(close))
}

/// Which connections are wanted.
#[derive(Debug, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Those of this user.
    user: Option<UserId>,
    /// Those that follow this topic.
    #[param(value_type = Option<String>)]
    topic: Option<Topic>,
    /// Those whose path or address has this in it.
    #[param(max_length = 100)]
    q: Option<String>,
}

/// A user, in a few words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ConnectedUser)]
struct UserView {
    id: UserId,
    /// Null when the account is gone.
    email: Option<String>,
    /// What people call them; may be empty.
    name: String,
}

/// An open connection.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Connection {
    id: Id,
    tenant_id: TenantId,
    /// Who has signed in; null for a guest.
    #[schema(inline)]
    user: Option<UserView>,
    /// The path of the socket.
    path: String,
    /// The peer's address.
    remote: String,
    /// Since when it is open.
    opened_at: Timestamp,
    /// When its token runs out.
    expires_at: Option<Timestamp>,
    /// How many topics it follows.
    topics: usize,
    /// Bytes that wait to be written.
    queue_bytes: usize,
    /// Frames sent so far.
    sent: u64,
}

/// An open connection with the topics that it follows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ConnectionDetail {
    #[serde(flatten)]
    connection: Connection,
    /// The node that holds it.
    node: Id,
    /// The topics that its client follows by name, in order.
    #[schema(value_type = Vec<String>)]
    followed: Vec<Topic>,
    /// The topics that its path follows for it, in order.
    #[schema(value_type = Vec<String>)]
    observed: Vec<Topic>,
}

impl Connection {
    fn of(view: ConnectionView, cards: &HashMap<UserId, UserCard>) -> Self {
        let user = view.user.map(|id| {
            let card = cards.get(&id);
            let name = card.map(|card| card.name.clone()).unwrap_or_default();
            UserView { id, email: card.map(|card| card.email.clone()), name }
        });
        Self {
            id: view.id,
            tenant_id: view.tenant,
            user,
            path: view.endpoint.to_owned(),
            remote: view.remote,
            opened_at: view.opened_at,
            expires_at: view.expires_at,
            topics: view.topics,
            queue_bytes: view.queue_bytes,
            sent: view.sent,
        }
    }
}

/// The users of these connections, by id.
async fn cards(ctx: &Ctx, views: &[ConnectionView]) -> Result<HashMap<UserId, UserCard>> {
    let mut wanted = BTreeMap::<TenantId, Vec<UserId>>::new();
    for view in views {
        wanted.entry(view.tenant).or_default().extend(view.user);
    }
    let house = ctx.clone();
    let read = async move |tx: &Tx| {
        let mut found = HashMap::new();
        for (tenant, ids) in &wanted {
            let cards = house.users()?.cards(tx.clone(), *tenant, ids.clone()).await?;
            found.extend(cards.into_iter().map(|card| (card.id, card)));
        }
        Ok::<_, Error>(found)
    };
    ctx.store().read(read).await
}

fn sessions(ctx: &Ctx, reach: Option<TenantId>, topic: Option<&Topic>) -> Vec<Session> {
    let Some(hub) = ctx.hub() else { return Vec::new() };
    let Some(topic) = topic else { return hub.sessions() };
    match reach {
        Some(tenant) => hub.followers(tenant, topic),
        None => {
            let all = hub.topics();
            let of_that_name = all.iter().filter(|found| found.topic == *topic);
            of_that_name.flat_map(|found| hub.followers(found.tenant, topic)).collect()
        }
    }
}

/// The open connections of the node that answers, the oldest first. Needs the role `admin`, who
/// sees those of the own tenant, or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/connections", tag = "admin",
    operation_id = "list_connections",
    params(Filter, Page),
    responses(
        (status = 200, body = List<Connection>),
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
) -> Result<Json<List<Connection>>> {
    let reach = reach(&call)?;
    let hash = FilterHash::of(&("console.connections", &filter));
    let after = page.after::<()>(&hash)?.map(|cursor| cursor.id);
    let Filter { user, topic, q } = filter;
    let matches = |view: &ConnectionView| {
        has(reach, view.tenant)
            && after.is_none_or(|after| view.id > after)
            && user.is_none_or(|user| view.user == Some(user))
            && q.as_ref().is_none_or(|q| view.endpoint.contains(&**q) || view.remote.contains(&**q))
    };
    let found = sessions(&ctx, reach, topic.as_ref());
    let mut views: Vec<_> = found.iter().map(Session::view).filter(matches).collect();
    views.sort_unstable_by_key(|view| view.id);
    views.truncate(usize::try_from(page.rows_to_read()).unwrap_or(0));
    let cards = cards(&ctx, &views).await?;
    let cursor = |view: &ConnectionView| Cursor { key: (), id: view.id };
    let list = List::of_rows(views, &page, &hash, cursor, |view| Connection::of(view, &cards));
    Ok(Json(list))
}

/// The session of this id, when it is within reach.
fn find(ctx: &Ctx, reach: Option<TenantId>, id: Id) -> Result<Session> {
    let mut sessions = ctx.hub().map(hub::Hub::sessions).unwrap_or_default().into_iter();
    let found = sessions.find(|session| session.id() == id && has(reach, session.tenant()));
    found.ok_or_else(Error::not_found)
}

/// A connection of the node that answers, and what it follows. Needs the role `admin`, for one of
/// the own tenant, or `root`.
#[utoipa::path(
    get, path = "/api/v1/admin/connections/{id}", tag = "admin",
    operation_id = "show_connection",
    params(("id" = Id, Path)),
    responses(
        (status = 200, body = ConnectionDetail),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem, description = "no open connection of this node"),
    ),
    security(("bearer" = [])),
)]
async fn show(
    State(ctx): State<Ctx>,
    call: Call,
    PathId(id): PathId,
) -> Result<Json<ConnectionDetail>> {
    let session = find(&ctx, reach(&call)?, id)?;
    let view = session.view();
    let cards = cards(&ctx, std::slice::from_ref(&view)).await?;
    let topics = |mode| {
        let mut topics = session.topics(mode);
        topics.sort_unstable();
        topics
    };
    Ok(Json(ConnectionDetail {
        connection: Connection::of(view, &cards),
        node: ctx.node(),
        followed: topics(Mode::Forward),
        observed: topics(Mode::Observe),
    }))
}

/// Closes a connection of the node that answers with 4013; clients do not come back by themselves.
/// Needs the role `admin`, for one of the own tenant, or `root`.
#[utoipa::path(
    delete, path = "/api/v1/admin/connections/{id}", tag = "admin",
    operation_id = "close_connection",
    params(("id" = Id, Path)),
    responses(
        (status = 204),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem, description = "no open connection of this node"),
    ),
    security(("bearer" = [])),
)]
async fn close(State(ctx): State<Ctx>, call: Call, PathId(id): PathId) -> Result<StatusCode> {
    let session = find(&ctx, reach(&call)?, id)?;
    session.close(CloseCode::BY_ADMIN);
    tracing::info!(connection = %id, by = ?call.scope().user_id(), "closed by an administrator");
    Ok(StatusCode::NO_CONTENT)
}
