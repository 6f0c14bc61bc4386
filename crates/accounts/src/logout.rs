//! The end of a session.

use domain::Id;
use kit::{Ctx, Error, Result};
use store::{Class, Tx, args};

use crate::{
    sessions::{self, Ending, MAX_TOKEN_BYTES},
    sql,
};

/// Ends the session of an access token, that of a refresh token, or both. Who holds either may end
/// its session; doing it again changes nothing.
///
/// # Errors
/// `unauthorized` when there is neither a session nor a refresh token that was ever issued.
pub(crate) async fn logout(ctx: &Ctx, session: Option<Id>, refresh: Option<String>) -> Result<()> {
    let hash = refresh
        .filter(|token| token.len() <= MAX_TOKEN_BYTES)
        .map(|token| sessions::hash_of(&token));
    if session.is_none() && hash.is_none() {
        return Err(Error::unauthorized());
    }
    let write = async move |tx: &Tx| {
        let of_refresh: Option<(Id,)> = match &hash {
            Some(hash) => tx.maybe(&sql::SESSION_OF_REFRESH, &args![hash.as_slice()]).await?,
            None => None,
        };
        let mut ends: Vec<Id> =
            session.into_iter().chain(of_refresh.map(|(session,)| session)).collect();
        if ends.is_empty() {
            return Err(Error::unauthorized());
        }
        // One order for all: two callers with the same two sessions must not wait for each other.
        ends.sort_unstable();
        for session in ends {
            sessions::end(tx, session, Ending::Logout).await?;
        }
        Ok(())
    };
    ctx.store().write(Class::Interactive, write).await
}
