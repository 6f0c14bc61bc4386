//! Holds that are rows of their own: deposits and the like.

use std::collections::BTreeMap;

use domain::{Currency, Id, TenantId, UserId};
use store::{Tx, args};

use crate::{
    Error, Result,
    accounts::{amount, shift},
    sql,
};

/// An amount that is to be set aside.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// Follows from what it is for, as [`crate::transfer_id`].
    pub id: Id,
    /// Whose books.
    pub tenant: TenantId,
    /// Whose account.
    pub owner: UserId,
    /// Of what.
    pub currency: Currency,
    /// Minor units, above zero.
    pub amount: i64,
    /// What it is: `deposit` …
    pub kind: &'static str,
    /// What it is for.
    pub object: Id,
}

/// How a hold ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It is taken: the caller transfers the amount in the same transaction.
    Posted,
    /// It is given back.
    Voided,
    /// Its time has passed; given back.
    Expired,
}

impl Ended {
    const fn word(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Voided => "voided",
            Self::Expired => "expired",
        }
    }
}

/// Sets an amount aside. False when that was done before.
///
/// # Errors
/// [`Error::Insufficient`], [`Error::Amount`]; the transaction must be rolled back then.
pub async fn hold(tx: &Tx, hold: &Hold) -> Result<bool> {
    let Hold { id, tenant, owner, currency, kind, object, .. } = *hold;
    let minor = amount(hold.amount)?;
    let row = args![id, tenant, owner, currency.code(), minor, kind, object, tx.now()];
    if tx.exec(&sql::HOLD, &row).await? == 0 {
        return Ok(false);
    }
    shift(tx, tenant, currency, &BTreeMap::from([(owner, minor)])).await?;
    Ok(true)
}

/// The pending holds of an object by owner.
///
/// # Errors
/// What the database said.
pub async fn holds_pending(
    tx: &Tx,
    tenant: TenantId,
    currency: Currency,
    object: Id,
) -> store::Result<BTreeMap<UserId, i64>> {
    let rows: Vec<(UserId, i64)> =
        tx.all(&sql::HOLDS_OF, &args![tenant, object, currency.code()]).await?;
    let mut sums = BTreeMap::new();
    for (owner, minor) in rows {
        *sums.entry(owner).or_default() += minor;
    }
    Ok(sums)
}

/// Ends the pending holds of an object that `which` says, by owner, and lets go of what they held.
/// What was held, by owner. The object's holds must not change meanwhile: the caller has the object
/// locked.
///
/// # Errors
/// What the database said.
pub async fn end_holds(
    tx: &Tx,
    tenant: TenantId,
    currency: Currency,
    (object, which): (Id, impl Fn(UserId) -> bool),
    ended: Ended,
) -> Result<BTreeMap<UserId, i64>> {
    let mut held = holds_pending(tx, tenant, currency, object).await?;
    held.retain(|owner, _| which(*owner));
    if held.is_empty() {
        return Ok(held);
    }
    let owners: Vec<&UserId> = held.keys().collect();
    let owners = serde_json::to_string(&owners).map_err(|e| store::Error::Misuse(e.to_string()))?;
    tx.exec(&sql::END_HOLDS, &args![tenant, object, ended.word(), tx.now(), owners]).await?;
    let released = held.iter().map(|(owner, minor)| (*owner, -minor)).collect();
    match shift(tx, tenant, currency, &released).await {
        // Held is never less than the sum of the holds.
        Err(Error::Insufficient) => {
            Err(store::Error::Database("less is held than the holds say".into()).into())
        }
        other => other.map(|()| held),
    }
}
