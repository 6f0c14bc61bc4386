//! One bid of one person, from wherever it comes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Currency, DecimalInput, Id, TenantId, UserId};
use kit::{Ctx, Error, Result};
use sha2::{Digest, Sha256};
use store::args;

use crate::{
    act::may_see,
    frames::{BidRequest, BidTaken},
    lanes,
    model::{Bid, Order},
    rows::Lot,
    sql,
};

/// The longest key, in bytes.
const MAX_KEY: usize = 128;
/// Auctions whose currency is remembered.
const KEPT: usize = 100_000;

/// What auctions are in, and whose they are: it never changes, and each bid is read by it.
#[derive(Default)]
pub(crate) struct Currencies(Mutex<HashMap<Id, (TenantId, Currency)>>);

impl Currencies {
    /// Of an auction that the tenant's people may know of.
    async fn of(&self, ctx: &Ctx, tenant: TenantId, auction: Id) -> Result<Currency> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&auction).copied();
        if let Some((_, currency)) = known.filter(|(of, _)| *of == tenant) {
            return Ok(currency);
        }
        let lot: Option<Lot> = ctx.store().maybe(&sql::LOT, &args![auction]).await?;
        let lot = lot.filter(|lot| may_see(lot, tenant, None)).ok_or_else(Error::not_found)?;
        let currency = lot.auction.terms.currency;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(auction, (tenant, currency));
        Ok(currency)
    }
}

/// Places a bid under a key: the same request under it again gets the same answer.
///
/// # Errors
/// `invalid`, `bad_request` for a key that is none, and whatever the auction says.
pub(crate) async fn place_bid(
    ctx: &Ctx,
    (tenant, bidder): (TenantId, UserId),
    auction: Id,
    request: &BidRequest,
    key: &str,
) -> Result<BidTaken> {
    let is_key = !key.is_empty() && key.len() <= MAX_KEY;
    if !is_key || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid(
            "key",
            "invalid_value",
            "is 1 to 128 printable characters without spaces",
        ));
    }
    let currency = ctx.state::<Currencies>()?.of(ctx, tenant, auction).await?;
    let minor = |field, input: &DecimalInput| {
        let money = input.in_currency(currency);
        money
            .map(|money| money.minor)
            .map_err(|error| Error::invalid(field, "invalid_value", error.to_string()))
    };
    let max_accept = request.max_accept.as_ref();
    let bid = Bid {
        max: minor("amount", &request.amount)?,
        exact: request.exact,
        if_log_seq: request.if_log_seq,
        max_accept: max_accept.map(|input| minor("max_accept", input)).transpose()?,
    };
    let (key, fingerprint) = (key.to_owned(), fingerprint(auction, &bid));
    let order = move |at| Order { bidder, bid, at, key, fingerprint };
    let answer = lanes::bid(ctx, (tenant, auction), order).await?;
    Ok(BidTaken::of(auction, &answer, currency))
}

/// Tells two requests under one key apart, over REST and sockets alike.
fn fingerprint(auction: Id, bid: &Bid) -> i64 {
    let mut hash = Sha256::new();
    hash.update(auction.as_uuid().as_bytes());
    hash.update(bid.max.to_le_bytes());
    hash.update([u8::from(bid.exact)]);
    for word in [bid.if_log_seq, bid.max_accept] {
        hash.update([u8::from(word.is_some())]);
        hash.update(word.unwrap_or(0).to_le_bytes());
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    i64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_bid_says_is_in_its_fingerprint() {
        let id = |last: u128| Id::from_uuid(uuid::Uuid::from_u128(last));
        let bid = Bid { max: 5, exact: false, if_log_seq: None, max_accept: None };
        let all = [
            (id(1), bid),
            (id(2), bid),
            (id(1), Bid { max: 6, ..bid }),
            (id(1), Bid { exact: true, ..bid }),
            (id(1), Bid { if_log_seq: Some(0), ..bid }),
            (id(1), Bid { max_accept: Some(0), ..bid }),
        ];
        let prints: std::collections::BTreeSet<i64> =
            all.iter().map(|(auction, bid)| fingerprint(*auction, bid)).collect();
        assert_eq!(prints.len(), all.len());
        assert_eq!(fingerprint(id(1), &bid), fingerprint(id(1), &bid));
    }
}
