//! The watchlist: who watches what, and the notes on it.

use domain::{Id, TenantId, Timestamp, Topic, UserId};
use events::PropertyFacts;
use kit::{Call, Ctx, Cursor, Error, FilterHash, List, Page, Result, ports::PropertyCard};
use serde::{Deserialize, Serialize};
use store::{Frame, Tx, args};

use crate::{
    frames::WatchlistChanged,
    model::{Watch, WatchEntry},
    sql,
};

/// How often watching and un-watching of the same property by the same user may cross each other
/// before the caller is asked to come again.
const ATTEMPTS: usize = 3;

/// An entry with what is known of its property. Plain data: it is kept as the answer of an
/// idempotency key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Watched {
    watch: Watch,
    facts: Option<PropertyFacts>,
    /// Whether this very call has put it on the list.
    pub(crate) added: bool,
}

impl From<Watched> for WatchEntry {
    fn from(watched: Watched) -> Self {
        Self::of(watched.watch, watched.facts.as_ref())
    }
}

/// The properties of these ids that exist, in no order, as this transaction sees them.
pub(crate) async fn cards(
    ctx: &Ctx,
    tx: &Tx,
    tenant: TenantId,
    ids: Vec<Id>,
) -> Result<Vec<PropertyCard>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(ctx.properties()?.cards(tx.clone(), tenant, ids).await?)
}

async fn facts_of(
    ctx: &Ctx,
    tx: &Tx,
    tenant: TenantId,
    property: Id,
) -> Result<Option<PropertyFacts>> {
    let found = cards(ctx, tx, tenant, vec![property]).await?;
    Ok(found.into_iter().next().map(|card| card.facts))
}

/// A page of the caller's list, the newest first.
pub(crate) async fn list(ctx: &Ctx, call: &Call, page: Page) -> Result<List<WatchEntry>> {
    let (user, tenant) = (call.user()?, call.tenant());
    let filter = FilterHash::of("watchlist");
    let after: Option<Cursor<Timestamp>> = page.after(&filter)?;
    // Before all rows: no row is as late as this, so its id decides nothing.
    let (at, id) = after.map_or((Timestamp::from_millis(i64::MAX), Id::from(user)), |cursor| {
        (cursor.key, cursor.id)
    });
    let rows_to_read = page.rows_to_read();
    let house = ctx.clone();
    let read = async move |tx: &Tx| -> Result<_> {
        let args = args![tenant, user, at, id, rows_to_read];
        let rows: Vec<Watch> = tx.all(&sql::PAGE, &args).await?;
        let ids = rows.iter().map(|row| row.property).collect();
        Ok((rows, cards(&house, tx, tenant, ids).await?))
    };
    let (rows, cards) = ctx.store().read(read).await?;
    let place = |row: &Watch| Cursor { key: row.created_at, id: row.id };
    let entry = |row: Watch| {
        let card = cards.iter().find(|card| card.id == row.property);
        WatchEntry::of(row, card.map(|card| &card.facts))
    };
    Ok(List::of_rows(rows, &page, &filter, place, entry))
}

/// Puts a property on the caller's list. It is there once: a second call answers the same entry,
/// and changes its notes only when it brings some.
///
/// # Errors
/// `not_found` for a property that is unknown or another tenant's.
pub(crate) async fn add(
    ctx: &Ctx,
    call: &Call,
    property: Id,
    notes: Option<String>,
) -> Result<Watched> {
    let (user, tenant, id) = (call.user()?, call.tenant(), ctx.new_id());
    let house = ctx.clone();
    let work = async move |tx: &Tx| -> Result<Watched> {
        let facts = facts_of(&house, tx, tenant, property).await?;
        let facts = Some(facts.ok_or_else(Error::not_found)?);
        let row = args![id, tenant, user, property, notes.clone(), tx.now()];
        for _ in 0..ATTEMPTS {
            let added = tx.exec(&sql::ADD, &row).await? == 1;
            let place = args![tenant, user, property];
            let found: Option<Watch> = tx.one_for_update(&sql::FIND_BY_PROPERTY, &place).await?;
            // Gone again: taken off the list between the two statements.
            let Some(mut watch) = found else { continue };
            if added {
                tell(tx, tenant, user, property, true)?;
            } else if notes.is_some() && watch.notes != notes {
                set_notes(tx, tenant, user, &mut watch, notes.clone()).await?;
            }
            return Ok(Watched { watch, facts, added });
        }
        Err(Error::busy())
    };
    ctx.write(call, work).await
}

/// Changes the notes of an entry; `None` leaves them, `Some(None)` takes them away.
///
/// # Errors
/// `not_found` when it is not the caller's.
pub(crate) async fn annotate(
    ctx: &Ctx,
    call: &Call,
    id: Id,
    notes: Option<Option<String>>,
) -> Result<Watched> {
    let (user, tenant) = (call.user()?, call.tenant());
    let house = ctx.clone();
    let work = async move |tx: &Tx| -> Result<Watched> {
        let found = tx.one_for_update(&sql::FIND, &args![tenant, user, id]).await?;
        let mut watch: Watch = found.ok_or_else(Error::not_found)?;
        if let Some(notes) = notes.clone()
            && watch.notes != notes
        {
            set_notes(tx, tenant, user, &mut watch, notes).await?;
        }
        let facts = facts_of(&house, tx, tenant, watch.property).await?;
        Ok(Watched { watch, facts, added: false })
    };
    ctx.write(call, work).await
}

/// Takes an entry off the caller's list.
///
/// # Errors
/// `not_found` when it is not the caller's.
pub(crate) async fn remove(ctx: &Ctx, call: &Call, id: Id) -> Result<()> {
    let (user, tenant) = (call.user()?, call.tenant());
    let work = async move |tx: &Tx| -> Result<()> {
        let place = args![tenant, user, id];
        let found: Option<Watch> = tx.one_for_update(&sql::FIND, &place).await?;
        let watch = found.ok_or_else(Error::not_found)?;
        tx.exec(&sql::REMOVE, &place).await?;
        tell(tx, tenant, user, watch.property, false)
    };
    ctx.write(call, work).await
}

async fn set_notes(
    tx: &Tx,
    tenant: TenantId,
    user: UserId,
    watch: &mut Watch,
    notes: Option<String>,
) -> Result<()> {
    let args = args![tenant, user, watch.id, notes.clone(), tx.now()];
    tx.exec(&sql::SET_NOTES, &args).await?;
    (watch.notes, watch.updated_at) = (notes, tx.now());
    Ok(())
}

/// The fact for reactions, and the frame for the user's open sockets.
fn tell(tx: &Tx, tenant: TenantId, user: UserId, property: Id, watched: bool) -> Result<()> {
    let event = events::WatchlistChanged { user, property, watched };
    let frame = Frame::new(Topic::user(user), &WatchlistChanged::new(property, watched))?;
    Ok(tx.emit(tenant, &event, vec![frame])?)
}
