//! The secret address of a feed. A calendar program cannot sign in, so whoever has the token reads
//! the feed, and nothing else. Only the token's hash is kept.

use domain::{Roles, TenantId, Timestamp, UserId};
use events::RolesChanged;
use kit::{Call, Ctx, Error, Fact, ReactionSpec, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{Class, Tx, args};

use super::sql;

/// What every token begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "obc_";
/// Randomness of a token, in bytes.
const RANDOM_BYTES: usize = 32;
/// The longest text that is looked up as a token, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

/// A feed's secret. It is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FeedToken {
    /// For `?token=` of the feed.
    token: String,
    /// The feed's address on this server, for a calendar program.
    url: String,
    /// When it was made; what was there before is dead.
    created_at: Timestamp,
}

/// It is random and long: a plain hash cannot be turned back.
fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Makes the caller's token; the one before works no more.
///
/// # Errors
/// `unauthorized` when nobody is signed in, or when the account is switched off.
pub(super) async fn renew(ctx: &Ctx, call: &Call) -> Result<FeedToken> {
    let (user, tenant, house) = (call.user()?, call.tenant(), ctx.clone());
    let token = format!("{PREFIX}{}", kit::random_token(RANDOM_BYTES));
    let hash = hash_of(&token);
    let write = async move |tx: &Tx| {
        // An access token outlives its account by minutes, a feed would by years: the reaction that
        // ends it may have been here already.
        if !house.users()?.is_active(tx.clone(), tenant, user).await? {
            return Err(Error::unauthorized());
        }
        let row = args![tenant, user, hash.as_slice(), tx.now()];
        tx.exec(&sql::SET_FEED, &row).await?;
        Ok::<_, Error>(tx.now())
    };
    // Not through the table of idempotency keys: it would keep the token.
    let created_at = ctx.store().write(Class::Interactive, write).await?;
    let origin = ctx.config().public_origin();
    let url = format!("{}/api/v1/calendar.ics?token={token}", origin.as_str());
    Ok(FeedToken { token, url, created_at })
}

/// Ends the caller's feed; nothing happens when there is none.
///
/// # Errors
/// `unauthorized` when nobody is signed in.
pub(super) async fn end(ctx: &Ctx, call: &Call) -> Result<()> {
    let (user, tenant) = (call.user()?, call.tenant());
    let work = async move |tx: &Tx| {
        tx.exec(&sql::END_FEED, &args![tenant, user]).await?;
        Ok(())
    };
    ctx.write(call, work).await
}

/// Whose feed it is.
///
/// # Errors
/// `not_found` for whatever is no token, or no longer one.
pub(super) async fn owner(tx: &Tx, token: &str) -> Result<(TenantId, UserId)> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Error::not_found());
    }
    let found: Option<(TenantId, UserId)> =
        tx.maybe(&sql::FEED, &args![hash_of(token).as_slice()]).await?;
    found.ok_or_else(Error::not_found)
}

/// Who may do nothing any more (the account was switched off) has no feed either.
pub(crate) fn reaction() -> ReactionSpec {
    ReactionSpec::new::<RolesChanged, _, _>(
        "foreclosures.calendar_feeds",
        |_, tx, facts| async move { end_of_switched_off(&tx, &facts).await },
    )
}

async fn end_of_switched_off(tx: &Tx, facts: &[Fact<RolesChanged>]) -> Result<()> {
    for fact in facts.iter().filter(|fact| fact.event.roles == Roles::NONE) {
        tx.exec(&sql::END_FEED, &args![fact.tenant, fact.event.user]).await?;
    }
    Ok(())
}
