//! The auctions of a user's watchlist as a calendar: days over REST, and a feed that calendar
//! programs subscribe to. README.md has the rules.

mod feed;
mod ics;
mod preferences;
mod routes;
mod sql;
mod token;
mod view;

pub(crate) use preferences::reaction as preferences;
pub(crate) use routes::routes;
pub(crate) use sql::ALL as STATEMENTS;
pub(crate) use token::reaction as feeds;

use domain::{Id, TenantId, UserId};
use kit::{Ctx, Result, ports::PropertyCard};
use store::{Tx, args, from_row};

use crate::watchlist::cards;

/// How many properties of a watchlist a calendar looks at: the newest.
const MAX_WATCHED: usize = 5_000;

/// A watched property, and what the calendar shows of the entry.
struct Entry {
    id: Id,
    property: Id,
    notes: Option<String>,
}

from_row!(Entry { id, property, notes });

/// What of a watchlist has an auction date, and whether there is more than was looked at.
async fn dated(
    ctx: &Ctx,
    tx: &Tx,
    tenant: TenantId,
    user: UserId,
) -> Result<(Vec<(Entry, PropertyCard)>, bool)> {
    let one_more = MAX_WATCHED as i64 + 1;
    let mut entries: Vec<Entry> = tx.all(&sql::ENTRIES, &args![tenant, user, one_more]).await?;
    let truncated = entries.len() > MAX_WATCHED;
    entries.truncate(MAX_WATCHED);
    let ids = entries.iter().map(|entry| entry.property).collect();
    let mut found: std::collections::HashMap<Id, PropertyCard> = cards(ctx, tx, tenant, ids)
        .await?
        .into_iter()
        .filter(|card| card.facts.auction_date.is_some())
        .map(|card| (card.id, card))
        .collect();
    let dated = entries
        .into_iter()
        .filter_map(|entry| found.remove(&entry.property).map(|card| (entry, card)));
    Ok((dated.collect(), truncated))
}
