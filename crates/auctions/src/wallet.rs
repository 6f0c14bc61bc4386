//! What people have, and how they came by it.

use domain::{Currency, Id, Money, Role, TenantId, Timestamp, UserId};
use kit::{Call, Ctx, Cursor, Error, FilterHash, List, Page, Result};
use ledger::{Balance, Entry, History, Party, Transfer};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use crate::act::moved;

/// What somebody has in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Purse {
    currency: &'static str,
    /// Everything, what is held included.
    balance: Money,
    /// What is set aside: the maxima of auctions where they lead, and deposits.
    held: Money,
    /// What can be spent or bid.
    available: Money,
}

impl Purse {
    fn of(currency: Currency, balance: Balance) -> Self {
        let money = |minor| Money::new(minor, currency);
        Self {
            currency: currency.code(),
            balance: money(balance.balance),
            held: money(balance.held),
            available: money(balance.available()),
        }
    }
}

/// What somebody has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Wallet {
    user_id: UserId,
    /// By currency; coins always.
    purses: Vec<Purse>,
}

/// A payment, as one of its two parties sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferView {
    id: Id,
    currency: &'static str,
    /// Below zero when it was paid.
    amount: Money,
    /// `grant`, `sale`, `refund`, `deposit`.
    kind: String,
    /// The auction, where there is one.
    auction_id: Option<Id>,
    /// Why, or what was sold.
    reason: Option<String>,
    at: Timestamp,
}

impl TransferView {
    fn of(entry: Entry) -> Self {
        let Entry { id, currency, amount, kind, object, reason, at, .. } = entry;
        Self {
            id,
            currency: currency.code(),
            amount: Money::new(amount, currency),
            kind,
            auction_id: object,
            reason,
            at,
        }
    }
}

/// What a user of the tenant has.
///
/// # Errors
/// The database's.
pub(crate) async fn wallet(ctx: &Ctx, tenant: TenantId, user: UserId) -> Result<Wallet> {
    let read = async move |tx: &Tx| ledger::wallets(tx, tenant, user).await;
    let mut found = ctx.store().read(read).await?;
    if found.iter().all(|(currency, _)| *currency != Currency::Coin) {
        found.insert(0, (Currency::Coin, Balance::default()));
    }
    let purses = found.into_iter().map(|(currency, balance)| Purse::of(currency, balance));
    Ok(Wallet { user_id: user, purses: purses.collect() })
}

/// The payments of a user of the tenant, newest first.
///
/// # Errors
/// `bad_request` when the cursor is not one of this list.
pub(crate) async fn transfers(
    ctx: &Ctx,
    (tenant, user): (TenantId, UserId),
    page: &Page,
) -> Result<List<TransferView>> {
    let filter = FilterHash::of(&("wallet", user));
    let before = page.after::<Timestamp>(&filter)?.map(|cursor| (cursor.key, cursor.id));
    let history = History { before, limit: page.rows_to_read() };
    let read = async move |tx: &Tx| ledger::history(tx, tenant, user, history).await;
    let rows = ctx.store().read(read).await?;
    let cursor = |entry: &Entry| Cursor { key: entry.at, id: entry.id };
    Ok(List::of_rows(rows, page, &filter, cursor, TransferView::of))
}

/// A gift from the tenant.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) user: UserId,
    pub(crate) amount: Money,
    pub(crate) reason: String,
}

/// What a grant is answered with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Granted {
    pub(crate) transfer: Id,
}

/// Gives a user of the tenant something out of nothing. Needs the role `admin`.
///
/// # Errors
/// `forbidden`, `not_found` when there is no such user, `invalid`.
pub(crate) async fn grant(ctx: &Ctx, call: &Call, grant: Grant) -> Result<Granted> {
    call.require(Role::Admin)?;
    let (tenant, actor, house) = (call.tenant(), call.scope().user_id(), ctx.clone());
    let id = ctx.new_id();
    let write = async move |tx: &Tx| {
        let found = house.users()?.cards(tx.clone(), tenant, vec![grant.user]).await?;
        if found.is_empty() {
            return Err(Error::not_found());
        }
        let transfer = Transfer {
            id,
            tenant,
            currency: grant.amount.currency,
            debtor: Party::Issuer,
            creditor: Party::User(grant.user),
            amount: grant.amount.minor,
            kind: "grant",
            object: None,
            actor,
            reason: Some(&grant.reason),
        };
        moved(ledger::transfer(tx, &transfer).await)?;
        Ok(Granted { transfer: id })
    };
    ctx.write(call, write).await
}
