//! Who may bid: registering, and deciding about it.

use domain::{Id, TenantId, UserId};
use kit::{Call, Ctx, Error, Notify, Result};
use ledger::{Ended, Hold, transfer_id};
use store::{Class, Tx, args};

use crate::{
    act::{authority, may_see, moved},
    codes::{SELLER, WRONG_STATUS},
    model::{Authority, Bidder, Entry, EntryState, Status},
    notices,
    rows::{Lot, Participant, bidder_args},
    sql,
};

/// Registers the caller. Doing it again changes nothing.
///
/// # Errors
/// `not_found`, `seller_cannot_bid`, `auction_status`, `insufficient_coins` when the deposit cannot
/// be held.
pub(crate) async fn register(ctx: &Ctx, call: &Call, auction: Id) -> Result<(Lot, Participant)> {
    let (user, by, tenant) = (call.user()?, authority(call)?, call.tenant());
    let write = async move |tx: &Tx| {
        let lot = open(tx, auction, (tenant, by)).await?;
        let found: Option<Participant> = tx.maybe(&sql::BIDDER, &args![auction, user]).await?;
        // Who has registered or bid stays what they are.
        if let Some(found) = found {
            return Ok((lot, found));
        }
        let terms = lot.auction.terms.clone();
        if user == terms.seller {
            return Err(Error::of(&SELLER));
        }
        if !matches!(lot.auction.status, Status::Scheduled | Status::Live | Status::Paused) {
            return Err(Error::of(&WRONG_STATUS));
        }
        let mut after = lot.clone();
        let bidder = after.auction.newcomer();
        let state = match terms.entry {
            Entry::Approval => EntryState::Pending,
            Entry::Open | Entry::Deposit { .. } => EntryState::Approved,
        };
        let bidder = Bidder { state, ..bidder };
        let alias = u64::try_from(bidder.alias).unwrap_or(0);
        hold_deposit(tx, &lot, user, transfer_id("auctions.deposit", auction, alias)).await?;
        note(tx, &lot, after.auction.bidder_count).await?;
        tx.exec(&sql::PUT_BIDDER, &bidder_args(&lot, user, &bidder, tx.now())).await?;
        Ok((after, Participant { user, bidder, joined_at: tx.now() }))
    };
    ctx.store().write(Class::Interactive, write).await
}

/// Holds the deposit where one is asked for.
///
/// # Errors
/// `insufficient_coins`.
async fn hold_deposit(tx: &Tx, lot: &Lot, owner: UserId, id: Id) -> Result<()> {
    let Entry::Deposit { amount } = lot.auction.terms.entry else { return Ok(()) };
    let (tenant, currency) = (lot.tenant, lot.auction.terms.currency);
    ledger::lock(tx, tenant, currency, [owner]).await?;
    let hold = Hold { id, tenant, owner, currency, amount, kind: "deposit", object: lot.id };
    if moved(ledger::hold(tx, &hold).await)? {
        Ok(())
    } else {
        Err(Error::internal("a deposit has the number of another"))
    }
}

/// Lets somebody bid, up to a limit or without one, or not. Bids that were taken stand.
///
/// # Errors
/// `not_found`, `forbidden` unless an operator or the seller asks, `auction_status`,
/// `insufficient_coins` when a deposit that was given back cannot be held again.
pub(crate) async fn decide(
    ctx: &Ctx,
    call: &Call,
    (auction, user): (Id, UserId),
    state: EntryState,
    limit: Option<i64>,
) -> Result<(Lot, Participant)> {
    let (by, tenant) = (authority(call)?, call.tenant());
    let write = async move |tx: &Tx| {
        let lot = open(tx, auction, (tenant, by)).await?;
        may_decide(&lot, by)?;
        let found: Option<Participant> = tx.maybe(&sql::BIDDER, &args![auction, user]).await?;
        let found = found.ok_or_else(Error::not_found)?;
        if lot.auction.status.is_over() {
            return Err(Error::of(&WRONG_STATUS));
        }
        let bidder = Bidder { state, limit, ..found.bidder };
        if state == EntryState::Rejected {
            let currency = lot.auction.terms.currency;
            let which = (auction, |owner| owner == user);
            moved(ledger::end_holds(tx, tenant, currency, which, Ended::Voided).await)?;
        } else if found.bidder.state == EntryState::Rejected {
            // What was given back is held again, as its bidder had asked.
            let change = u64::try_from(lot.entry_seq).unwrap_or(0);
            let again = transfer_id("auctions.deposit.again", auction, change);
            hold_deposit(tx, &lot, user, again).await?;
        }
        note(tx, &lot, lot.auction.bidder_count).await?;
        tx.exec(&sql::PUT_BIDDER, &bidder_args(&lot, user, &bidder, found.joined_at)).await?;
        if bidder.state != found.bidder.state {
            tx.notify(tenant, &notices::registration(&lot, user, bidder.state, tx.now()))?;
        }
        Ok((lot, Participant { bidder, ..found }))
    };
    ctx.store().write(Class::Interactive, write).await
}

/// That somebody may see and decide about registrations.
///
/// # Errors
/// `forbidden`.
pub(crate) fn may_decide(lot: &Lot, by: Authority) -> Result<()> {
    match by {
        Authority::Timer | Authority::Operator(_) => Ok(()),
        Authority::User(user) if user == lot.auction.terms.seller => Ok(()),
        Authority::User(_) => Err(Error::forbidden()),
    }
}

async fn open(tx: &Tx, auction: Id, (tenant, by): (TenantId, Authority)) -> Result<Lot> {
    let lot: Option<Lot> = tx.one_for_update(&sql::LOT, &args![auction]).await?;
    lot.filter(|lot| may_see(lot, tenant, Some(by))).ok_or_else(Error::not_found)
}

/// Has every node look at the bidders again.
async fn note(tx: &Tx, lot: &Lot, bidder_count: i64) -> Result<()> {
    let changed = tx.exec(&sql::NEW_ENTRY, &args![lot.id, lot.entry_seq, bidder_count]).await?;
    if changed == 1 { Ok(()) } else { Err(Error::internal("a locked auction has changed")) }
}
