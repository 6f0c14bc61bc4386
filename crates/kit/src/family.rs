//! Families of topics: who may follow one, and what a subscription begins with.

use std::sync::Arc;

use domain::{Scope, TenantId, Topic};
use futures_util::future::BoxFuture;
use hub::{Kind, LatestVersion};
use serde_json::value::RawValue;
use store::Tx;

use crate::{Ctx, Error, Latest, LatestValue, Result};

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

type Reader<T> = Arc<dyn Fn(TopicRequest) -> BoxFuture<'static, Result<T>> + Send + Sync>;

/// What a subscription begins with. Each also checks the right to follow the topic; what one may
/// not see does not exist: `not_found`.
#[derive(Clone)]
pub(crate) enum Open {
    Stream(Reader<Option<Box<RawValue>>>),
    Latest(Reader<Latest>),
    Map(Reader<()>),
    Ephemeral(Reader<()>),
}

type ReadVersions = Arc<
    dyn Fn(Ctx, Tx, Vec<(TenantId, Topic)>) -> BoxFuture<'static, Result<Vec<LatestVersion>>>
        + Send
        + Sync,
>;
type ReadValues = Arc<
    dyn Fn(Ctx, Tx, TenantId, Topic) -> BoxFuture<'static, Result<Vec<LatestValue>>> + Send + Sync,
>;

/// How values that were lost on their way are found and read again.
#[derive(Clone)]
pub(crate) struct Durable {
    pub(crate) versions: ReadVersions,
    pub(crate) values: ReadValues,
}

/// A family of topics: `<name>:<id>`, or the bare name where there is only one.
#[derive(Clone)]
pub struct Family {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) open: Open,
    pub(crate) durable: Option<Durable>,
    pub(crate) public: bool,
    pub(crate) single: bool,
}

fn reader<T, F, Fut>(read: F) -> Reader<T>
where
    F: Fn(TopicRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    Arc::new(move |request| Box::pin(read(request)))
}

impl Family {
    const fn new(name: &'static str, about: &'static str, open: Open) -> Self {
        Self { name, about, open, durable: None, public: false, single: false }
    }

    /// A journal of one entity or one user each, with `seq` 1, 2, 3 …: every event, in order,
    /// resumable. `open` checks the right and reads the snapshot.
    pub fn stream<F, Fut>(name: &'static str, about: &'static str, open: F) -> Self
    where
        F: Fn(TopicRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Box<RawValue>>>> + Send + 'static,
    {
        Self::new(name, about, Open::Stream(reader(open)))
    }

    /// Newest values: a state, not the steps to it. `open` checks the right and reads what is the
    /// newest. What is published comes by [`Ctx::live_latest`].
    pub fn latest<F, Fut>(name: &'static str, about: &'static str, open: F) -> Self
    where
        F: Fn(TopicRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Latest>> + Send + 'static,
    {
        Self::new(name, about, Open::Latest(reader(open)))
    }

    /// Who is there, each with a small state. `gate` checks the right to be there and to look.
    pub fn map<F, Fut>(name: &'static str, about: &'static str, gate: F) -> Self
    where
        F: Fn(TopicRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self::new(name, about, Open::Map(reader(gate)))
    }

    /// Frames without history, at most once, by [`Ctx::live`]. `gate` checks the right.
    pub fn ephemeral<F, Fut>(name: &'static str, about: &'static str, gate: F) -> Self
    where
        F: Fn(TopicRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self::new(name, about, Open::Ephemeral(reader(gate)))
    }

    /// Newest values that are in the database: should one be lost on its way, it is read again
    /// within a second or two. `versions` gives the newest version of each key of all these topics
    /// in one query, `values` the newest values of one topic; neither asks for a right, because
    /// somebody has joined already.
    #[must_use]
    pub fn durable<V, VFut, R, RFut>(mut self, versions: V, values: R) -> Self
    where
        V: Fn(Ctx, Tx, Vec<(TenantId, Topic)>) -> VFut + Send + Sync + 'static,
        VFut: Future<Output = Result<Vec<LatestVersion>>> + Send + 'static,
        R: Fn(Ctx, Tx, TenantId, Topic) -> RFut + Send + Sync + 'static,
        RFut: Future<Output = Result<Vec<LatestValue>>> + Send + 'static,
    {
        self.durable = Some(Durable {
            versions: Arc::new(move |ctx, tx, topics| Box::pin(versions(ctx, tx, topics))),
            values: Arc::new(move |ctx, tx, tenant, topic| {
                Box::pin(values(ctx, tx, tenant, topic))
            }),
        });
        self
    }

    /// Somebody unknown may follow it where its own check says so, by `scope`. Of other families
    /// they are told to sign in, and the check is not even asked.
    #[must_use]
    pub const fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// There is one topic in it, which bears the bare name.
    #[must_use]
    pub const fn single(mut self) -> Self {
        self.single = true;
        self
    }

    /// What its topics promise.
    pub(crate) const fn kind(&self) -> Kind {
        match self.open {
            Open::Stream(_) => Kind::Stream,
            Open::Latest(_) => Kind::Latest,
            Open::Map(_) => Kind::Map,
            Open::Ephemeral(_) => Kind::Ephemeral,
        }
    }

    /// Whether `scope` may ask for this topic of the family at all.
    pub(crate) fn admits(&self, scope: &Scope, topic: &Topic) -> Result<()> {
        if self.single && topic.as_str() != self.name {
            return Err(Error::not_found());
        }
        if !self.public && scope.user_id().is_none() {
            return Err(Error::unauthorized());
        }
        Ok(())
    }
}

/// The stream of one user, which only that user follows.
pub(crate) fn user_family() -> Family {
    Family::stream("user", "what concerns one user", async |request: TopicRequest| {
        let own = request.scope.user_id().map(Topic::user);
        if own == Some(request.topic) { Ok(None) } else { Err(Error::not_found()) }
    })
}
