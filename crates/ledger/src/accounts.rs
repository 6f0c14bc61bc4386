//! Accounts: what is there, what is held.

use std::collections::BTreeMap;

use domain::{Currency, TenantId, UserId};
use store::{Dialect, Tx, args};
use uuid::Uuid;

use crate::{Error, MAX_MINOR, Result, sql};

/// What an account has, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Credits less debits, what is held included.
    pub balance: i64,
    /// What of it is held.
    pub held: i64,
}

impl Balance {
    /// What can be spent or held.
    pub const fn available(&self) -> i64 {
        self.balance.saturating_sub(self.held)
    }

    pub(crate) const fn of(credits: i64, debits: i64, held: i64) -> Self {
        Self { balance: credits.saturating_sub(debits), held }
    }
}

/// What a batch of changes asks of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Need {
    /// What must be available before the batch, so that each of its steps is covered.
    pub need: i64,
    /// By how much `held` changes over the whole batch.
    pub delta: i64,
}

/// The accounts of these owners as they are, locked against everybody else until the end of the
/// transaction. Owners without an account have nothing, and are left out.
///
/// # Errors
/// What the database said.
pub async fn lock(
    tx: &Tx,
    tenant: TenantId,
    currency: Currency,
    owners: impl IntoIterator<Item = UserId>,
) -> store::Result<BTreeMap<UserId, Balance>> {
    lock_owners(tx, tenant, currency, owners.into_iter().map(|owner| owner.as_uuid())).await.map(
        |found| {
            let of_user = |(owner, balance)| (UserId::from_uuid(owner), balance);
            found.into_iter().map(of_user).collect()
        },
    )
}

pub(crate) async fn lock_owners(
    tx: &Tx,
    tenant: TenantId,
    currency: Currency,
    owners: impl IntoIterator<Item = Uuid>,
) -> store::Result<Vec<(Uuid, Balance)>> {
    let mut owners: Vec<Uuid> = owners.into_iter().collect();
    let rows: Vec<(Uuid, i64, i64, i64)> = match tx.dialect() {
        Dialect::Sqlite => {
            owners.sort_unstable();
            owners.dedup();
            let asked: Vec<_> =
                owners.into_iter().map(|owner| args![tenant, currency.code(), owner]).collect();
            tx.maybe_many(&sql::LOCK, &asked).await?.into_iter().flatten().collect()
        }
        Dialect::Postgres => {
            let list =
                serde_json::to_string(&owners).map_err(|e| store::Error::Misuse(e.to_string()))?;
            tx.all(&sql::LOCK, &args![tenant, currency.code(), list]).await?
        }
    };
    let balance = |(owner, credits, debits, held)| (owner, Balance::of(credits, debits, held));
    Ok(rows.into_iter().map(balance).collect())
}

/// Moves what is held in several accounts. All of it, or nothing.
///
/// # Errors
/// [`Error::Insufficient`] when an account has not enough available, or less held than is to be let
/// go; the transaction must be rolled back then.
pub async fn shift(
    tx: &Tx,
    tenant: TenantId,
    currency: Currency,
    deltas: &BTreeMap<UserId, i64>,
) -> Result<()> {
    // In the order of the owners, as everybody does.
    let moved = deltas.iter().filter(|(_, delta)| **delta != 0);
    let rows: Vec<_> =
        moved.map(|(owner, delta)| args![tenant, *owner, currency.code(), *delta]).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let changed = tx.exec_many(&sql::SHIFT, &rows).await?;
    if changed == rows.len() as u64 { Ok(()) } else { Err(Error::Insufficient) }
}

/// What a user has, by currency.
///
/// # Errors
/// What the database said.
pub async fn wallets(
    tx: &Tx,
    tenant: TenantId,
    owner: UserId,
) -> store::Result<Vec<(Currency, Balance)>> {
    let rows: Vec<(String, i64, i64, i64)> = tx.all(&sql::WALLETS, &args![tenant, owner]).await?;
    let wallet = |(currency, credits, debits, held): (String, _, _, _)| {
        Ok((currency_of(&currency)?, Balance::of(credits, debits, held)))
    };
    rows.into_iter().map(wallet).collect()
}

pub(crate) fn currency_of(code: &str) -> store::Result<Currency> {
    code.parse().map_err(|_| store::Error::Decode(format!("`{code}` is no currency")))
}

/// An amount that may be moved.
pub(crate) fn amount(minor: i64) -> Result<i64> {
    if (1..=MAX_MINOR).contains(&minor) { Ok(minor) } else { Err(Error::Amount(minor)) }
}
