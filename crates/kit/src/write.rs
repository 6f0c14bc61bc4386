//! Writes of a caller: at most once per idempotency key.

use std::{sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use store::{Class, Migration, Migrations, Tx, args};

use crate::{
    Call, Ctx, Error, Result,
    call::IdempotencyKey,
    codes,
    sql::{FIND_KEY, FORGET, KEEP_ANSWER, TAKE_KEY},
};

/// How long an answer can be had again under its key.
pub(crate) const KEPT: Duration = Duration::from_secs(48 * 3600);

/// The kit's own tables.
pub(crate) const MIGRATIONS: Migrations = Migrations {
    module: "kit",
    steps: &[Migration::both(
        1,
        "0001_idempotency",
        include_str!("../migrations/0001_idempotency.sql"),
    )],
};

impl Ctx {
    /// Runs a write of a caller in one transaction; see `store` for what the closure may do.
    ///
    /// When the call has an idempotency key, the key and the answer are written in the same
    /// transaction: the same request again gets the same answer and changes nothing, another
    /// request under the same key is refused with `key_reused`. A refused write leaves its key
    /// free. Answers that hold secrets must not go through here: they would be kept.
    ///
    /// # Errors
    /// The closure's own, the store's, or `key_reused`.
    pub async fn write<T, F>(&self, call: &Call, work: F) -> Result<T>
    where
        F: AsyncFn(&Tx) -> Result<T> + Send + Sync + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let (Some(key), Some(actor)) = (call.key().cloned(), call.scope().user_id()) else {
            return self.store().write(Class::Interactive, work).await;
        };
        let tenant = call.tenant();
        let keyed = async move |tx: &Tx| {
            let key: &Arc<IdempotencyKey> = &key;
            let place = args![tenant, actor, key.key.as_str()];
            let taken =
                args![tenant, actor, key.key.as_str(), key.fingerprint.as_slice(), tx.now()];
            if tx.exec(&TAKE_KEY, &taken).await? == 0 {
                let (fingerprint, answer): (Vec<u8>, Option<String>) =
                    tx.one(&FIND_KEY, &place).await?;
                if fingerprint != key.fingerprint {
                    return Err(Error::of(&codes::KEY_REUSED));
                }
                let answer = answer.ok_or_else(|| Error::internal("a key without an answer"))?;
                return serde_json::from_str(&answer).map_err(Error::internal);
            }
            let value = work(tx).await?;
            let answer = serde_json::to_string(&value).map_err(Error::internal)?;
            let [tenant, actor, key] = place;
            tx.exec(&KEEP_ANSWER, &[tenant, actor, key, answer.into()]).await?;
            Ok(value)
        };
        self.store().write(Class::Interactive, keyed).await
    }

    /// Forgets answers whose time has passed; how many.
    ///
    /// # Errors
    /// What the database said.
    pub async fn forget_answers(&self) -> Result<u64> {
        let before = self.now().minus(KEPT);
        Ok(self.store().execute(&FORGET, args![before].to_vec()).await?)
    }
}
