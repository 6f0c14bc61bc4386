//! Following properties without a gap: hold the topics, read state and position in one
//! transaction, let go. Shared by `/ws/auctions/` and by `watchlist` on `/ws`.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{Id, TenantId, Topic, UserId};
use events::AuctionView;
use futures_util::future::try_join_all;
use hub::{Mode, Refusal, Session, Text};
use kit::{Ctx, Error, Result};
use store::{Dialect, Tx, args};

use crate::{frames::InitialState, model::MAX_FOLLOWED, sql, watchlist::cards};

/// How often a watchlist may change while it is being opened before the client is asked to come
/// again.
const ROUNDS: usize = 8;

/// The topic of a property's changes.
pub(crate) fn topic_of(property: Id) -> Topic {
    Topic::entity("property", property)
}

/// The property whose topic it is.
pub(crate) fn property_of(topic: &Topic) -> Option<Id> {
    topic.id().filter(|_| topic.family() == "property")
}

/// Why this session follows what it follows.
#[derive(Default)]
pub(crate) struct Followed(Mutex<Reasons>);

#[derive(Default)]
struct Reasons {
    /// Joined because they are watched.
    listed: BTreeSet<Id>,
    /// The client asked for these itself: un-watching does not end them.
    asked: BTreeSet<Id>,
    /// The edit up to which the list was read: those that were queued before are in it.
    edits_known: u64,
}

impl Followed {
    fn reasons(&self) -> MutexGuard<'_, Reasons> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client asked for it.
    pub(crate) fn ask(&self, property: Id) {
        self.reasons().asked.insert(property);
    }

    /// The client asked not to see it in this session.
    pub(crate) fn forget(&self, property: Id) {
        let mut reasons = self.reasons();
        reasons.asked.remove(&property);
        reasons.listed.remove(&property);
    }

    /// The client leaves the topic by its name: what it had asked for itself ends, or else what is
    /// followed for being watched. Whether it is still followed.
    pub(crate) fn leave_name(&self, property: Id) -> bool {
        let mut reasons = self.reasons();
        if reasons.asked.remove(&property) {
            return reasons.listed.contains(&property);
        }
        reasons.listed.remove(&property);
        false
    }

    /// The client no longer asks for it itself. Whether it is still followed for being watched.
    pub(crate) fn only_listed(&self, property: Id) -> bool {
        let mut reasons = self.reasons();
        reasons.asked.remove(&property);
        reasons.listed.contains(&property)
    }

    /// Whether it is followed for being watched.
    pub(crate) fn is_listed(&self, property: Id) -> bool {
        self.reasons().listed.contains(&property)
    }

    /// Whether it is followed for being watched, or because the client asked for it.
    pub(crate) fn is_followed(&self, property: Id) -> bool {
        let reasons = self.reasons();
        reasons.listed.contains(&property) || reasons.asked.contains(&property)
    }

    /// Whether the edit of this number is news.
    pub(crate) fn is_news(&self, seq: u64) -> bool {
        seq > self.reasons().edits_known
    }

    /// It is watched, and about to be joined. Whatever else had joined it before is the client's
    /// own wish.
    pub(crate) fn list(&self, session: &Session, property: Id) {
        let mut reasons = self.reasons();
        if !session.follows(&topic_of(property), Mode::Forward) {
            reasons.asked.remove(&property);
        } else if !reasons.listed.contains(&property) {
            reasons.asked.insert(property);
        }
        reasons.listed.insert(property);
    }

    /// It is no longer watched. Returns whether nothing else holds it.
    pub(crate) fn unlist(&self, property: Id) -> bool {
        let mut reasons = self.reasons();
        reasons.listed.remove(&property) && !reasons.asked.contains(&property)
    }

    /// Nothing is followed for being watched any more; what nothing else holds.
    pub(crate) fn unlist_all(&self) -> Vec<Id> {
        let mut reasons = self.reasons();
        let listed = std::mem::take(&mut reasons.listed);
        listed.into_iter().filter(|id| !reasons.asked.contains(id)).collect()
    }
}

/// A watchlist and its place in all topics, read in one transaction.
struct Snapshot {
    /// The newest on the list first.
    properties: Vec<Id>,
    truncated: bool,
    views: HashMap<Id, AuctionView>,
    positions: Vec<(Topic, u64)>,
    own_position: u64,
}

