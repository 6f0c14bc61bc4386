//! What the hub asks of the house: the gate and the snapshot of a topic, and the journal.

use std::{collections::HashMap, sync::Arc};

use domain::{Id, Scope, TenantId, Timestamp, Topic};
use futures_util::future::BoxFuture;
use hub::{
    Backend, Heads, Identity, Kind, LatestFrame, LatestVersion, Opened, Position, Refusal, Replay,
    StreamFrame,
};
use store::{CommittedFrame, Store, Tx};

use crate::{
    Ctx, Error, Result,
    ctx::WeakCtx,
    family::{Family, Open, TopicRequest},
    latest,
    ports::CookieSession,
};

/// Events that a resume may bring; beyond it the client gets a snapshot.
pub const MAX_REPLAY: u64 = 1_000;

/// The hub's backend over the store.
pub(crate) struct StoreBackend {
    pub(crate) ctx: WeakCtx,
    pub(crate) families: Arc<HashMap<&'static str, Family>>,
    pub(crate) epoch: Arc<str>,
}

impl StoreBackend {
    fn ctx(&self) -> Result<Ctx, Refusal> {
        self.ctx.upgrade().ok_or_else(|| Error::unavailable("the server is stopping").into())
    }
}

pub(crate) fn stream_frame(frame: CommittedFrame) -> StreamFrame {
    let CommittedFrame { tenant, topic, seq, at, body } = frame;
    StreamFrame { tenant, topic, seq, at, body }
}

impl Backend for StoreBackend {
    fn open(
        &self,
        scope: Scope,
        topic: Topic,
        since: Option<Position>,
        want_snapshot: bool,
    ) -> BoxFuture<'static, Result<Opened, Refusal>> {
        let (ctx, epoch) = (self.ctx(), self.epoch.clone());
        let family = self.families.get(topic.family()).cloned();
        Box::pin(async move {
            let ctx = ctx?;
            let family =
                family.ok_or_else(|| Refusal::not_found(format!("there is no topic {topic}")))?;
            family.admits(&scope, &topic)?;
            let since = since.filter(|position| position.epoch == epoch).map(|p| p.seq);
            let wish = TopicWish { scope, topic, since, want_snapshot, epoch };
            Ok(open_topic(&ctx, family, wish).await?)
        })
    }

    fn replay(
        &self,
        tenant: TenantId,
        topic: Topic,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'static, Result<Replay, Refusal>> {
        let (ctx, epoch) = (self.ctx(), self.epoch.clone());
        Box::pin(async move {
            let store = ctx?.store().clone();
            let replay = read_replay(&store, tenant, topic, after, limit).await;
            replay.map(|replay| Replay { epoch, ..replay }).map_err(|e| Error::from(e).into())
        })
    }

    fn heads(&self, topics: Vec<(TenantId, Topic)>) -> BoxFuture<'static, Result<Heads, Refusal>> {
        let ctx = self.ctx();
        Box::pin(async move {
            crate::tail::heads(ctx?.store(), topics).await.map_err(|e| Error::from(e).into())
        })
    }

    fn versions(
        &self,
        topics: Vec<(TenantId, Topic)>,
    ) -> BoxFuture<'static, Result<Vec<LatestVersion>, Refusal>> {
        let families = latest::durable_only(&self.families, topics);
        let ctx = self.ctx();
        Box::pin(async move { Ok(latest::versions(ctx?, families).await) })
    }

    fn latest(
        &self,
        tenant: TenantId,
        topic: Topic,
    ) -> BoxFuture<'static, Result<Vec<LatestFrame>, Refusal>> {
        let ctx = self.ctx();
        let durable = self.families.get(topic.family()).and_then(|family| family.durable.clone());
        Box::pin(async move {
            match durable {
                Some(durable) => Ok(latest::values(ctx?, durable, tenant, topic).await?),
                None => Ok(Vec::new()),
            }
        })
    }

    fn session_end(
        &self,
        scope: Scope,
        session: Id,
    ) -> BoxFuture<'static, Result<Option<Timestamp>, Refusal>> {
        let ctx = self.ctx();
        Box::pin(async move {
            let ctx = ctx?;
            match (ctx.sessions(), scope.user_id()) {
                (Some(sessions), Some(user)) => {
                    Ok(sessions.ends_at(ctx.clone(), session, user).await?)
                }
                _ => Ok(None),
            }
        })
    }

    fn authenticate(&self, token: String) -> BoxFuture<'static, Result<Identity, Refusal>> {
        let ctx = self.ctx();
        Box::pin(async move { identify(&ctx?, token).await.map_err(Refusal::from) })
    }
}

