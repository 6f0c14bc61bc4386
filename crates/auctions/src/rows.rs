//! Rows and how they become what the rules speak of.

use std::{collections::BTreeMap, sync::Arc};

use domain::{Id, TenantId, Timestamp, UserId};
use store::{Error, FromRow, Result, Row, Tx, Value, args};

use crate::{
    model::{Auction, Bidder, EntryState, LogEntry, LogKind, Standing, Status, Terms},
    sql,
};

/// An auction with what people read of it.
#[derive(Debug, Clone)]
pub(crate) struct Lot {
    pub(crate) id: Id,
    pub(crate) tenant: TenantId,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) image_url: Option<String>,
    /// Grows whenever somebody's right to bid changes.
    pub(crate) entry_seq: i64,
    /// The number by which others know the leader.
    pub(crate) top_alias: Option<i64>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) auction: Auction,
}

impl FromRow for Lot {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mut column = 0..;
        let mut next = || column.next().unwrap_or_default();
        let (id, tenant) = (row.get(next())?, row.get(next())?);
        let seller: UserId = row.get(next())?;
        let (title, description) = (row.get(next())?, row.get(next())?);
        let image_url = row.get(next())?;
        let terms: Terms = json(&row.get::<String>(next())?)?;
        let status = word(&row.get::<String>(next())?)?;
        let (log_seq, entry_seq) = (row.get(next())?, row.get(next())?);
        let (starts_at, ends_at) = (row.get(next())?, row.get(next())?);
        let hard_end = row.get(next())?;
        let extensions = small(row.get(next())?)?;
        let board = board_of(&row.get::<String>(next())?)?;
        let top_alias = row.get(next())?;
        let (second, floor) = (row.get(next())?, row.get(next())?);
        let price = row.get(next())?;
        let (bid_count, bidder_count) = (row.get(next())?, row.get(next())?);
        let (paused_at, decide_by) = (row.get(next())?, row.get(next())?);
        let (counter, closed_at) = (row.get(next())?, row.get(next())?);
        let (created_at, updated_at) = (row.get(next())?, row.get(next())?);
        let terms = Arc::new(Terms { seller, ..terms });
        let auction = Auction {
            terms,
            status,
            log_seq,
            starts_at,
            ends_at,
            hard_end,
            extensions,
            board,
            second,
            floor,
            price,
            bid_count,
            bidder_count,
            paused_at,
            decide_by,
            counter,
            closed_at,
        };
        Ok(Self {
            id,
            tenant,
            title,
            description,
            image_url,
            entry_seq,
            top_alias,
            created_at,
            updated_at,
            auction,
        })
    }
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Decode(e.to_string()))
}

fn word(text: &str) -> Result<Status> {
    text.parse().map_err(|_| Error::Decode(format!("`{text}` is no status")))
}

fn small(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|e| Error::Decode(e.to_string()))
}

fn board_of(text: &str) -> Result<Vec<Standing>> {
    if text == "[]" {
        return Ok(Vec::new());
    }
    let rows: Vec<(UserId, i64, i64)> = json(text)?;
    let standing = |(bidder, max, log_seq)| Standing { bidder, max, log_seq };
    Ok(rows.into_iter().map(standing).collect())
}

pub(crate) fn board_text(board: &[Standing]) -> String {
    let rows: Vec<_> = board.iter().map(|top| (top.bidder, top.max, top.log_seq)).collect();
    // Ids and numbers always have a JSON form.
    serde_json::to_string(&rows).unwrap_or_default()
}

impl Lot {
    /// The arguments of `sql::BIDS_TAKEN`: from how it was to how it is.
    pub(crate) fn bids_args(&self, before: &Self) -> [Value; 14] {
        let now = &self.auction;
        let top = now.board.first();
        args![
            self.id,
            before.auction.log_seq,
            before.entry_seq,
            now.log_seq,
            board_text(&now.board),
            top.map(|top| top.bidder),
            top.map(|top| top.max),
            self.top_alias,
            now.second,
            now.floor,
            now.price,
            now.bid_count,
            now.bidder_count,
            self.updated_at,
        ]
    }

