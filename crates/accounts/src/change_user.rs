//! Roles of a user, and whether they may sign in.

use domain::{Actor, Id, Role, Roles, Scope, TenantId, UserId};
use events::RolesChanged;
use kit::{Call, Ctx, Error, Result};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use crate::{
    codes,
    frames::AccessChanged,
    model::{Account, User},
    sessions::{self, Ending},
    sql,
};

/// What an admin wants to be so; what is left out stays.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = UserChange)]
pub(crate) struct Wish {
    /// All roles from now on.
    pub(crate) roles: Option<Roles>,
    /// Whether the user may sign in. Switching an account off ends its sessions.
    pub(crate) active: Option<bool>,
}

/// Changes a user of the caller's tenant.
///
/// # Errors
/// `not_found` for a user of another tenant, `invalid` for no roles at all, `forbidden` when the
/// caller is no admin any more, or when the role `root` is touched by somebody who is not root,
/// `last_admin`.
pub(crate) async fn change(ctx: &Ctx, call: &Call, user: UserId, wish: Wish) -> Result<Account> {
    let (scope, session) = (*call.scope(), call.session());
    let write = async move |tx: &Tx| {
        lock(tx, scope.tenant).await?;
        let scope = as_of_now(tx, scope, session).await?;
        let changed = apply(tx, scope.tenant, user, |user| wished(&scope, user, wish)).await?;
        Ok(Account::from(changed))
    };
    ctx.write(call, write).await
}

/// Until the transaction ends, nobody else changes roles or states in the tenant.
async fn lock(tx: &Tx, tenant: TenantId) -> Result<()> {
    let _: Option<(Id,)> = tx.one_for_update(&sql::TENANT_LOCK, &args![tenant]).await?;
    Ok(())
}

/// The scope of an admin with the roles of this moment. An access token lives on for minutes:
/// whoever was switched off or lost the role could undo that, or hand it to somebody else. Call it
/// under the lock.
async fn as_of_now(tx: &Tx, scope: Scope, session: Option<Id>) -> Result<Scope> {
    let Actor::User { id, .. } = scope.actor else { return Ok(scope) };
    let user: Option<User> = match session {
        Some(session) => {
            let asked = args![session, id, scope.tenant, tx.now()];
            tx.maybe(&sql::SESSION_USER, &asked).await?
        }
        None => tx.maybe(&sql::USER, &args![scope.tenant, id]).await?,
    };
    let admin = user.filter(|user| user.active && user.scope().permits(Role::Admin));
    admin.map(|user| user.scope()).ok_or_else(Error::forbidden)
}

/// What the wish makes of the user, when the actor may wish it.
fn wished(scope: &Scope, user: &User, wish: Wish) -> Result<(Roles, bool)> {
    let roles = wish.roles.unwrap_or(user.roles);
    let active = wish.active.unwrap_or(user.active);
    let is_root = user.roles.contains(Role::Root);
    let touches_root = roles.contains(Role::Root) != is_root || (is_root && active != user.active);
    // Root is a role in the installation: a tenant's admins neither give it nor take it.
    if touches_root && !scope.permits(Role::Root) {
        return Err(Error::forbidden());
    }
    Ok((roles, active))
}

/// Gives a user the roles and the state that `decide` makes of what they are now, and tells the
/// house when that changes what they may do.
///
/// # Errors
/// `not_found`, `invalid` for no roles at all, `last_admin`, and what `decide` says.
pub(crate) async fn apply(
    tx: &Tx,
    tenant: TenantId,
    id: UserId,
    decide: impl Fn(&User) -> Result<(Roles, bool)> + Send + Sync,
) -> Result<User> {
    // Two admins who take the role from each other at once must not both succeed.
    lock(tx, tenant).await?;
    let user: Option<User> = tx.one_for_update(&sql::USER, &args![tenant, id]).await?;
    let mut user = user.ok_or_else(Error::not_found)?;
    let (roles, active) = decide(&user)?;
    if (roles, active) == (user.roles, user.active) {
        return Ok(user);
    }
    if roles == Roles::NONE {
        return Err(Error::invalid("roles", "too_few", "needs at least one role"));
    }
    let (before, after) = (effective(user.roles, user.active), effective(roles, active));
    if before.contains(Role::Admin) && !after.contains(Role::Admin) {
        let (others,): (i64,) = tx.one(&sql::OTHER_ADMINS, &args![tenant, id]).await?;
        if others == 0 {
            return Err(Error::of(&codes::LAST_ADMIN));
        }
    }
    tx.exec(&sql::CHANGE_USER, &args![tenant, id, roles.to_string(), active]).await?;
    if user.active && !active {
        sessions::end_all(tx, id, Ending::Deactivated).await?;
    }
    if before != after {
        let reason = if active { "roles" } else { "deactivated" };
        let frame = AccessChanged::frame(id, reason, None)?;
        tx.emit(tenant, &RolesChanged { user: id, roles: after }, vec![frame])?;
    }
    (user.roles, user.active, user.version) = (roles, active, user.version + 1);
    Ok(user)
}

/// The roles that count: none while the account is switched off.
fn effective(roles: Roles, active: bool) -> Roles {
    if active { roles } else { Roles::NONE }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn of(roles: &str) -> Roles {
        roles.parse().unwrap()
    }

    #[test]
    fn root_is_roots_affair() {
        let id: UserId = "00000000-0000-7000-8000-0000000000aa".parse().unwrap();
        let user = |roles| User {
            id,
            tenant: TenantId::DEFAULT,
            email: "ann@example.org".to_owned(),
            name: String::new(),
            roles: of(roles),
            active: true,
            created_at: Timestamp::from_millis(0),
            version: 1,
        };
        // Actor, user before, wished roles, wished state, allowed.
        let cases = [
            ("admin", "user", Some("agent"), None, true),
            ("admin", "user", None, Some(false), true),
            ("admin", "user", Some("root"), None, false),
            ("admin", "root,user", Some("user"), None, false),
            ("admin", "root,user", Some("root,agent"), None, true),
            ("admin", "root", None, Some(false), false),
            ("admin", "root", None, Some(true), true),
            ("admin,root", "user", Some("root"), None, true),
            ("admin,root", "root", None, Some(false), true),
        ];
        for (actor, before, roles, active, allowed) in cases {
            let scope = Scope::user(TenantId::DEFAULT, id, of(actor));
            let wish = Wish { roles: roles.map(of), active };
            let outcome = wished(&scope, &user(before), wish);
            assert_eq!(outcome.is_ok(), allowed, "{actor}: {before} to {wish:?}");
        }
    }
}
