//! Signing in with a password.

use std::{net::IpAddr, sync::Arc};

use domain::UserId;
use kit::{Ctx, Error, Result};
use store::{Class, Tx, args};

use crate::{
    model::{self, MAX_PASSWORD, User},
    passwords::{Cost, Passwords, Verdict},
    sessions::NewSession,
    sql,
    throttle::Throttle,
};

/// Who knows the password of `email` gets the new session. Every way to sign in with a password
/// comes through here: attempts are counted and slowed down before anything is hashed.
///
/// # Errors
/// `invalid_credentials` alike for an unknown e-mail, a wrong password and an account that is
/// switched off, after the same time; `rate_limited` after too many failures, `busy`.
pub(crate) async fn login<S: NewSession>(
    ctx: &Ctx,
    address: Option<IpAddr>,
    (email, password): (&str, String),
    session: S,
) -> Result<S::Given> {
    let throttle = ctx.state::<Throttle>()?;
    let attempt = throttle.admit(ctx, email, address)?;
    let session = Arc::new(session);
    let user = open(ctx, email, password, session.clone()).await;
    match &user {
        Ok(_) => throttle.succeeded(attempt),
        Err(error) if *error.code() == kit::codes::INVALID_CREDENTIALS => {}
        Err(_) => throttle.withdrawn(attempt),
    }
    session.give(ctx, user?)
}

/// Opens the session for whoever has this password.
async fn open<S: NewSession>(
    ctx: &Ctx,
    email: &str,
    password: String,
    session: Arc<S>,
) -> Result<User> {
    // No password is that long, and hashing it would cost more than hashing one.
    if password.chars().count() > MAX_PASSWORD {
        return Err(Error::invalid_credentials());
    }
    let proof = prove(ctx, email, password).await?;
    let write = async move |tx: &Tx| {
        let proof = &proof;
        // Once more: in the meantime the password may have been changed, the account switched off.
        let known = args![proof.user, proof.password_hash.as_str()];
        let user: Option<User> = tx.one_for_update(&sql::SIGN_IN, &known).await?;
        let user = user.ok_or_else(Error::invalid_credentials)?;
        if let Some(stronger) = &proof.stronger_hash {
            tx.exec(&sql::STRENGTHEN, &args![proof.user, stronger]).await?;
        }
        session.open(tx, &user).await?;
        Ok::<_, Error>(user)
    };
    ctx.store().write(Class::Interactive, write).await
}

/// That the password was right for this hash.
struct Proof {
    user: UserId,
    password_hash: String,
    /// The same password at today's cost, when the hash was made at another.
    stronger_hash: Option<String>,
}

async fn prove(ctx: &Ctx, email: &str, password: String) -> Result<Proof> {
    // What is no e-mail has no account, and takes as long as any other that has none.
    let known: Option<(UserId, String)> = match model::email(email) {
        Ok(email) => ctx.store().maybe(&sql::CREDENTIALS, &args![email]).await?,
        Err(_) => None,
    };
    let (cost, passwords) = (Cost::of(ctx.config()), ctx.state::<Passwords>()?);
    let stored = known.as_ref().map(|(_, hash)| hash.clone());
    let verdict = passwords.verify(cost, password.clone(), stored).await?;
    let (Some((user, password_hash)), Verdict::Right | Verdict::RightButOutdated) =
        (known, verdict)
    else {
        return Err(Error::invalid_credentials());
    };
    let stronger_hash = match verdict {
        Verdict::RightButOutdated => Some(passwords.hash(cost, password).await?),
        _ => None,
    };
    Ok(Proof { user, password_hash, stronger_hash })
}