    /// The arguments of `sql::UPDATE`: from how it was to how it is.
    pub(crate) fn update_args(&self, before: &Self) -> [Value; 23] {
        let now = &self.auction;
        let top = now.board.first();
        args![
            self.id,
            before.auction.log_seq,
            before.entry_seq,
            now.status.as_str(),
            now.log_seq,
            now.starts_at,
            now.ends_at,
            now.hard_end,
            now.extensions,
            board_text(&now.board),
            top.map(|top| top.bidder),
            top.map(|top| top.max),
            self.top_alias,
            now.second,
            now.floor,
            now.price,
            now.bid_count,
            now.bidder_count,
            now.paused_at,
            now.decide_by,
            now.counter,
            now.closed_at,
            self.updated_at,
        ]
    }
}

/// An entry of the log as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub(crate) auction: Id,
    pub(crate) entry: LogEntry,
}

impl FromRow for Logged {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let kind: String = row.get(2)?;
        let kind = LogKind::of(&kind);
        Ok(Self {
            auction: row.get(0)?,
            entry: LogEntry {
                log_seq: row.get(1)?,
                kind: kind.ok_or_else(|| Error::Decode("no kind of entry".into()))?,
                actor: row.get(3)?,
                amount: row.get(4)?,
                exact: row.get(5)?,
                leads: row.get(6)?,
                outbid: row.get(7)?,
                price: row.get(8)?,
                min_next: row.get(9)?,
                leader: row.get(10)?,
                ends_at: row.get(11)?,
                key: row.get(12)?,
                fingerprint: row.get(13)?,
                reason: row.get(14)?,
                at: row.get(15)?,
            },
        })
    }
}

/// The arguments of `sql::LOG`.
pub(crate) fn log_args(auction: Id, entry: &LogEntry) -> [Value; 16] {
    args![
        auction,
        entry.log_seq,
        entry.kind.as_str(),
        entry.actor,
        entry.amount,
        entry.exact,
        entry.leads,
        entry.outbid,
        entry.price,
        entry.min_next,
        entry.leader,
        entry.ends_at,
        entry.key.as_deref(),
        entry.fingerprint,
        entry.reason.as_deref(),
        entry.at,
    ]
}

/// Somebody who takes part, as kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Participant {
    pub(crate) user: UserId,
    pub(crate) bidder: Bidder,
    pub(crate) joined_at: Timestamp,
}

impl FromRow for Participant {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let state: String = row.get(2)?;
        let state = EntryState::of(&state);
        Ok(Self {
            user: row.get(0)?,
            bidder: Bidder {
                alias: row.get(1)?,
                state: state.ok_or_else(|| Error::Decode("no state of a bidder".into()))?,
                limit: row.get(3)?,
                best: row.get(4)?,
                best_seq: row.get(5)?,
                best_at: row.get(6)?,
            },
            joined_at: row.get(7)?,
        })
    }
}

/// The arguments of `sql::PUT_BIDDER`.
pub(crate) fn bidder_args(lot: &Lot, user: UserId, bidder: &Bidder, now: Timestamp) -> [Value; 10] {
    args![
        lot.id,
        user,
        lot.tenant,
        bidder.alias,
        bidder.state.as_str(),
        bidder.limit,
        bidder.best,
        bidder.best_seq,
        bidder.best_at,
        now,
    ]
}

/// Those of these users who take part.
pub(crate) async fn bidders(
    tx: &Tx,
    auction: Id,
    users: impl IntoIterator<Item = UserId>,
) -> Result<BTreeMap<UserId, Bidder>> {
    let wanted: Vec<_> = users.into_iter().map(|user| args![auction, user]).collect();
    let found: Vec<Option<Participant>> = tx.maybe_many(&sql::BIDDER, &wanted).await?;
    Ok(found.into_iter().flatten().map(|found| (found.user, found.bidder)).collect())
}
