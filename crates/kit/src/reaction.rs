//! What a feature does on others' events.

use std::{ops::Deref, sync::Arc};

use domain::{Id, TenantId, Timestamp};
use events::Event;
use store::{
    JournalEvent, Tx,
    reactions::{self, HandlerError},
};

use crate::{Ctx, Error, Result};

/// An event with where it stands in the journal.
#[derive(Debug, Clone)]
pub struct Fact<E> {
    /// Whose event.
    pub tenant: TenantId,
    /// The event's id, stable for ever.
    pub id: Id,
    /// Its place in the journal.
    pub pos: i64,
    /// When it was written.
    pub at: Timestamp,
    /// The event.
    pub event: E,
}

impl<E> Deref for Fact<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.event
    }
}

/// One of two events.
#[derive(Debug, Clone)]
pub enum Either<A, B> {
    /// Of the first name.
    First(A),
    /// Of the second name.
    Second(B),
}

type Make = Box<dyn FnOnce(Ctx) -> reactions::Reaction + Send>;

/// A reaction, before there is a house to react in.
pub struct ReactionSpec {
    pub(crate) name: &'static str,
    pub(crate) events: Vec<&'static str>,
    pub(crate) make: Make,
}

impl ReactionSpec {
    /// Reacts to events `E`, up to 500 at once, in order: `react(ctx, tx, facts)`. Its writes and
    /// its cursor are one transaction, so each event takes effect once. It may await its `tx` only.
    pub fn new<E, F, Fut>(name: &'static str, react: F) -> Self
    where
        E: Event,
        F: Fn(Ctx, Tx, Vec<Fact<E>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self::of(name, vec![E::NAME], JournalEvent::decode::<E>, react)
    }

    /// The same for events of two names: both kinds come in the one order of the journal, for what
    /// keeps a state from the one and uses it for the other.
    pub fn either<A, B, F, Fut>(name: &'static str, react: F) -> Self
    where
        A: Event,
        B: Event,
        F: Fn(Ctx, Tx, Vec<Fact<Either<A, B>>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let decode = |row: &JournalEvent| match row.decode::<A>()? {
            Some(event) => Ok(Some(Either::First(event))),
            None => Ok(row.decode::<B>()?.map(Either::Second)),
        };
        Self::of(name, vec![A::NAME, B::NAME], decode, react)
    }

    fn of<E, F, Fut>(
        name: &'static str,
        events: Vec<&'static str>,
        decode: Decode<E>,
        react: F,
    ) -> Self
    where
        E: Send + 'static,
        F: Fn(Ctx, Tx, Vec<Fact<E>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let react = Arc::new(react);
        let names = events.clone();
        let make = move |ctx: Ctx| reactions::Reaction {
            name,
            events: names,
            // Weak: the runner must not keep the house alive.
            handler: handler(ctx.downgrade(), decode, react),
        };
        Self { name, events, make: Box::new(make) }
    }
}

/// Reads an event of a row, when it has one of the names.
type Decode<E> = fn(&JournalEvent) -> store::Result<Option<E>>;

fn handler<E, F, Fut>(
    ctx: crate::ctx::WeakCtx,
    decode: Decode<E>,
    react: Arc<F>,
) -> reactions::Handler
where
    E: Send + 'static,
    F: Fn(Ctx, Tx, Vec<Fact<E>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    reactions::handler(move |tx: Tx, batch: Arc<[JournalEvent]>| {
        let (ctx, react) = (ctx.upgrade(), react.clone());
        async move {
            let stopping =
                HandlerError { message: "the server is stopping".into(), transient: true };
            let ctx = ctx.ok_or(stopping)?;
            react(ctx, tx, facts(&batch, decode)?).await.map_err(|error| digest(&error))
        }
    })
}

fn facts<E>(batch: &[JournalEvent], decode: Decode<E>) -> store::Result<Vec<Fact<E>>> {
    let mut facts = Vec::with_capacity(batch.len());
    for row in batch {
        if let Some(event) = decode(row)? {
            let (tenant, id, pos, at) = (row.tenant, row.id, row.pos, row.at);
            facts.push(Fact { tenant, id, pos, at, event });
        }
    }
    Ok(facts)
}

/// A reaction's error as the runner understands it.
fn digest(error: &Error) -> HandlerError {
    match error.store_error() {
        Some(error) => error.clone().into(),
        None => HandlerError { message: error.to_string(), transient: false },
    }
}
