//! How many alerts there may be.

use domain::UserId;
use kit::{Code, Error, Result};
use serde_json::json;
use store::{Tx, args};
use uuid::Uuid;

use super::{ALERT_LIMIT, ALERTS_FULL};
use crate::{
    model::{MAX_ACTIVE_ALERTS, MAX_ALERTS_PER_USER},
    sql_alerts as sql,
};

/// A number that is counted up to a limit, in one row: of two who race for the last place the
/// second waits for the first.
pub(super) struct Room {
    owner: Uuid,
    most: i64,
    code: &'static Code,
}

impl Room {
    /// The alerts that are on, of all users together.
    pub(super) const OF_ALL: Self =
        Self { owner: Uuid::nil(), most: MAX_ACTIVE_ALERTS, code: &ALERTS_FULL };

    /// The alerts of a user, on or off.
    pub(super) const fn of(user: UserId) -> Self {
        Self { owner: user.as_uuid(), most: MAX_ALERTS_PER_USER, code: &ALERT_LIMIT }
    }

    /// Takes a place. Whoever takes several takes the user's first.
    pub(super) async fn take(&self, tx: &Tx) -> Result<()> {
        tx.exec(&sql::OPEN_COUNT, &args![self.owner]).await?;
        if tx.exec(&sql::TAKE, &args![self.owner, self.most]).await? == 1 {
            return Ok(());
        }
        Err(Error::of(self.code).with_details(&json!({ "limit": self.most })))
    }

    /// Gives a place back.
    pub(super) async fn give_back(&self, tx: &Tx) -> Result<()> {
        tx.exec(&sql::GIVE_BACK, &args![self.owner]).await?;
        Ok(())
    }
}
