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
        let react = Arc::new(react);
        let make = move |ctx: Ctx| reactions::Reaction {
            name,
            events: vec![E::NAME],
            // Weak: the runner must not keep the house alive.
            handler: handler(ctx.downgrade(), react),
        };
        Self { name, events: vec![E::NAME], make: Box::new(make) }
    }
}

fn handler<E, F, Fut>(ctx: crate::ctx::WeakCtx, react: Arc<F>) -> reactions::Handler
where
    E: Event,
    F: Fn(Ctx, Tx, Vec<Fact<E>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    reactions::handler(move |tx: Tx, batch: Arc<[JournalEvent]>| {
        let (ctx, react) = (ctx.upgrade(), react.clone());
        async move {
            let stopping =
                HandlerError { message: "the server is stopping".into(), transient: true };
            let ctx = ctx.ok_or(stopping)?;
            react(ctx, tx, facts(&batch)?).await.map_err(|error| digest(&error))
        }
    })
}

fn facts<E: Event>(batch: &[JournalEvent]) -> store::Result<Vec<Fact<E>>> {
    let mut facts = Vec::with_capacity(batch.len());
    for row in batch {
        if let Some(event) = row.decode::<E>()? {
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