/// Follows the user's watchlist from now on, and the user's own topic for its edits. What
/// `opening` makes of the list is queued before any of their frames.
///
/// # Errors
/// `too_many_subscriptions`; `busy` when the list changed again and again meanwhile; what the
/// database said. Then nothing is followed that was to be.
pub(crate) async fn follow_watchlist(
    ctx: &Ctx,
    session: &Session,
    followed: &Followed,
    opening: impl FnOnce(InitialState) -> Result<Text, Refusal>,
) -> Result<(), Refusal> {
    let Some(user) = session.user_id() else {
        return Err(Refusal::unauthorized("a watchlist belongs to a user"));
    };
    let (tenant, own) = (session.tenant(), Topic::user(user));
    // Edits from here on are observed, whatever the reads below still miss.
    let edits = session.hold(std::slice::from_ref(&own), Mode::Observe)?;
    let mut properties = newest(ctx, tenant, user).await?;
    let mut hold = session.hold_on(&[])?;
    for _ in 0..ROUNDS {
        for property in &properties {
            followed.list(session, *property);
        }
        let topics: Vec<Topic> = properties.iter().copied().map(topic_of).collect();
        // The new hold takes the topics over from the last one, which leaves only the others.
        hold = session.hold_on(&topics)?;
        let snapshot = read(ctx, tenant, user, own.clone()).await?;
        if snapshot.properties.iter().any(|id| !properties.contains(id)) {
            properties = snapshot.properties;
            continue;
        }
        for gone in properties.iter().filter(|id| !snapshot.properties.contains(id)) {
            followed.unlist(*gone);
        }
        let (positions, own_position) = (snapshot.positions.clone(), snapshot.own_position);
        followed.reasons().edits_known = own_position;
        hold.release(&positions, vec![opening(snapshot.state())?]);
        edits.release(&[(own, own_position)], Vec::new());
        return Ok(());
    }
    drop(hold);
    Err(Refusal::busy())
}

impl Snapshot {
    fn state(mut self) -> InitialState {
        let views = self.properties.iter().filter_map(|id| self.views.remove(id)).collect();
        InitialState::new(views, self.truncated)
    }
}

async fn newest(ctx: &Ctx, tenant: TenantId, user: UserId) -> Result<Vec<Id>> {
    let read = async move |tx: &Tx| Ok(newest_in(tx, tenant, user).await?.0);
    ctx.store().read(read).await
}

/// The newest properties on the list, and whether there are more.
async fn newest_in(tx: &Tx, tenant: TenantId, user: UserId) -> Result<(Vec<Id>, bool)> {
    let one_more = MAX_FOLLOWED as i64 + 1;
    let rows: Vec<(Id,)> = tx.all(&sql::NEWEST_PROPERTIES, &args![tenant, user, one_more]).await?;
    let more = rows.len() > MAX_FOLLOWED;
    let ids = rows.into_iter().map(|(id,)| id).take(MAX_FOLLOWED).collect();
    Ok((ids, more))
}

async fn read(ctx: &Ctx, tenant: TenantId, user: UserId, own: Topic) -> Result<Snapshot> {
    let house = ctx.clone();
    let read = async move |tx: &Tx| -> Result<Snapshot> {
        let (properties, truncated) = newest_in(tx, tenant, user).await?;
        let cards = cards(&house, tx, tenant, properties.clone()).await?;
        let views = cards.iter().map(|card| (card.id, AuctionView::of(card.id, &card.facts)));
        let topics: Vec<Topic> = properties.iter().copied().map(topic_of).collect();
        Ok(Snapshot {
            views: views.collect(),
            positions: heads(tx, tenant, topics).await?,
            own_position: tx.topic_head(tenant, &own).await?.seq,
            properties,
            truncated,
        })
    };
    ctx.store().read(read).await
}

/// The topics' positions: a loop on SQLite, one pipelined round trip on PostgreSQL.
async fn heads(tx: &Tx, tenant: TenantId, topics: Vec<Topic>) -> Result<Vec<(Topic, u64)>> {
    let mut positions = Vec::with_capacity(topics.len());
    if tx.dialect() == Dialect::Postgres {
        let heads = topics.iter().map(|topic| tx.topic_head(tenant, topic));
        let heads = try_join_all(heads).await?;
        positions.extend(topics.into_iter().zip(heads.into_iter().map(|head| head.seq)));
        return Ok(positions);
    }
    for topic in topics {
        let seq = tx.topic_head(tenant, &topic).await?.seq;
        positions.push((topic, seq));
    }
    Ok(positions)
}

/// Follows one property from now on. What `opening` makes of its state is queued before any of
/// its frames.
///
/// # Errors
/// `not_found` for a property that is unknown or another tenant's; `too_many_subscriptions`; what
/// the database said. Then it is not followed, also when it was before.
pub(crate) async fn follow_property(
    ctx: &Ctx,
    session: &Session,
    property: Id,
    opening: impl FnOnce(AuctionView) -> Result<Text, Refusal>,
) -> Result<(), Refusal> {
    let (tenant, topic) = (session.tenant(), topic_of(property));
    let hold = session.hold_on(std::slice::from_ref(&topic))?;
    let (house, place) = (ctx.clone(), topic.clone());
    let read = async move |tx: &Tx| -> Result<_> {
        let found = cards(&house, tx, tenant, vec![property]).await?;
        let card = found.into_iter().next();
        let card =
            card.ok_or_else(|| Error::new(&kit::codes::NOT_FOUND, "there is no such property"))?;
        Ok((card.facts, tx.topic_head(tenant, &place).await?.seq))
    };
    let (facts, seq) = ctx.store().read(read).await?;
    let first = opening(AuctionView::of(property, &facts))?;
    hold.release(&[(topic, seq)], vec![first]);
    Ok(())
}
