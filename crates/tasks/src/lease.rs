//! Named leases: one node at a time does a thing, and another takes over when it falls silent.

use std::time::Duration;

use domain::Id;
use store::{Result, Store, Tx, args};

use crate::{ids, sql};

/// A lease that was acquired. It ends by [`Lease::release`], or by itself when it is not renewed in
/// time; dropping the value does not end it.
///
/// A lease alone is no lock: its holder may be asleep while it runs out. Writes that must not
/// happen twice ask [`Lease::holds`] within their transaction.
pub struct Lease {
    store: Store,
    name: String,
    token: Id,
    duration: Duration,
}

impl Lease {
    /// Takes the lease `name` for `duration`, unless somebody else has it. Renew it at every third
    /// of that time.
    ///
    /// # Errors
    /// What the database said.
    pub async fn acquire(store: &Store, name: &str, duration: Duration) -> Result<Option<Self>> {
        let now = store.clock().now();
        let token = ids::new_id(now);
        let row = args![name, token, now.plus(duration), now];
        let taken = store.execute(&sql::ACQUIRE, row.to_vec()).await? > 0;
        Ok(taken.then(|| Self { store: store.clone(), name: name.to_owned(), token, duration }))
    }

    /// What it is for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes it hold for its whole duration from now on; false when somebody else has it by now.
    /// One that ran out and that nobody took is this holder's still.
    ///
    /// # Errors
    /// What the database said; whether it was renewed is unknown then.
    pub async fn renew(&self) -> Result<bool> {
        let until = self.store.clock().now().plus(self.duration);
        let row = args![self.name.as_str(), self.token, until];
        Ok(self.store.execute(&sql::RENEW_LEASE, row.to_vec()).await? > 0)
    }

    /// Whether the lease is still this holder's, and stays so until `tx` has ended: nobody can take
    /// it before the transaction commits.
    ///
    /// # Errors
    /// What the database said.
    pub async fn holds(&self, tx: &Tx) -> Result<bool> {
        let row = args![self.name.as_str(), self.token];
        let held: Option<(i64,)> = tx.one_for_update(&sql::HOLDS_LEASE, &row).await?;
        Ok(held.is_some())
    }

    /// Gives it back, so that another can take it at once; false when somebody else had it.
    ///
    /// # Errors
    /// What the database said; it runs out by itself then.
    pub async fn release(self) -> Result<bool> {
        let row = args![self.name.as_str(), self.token];
        Ok(self.store.execute(&sql::RELEASE_LEASE, row.to_vec()).await? > 0)
    }
}
