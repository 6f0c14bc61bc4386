//! Work with its own time: who was outbid, what ends soon, how it came out, and whether the books
//! are right.

use std::{collections::BTreeMap, time::Duration};

use domain::{Id, Timestamp, UserId};
use events::NoticeRaised;
use kit::{Ctx, Error, Notify, Result};
use serde::{Deserialize, Serialize};
use store::{Class, Tx, args};
use tasks::{Claimed, Options, Outcome, Task, enqueue, finish};

use crate::{
    act::winners,
    model::{Act, Authority, Status},
    notices::{self, Reader},
    rows::Lot,
    sql,
};

/// Who was outbid is told this long afterwards, unless they lead again by then.
pub(crate) const OUTBID_DELAY: Duration = Duration::from_secs(5);
/// How long before the end people are told of it …
pub(crate) const ENDING_LEAD: Duration = Duration::from_secs(600);
/// … of auctions that last at least this long.
const ENDING_LENGTH: Duration = Duration::from_secs(1_200);
/// People in one transaction.
const PAGE: i64 = 200;

/// Tells somebody that they were outbid.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TellOutbid {
    pub(crate) auction: Id,
    pub(crate) user: UserId,
}

impl Task for TellOutbid {
    const NAME: &'static str = "auctions.tell_outbid";
}

impl TellOutbid {
    /// One of them at a time for each bidder.
    pub(crate) fn options(&self, outbid_at: Timestamp) -> Options {
        Options::at(outbid_at.plus(OUTBID_DELAY))
            .with_key(format!("{}:{}", self.auction, self.user))
    }
}

/// Tells those who take part or watch that an auction ends soon.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TellEnding {
    auction: Id,
}

impl Task for TellEnding {
    const NAME: &'static str = "auctions.tell_ending";
}

/// Tells those whom it concerns how an auction came out, or who has to decide.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TellResult {
    auction: Id,
    /// The entry of the log that is told of.
    log_seq: i64,
    status: String,
}

impl Task for TellResult {
    const NAME: &'static str = "auctions.tell_result";
}

/// What follows from an act, in its own transaction.
pub(crate) async fn follow_up(tx: &Tx, lot: &Lot, act: Act, by: Authority) -> store::Result<()> {
    let auction = &lot.auction;
    // What lies before it is no outage of this auction's. The timer resumes what it has just given
    // time back to, and others may still wait for that.
    if act == Act::Start || (act == Act::Resume && by != Authority::Timer) {
        tx.exec(&sql::BEAT, &args![tx.now()]).await?;
    }
    match act {
        Act::Start if auction.ends_at.since(auction.starts_at) >= ENDING_LENGTH => {
            let at = auction.ends_at.minus(ENDING_LEAD);
            let options = Options::at(at).with_key(lot.id.to_string());
            enqueue(tx, lot.tenant, &TellEnding { auction: lot.id }, options).await?;
        }
        Act::BuyNow
        | Act::Cancel
        | Act::Close
        | Act::Accept
        | Act::Counter { .. }
        | Act::Reject
        | Act::Expire
        | Act::Default => {
            let (log_seq, status) = (auction.log_seq, auction.status.as_str().to_owned());
            let task = TellResult { auction: lot.id, log_seq, status };
            let options = Options::unique(format!("{}:{log_seq}", lot.id));
            enqueue(tx, lot.tenant, &task, options).await?;
        }
        _ => {}
    }
    Ok(())
}

pub(crate) async fn tell_outbid(ctx: Ctx, claimed: Claimed, task: TellOutbid) -> Result<Outcome> {
    let write = async move |tx: &Tx| {
        let lot: Option<Lot> = tx.maybe(&sql::LOT, &args![task.auction]).await?;
        let is_outbid = |lot: &Lot| {
            let auction = &lot.auction;
            matches!(auction.status, Status::Live | Status::Paused)
                && auction.place_of(task.user).is_none()
        };
        if let Some(lot) = lot.filter(is_outbid) {
            tx.notify(lot.tenant, &notices::outbid(&lot, task.user, claimed.id))?;
        }
        done(tx, &claimed).await
    };
    ctx.store().write(Class::Bulk, write).await
}

