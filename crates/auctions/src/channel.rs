//! Topics and sockets: one auction, its leaderboard, all auctions.

use std::{sync::Arc, time::Duration};

use domain::{Id, TenantId, Topic, UserId};
use hub::{
    BoxFuture, ClientFrame, Endpoint, LatestFrame, LatestVersion, Mode, Refusal, Session, Text,
};
use kit::{
    Ctx, Error, Family, Latest, LatestValue, Result, SocketRoute, TopicRequest, session_state,
};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use store::{Tx, args};

use crate::{
    bid::place_bid,
    frames::{AuctionFrame, AuctionsState, BidOn, BidRequest, Headline, Leaderboard, marked},
    publish::{all, board, board_of, board_value, room},
    rows::{Lot, Participant, bidders},
    sql,
    view::OwnPart,
};

/// Auctions that the list of all shows at once.
const SHOWN: i64 = 500;
/// So long an auction that was closed is among them, for those who missed its end.
const RECENT: Duration = Duration::from_secs(600);

/// What a topic of the family `auction` is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    State,
    Leaderboard,
}

fn part_of(topic: &Topic) -> Option<(Id, Part)> {
    let (id, part) = match topic.key().split_once(':') {
        None => (topic.key(), Part::State),
        Some((id, "leaderboard")) => (id, Part::Leaderboard),
        Some(_) => return None,
    };
    Some((id.parse().ok()?, part))
}

/// An auction that others may know of.
async fn public_lot(tx: &Tx, tenant: TenantId, id: Id) -> Result<Lot> {
    let lot: Option<Lot> = tx.maybe(&sql::LOT, &args![id]).await?;
    let is_public = |lot: &Lot| lot.tenant == tenant && lot.auction.is_public();
    lot.filter(is_public).ok_or_else(Error::not_found)
}

/// `auction:<id>` and `auction:<id>:leaderboard`.
pub(crate) fn family() -> Family {
    Family::latest(
        "auction",
        "the complete state of one auction; `auction:<id>:leaderboard`: who stands where",
        async |request: TopicRequest| {
            let TopicRequest { ctx, tx, scope, topic, .. } = request;
            let (id, part) = part_of(&topic).ok_or_else(Error::not_found)?;
            let lot = public_lot(&tx, scope.tenant, id).await?;
            Ok(Latest::one(value(&ctx, &tx, lot, part).await?))
        },
    )
    .public()
    .durable(
        async |_: Ctx, tx: Tx, topics: Vec<(TenantId, Topic)>| versions(&tx, topics).await,
        async |ctx: Ctx, tx: Tx, tenant, topic: Topic| {
            let Some((id, part)) = part_of(&topic) else { return Ok(Vec::new()) };
            let lot = public_lot(&tx, tenant, id).await?;
            Ok(vec![value(&ctx, &tx, lot, part).await?])
        },
    )
}

async fn value(ctx: &Ctx, tx: &Tx, lot: Lot, part: Part) -> Result<LatestValue> {
    match part {
        Part::State => {
            let frame = AuctionFrame::of("auction_state", &lot, ctx.now());
            Ok(LatestValue::new(lot.auction.log_seq, &frame)?.at(lot.updated_at))
        }
        Part::Leaderboard => {
            let found = board(tx, lot.id).await?;
            let (lot, ranked) = found.ok_or_else(Error::not_found)?;
            board_value(&lot, &ranked)
        }
    }
}

async fn versions(tx: &Tx, topics: Vec<(TenantId, Topic)>) -> Result<Vec<LatestVersion>> {
    let known: Vec<_> = topics
        .into_iter()
        .filter_map(|(tenant, topic)| part_of(&topic).map(|(id, _)| (tenant, topic, id)))
        .collect();
    let asked: Vec<_> = known.iter().map(|(tenant, _, id)| args![*id, *tenant]).collect();
    let found: Vec<Option<(i64,)>> = tx.maybe_many(&sql::VERSION, &asked).await?;
    let there = known.into_iter().zip(found).filter_map(|((tenant, topic, _), found)| {
        let version = u64::try_from(found?.0).ok()?;
        Some(LatestVersion { tenant, topic, key: None, version })
    });
    Ok(there.collect())
}

