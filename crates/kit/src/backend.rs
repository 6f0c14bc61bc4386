//! What the hub asks of the house: the gate and the snapshot of a topic, and the journal.

use std::{collections::HashMap, sync::Arc};

use domain::{Scope, TenantId, Topic};
use futures_util::future::BoxFuture;
use hub::{Backend, Heads, Identity, Opened, Position, Refusal, Replay, StreamFrame};
use serde_json::value::RawValue;
use store::{CommittedFrame, Store, Tx};

use crate::{Ctx, Error, Result, ctx::WeakCtx};

/// Events that a resume may bring; beyond it the client gets a snapshot.
pub const MAX_REPLAY: u64 = 1_000;

/// Somebody wants to follow a topic.
pub struct TopicRequest {
    /// The house.
    pub ctx: Ctx,
    /// The transaction in which position and snapshot are read.
    pub tx: Tx,
    /// Who, for which tenant.
    pub scope: Scope,
    /// Which topic.
    pub topic: Topic,
    /// Whether the state of the thing is wanted beside the right to follow it.
    pub want_snapshot: bool,
}

/// Checks the right to follow a topic and reads the thing's state, in one transaction with its
/// position. What one may not see does not exist: `not_found`.
pub(crate) type OpenTopic =
    Arc<dyn Fn(TopicRequest) -> BoxFuture<'static, Result<Option<Box<RawValue>>>> + Send + Sync>;

/// A family of stream topics, `<name>:<id>`: one entity or one user each.
#[derive(Clone)]
pub struct Family {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) open: OpenTopic,
}

impl Family {
    /// A family whose right and snapshot are given by `open`.
    pub fn stream<F, Fut>(name: &'static str, about: &'static str, open: F) -> Self
    where
        F: Fn(TopicRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Box<RawValue>>>> + Send + 'static,
    {
        Self { name, about, open: Arc::new(move |request| Box::pin(open(request))) }
    }
}

/// The stream of one user, which only that user follows.
pub(crate) fn user_family() -> Family {
    Family::stream("user", "what concerns one user", async |request: TopicRequest| {
        let own = request.scope.user_id().map(Topic::user);
        if own == Some(request.topic) { Ok(None) } else { Err(Error::not_found()) }
    })
}

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
            let since = since.filter(|position| position.epoch == epoch).map(|p| p.seq);
            let opened =
                open_topic(&ctx, family, TopicWish { scope, topic, since, want_snapshot }).await?;
            Ok(Opened { head: Position { seq: opened.seq, epoch }, ..opened.rest })
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

    fn authenticate(&self, token: String) -> BoxFuture<'static, Result<Identity, Refusal>> {
        let ctx = self.ctx();
        Box::pin(async move { identify(&ctx?, token).await.map_err(Refusal::from) })
    }
}

/// Who brings an access token or a ticket.
pub(crate) async fn identify(ctx: &Ctx, token: String) -> Result<Identity> {
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
    Ok(Identity { scope, expires_at: Some(claims.expires_at) })
}

struct TopicWish {
    scope: Scope,
    topic: Topic,
    since: Option<u64>,
    want_snapshot: bool,
}

struct OpenedAt {
    seq: u64,
    rest: Opened,
}

/// Right, position, and events or snapshot, in one transaction.
async fn open_topic(ctx: &Ctx, family: Family, wish: TopicWish) -> Result<OpenedAt, Refusal> {
    let context = ctx.clone();
    let read = async move |tx: &Tx| {
        // As a whole: a captured field with a lifetime defeats the compiler's check for Send.
        let family = &family;
        let TopicWish { scope, topic, since, want_snapshot } = &wish;
        let head = tx.topic_head(scope.tenant, topic).await?;
        // A position from the future is another history's, whatever its epoch says.
        let since = since.filter(|seq| {
            *seq <= head.seq && *seq + 1 >= head.first_kept && head.seq - *seq <= MAX_REPLAY
        });
        let request = TopicRequest {
            ctx: context.clone(),
            tx: tx.clone(),
            scope: *scope,
            topic: topic.clone(),
            want_snapshot: *want_snapshot || since.is_none(),
        };
        let snapshot = (family.open)(request).await?;
        let events = match since {
            Some(after) => tx.frames_after(scope.tenant, topic, after, MAX_REPLAY as usize).await?,
            None => Vec::new(),
        };
        Ok::<_, Error>((head.seq, since.is_some(), events, snapshot))
    };
    let (seq, recovered, events, snapshot) = ctx.store().read(read).await?;
    let mut rest = Opened::at(Position { seq, epoch: Arc::from("") });
    rest.recovered = recovered;
    rest.events = events.into_iter().map(stream_frame).collect();
    rest.snapshot = snapshot;
    Ok(OpenedAt { seq, rest })
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
