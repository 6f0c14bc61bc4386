//! Making an auction, and changing what its seller has laid down.

use std::sync::Arc;

use domain::{Id, Role, Timestamp};
use kit::{Call, Ctx, Error, Given, Result};
use store::{Class, Tx, args};

use crate::{
    act::{Asked, authority, entry, open, save},
    codes::{AUCTION_LIMIT, HAS_BIDS, refused},
    forms::{AuctionBody, Wanted},
    lanes::{self, Changed},
    model::{Authority, LogKind, Standard, Status},
    publish::Kind,
    rows::Lot,
    sql,
};

/// Auctions of one seller that are not over, unless an operator makes them.
const MOST_OPEN: i64 = 200;

/// Makes a draft.
///
/// # Errors
/// `invalid`, `forbidden` when somebody else is to sell, `auction_limit`.
pub(crate) async fn create(ctx: &Ctx, call: &Call, body: AuctionBody) -> Result<Lot> {
    let own = call.user()?;
    let seller = match body.seller_id {
        Given::Value(seller) if seller != own => {
            call.require(Role::Operator)?;
            seller
        }
        _ => own,
    };
    let wanted = body.wanted(None, seller, ctx.now())?;
    let is_operator = call.scope().permits(Role::Operator);
    let (tenant, id, house) = (call.tenant(), ctx.new_id(), ctx.clone());
    let write = async move |tx: &Tx| {
        if seller != own {
            let found = house.users()?.cards(tx.clone(), tenant, vec![seller]).await?;
            if found.is_empty() {
                return Err(Error::invalid("seller_id", "unknown", "is nobody's id"));
            }
        }
        let (open,): (i64,) = tx.one(&sql::OPEN_COUNT, &args![tenant, seller, MOST_OPEN]).await?;
        if open >= MOST_OPEN && !is_operator {
            return Err(Error::of(&AUCTION_LIMIT));
        }
        let Wanted { title, description, image_url, amended } = &wanted;
        let terms = serde_json::to_string(&amended.terms).map_err(Error::internal)?;
        let row = args![
            id,
            tenant,
            seller,
            title.as_str(),
            title.to_lowercase(),
            description.as_str(),
            image_url.as_deref(),
            terms,
            Status::Draft.as_str(),
            amended.starts_at,
            amended.ends_at,
            amended.hard_end,
            amended.terms.start,
            tx.now(),
        ];
        tx.exec(&sql::INSERT, &row).await?;
        Ok(id)
    };
    let id: Id = ctx.write(call, write).await?;
    ctx.store().one(&sql::LOT, &args![id]).await.map_err(Error::from)
}

/// Changes what the body names.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`, `precondition_failed` when `if_match` is not the version,
/// `auction_status` when it is too late for that.
pub(crate) async fn amend(
    ctx: &Ctx,
    call: &Call,
    auction: Id,
    body: AuctionBody,
    if_match: Option<i64>,
) -> Result<Lot> {
    let by = authority(call)?;
    let (reason, key) = (None, call.intent());
    let asked = Asked { tenant: call.tenant(), auction, by, reason, key };
    if let Given::Value(_) = body.seller_id {
        return Err(Error::invalid("seller_id", "fixed", "stays as it is"));
    }
    // What is asked is read against the auction as it is; nobody can change it before the lane
    // does, which looks at its version.
    let seen: Option<Lot> = ctx.store().maybe(&sql::LOT, &args![auction]).await?;
    let seen = seen.filter(|lot| crate::act::may_see(lot, asked.tenant, Some(by)));
    let seen = seen.ok_or_else(Error::not_found)?;
    let version = seen.auction.log_seq;
    let wanted = body.wanted(Some(&seen), seen.auction.terms.seller, ctx.now())?;
    lanes::alone(ctx, auction, async move |ctx: Ctx, at: Timestamp| {
        let versions = [Some(version), if_match];
        let work = Arc::new((asked, wanted, versions));
        let write = async move |tx: &Tx| rewrite(tx, &work.0, &work.1, (at, work.2)).await;
        let (lot, is_news): (Lot, bool) = ctx.store().write(Class::Interactive, write).await?;
        let changed = is_news.then(|| Changed { lot: lot.clone(), kind: Kind::Edited });
        Ok((lot, changed))
    })
    .await
}

async fn rewrite(
    tx: &Tx,
    asked: &Asked,
    wanted: &Wanted,
    (at, versions): (Timestamp, [Option<i64>; 2]),
) -> Result<(Lot, bool)> {
    let (before, was_done) = open(tx, asked).await?;
    if was_done {
        return Ok((before, false));
    }
    // Behind the key: a request that comes again names the version from before it was done.
    if versions.into_iter().flatten().any(|version| version != before.auction.log_seq) {
        return Err(Error::precondition_failed());
    }
    let mut after = before.clone();
    let Wanted { title, description, image_url, amended } = wanted;
    let is_same =
        (&before.title, &before.description, &before.image_url) == (title, description, image_url);
    // What people have bid on stays what it was.
    if !is_same && before.auction.bid_count > 0 && !matches!(asked.by, Authority::Operator(_)) {
        return Err(Error::of(&HAS_BIDS));
    }
    (after.title, after.description) = (title.clone(), description.clone());
    after.image_url.clone_from(image_url);
    let amended_by = after.auction.amend::<Standard>(at, asked.by, amended.clone());
    amended_by.map_err(|refusal| refused(refusal, &before.auction))?;
    after.updated_at = before.updated_at.max(tx.now());
    let entry = entry(asked, &after.auction, LogKind::Edited, at);
    save(tx, &before, &after, &entry).await?;
    let terms = serde_json::to_string(&amended.terms).map_err(Error::internal)?;
    let row = args![
        after.id,
        title.as_str(),
        title.to_lowercase(),
        description.as_str(),
        image_url.as_deref(),
        terms,
        amended.terms.seller,
    ];
    tx.exec(&sql::EDIT, &row).await?;
    Ok((after, true))
}