/// `auctions`: a line for each auction, by its id.
pub(crate) fn headlines() -> Family {
    Family::latest(
        "auctions",
        "a line for each auction, by its id",
        async |request: TopicRequest| {
            let lots = shown_lots(&request.tx, request.scope.tenant).await?;
            let now = request.ctx.now();
            let values = lots.iter().map(|lot| headline(lot, now)).collect::<Result<_>>()?;
            Ok(Latest::keyed(values))
        },
    )
    .public()
    .single()
    .durable(
        async |_: Ctx, tx: Tx, topics: Vec<(TenantId, Topic)>| {
            let mut versions = Vec::new();
            for (tenant, topic) in topics {
                let mut found: Vec<(Id, i64)> =
                    tx.all(&sql::OPEN_VERSIONS, &args![tenant, SHOWN]).await?;
                let closed = args![tenant, tx.now().minus(RECENT), SHOWN];
                found.extend(tx.all::<(Id, i64)>(&sql::JUST_CLOSED_VERSIONS, &closed).await?);
                versions.extend(found.into_iter().filter_map(|(id, version)| {
                    let (key, version) =
                        (Some(id.to_string().into()), u64::try_from(version).ok()?);
                    Some(LatestVersion { tenant, topic: topic.clone(), key, version })
                }));
            }
            Ok(versions)
        },
        async |ctx: Ctx, tx: Tx, tenant, _: Topic| {
            let lots = shown_lots(&tx, tenant).await?;
            let now = ctx.now();
            lots.iter().map(|lot| headline(lot, now)).collect()
        },
    )
}

async fn open_lots(tx: &Tx, tenant: TenantId) -> Result<Vec<Lot>> {
    Ok(tx.all(&sql::OPEN, &args![tenant, SHOWN]).await?)
}

/// What is open, and what was until a moment ago.
async fn shown_lots(tx: &Tx, tenant: TenantId) -> Result<Vec<Lot>> {
    let mut lots = open_lots(tx, tenant).await?;
    let since = tx.now().minus(RECENT);
    lots.extend(tx.all::<Lot>(&sql::JUST_CLOSED, &args![tenant, since, SHOWN]).await?);
    Ok(lots)
}

fn headline(lot: &Lot, now: domain::Timestamp) -> Result<LatestValue> {
    let value = LatestValue::new(lot.auction.log_seq, &Headline::frame(lot, now))?;
    Ok(value.at(lot.updated_at).key(lot.id.to_string()))
}

/// The text of a frame.
fn text<T: Serialize>(frame: &T) -> Result<Text, Refusal> {
    let json = serde_json::to_string(frame).map_err(|_| Refusal::internal())?;
    Ok(Text::from(json))
}

fn id_of(words: &[String]) -> Option<Id> {
    words.first().and_then(|word| word.parse().ok())
}

fn not_found() -> Refusal {
    Refusal::not_found("there is no such auction")
}

fn unknown<T: Send + 'static>(frame: &ClientFrame) -> BoxFuture<'static, Result<T, Refusal>> {
    Box::pin(std::future::ready(Err(Refusal::unknown_type(frame.kind()))))
}

/// `/ws/auction/<id>`.
pub(crate) fn room_socket() -> SocketRoute {
    SocketRoute::new(
        "/ws/auction/{id}",
        "one auction: its state, complete in every frame, and `place_bid`",
        |ctx, words| Arc::new(Room { ctx, auction: id_of(&words) }),
    )
    .public()
    .follows(&["auction"])
}

struct Room {
    ctx: Ctx,
    auction: Option<Id>,
}

impl Endpoint for Room {
    fn name(&self) -> &'static str {
        "/ws/auction"
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let (ctx, auction) = (self.ctx.clone(), self.auction);
        Box::pin(async move {
            let auction = auction.ok_or_else(not_found)?;
            let hold = session.hold(&[room(auction)], Mode::Forward)?;
            let (tenant, user) = (session.tenant(), session.user_id());
            let read = async move |tx: &Tx| {
                let lot = public_lot(tx, tenant, auction).await?;
                let me = match user {
                    Some(user) => Some(me(tx, &lot, user).await?),
                    None => None,
                };
                Ok::<_, Error>((lot, me))
            };
            let (lot, me) = ctx.store().read(read).await?;
            let frame = AuctionFrame::of("auction_state", &lot, ctx.now()).with_me(me);
            let version = u64::try_from(lot.auction.log_seq).unwrap_or(0);
            hold.release_latest(&[(room(auction), version)], vec![text(&frame)?]);
            Ok(())
        })
    }

    fn verb(
        &self,
        session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        if frame.kind() != "place_bid" {
            return unknown(&frame);
        }
        let (ctx, auction) = (self.ctx.clone(), self.auction);
        Box::pin(async move {
            let auction = auction.ok_or_else(not_found)?;
            bid_of(&ctx, &session, auction, &frame.parse()?).await
        })
    }
}

/// How somebody stands in an auction.
pub(crate) async fn me(tx: &Tx, lot: &Lot, user: UserId) -> Result<OwnPart> {
    let found = bidders(tx, lot.id, [user]).await?;
    let watching: Option<(i64,)> = tx.maybe(&sql::WATCHES, &args![lot.id, user]).await?;
    Ok(OwnPart::of(lot, user, found.get(&user), watching.is_some()))
}

async fn bid_of(
    ctx: &Ctx,
    session: &Session,
    auction: Id,
    request: &BidRequest,
) -> Result<Option<Box<RawValue>>, Refusal> {
    let user = session.user_id().ok_or_else(Error::unauthorized)?;
    let key = request.key.as_deref();
    let key = key.ok_or_else(|| Error::invalid("key", "required", "is missing"))?;
    let taken = place_bid(ctx, (session.tenant(), user), auction, request, key).await?;
    to_raw_value(&taken).map(Some).map_err(|_| Refusal::internal())
}

