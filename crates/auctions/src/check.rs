//! Whether auctions and accounts are right: every night, and whenever an operator asks.
//!
//! Everything is read as of one moment. What is wrong is told in the log and by a metric, and
//! nothing is repaired: it is for people to find out why.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::{Currency, Id, TenantId, UserId};
use kit::{Ctx, Result};
use serde::{Deserialize, Serialize};
use store::{Tx, args};
use tasks::{Claimed, Outcome, Schedule, Task};
use uuid::Uuid;

use crate::{
    act::winners,
    model::{Auction, LogEntry, LogKind, Replay, Sale, Standard},
    rows::{Logged, Lot},
    sql,
};

/// Auctions and entries of a log in one page.
const PAGE: i64 = 500;
/// What is over is looked at for so long after its last change.
const RECENT: Duration = Duration::from_secs(7 * 24 * 3_600);
/// So many sentences are told at most.
const MOST: usize = 100;
/// The schedule and its task.
const NAME: &str = "auctions.check";

/// Looks whether everything is right.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Check {}

impl Task for Check {
    const NAME: &'static str = NAME;
}

/// Every night, when few people bid.
pub(crate) fn schedule() -> Schedule {
    Schedule::cron(NAME, "30 3 * * *", "UTC", |_| Check {})
}

pub(crate) async fn run(ctx: Ctx, _: Claimed, _: Check) -> Result<Outcome> {
    let wrong = ctx.store().read(look).await?;
    metrics::gauge!("openbell_auctions_wrong").set(wrong.len() as f64);
    metrics::counter!("openbell_auctions_checks_total").increment(1);
    for sentence in &wrong {
        tracing::error!("the books of the auctions are wrong: {sentence}");
    }
    Ok(Outcome::Done)
}

/// What is held of whom, by what the auctions say.
type Led = BTreeMap<(TenantId, UserId, Currency), i64>;

/// Everything that is wrong, a sentence each.
async fn look(tx: &Tx) -> store::Result<Vec<String>> {
    let mut wrong = ledger::unbalanced(tx).await?;
    let mut led = Led::new();
    let (mut after, since) = (Id::from_uuid(Uuid::nil()), tx.now().minus(RECENT));
    loop {
        let page: Vec<Lot> = tx.all(&sql::CHECKED, &args![after, since, PAGE]).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for lot in &page {
            look_at(tx, lot, &mut wrong).await?;
            if lot.auction.status.holds() {
                for top in &lot.auction.board {
                    let whose = (lot.tenant, top.bidder, lot.auction.terms.currency);
                    *led.entry(whose).or_default() += top.max;
                }
            }
        }
        if wrong.len() > MOST {
            break;
        }
    }
    accounts(tx, led, &mut wrong).await?;
    wrong.truncate(MOST);
    Ok(wrong)
}

/// Balances, and that what is held is what is led and what is pending.
async fn accounts(tx: &Tx, mut led: Led, wrong: &mut Vec<String>) -> store::Result<()> {
    let mut last = None;
    loop {
        let found = ledger::accounts_after(tx, last.as_ref()).await?;
        wrong.extend(found.wrong);
        for account in &found.accounts {
            let whose = (account.tenant, UserId::from_uuid(account.owner), account.currency);
            let led = led.remove(&whose).unwrap_or_default();
            if account.held != led + account.pending {
                wrong.push(format!(
                    "the account of {} holds {}, auctions say {led} and holds {}",
                    account.owner, account.held, account.pending
                ));
            }
        }
        match found.accounts.into_iter().next_back() {
            Some(account) => last = Some(account),
            None => break,
        }
    }
    let unheld = led.into_iter().filter(|(_, minor)| *minor != 0);
    wrong.extend(unheld.map(|((_, who, _), minor)| format!("{who} leads up to {minor} unheld")));
    Ok(())
}

async fn look_at(tx: &Tx, lot: &Lot, wrong: &mut Vec<String>) -> store::Result<()> {
    let mut reader = Reader::default();
    let mut after = 0;
    loop {
        let page: Vec<Logged> = tx.all(&sql::LOG_AFTER, &args![lot.id, after, PAGE]).await?;
        let Some(last) = page.last() else { break };
        after = last.entry.log_seq;
        for logged in page {
            reader.read(logged.entry);
        }
    }
    let winners = winners(tx, lot.id).await;
    let winners = winners.map_err(|error| store::Error::Decode(error.to_string()))?;
    let found = reader.judge(&lot.auction, &winners);
    wrong.extend(found.into_iter().map(|sentence| format!("auction {}: {sentence}", lot.id)));
    Ok(())
}

