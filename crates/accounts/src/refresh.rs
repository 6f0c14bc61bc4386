//! A refresh token for the next one: each works once.

use std::{sync::Arc, time::Duration};

use domain::{Id, Timestamp};
use kit::{Ctx, Error, Result};
use store::{Class, Tx, args};

use crate::{
    codes,
    model::User,
    sessions::{self, Ending, MAX_TOKEN_BYTES, NewRefresh, Session, TokenPair},
    sql,
};

/// For how long after its use a token may come again without being taken for stolen: two tabs of
/// one browser refresh at the same moment, and one of them is late.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// What became of a token. Not an error inside of the transaction, because the ending of a session
/// must be committed although its caller is refused.
enum Outcome {
    /// It was exchanged.
    Exchanged { user: User, session: Id },
    /// There is no such token, or no longer.
    Unknown,
    /// It was exchanged a moment ago.
    Superseded,
    /// It had been exchanged before; its session has ended with it.
    Reused { session: Id },
}

/// Exchanges a refresh token, once, for an access token with the user's roles as they are now and
/// the next refresh token. The session lives on from now.
///
/// # Errors
/// `unauthorized` when the token is not good (any more); a spent one ends its session.
/// `refresh_superseded` within [`GRACE`] of its exchange; nothing has changed then.
pub(crate) async fn refresh(ctx: &Ctx, token: &str) -> Result<TokenPair> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(refused());
    }
    let next = Arc::new(NewRefresh::make(ctx));
    let (hash, issued) = (sessions::hash_of(token), next.clone());
    let write = async move |tx: &Tx| exchange(tx, &hash, &issued).await;
    match ctx.store().write(Class::Interactive, write).await? {
        Outcome::Exchanged { user, session } => {
            let access = sessions::access(ctx, &user, session)?;
            Ok(TokenPair { access, refresh: next.token.clone() })
        }
        Outcome::Unknown => Err(refused()),
        Outcome::Superseded => Err(Error::of(&codes::REFRESH_SUPERSEDED)),
        Outcome::Reused { session } => {
            tracing::warn!(%session, "a spent refresh token came again; the session has ended");
            Err(refused())
        }
    }
}

fn refused() -> Error {
    Error::new(&kit::codes::UNAUTHORIZED, "the refresh token is not good")
}

async fn exchange(tx: &Tx, hash: &[u8], next: &NewRefresh) -> store::Result<Outcome> {
    let now = tx.now();
    // Of any number of callers exactly one spends the token.
    let spent = tx.exec(&sql::USE_REFRESH, &args![hash, now]).await? > 0;
    let found: Option<(Id, Option<Timestamp>)> = tx.maybe(&sql::REFRESH, &args![hash]).await?;
    let Some((id, used_at)) = found else { return Ok(Outcome::Unknown) };
    let session: Option<Session> = tx.one_for_update(&sql::SESSION, &args![id]).await?;
    let Some(session) = session.filter(|session| session.is_open(now)) else {
        return Ok(Outcome::Unknown);
    };
    if !spent {
        return match used_at {
            Some(at) if now.since(at) <= GRACE => Ok(Outcome::Superseded),
            Some(_) => {
                sessions::end(tx, id, Ending::Reuse).await?;
                Ok(Outcome::Reused { session: id })
            }
            None => Ok(Outcome::Unknown),
        };
    }
    let user: Option<User> = tx.maybe(&sql::USER, &args![session.tenant, session.user_id]).await?;
    let Some(user) = user.filter(|user| user.active) else { return Ok(Outcome::Unknown) };
    tx.exec(&sql::FORGET_REFRESH, &args![id, now]).await?;
    next.insert(tx, id).await?;
    let ends = now.plus(next.lifetime);
    tx.exec(&sql::USE_SESSION, &args![id, now, ends]).await?;
    Ok(Outcome::Exchanged { user, session: id })
}