/// Ends a task together with what it wrote.
async fn done(tx: &Tx, claimed: &Claimed) -> Result<Outcome> {
    if finish(tx, claimed).await? {
        Ok(Outcome::Finished)
    } else {
        Err(Error::unavailable("the task was taken over"))
    }
}

pub(crate) async fn tell_ending(ctx: Ctx, _: Claimed, task: TellEnding) -> Result<Outcome> {
    let lot: Option<Lot> = ctx.store().maybe(&sql::LOT, &args![task.auction]).await?;
    let Some(lot) = lot else { return Ok(Outcome::Done) };
    let now = ctx.now();
    match lot.auction.status {
        Status::Live => {}
        // It will end as much later as it is paused.
        Status::Paused => return Ok(Outcome::Again { after: Duration::from_secs(60) }),
        _ => return Ok(Outcome::Done),
    }
    let due = lot.auction.ends_at.minus(ENDING_LEAD);
    if now < due {
        return Ok(Outcome::Again { after: due.since(now) });
    }
    tell_audience(&ctx, &lot, move |lot, _, users| Some(notices::ending(lot, users, now))).await?;
    Ok(Outcome::Done)
}

pub(crate) async fn tell_result(ctx: Ctx, _: Claimed, task: TellResult) -> Result<Outcome> {
    let lot: Option<Lot> = ctx.store().maybe(&sql::LOT, &args![task.auction]).await?;
    let Some(mut lot) = lot else { return Ok(Outcome::Done) };
    // It may have gone on since; what is told is what came out then.
    lot.auction.log_seq = task.log_seq;
    lot.auction.status = task.status.parse().map_err(Error::internal)?;
    let id = lot.id;
    let read = async move |tx: &Tx| winners(tx, id).await;
    let sales = ctx.store().read(read).await?;
    let seller = notices::result(&lot, Reader::Seller, vec![lot.auction.terms.seller], &sales);
    if let Some(notice) = seller {
        let tenant = lot.tenant;
        let write = async move |tx: &Tx| tx.notify(tenant, &notice);
        ctx.store().write(Class::Bulk, write).await?;
    }
    tell_audience(&ctx, &lot, move |lot, reader, users| {
        notices::result(lot, reader, users, &sales)
    })
    .await?;
    Ok(Outcome::Done)
}

/// Tells everybody who takes part or watches, page by page: whoever is told twice, after a crash
/// say, has one notice all the same.
async fn tell_audience<W>(ctx: &Ctx, lot: &Lot, wording: W) -> Result<()>
where
    W: Fn(&Lot, Reader, Vec<UserId>) -> Option<NoticeRaised> + Clone + Send + Sync + 'static,
{
    let mut after = UserId::from_uuid(uuid::Uuid::nil());
    loop {
        let (subject, wording) = (lot.clone(), wording.clone());
        let write = async move |tx: &Tx| {
            let page: Vec<(UserId,)> =
                tx.all(&sql::AUDIENCE, &args![subject.id, after, PAGE]).await?;
            let mut by_kind: BTreeMap<Reader, Vec<UserId>> = BTreeMap::new();
            let users: Vec<_> = page.iter().map(|(user,)| args![subject.id, *user]).collect();
            let took_part: Vec<Option<(i64,)>> = tx.maybe_many(&sql::TOOK_PART, &users).await?;
            for ((user,), took_part) in page.iter().zip(took_part) {
                let reader = match took_part {
                    _ if subject.auction.place_of(*user).is_some() => Reader::Leader,
                    Some(_) => Reader::Bidder,
                    None => Reader::Watcher,
                };
                if *user != subject.auction.terms.seller {
                    by_kind.entry(reader).or_default().push(*user);
                }
            }
            for (reader, users) in by_kind {
                for few in users.chunks(NoticeRaised::MOST_USERS) {
                    if let Some(notice) = wording(&subject, reader, few.to_vec()) {
                        tx.notify(subject.tenant, &notice)?;
                    }
                }
            }
            Ok::<_, Error>(page.last().map(|(user,)| *user))
        };
        match ctx.store().write(Class::Bulk, write).await? {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}