/// `place_bid` on `/ws`.
pub(crate) async fn bid_on(
    ctx: Ctx,
    session: Session,
    frame: ClientFrame,
) -> Result<Option<Box<RawValue>>, Refusal> {
    let (auction, request) = frame.parse::<BidOn>()?.request();
    bid_of(&ctx, &session, auction, &request).await
}

/// `/ws/auction/<id>/leaderboard`.
pub(crate) fn leaderboard_socket() -> SocketRoute {
    SocketRoute::new(
        "/ws/auction/{id}/leaderboard",
        "who stands where in one auction; one's own line is marked",
        |ctx, words| Arc::new(Board { ctx, auction: id_of(&words) }),
    )
    .public()
}

struct Board {
    ctx: Ctx,
    auction: Option<Id>,
}

impl Endpoint for Board {
    fn name(&self) -> &'static str {
        "/ws/auction/leaderboard"
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let (ctx, auction) = (self.ctx.clone(), self.auction);
        Box::pin(async move {
            let auction = auction.ok_or_else(not_found)?;
            let topic = board_of(auction)?;
            let hold = session.hold(std::slice::from_ref(&topic), Mode::Observe)?;
            let tenant = session.tenant();
            let read = async move |tx: &Tx| {
                public_lot(tx, tenant, auction).await?;
                board(tx, auction).await?.ok_or_else(Error::not_found)
            };
            let (lot, ranked): (Lot, Vec<Participant>) = ctx.store().read(read).await?;
            let frame = Leaderboard::of(&lot, &ranked, session.user_id());
            let version = u64::try_from(lot.auction.log_seq).unwrap_or(0);
            let first = Text::from(with_me(&frame)?);
            hold.release_latest(&[(topic, version)], vec![first]);
            Ok(())
        })
    }

    fn verb(
        &self,
        _: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        unknown(&frame)
    }

    fn observe_latest(&self, session: Session, frame: LatestFrame) -> BoxFuture<'static, ()> {
        let (ctx, auction) = (self.ctx.clone(), self.auction);
        Box::pin(async move {
            let own = match (auction, session.user_id()) {
                (Some(auction), Some(user)) => own_alias(&ctx, &session, auction, user).await,
                _ => None,
            };
            if let Some(text) = marked(&frame.body, own) {
                session.send(text);
            }
        })
    }
}

/// Where nobody is known, no line is one's own.
fn with_me(frame: &Leaderboard) -> Result<String, Refusal> {
    let body = serde_json::to_string(frame).map_err(|_| Refusal::internal())?;
    if body.contains(r#""me":"#) {
        return Ok(body);
    }
    marked(&body, None).ok_or_else(Refusal::internal)
}

/// The number by which others know the one at this connection: it does not change once there is
/// one.
#[derive(Default)]
struct OwnAlias(std::sync::atomic::AtomicI64);

async fn own_alias(ctx: &Ctx, session: &Session, auction: Id, user: UserId) -> Option<i64> {
    use std::sync::atomic::Ordering;
    let kept = session_state::<OwnAlias>(session);
    let known = kept.0.load(Ordering::Relaxed);
    if known > 0 {
        return Some(known);
    }
    let found = ctx.store().maybe::<Participant>(&sql::BIDDER, &args![auction, user]).await;
    let alias = found.ok().flatten()?.bidder.alias;
    kept.0.store(alias, Ordering::Relaxed);
    Some(alias)
}

/// `/ws/auction-updates`.
pub(crate) fn updates_socket() -> SocketRoute {
    SocketRoute::new(
        "/ws/auction-updates",
        "the auctions that are open or soon will be, a line each",
        |ctx, _| Arc::new(Updates { ctx }),
    )
    .public()
    .follows(&["auctions"])
}

struct Updates {
    ctx: Ctx,
}

impl Endpoint for Updates {
    fn name(&self) -> &'static str {
        "/ws/auction-updates"
    }

    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let ctx = self.ctx.clone();
        Box::pin(async move {
            let topic = all()?;
            let hold = session.hold(std::slice::from_ref(&topic), Mode::Forward)?;
            let tenant = session.tenant();
            let read = async move |tx: &Tx| open_lots(tx, tenant).await;
            let lots = ctx.store().read(read).await?;
            let known = lots.iter().map(|lot| {
                let version = u64::try_from(lot.auction.log_seq).unwrap_or(0);
                (lot.id.to_string().into(), version)
            });
            let first = text(&AuctionsState::of(&lots, ctx.now()))?;
            hold.release_keyed(vec![(topic, known.collect())], vec![first]);
            Ok(())
        })
    }

    fn verb(
        &self,
        _: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>> {
        unknown(&frame)
    }
}
