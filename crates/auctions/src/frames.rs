//! What goes over sockets.

use domain::{Currency, DecimalInput, Id, Money, Timestamp, UserId};
use kit::FrameSpec;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    model::{Answer, Status},
    rows::{Lot, Participant},
    view::OwnPart,
};

/// How people call a bidder whose name they do not know.
pub(crate) fn alias(number: i64) -> String {
    format!("Bidder {number}")
}

/// The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AuctionFrame {
    /// What happened last: `auction_state` where that is not said.
    #[serde(rename = "type")]
    kind: &'static str,
    auction_id: Id,
    /// The number of the last entry of its log.
    log_seq: i64,
    #[schema(value_type = String, example = "live")]
    status: Status,
    currency: &'static str,
    /// What the leader would pay now; the start before the first bid.
    price: Money,
    /// By what name others know who leads.
    leader_alias: Option<String>,
    /// The least that the next bidder has to offer.
    min_next: Money,
    /// Whether the highest maximum meets the reserve.
    reserve_met: bool,
    /// For what it can be bought at once, as long as it can.
    buy_now: Option<Money>,
    starts_at: Timestamp,
    ends_at: Timestamp,
    /// How often late bids have moved the end.
    extensions: u32,
    bid_count: i64,
    bidder_count: i64,
    /// Until when the seller, or the highest bidder, has to decide.
    decide_by: Option<Timestamp>,
    /// The server's clock when this was written, Unix milliseconds.
    server_time: i64,
    /// How one stands oneself; in the first frame only.
    #[serde(skip_serializing_if = "Option::is_none")]
    me: Option<OwnPart>,
}

impl AuctionFrame {
    /// The same for one person.
    pub(crate) fn with_me(self, me: Option<OwnPart>) -> Self {
        Self { me, ..self }
    }

    pub(crate) fn of(kind: &'static str, lot: &Lot, now: Timestamp) -> Self {
        let auction = &lot.auction;
        let money = |minor| Money::new(minor, auction.terms.currency);
        let is_buyable = auction.status == Status::Live || auction.status == Status::Scheduled;
        Self {
            kind,
            auction_id: lot.id,
            log_seq: auction.log_seq,
            status: auction.status,
            currency: auction.terms.currency.code(),
            price: money(auction.price),
            leader_alias: lot.top_alias.filter(|_| !auction.board.is_empty()).map(alias),
            min_next: money(auction.min_next()),
            reserve_met: auction.reserve_met(),
            buy_now: auction
                .terms
                .buy_now
                .filter(|_| is_buyable && auction.is_buyable())
                .map(money),
            starts_at: auction.starts_at,
            ends_at: auction.ends_at,
            extensions: auction.extensions,
            bid_count: auction.bid_count,
            bidder_count: auction.bidder_count,
            decide_by: auction.decide_by,
            server_time: now.as_millis(),
            me: None,
        }
    }
}

/// A line about one auction among many: a frame of its own, or an item of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Headline {
    /// In a frame of its own only.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    auction_id: Id,
    title: String,
    #[schema(value_type = String, example = "live")]
    status: Status,
    log_seq: i64,
    currency: &'static str,
    price: Money,
    leader_alias: Option<String>,
    bid_count: i64,
    starts_at: Timestamp,
    ends_at: Timestamp,
    /// The server's clock when this was written, Unix milliseconds.
    server_time: i64,
}

impl Headline {
    /// As a frame.
    pub(crate) fn frame(lot: &Lot, now: Timestamp) -> Self {
        Self { kind: Some("auction_headline"), ..Self::of(lot, now) }
    }

    fn of(lot: &Lot, now: Timestamp) -> Self {
        let auction = &lot.auction;
        let currency = auction.terms.currency;
        Self {
            kind: None,
            auction_id: lot.id,
            title: lot.title.clone(),
            status: auction.status,
            log_seq: auction.log_seq,
            currency: currency.code(),
            price: Money::new(auction.price, currency),
            leader_alias: lot.top_alias.filter(|_| !auction.board.is_empty()).map(alias),
            bid_count: auction.bid_count,
            starts_at: auction.starts_at,
            ends_at: auction.ends_at,
            server_time: now.as_millis(),
        }
    }
}

/// The auctions that are open, or soon will be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuctionsState {
    #[serde(rename = "type")]
    kind: &'static str,
    auctions: Vec<Headline>,
    /// The server's clock when this was written, Unix milliseconds.
    server_time: i64,
}

