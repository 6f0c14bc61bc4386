//! A new account.

use std::sync::Arc;

use domain::{Role, Roles, TenantId, UserId};
use events::UserRegistered;
use kit::{Ctx, Error, Result};
use store::{Class, Tx, args};

use crate::{
    codes,
    model::{self, User},
    passwords::{Cost, Passwords},
    sessions::NewSession,
    sql,
};

/// What an account is made from. Plain, as it came from outside.
pub(crate) struct NewAccount {
    pub(crate) tenant: TenantId,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) name: String,
    pub(crate) roles: Roles,
}

/// Somebody makes themselves an account in the default tenant, and is signed in.
///
/// # Errors
/// `invalid` with every field that breaks a rule, `email_taken`, `busy`.
pub(crate) async fn register<S: NewSession>(
    ctx: &Ctx,
    (email, password): (String, String),
    name: Option<String>,
    session: S,
) -> Result<S::Given> {
    let account = NewAccount {
        tenant: TenantId::DEFAULT,
        email,
        password,
        name: name.unwrap_or_default(),
        roles: Roles::NONE.with(Role::User),
    };
    let draft = Draft::make(ctx, account).await?;
    let session = Arc::new(session);
    let opening = session.clone();
    // Not through the table of idempotency keys: it would keep the tokens. A repeated request is
    // told that the e-mail is taken, and signs in.
    let write = async move |tx: &Tx| {
        let user = draft.insert(tx).await?;
        opening.open(tx, &user).await?;
        Ok::<_, Error>(user)
    };
    let user = ctx.store().write(Class::Interactive, write).await?;
    session.give(ctx, user)
}

/// An account that has been checked and is about to be written.
pub(crate) struct Draft {
    id: UserId,
    tenant: TenantId,
    email: String,
    name: String,
    roles: Roles,
    password_hash: String,
}

impl Draft {
    /// Checks every field and hashes the password.
    ///
    /// # Errors
    /// `invalid`, `busy`, and `email_taken` early, before the expensive hash; [`Draft::insert`]
    /// decides.
    pub(crate) async fn make(ctx: &Ctx, account: NewAccount) -> Result<Self> {
        let NewAccount { tenant, email, password, name, roles } = account;
        let (email, name) = checked(&email, &password, &name)?;
        let owner: Option<(UserId,)> =
            ctx.store().maybe(&sql::EMAIL_OWNER, &args![email.as_str()]).await?;
        if owner.is_some() {
            return Err(Error::of(&codes::EMAIL_TAKEN));
        }
        let cost = Cost::of(ctx.config());
        let password_hash = ctx.state::<Passwords>()?.hash(cost, password).await?;
        let id = ctx.ids().next_user_id();
        Ok(Self { id, tenant, email, name, roles, password_hash })
    }

    /// The same under an id that was known before.
    pub(crate) fn with_id(self, id: UserId) -> Self {
        Self { id, ..self }
    }

    /// Writes the account and says so.
    ///
    /// # Errors
    /// `email_taken` when somebody else was quicker.
    pub(crate) async fn insert(&self, tx: &Tx) -> Result<User> {
        let Self { id, tenant, email, name, roles, password_hash } = self;
        let user = User {
            id: *id,
            tenant: *tenant,
            email: email.clone(),
            name: name.clone(),
            roles: *roles,
            active: true,
            created_at: tx.now(),
            version: 1,
        };
        let row = args![
            user.id,
            user.tenant,
            email,
            name,
            password_hash,
            roles.to_string(),
            user.active,
            user.created_at,
            user.version
        ];
        if tx.exec(&sql::INSERT_USER, &row).await? == 0 {
            return Err(Error::of(&codes::EMAIL_TAKEN));
        }
        let registered = UserRegistered { user: user.id, roles: user.roles };
        tx.emit(user.tenant, &registered, Vec::new())?;
        Ok(user)
    }
}

/// The spelling of e-mail and name.
///
/// # Errors
/// `invalid` with every field that breaks a rule, not only the first.
fn checked(email: &str, password: &str, name: &str) -> Result<(String, String)> {
    match (model::email(email), model::password(password), model::name(name)) {
        (Ok(email), Ok(()), Ok(name)) => Ok((email, name)),
        (email, password, name) => {
            let wrong = [email.err(), password.err(), name.err()];
            Error::check(wrong.into_iter().flatten().collect())?;
            Err(Error::internal("a field was refused without a reason"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named() {
        let error = checked("ann", "short", &"x".repeat(121)).unwrap_err();
        let fields: Vec<_> = error.fields().iter().map(|e| (&*e.field, &*e.code)).collect();
        let wanted = [("email", "invalid_value"), ("password", "too_short"), ("name", "too_long")];
        assert_eq!(fields, wanted);
        assert!(checked("ann@example.org", "long enough", "").is_ok());
    }
}
