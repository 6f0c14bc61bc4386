//! Whom a house knows that has no accounts.

use domain::{Roles, TenantId, UserId};
use kit::{
    BoxFuture,
    ports::{UserCard, Users},
};
use store::Tx;

/// A directory in which whoever is asked for exists and is active, but for one at the most.
#[derive(Debug, Default)]
pub struct People {
    stranger: Option<UserId>,
}

impl People {
    /// Everybody but one, whom the tenant does not have.
    pub fn but(stranger: UserId) -> Self {
        Self { stranger: Some(stranger) }
    }
}

impl Users for People {
    fn cards(
        &self,
        _: Tx,
        _: TenantId,
        ids: Vec<UserId>,
    ) -> BoxFuture<'static, store::Result<Vec<UserCard>>> {
        let known = ids.into_iter().filter(|id| Some(*id) != self.stranger);
        let card = |id| UserCard {
            id,
            email: format!("{id}@example.org"),
            name: "Somebody".to_owned(),
            roles: Roles::NONE,
        };
        let cards = known.map(card).collect();
        Box::pin(async move { Ok(cards) })
    }

    fn is_active(
        &self,
        _: Tx,
        _: TenantId,
        user: UserId,
    ) -> BoxFuture<'static, store::Result<bool>> {
        let is_active = Some(user) != self.stranger;
        Box::pin(async move { Ok(is_active) })
    }
}