impl AuctionsState {
    pub(crate) fn of(lots: &[Lot], now: Timestamp) -> Self {
        let auctions = lots.iter().map(|lot| Headline::of(lot, now)).collect();
        Self { kind: "auctions_state", auctions, server_time: now.as_millis() }
    }
}

/// One line of a leaderboard.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Rank {
    /// From 1.
    rank: i64,
    alias: String,
    /// For who has a place the price, for everybody else their maximum, which is no secret any
    /// more.
    amount: Money,
    /// When they bid it.
    at: Timestamp,
    /// Whether it is oneself; not said in what many see alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    me: Option<bool>,
}

/// Who stands where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Leaderboard {
    #[serde(rename = "type")]
    kind: &'static str,
    auction_id: Id,
    log_seq: i64,
    entries: Vec<Rank>,
}

impl Leaderboard {
    /// `ranked` are the bidders, the highest maximum first; `me` is who looks, where one does.
    pub(crate) fn of(lot: &Lot, ranked: &[Participant], me: Option<UserId>) -> Self {
        let (auction, currency) = (&lot.auction, lot.auction.terms.currency);
        let entries = (1..).zip(ranked).map(|(rank, who)| Rank {
            rank,
            alias: alias(who.bidder.alias),
            amount: {
                let own = who.bidder.best.unwrap_or(0);
                let has_place = auction.place_of(who.user).is_some();
                let shown = if has_place { auction.price } else { own.min(auction.price) };
                Money::new(shown, currency)
            },
            at: who.bidder.best_at.unwrap_or(who.joined_at),
            me: me.map(|me| me == who.user),
        });
        let (auction_id, log_seq) = (lot.id, auction.log_seq);
        Self { kind: "leaderboard", auction_id, log_seq, entries: entries.collect() }
    }
}

/// A leaderboard on its way to one person: what many see alike, with their own line marked.
#[derive(Serialize, Deserialize)]
struct Shared<'a> {
    #[serde(rename = "type", borrow)]
    kind: &'a str,
    #[serde(borrow)]
    auction_id: &'a RawValue,
    log_seq: i64,
    #[serde(borrow)]
    entries: Vec<SharedRank<'a>>,
}

#[derive(Serialize, Deserialize)]
struct SharedRank<'a> {
    rank: i64,
    #[serde(borrow)]
    alias: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    amount: &'a RawValue,
    #[serde(borrow)]
    at: &'a RawValue,
    #[serde(default)]
    me: bool,
}

/// The text of a leaderboard that many see alike, for whom others know as `own`.
pub(crate) fn marked(body: &str, own: Option<i64>) -> Option<String> {
    let mut shared: Shared<'_> = serde_json::from_str(body).ok()?;
    let own = own.map(alias);
    for entry in &mut shared.entries {
        entry.me = own.as_deref() == Some(&*entry.alias);
    }
    serde_json::to_string(&shared).ok()
}

/// Somebody has lost their place; to them alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outbid {
    #[serde(rename = "type")]
    kind: &'static str,
    auction_id: Id,
    title: String,
    log_seq: i64,
    price: Money,
    /// The least that brings the place back.
    min_next: Money,
    ends_at: Timestamp,
}

impl Outbid {
    pub(crate) fn of(lot: &Lot) -> Self {
        let money = |minor| Money::new(minor, lot.auction.terms.currency);
        Self {
            kind: "outbid",
            auction_id: lot.id,
            title: lot.title.clone(),
            log_seq: lot.auction.log_seq,
            price: money(lot.auction.price),
            min_next: money(lot.auction.min_next()),
            ends_at: lot.auction.ends_at,
        }
    }
}

/// What a bidder is told of a bid that was taken: `result` of the `ack`, and the answer of REST.
/// The same request under the same key gets the same.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BidTaken {
    auction_id: Id,
    /// Its place in the log.
    log_seq: i64,
    /// The maximum that counts.
    amount: Money,
    /// Whether the bidder had a place behind it.
    leading: bool,
    price: Money,
    min_next: Money,
    ends_at: Timestamp,
    /// When it was received.
    at: Timestamp,
}

