//! Whether the books are right.

use domain::{Currency, TenantId};
use store::{Tx, args};
use uuid::Uuid;

use crate::{accounts::currency_of, sql};

/// Accounts in one page of the check.
const PAGE: i64 = 500;

/// An account as the check sees it, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose books.
    pub tenant: TenantId,
    /// A user's id, or the tenant's for the issuer.
    pub owner: Uuid,
    /// Of what.
    pub currency: Currency,
    /// Everything that came in.
    pub credits: i64,
    /// Everything that went out.
    pub debits: i64,
    /// What is held.
    pub held: i64,
    /// What the pending holds hold; the rest of `held` must be somebody's own record.
    pub pending: i64,
}

/// A page of accounts, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Findings {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// A sentence for each thing that is wrong; ids and numbers only.
    pub wrong: Vec<String>,
}

struct Stored {
    tenant: TenantId,
    owner: Uuid,
    currency: String,
    credits: i64,
    debits: i64,
    held: i64,
    came: i64,
    went: i64,
    pending: i64,
}

store::from_row!(Stored { tenant, owner, currency, credits, debits, held, came, went, pending });

/// The tenants and currencies whose balances do not add up to nothing, a sentence each.
///
/// # Errors
/// What the database said.
pub async fn unbalanced(tx: &Tx) -> store::Result<Vec<String>> {
    let rows: Vec<(TenantId, String, i64)> = tx.all(&sql::UNBALANCED, &[]).await?;
    let sentence = |(tenant, currency, sum)| {
        format!("the balances in {currency} of tenant {tenant} add up to {sum}")
    };
    Ok(rows.into_iter().map(sentence).collect())
}

/// The accounts behind `after`, compared with the transfers and holds that they come from. Read it
/// in a transaction that sees one moment. No account is left when the page is empty.
///
/// # Errors
/// What the database said.
pub async fn accounts_after(tx: &Tx, after: Option<&Account>) -> store::Result<Findings> {
    let nobody = (TenantId::from_uuid(Uuid::nil()), Uuid::nil(), "");
    let (tenant, owner, currency) =
        after.map_or(nobody, |last| (last.tenant, last.owner, last.currency.code()));
    let asked = args![tenant, owner, currency, PAGE];
    let rows: Vec<Stored> = tx.all(&sql::ACCOUNTS_AFTER, &asked).await?;
    let mut findings = Findings::default();
    for row in rows {
        let Stored { tenant, owner, currency, credits, debits, held, came, went, pending } = row;
        let who = format!("the account of {owner} in {currency}");
        if (credits, debits) != (came, went) {
            findings
                .wrong
                .push(format!("{who} has +{credits} -{debits}, its transfers say +{came} -{went}"));
        }
        if owner != tenant.as_uuid() && credits - debits - held < 0 {
            findings.wrong.push(format!("{who} is overdrawn: +{credits} -{debits}, {held} held"));
        }
        if held < pending {
            findings.wrong.push(format!("{who} holds {held}, its holds say {pending}"));
        }
        let currency = currency_of(&currency)?;
        findings.accounts.push(Account { tenant, owner, currency, credits, debits, held, pending });
    }
    Ok(findings)
}