/// Reads a log from its first entry on.
#[derive(Default)]
struct Reader {
    bids: Vec<LogEntry>,
    retracted: BTreeSet<i64>,
    last: Option<LogEntry>,
    /// How often its bidding ended.
    closed: usize,
    is_bought: bool,
    is_countered: bool,
    wrong: Vec<String>,
}

impl Reader {
    fn read(&mut self, entry: LogEntry) {
        let number = entry.log_seq;
        let before = self.last.as_ref();
        if number != before.map_or(1, |last| last.log_seq + 1) {
            self.wrong.push(format!("entry {number} does not follow the one before"));
        }
        let may_fall = matches!(entry.kind, LogKind::Correction | LogKind::Edited);
        if let Some(before) = before.filter(|_| !may_fall) {
            let falls = entry.price < before.price || entry.ends_at < before.ends_at;
            if falls {
                self.wrong.push(format!("price or end fall at entry {number}"));
            }
        }
        match entry.kind {
            LogKind::Bid => self.bids.push(entry.clone()),
            LogKind::BuyNow => self.is_bought = true,
            LogKind::Countered => self.is_countered = true,
            LogKind::Correction => self.retracted.extend(entry.amount),
            _ => {}
        }
        self.closed += usize::from(matches!(
            entry.kind,
            LogKind::Closed | LogKind::BuyNow | LogKind::Cancelled
        ));
        self.last = Some(entry);
    }

    /// Compares the auction with what its log says.
    fn judge(self, auction: &Auction, winners: &[Sale]) -> Vec<String> {
        let Self { bids, retracted, last, closed, is_bought, is_countered, mut wrong } = self;
        let end = last.as_ref().map_or(0, |entry| entry.log_seq);
        if end != auction.log_seq {
            wrong.push(format!("the log ends at {end}, the auction is at {}", auction.log_seq));
        }
        if auction.status.is_over() && closed == 0 {
            wrong.push("it is over without an entry that ended it".to_owned());
        }
        let replay = Replay { bids, retracted };
        let replayed = replay.run::<Standard>(auction, |_| i64::MAX).auction;
        if !is_bought && replayed.board != auction.board {
            wrong.push("those who have a place are not those of the log".to_owned());
        }
        if !is_bought && !is_countered && replayed.price != auction.price {
            wrong.push(format!("the price is {}, by its bids {}", auction.price, replayed.price));
        }
        let expected: Vec<UserId> = match auction.status.is_sold() {
            true => auction.board.iter().map(|top| top.bidder).collect(),
            false => Vec::new(),
        };
        let named: Vec<UserId> = winners.iter().map(|sale| sale.bidder).collect();
        if named != expected {
            wrong.push("the winners are not those who have a place".to_owned());
        }
        if winners.iter().any(|sale| sale.amount != auction.price) {
            wrong.push("a winner has paid another price".to_owned());
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn entry(log_seq: i64, kind: LogKind, price: i64) -> LogEntry {
        LogEntry {
            log_seq,
            kind,
            actor: None,
            amount: None,
            exact: false,
            leads: false,
            outbid: None,
            price,
            min_next: price + 1,
            leader: None,
            ends_at: Timestamp::from_millis(1),
            key: None,
            fingerprint: None,
            reason: None,
            at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn gaps_and_falling_prices_are_seen() {
        let read = |entries: &[(i64, LogKind, i64)]| {
            let mut reader = Reader::default();
            for (log_seq, kind, price) in entries {
                reader.read(entry(*log_seq, *kind, *price));
            }
            reader.wrong
        };
        let started = (1, LogKind::Started, 5);
        assert_eq!(read(&[started, (2, LogKind::Paused, 5)]), [""; 0]);
        assert_eq!(read(&[started, (3, LogKind::Paused, 5)]).len(), 1);
        assert_eq!(read(&[(2, LogKind::Started, 5)]).len(), 1);
        assert_eq!(read(&[started, (2, LogKind::Paused, 4)]).len(), 1);
        assert_eq!(read(&[started, (2, LogKind::Correction, 4)]), [""; 0]);
    }
}