impl BidTaken {
    pub(crate) fn of(auction_id: Id, answer: &Answer, currency: Currency) -> Self {
        let money = |minor| Money::new(minor, currency);
        Self {
            auction_id,
            log_seq: answer.log_seq,
            amount: money(answer.max),
            leading: answer.leads,
            price: money(answer.price),
            min_next: money(answer.min_next),
            ends_at: answer.ends_at,
            at: answer.at,
        }
    }
}

/// A bid: the frame `place_bid`, and the body of REST.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct BidRequest {
    /// Up to what the bidder goes.
    pub(crate) amount: DecimalInput,
    /// The bidder's own name for this intent, a UUID say: the same name is the same bid.
    #[serde(default)]
    pub(crate) key: Option<String>,
    /// The price jumps to the amount at once, where the auction allows that.
    #[serde(default)]
    pub(crate) exact: bool,
    /// Only if the log has not gone on since.
    #[serde(default)]
    pub(crate) if_log_seq: Option<i64>,
    /// When the next bid has to be higher meanwhile: that instead, up to this.
    #[serde(default)]
    pub(crate) max_accept: Option<DecimalInput>,
}

/// A bid on `/ws`, which serves all auctions.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct BidOn {
    /// Of which auction.
    pub(crate) auction_id: Id,
    #[serde(default)]
    pub(crate) key: Option<String>,
    /// Up to what the bidder goes.
    pub(crate) amount: DecimalInput,
    #[serde(default)]
    pub(crate) exact: bool,
    #[serde(default)]
    pub(crate) if_log_seq: Option<i64>,
    #[serde(default)]
    pub(crate) max_accept: Option<DecimalInput>,
}

impl BidOn {
    pub(crate) fn request(self) -> (Id, BidRequest) {
        let Self { auction_id, key, amount, exact, if_log_seq, max_accept } = self;
        (auction_id, BidRequest { amount, key, exact, if_log_seq, max_accept })
    }
}

/// The frames, for the generated documents.
pub(crate) fn specs() -> Vec<FrameSpec> {
    const ROOM: &str = "/ws/auction/{id}, auction";
    let state = |kind, about| FrameSpec::sent::<AuctionFrame>(kind, ROOM, about);
    vec![
        state("auction_state", "the complete state of an auction, as it is now"),
        state("auction_started", "it takes bids from now on"),
        state("bid_placed", "bids have been taken"),
        state("auction_extended", "its end was moved, by a late bid or by an operator"),
        state("auction_paused", "it takes no bids for the moment"),
        state("auction_resumed", "it goes on; both timers are later by the pause"),
        state("auction_cancelled", "it was called off"),
        state("auction_ended", "its bidding is over: the status says how"),
        state("auction_settled", "what was sold was handed over, or nothing came of it"),
        state("auction_edited", "what the seller has laid down was changed"),
        FrameSpec::sent::<Leaderboard>(
            "leaderboard",
            "/ws/auction/{id}/leaderboard, auction",
            "who stands where; `me` only where one person sees it",
        ),
        FrameSpec::sent::<AuctionsState>(
            "auctions_state",
            "/ws/auction-updates",
            "the auctions that are open or soon will be",
        ),
        FrameSpec::sent::<Headline>(
            "auction_headline",
            "/ws/auction-updates, auctions",
            "one auction has changed",
        ),
        FrameSpec::sent::<Outbid>("outbid", "user", "somebody has taken one's place; not replayed"),
        FrameSpec::received::<BidRequest>(
            "place_bid",
            "/ws/auction/{id}",
            "bids; `key` is required; answered by `ack` with the same as REST",
        ),
        FrameSpec::received::<BidOn>("place_bid", "/ws", "the same for any auction"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_line_is_marked_and_amounts_keep_their_digits() {
        let body = r#"{"type":"leaderboard","auction_id":"x","log_seq":7,"entries":[
            {"rank":1,"alias":"Bidder 2","amount":250000.00,"at":"2026-01-01T00:00:00.000Z"},
            {"rank":2,"alias":"Bidder 1","amount":90071992547409.93,"at":"t"}]}"#;
        let text = marked(body, Some(1)).unwrap();
        assert!(text.contains(r#""alias":"Bidder 2","amount":250000.00,"#), "{text}");
        assert!(text.contains(r#""amount":90071992547409.93,"at":"t","me":true"#), "{text}");
        assert_eq!(text.matches(r#""me":true"#).count(), 1);
        assert_eq!(marked(body, None).unwrap().matches(r#""me":true"#).count(), 0);
    }
}