/// Who brings an access token or a ticket, or has come with the session cookie.
pub(crate) async fn identify(ctx: &Ctx, token: String) -> Result<Identity> {
    if let Some(cookie) = token.strip_prefix(ctx.cookie_mark()) {
        return identify_by_cookie(ctx, cookie).await;
    }
    if let Some(tickets) = ctx.tickets()
        && token.starts_with(tickets.prefix())
    {
        return tickets.redeem(ctx.clone(), token).await;
    }
    let claims = ctx.tokens().verify(&token, ctx.now())?;
    // A socket lives long: it does not begin with what was true when the token was made.
    let roles = match ctx.sessions() {
        Some(sessions) => {
            let alive = sessions.alive(ctx.clone(), claims.session, claims.user).await?;
            alive.ok_or_else(Error::unauthorized)?
        }
        None => claims.roles,
    };
    let scope = Scope::user(claims.tenant, claims.user, roles);
    Ok(Identity { scope, expires_at: Some(claims.expires_at), session: None })
}

/// A socket cannot bring the next cookie: the browser's next request gets it. So it lives as long
/// as the session, however often that is prolonged.
async fn identify_by_cookie(ctx: &Ctx, value: &str) -> Result<Identity> {
    let claims = ctx.session_cookies().verify(value).ok_or_else(Error::unauthorized)?;
    let sessions = ctx.sessions().ok_or_else(Error::unauthorized)?;
    let found = sessions.of_cookie(ctx.clone(), claims).await?.ok_or_else(Error::unauthorized)?;
    let CookieSession { scope, session, expires_at, .. } = found;
    Ok(Identity { scope, expires_at: Some(expires_at), session: Some(session) })
}

struct TopicWish {
    scope: Scope,
    topic: Topic,
    /// The position, when it is of this history.
    since: Option<u64>,
    want_snapshot: bool,
    epoch: Arc<str>,
}

/// Right, position, and what a subscription begins with, in one transaction.
async fn open_topic(ctx: &Ctx, family: Family, wish: TopicWish) -> Result<Opened> {
    let context = ctx.clone();
    let read = async move |tx: &Tx| {
        // As a whole: a captured field with a lifetime defeats the compiler's check for Send.
        let (family, wish) = (&family, &wish);
        let request = |want_snapshot: bool| TopicRequest {
            ctx: context.clone(),
            tx: tx.clone(),
            scope: wish.scope,
            topic: wish.topic.clone(),
            want_snapshot,
        };
        let nothing = Position { seq: 0, epoch: wish.epoch.clone() };
        match &family.open {
            Open::Stream(open) => {
                let (opened, want_snapshot) = open_stream(tx, wish).await?;
                let snapshot = open(request(want_snapshot)).await?;
                Ok(Opened { snapshot: snapshot.filter(|_| want_snapshot), ..opened })
            }
            Open::Latest(open) => {
                let latest = open(request(true)).await?;
                let place = (wish.scope.tenant, &wish.topic, tx.now());
                let asked = (wish.since, wish.want_snapshot);
                Ok(latest.open(place, asked, wish.epoch.clone()))
            }
            Open::Map(gate) => {
                gate(request(false)).await?;
                Ok(Opened::map())
            }
            Open::Ephemeral(gate) => {
                gate(request(false)).await?;
                Ok(Opened { kind: Kind::Ephemeral, ..Opened::at(nothing) })
            }
        }
    };
    ctx.store().read(read).await
}

/// Where a stream stands and the events behind the asked position, and whether its snapshot is
/// wanted.
async fn open_stream(tx: &Tx, wish: &TopicWish) -> Result<(Opened, bool)> {
    let TopicWish { scope, topic, since, want_snapshot, epoch } = wish;
    let head = tx.topic_head(scope.tenant, topic).await?;
    // A position from the future is another history's, whatever its epoch says.
    let since = since.filter(|seq| {
        *seq <= head.seq && *seq + 1 >= head.first_kept && head.seq - *seq <= MAX_REPLAY
    });
    let mut opened = Opened::at(Position { seq: head.seq, epoch: epoch.clone() });
    if let Some(after) = since {
        let limit = MAX_REPLAY as usize;
        let events = tx.frames_after(scope.tenant, topic, after, limit).await?;
        opened.events = events.into_iter().map(stream_frame).collect();
        opened.recovered = true;
    }
    Ok((opened, *want_snapshot || since.is_none()))
}

async fn read_replay(
    store: &Store,
    tenant: TenantId,
    topic: Topic,
    after: u64,
    limit: usize,
) -> store::Result<Replay> {
    store
        .read(async move |tx: &Tx| {
            let head = tx.topic_head(tenant, &topic).await?;
            let frames = tx.frames_after(tenant, &topic, after, limit).await?;
            let more = frames.last().is_some_and(|last| last.seq < head.seq);
            Ok(Replay {
                events: frames.into_iter().map(stream_frame).collect(),
                head: head.seq,
                first_kept: head.first_kept,
                epoch: Arc::from(""),
                more,
            })
        })
        .await
}
