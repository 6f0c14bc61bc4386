//! Transfers: taken from one account, given to another.

use domain::{Currency, Id, TenantId, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{Tx, args};
use uuid::Uuid;

use crate::{
    Error, MAX_MINOR, Result,
    accounts::{amount, currency_of, lock_owners},
    sql,
};

/// Whose account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The tenant's own, from which everything comes.
    Issuer,
    /// A user's.
    User(UserId),
}

impl Party {
    pub(crate) fn owner(self, tenant: TenantId) -> Uuid {
        match self {
            Self::Issuer => tenant.as_uuid(),
            Self::User(user) => user.as_uuid(),
        }
    }

    fn of(owner: Uuid, tenant: TenantId) -> Self {
        if owner == tenant.as_uuid() { Self::Issuer } else { Self::User(UserId::from_uuid(owner)) }
    }
}

/// A transfer that is to be made.
#[derive(Debug, Clone)]
pub struct Transfer<'a> {
    /// See [`transfer_id`].
    pub id: Id,
    /// Whose books.
    pub tenant: TenantId,
    /// Of what.
    pub currency: Currency,
    /// Who pays.
    pub debtor: Party,
    /// Who gets it.
    pub creditor: Party,
    /// Minor units, above zero.
    pub amount: i64,
    /// What it is: `grant`, `sale` …
    pub kind: &'static str,
    /// What it is for: an auction, say.
    pub object: Option<Id>,
    /// Who had it done, when it was a person.
    pub actor: Option<UserId>,
    /// Why, in the words of whoever had it done.
    pub reason: Option<&'a str>,
}

/// The id of the transfer for a purpose: the same purpose has the same id for ever, so that it is
/// paid once. `purpose` is a short word, `object` and `nth` say which one.
pub fn transfer_id(purpose: &str, object: Id, nth: u64) -> Id {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    hash.update([0]);
    hash.update(object.as_uuid().as_bytes());
    hash.update(nth.to_le_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    // RFC 9562, version 8: the layout is ours.
    Id::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Makes a transfer. False when it has been made before: nothing changes then.
///
/// # Errors
/// [`Error::Insufficient`] when the debtor has less available, [`Error::Amount`], and
/// [`Error::Mismatch`] when another transfer has the id. After an error the transaction must be
/// rolled back.
pub async fn transfer(tx: &Tx, transfer: &Transfer<'_>) -> Result<bool> {
    let Transfer { id, tenant, currency, debtor, creditor, kind, object, actor, reason, .. } =
        *transfer;
    let minor = amount(transfer.amount)?;
    let (from, to) = (debtor.owner(tenant), creditor.owner(tenant));
    let code = currency.code();
    let row = args![id, tenant, code, from, to, minor, kind, object, actor, reason, tx.now()];
    if tx.exec(&sql::RECORD, &row).await? == 0 {
        return same_as_before(tx, transfer).await;
    }
    // Everybody opens and locks accounts in the order of the owners.
    let mut both = [from, to];
    both.sort_unstable();
    for owner in both {
        tx.exec(&sql::OPEN, &args![tenant, owner, code, tx.now()]).await?;
    }
    let before = lock_owners(tx, tenant, currency, both).await?;
    let receives = before.iter().find(|(owner, _)| *owner == to).map(|(_, balance)| balance);
    if receives.is_none_or(|balance| balance.balance.saturating_add(minor) > MAX_MINOR) {
        return Err(Error::Amount(minor));
    }
    if tx.exec(&sql::DEBIT, &args![tenant, from, code, minor]).await? == 0 {
        return Err(Error::Insufficient);
    }
    tx.exec(&sql::CREDIT, &args![tenant, to, code, minor]).await?;
    Ok(true)
}

async fn same_as_before(tx: &Tx, transfer: &Transfer<'_>) -> Result<bool> {
    type Row = (TenantId, String, Uuid, Uuid, i64, String);
    let there: Row = tx.one(&sql::RECORDED, &args![transfer.id]).await?;
    let (tenant, currency, debtor, creditor, amount, kind) = there;
    let same = tenant == transfer.tenant
        && currency == transfer.currency.code()
        && debtor == transfer.debtor.owner(tenant)
        && creditor == transfer.creditor.owner(tenant)
        && amount == transfer.amount
        && kind == transfer.kind;
    if same { Ok(false) } else { Err(Error::Mismatch) }
}

/// A transfer as one of its parties sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The transfer.
    pub id: Id,
    /// Of what.
    pub currency: Currency,
    /// Minor units; below zero when it was paid.
    pub amount: i64,
    /// The other party.
    pub other: Party,
    /// What it is.
    pub kind: String,
    /// What it is for.
    pub object: Option<Id>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Where a list of transfers goes on, and how far.
#[derive(Debug, Clone, Copy)]
pub struct History {
    /// Behind this transfer, towards the past.
    pub before: Option<(Timestamp, Id)>,
    /// How many at most.
    pub limit: i64,
}

/// The transfers of a user, newest first.
///
/// # Errors
/// What the database said.
pub async fn history(
    tx: &Tx,
    tenant: TenantId,
    owner: UserId,
    History { before, limit }: History,
) -> store::Result<Vec<Entry>> {
    let last = (Timestamp::from_millis(i64::MAX), Id::from_uuid(Uuid::max()));
    let (at, id) = before.unwrap_or(last);
    let rows: Vec<Stored> = tx.all(&sql::HISTORY, &args![tenant, owner, at, id, limit]).await?;
    rows.into_iter().map(|row| row.entry(tenant)).collect()
}

struct Stored {
    id: Id,
    currency: String,
    incoming: i64,
    other: Uuid,
    amount: i64,
    kind: String,
    object: Option<Id>,
    reason: Option<String>,
    at: Timestamp,
}

store::from_row!(Stored { id, currency, incoming, other, amount, kind, object, reason, at });

impl Stored {
    fn entry(self, tenant: TenantId) -> store::Result<Entry> {
        let Self { id, currency, incoming, other, amount, kind, object, reason, at } = self;
        Ok(Entry {
            id,
            currency: currency_of(&currency)?,
            amount: if incoming == 1 { amount } else { -amount },
            other: Party::of(other, tenant),
            kind,
            object,
            reason,
            at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_has_one_id_and_another_has_another() {
        let id = |last: u128| Id::from_uuid(Uuid::from_u128(last));
        let first = transfer_id("sale", id(1), 1);
        assert_eq!(first, transfer_id("sale", id(1), 1));
        assert_eq!(first.as_uuid().get_version_num(), 8);
        let others = [
            transfer_id("sale", id(1), 2),
            transfer_id("sale", id(2), 1),
            transfer_id("s", id(1), 1),
        ];
        assert!(others.iter().all(|other| *other != first));
    }
}
