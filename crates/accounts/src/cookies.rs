//! Sessions that live in a browser's cookie.
//!
//! A session has a row of cookies, one after the other; each is signed and says its number. Only
//! the number that has come back is stored. When it is old enough the next one goes out with each
//! answer until the browser brings it; from then on the one before is spent. So neither a lost
//! answer nor tabs that ask at once sign anybody out, and there is always one cookie that all tabs
//! of a browser share.

use std::time::Duration;

use domain::{Id, Roles, Scope, TenantId, Timestamp, UserId};
use kit::{CookieClaims, Ctx, Error, Result, ports::CookieSession};
use serde::Serialize;
use store::{Class, Row, Tx, args};

use crate::{
    model::{self, Me, User},
    sessions::{self, Ending, NewSession},
    sql,
};

/// How long a cookie is used until the next one goes out.
pub(crate) const RENEW_AFTER: Duration = Duration::from_secs(15 * 60);
/// For how long the one before may still come: requests that were on their way.
pub(crate) const GRACE: Duration = Duration::from_secs(60);

/// A session that is about to be opened in a browser. The one that was there before ends.
pub(crate) struct CookieSessionDraft {
    id: Id,
    replaces: Option<Id>,
    lifetime: Duration,
}

impl CookieSessionDraft {
    pub(crate) fn make(ctx: &Ctx, replaces: Option<Id>) -> Self {
        Self { id: ctx.new_id(), replaces, lifetime: ctx.config().session_lifetime() }
    }
}

impl NewSession for CookieSessionDraft {
    /// For the page, and the value of the cookie.
    type Given = (BrowserSession, String);

    async fn open(&self, tx: &Tx, user: &User) -> store::Result<()> {
        if let Some(replaced) = self.replaces {
            sessions::end(tx, replaced, Ending::Logout).await?;
        }
        sessions::open(tx, self.id, user, self.lifetime).await?;
        tx.exec(&sql::START_COOKIE, &args![self.id, tx.now()]).await.map(drop)
    }

    fn give(&self, ctx: &Ctx, user: User) -> Result<Self::Given> {
        let claims = CookieClaims { session: self.id, user: user.id, number: 0 };
        let value = ctx.session_cookies().issue(&claims);
        Ok((BrowserSession::new(ctx, user, self.id), value))
    }
}

/// Who is signed in by cookie, for a page.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct BrowserSession {
    /// Who.
    pub(crate) user: Me,
    /// For the header `X-CSRF-Token` of every request that changes something.
    pub(crate) csrf_token: String,
}

impl BrowserSession {
    pub(crate) fn new(ctx: &Ctx, user: User, session: Id) -> Self {
        Self { user: user.into(), csrf_token: ctx.session_cookies().csrf_token(session) }
    }
}

/// An open session and its user, as a cookie finds them.
struct Found {
    user: UserId,
    tenant: TenantId,
    roles: Roles,
    expires_at: Timestamp,
    number: i64,
    since: Timestamp,
}

impl store::FromRow for Found {
    fn from_row(row: &Row<'_>) -> store::Result<Self> {
        Ok(Self {
            user: row.get(0)?,
            tenant: row.get(1)?,
            roles: model::roles_of(&row.get::<String>(2)?)?,
            expires_at: row.get(3)?,
            number: row.get(4)?,
            since: row.get(5)?,
        })
    }
}

/// What a cookie's number means, beside the one that came last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It is the one.
    Current,
    /// It is the one, and old enough for the next to go out.
    Due,
    /// It is newer: the browser has got it. From here on it is the one.
    Confirms,
    /// The one before, still on its way.
    Late,
    /// Spent. One of its two bearers is a thief.
    Spent,
}

fn step(given: u32, (number, since): (i64, Timestamp), now: Timestamp) -> Step {
    match (i64::from(given), now.since(since)) {
        (given, age) if given == number && age < RENEW_AFTER => Step::Current,
        (given, _) if given == number => Step::Due,
        // Nobody but this installation makes them: further ahead than by one it is after a backup
        // was restored.
        (given, _) if given > number => Step::Confirms,
        (given, age) if given + 1 == number && age <= GRACE => Step::Late,
        _ => Step::Spent,
    }
}

/// Who comes with a cookie; none when there is no such session (any more), and when the cookie was
/// spent, which ends it.
///
/// # Errors
/// The database's.
pub(crate) async fn redeem(ctx: &Ctx, claims: CookieClaims) -> Result<Option<CookieSession>> {
    let CookieClaims { session, user, number } = claims;
    let asked = args![session, user, ctx.now()];
    let found: Option<Found> = ctx.store().maybe(&sql::COOKIE_SESSION, &asked).await?;
    let Some(mut found) = found else { return Ok(None) };
    let mut next = None;
    match step(number, (found.number, found.since), ctx.now()) {
        Step::Current | Step::Late => {}
        Step::Due => {
            let number =
                number.checked_add(1).ok_or_else(|| Error::internal("too many cookies"))?;
            next = Some(CookieClaims { number, ..claims });
        }
        Step::Confirms => {
            let lifetime = ctx.config().session_lifetime();
            let write = async move |tx: &Tx| {
                let (now, ends) = (tx.now(), tx.now().plus(lifetime));
                let row = args![session, i64::from(number), now, ends];
                // Another tab may have been quicker.
                tx.exec(&sql::CONFIRM_COOKIE, &row).await?;
                Ok::<_, Error>(ends)
            };
            found.expires_at = ctx.store().write(Class::Interactive, write).await?;
        }
        Step::Spent => {
            tracing::warn!(%session, "a spent session cookie came again; the session has ended");
            let write = async move |tx: &Tx| sessions::end(tx, session, Ending::Reuse).await;
            ctx.store().write(Class::Interactive, write).await?;
            return Ok(None);
        }
    }
    let scope = Scope::user(found.tenant, found.user, found.roles);
    Ok(Some(CookieSession { scope, session, expires_at: found.expires_at, next }))
}

/// Ends a session that its browser leaves behind, if it is still open.
///
/// # Errors
/// The database's.
pub(crate) async fn leave(ctx: &Ctx, session: Id) -> Result<()> {
    let write = async move |tx: &Tx| sessions::end(tx, session, Ending::Logout).await;
    ctx.store().write(Class::Interactive, write).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_number_means() {
        let since = Timestamp::from_millis(1_700_000_000_000);
        let at = |seconds: u64| since.plus(Duration::from_secs(seconds));
        let cases = [
            (5, 0, Step::Current),
            (5, 899, Step::Current),
            (5, 900, Step::Due),
            (5, 1_000_000, Step::Due),
            (6, 0, Step::Confirms),
            (6, 1_000_000, Step::Confirms),
            (9, 0, Step::Confirms),
            (4, 0, Step::Late),
            (4, 60, Step::Late),
            (4, 61, Step::Spent),
            (3, 0, Step::Spent),
            (0, 0, Step::Spent),
        ];
        for (given, seconds, meant) in cases {
            assert_eq!(step(given, (5, since), at(seconds)), meant, "{given} after {seconds} s");
        }
        // A clock that was set back takes nobody's session.
        let before = Timestamp::from_millis(since.as_millis() - 60_000);
        assert_eq!(step(4, (5, since), before), Step::Late);
        assert_eq!(step(5, (5, since), before), Step::Current);
    }
}
