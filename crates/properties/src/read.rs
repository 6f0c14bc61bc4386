//! Reading: one property, lists, the history, and what other features may read.

use domain::{Id, Scope, TenantId, Timestamp};
use futures_util::future::BoxFuture;
use kit::{
    Ctx, Error, Result,
    ports::{Properties, PropertyCard, Sieve, Sifted},
};
use store::{Tx, args, from_row};

use crate::{
    model::Property,
    row::{Card, Stored},
    sql,
};

/// One property of the tenant.
pub(crate) async fn get(ctx: &Ctx, tenant: TenantId, id: Id) -> Result<Property> {
    let found: Option<Stored> = ctx.store().maybe(&sql::BY_ID, &args![tenant, id]).await?;
    found.map(|Stored(property)| property).ok_or_else(Error::not_found)
}

/// A row of the history.
pub(crate) struct HistoryRow {
    pub(crate) version: i64,
    pub(crate) field: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) source: String,
    pub(crate) at: Timestamp,
}

from_row!(HistoryRow { version, field, old, new, source, at });

/// What changed in a property, newest first, behind a place.
pub(crate) async fn history(
    ctx: &Ctx,
    tenant: TenantId,
    id: Id,
    (version, field): (i64, String),
    limit: i64,
) -> Result<Vec<HistoryRow>> {
    ctx.store()
        .read(async move |tx: &Tx| {
            let there: Option<(i64,)> = tx.maybe(&sql::EXISTS, &args![tenant, id]).await?;
            there.ok_or_else(Error::not_found)?;
            Ok(tx.all(&sql::HISTORY, &args![id, tenant, version, &field, limit]).await?)
        })
        .await
}

/// The port through which other features read properties.
pub(crate) struct Port;

impl Properties for Port {
    fn cards(
        &self,
        tx: Tx,
        tenant: TenantId,
        ids: Vec<Id>,
    ) -> BoxFuture<'static, store::Result<Vec<PropertyCard>>> {
        Box::pin(async move { cards(&tx, tenant, &ids).await })
    }

    fn sift(
        &self,
        tx: Tx,
        tenant: TenantId,
        before: Option<Id>,
        count: u32,
        sieve: Sieve,
    ) -> BoxFuture<'static, store::Result<Sifted>> {
        Box::pin(async move { sift(&tx, tenant, before, count, &sieve).await })
    }
}

/// Greater than every id.
const LAST: Id = Id::from_uuid(uuid::Uuid::max());

async fn sift(
    tx: &Tx,
    tenant: TenantId,
    before: Option<Id>,
    count: u32,
    sieve: &Sieve,
) -> store::Result<Sifted> {
    let before = before.unwrap_or(LAST);
    let (looked_at, last): (i64, Option<Id>) =
        tx.one(&sql::STRETCH, &args![tenant, before, count]).await?;
    let looked_at = u32::try_from(looked_at).unwrap_or(count);
    let Some(last) = last else { return Ok(Sifted::default()) };
    let states = match sieve.states.as_slice() {
        [] => None,
        states => {
            Some(serde_json::to_string(states).map_err(|e| store::Error::Misuse(e.to_string()))?)
        }
    };
    let (south, north) = sieve.latitudes.unzip();
    let args =
        args![tenant, before, last, states, south, north, sieve.min_bid_minor, sieve.max_bid_minor];
    let cards: Vec<Card> = tx.all(&sql::SIFT, &args).await?;
    let next = (looked_at == count).then_some(last);
    Ok(Sifted { cards: cards.into_iter().map(|Card(card)| card).collect(), looked_at, next })
}

/// The cards of those ids that there are.
pub(crate) async fn cards(
    tx: &Tx,
    tenant: TenantId,
    ids: &[Id],
) -> store::Result<Vec<PropertyCard>> {
    let wanted: Vec<_> = ids.iter().map(|id| args![tenant, *id]).collect();
    let found: Vec<Option<Card>> = tx.maybe_many(&sql::FACTS, &wanted).await?;
    Ok(found.into_iter().flatten().map(|Card(card)| card).collect())
}

/// Any signed-in user of the tenant may read any of its properties.
pub(crate) fn may_read(_: Ctx, tx: Tx, scope: Scope, id: Id) -> BoxFuture<'static, Result<bool>> {
    Box::pin(async move {
        if scope.user_id().is_none() {
            return Ok(false);
        }
        let there: Option<(i64,)> = tx.maybe(&sql::EXISTS, &args![scope.tenant, id]).await?;
        Ok(there.is_some())
    })
}
