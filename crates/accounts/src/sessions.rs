//! Sessions: what a refresh token belongs to, and what makes an access token.

use std::time::Duration;

use domain::{Id, Roles, TenantId, Timestamp, UserId};
use events::SessionsEnded;
use kit::{BoxFuture, Call, CookieClaims, Ctx, Error, Result, ports::CookieSession};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{Tx, args};

use crate::{
    cookies,
    frames::AccessChanged,
    model::{self, Me, User},
    sql,
};

/// What every refresh token begins with, so that people and scanners know one when they see it.
const REFRESH_PREFIX: &str = "obr_";
/// Randomness of a refresh token, in bytes.
const REFRESH_BYTES: usize = 32;
/// The longest text that is looked up as a token, in bytes.
pub(crate) const MAX_TOKEN_BYTES: usize = 128;

/// An access token and the refresh token to get the next one with.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct TokenPair {
    /// For `Authorization: Bearer …`; lives for minutes.
    pub(crate) access: String,
    /// Works once.
    pub(crate) refresh: String,
}

/// Who has signed in, and their tokens.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SignedIn {
    /// Who.
    pub(crate) user: Me,
    /// For `Authorization: Bearer …`; lives for minutes.
    pub(crate) access: String,
    /// Works once.
    pub(crate) refresh: String,
}

/// A session that is about to be opened.
pub(crate) trait NewSession: Send + Sync + 'static {
    /// What its bearer gets.
    type Given;

    /// Writes the session of `user`.
    ///
    /// # Errors
    /// What the database said.
    fn open(&self, tx: &Tx, user: &User) -> impl Future<Output = store::Result<()>> + Send;

    /// What the bearer of the opened session gets.
    ///
    /// # Errors
    /// `internal` when a token cannot be signed.
    fn give(&self, ctx: &Ctx, user: User) -> Result<Self::Given>;
}

/// A session with an access token and a refresh token.
pub(crate) struct TokenSession {
    id: Id,
    refresh: NewRefresh,
}

impl TokenSession {
    pub(crate) fn make(ctx: &Ctx) -> Self {
        Self { id: ctx.new_id(), refresh: NewRefresh::make(ctx) }
    }
}

impl NewSession for TokenSession {
    type Given = SignedIn;

    async fn open(&self, tx: &Tx, user: &User) -> store::Result<()> {
        open(tx, self.id, user, self.refresh.lifetime).await?;
        self.refresh.insert(tx, self.id).await
    }

    fn give(&self, ctx: &Ctx, user: User) -> Result<SignedIn> {
        let access = access(ctx, &user, self.id)?;
        Ok(SignedIn { user: user.into(), access, refresh: self.refresh.token.clone() })
    }
}

/// Writes a session of `user` that nobody can refresh, and forgets those of theirs that have run
/// out.
///
/// # Errors
/// What the database said.
pub(crate) async fn open(
    tx: &Tx,
    session: Id,
    user: &User,
    lifetime: Duration,
) -> store::Result<()> {
    let now = tx.now();
    tx.exec(&sql::FORGET_SESSIONS, &args![user.id, now]).await?;
    let row = args![session, user.id, user.tenant, now, now.plus(lifetime)];
    tx.exec(&sql::INSERT_SESSION, &row).await.map(drop)
}

/// A refresh token that is about to be written. It is made outside of the transaction, which may
/// run more than once.
pub(crate) struct NewRefresh {
    /// What the client gets.
    pub(crate) token: String,
    hash: Vec<u8>,
    /// How long it, and with it the session, can be used.
    pub(crate) lifetime: Duration,
}

impl NewRefresh {
    pub(crate) fn make(ctx: &Ctx) -> Self {
        let token = format!("{REFRESH_PREFIX}{}", kit::random_token(REFRESH_BYTES));
        let hash = hash_of(&token);
        Self { token, hash, lifetime: ctx.config().session_lifetime() }
    }

    /// Writes its hash.
    ///
    /// # Errors
    /// What the database said.
    pub(crate) async fn insert(&self, tx: &Tx, session: Id) -> store::Result<()> {
        let now = tx.now();
        let row = args![self.hash.as_slice(), session, now, now.plus(self.lifetime)];
        tx.exec(&sql::INSERT_REFRESH, &row).await.map(drop)
    }
}

/// What is stored of a token. It is random and long: a plain hash cannot be turned back.
pub(crate) fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// An access token of a session, with the user's roles as they were just read.
pub(crate) fn access(ctx: &Ctx, user: &User, session: Id) -> Result<String> {
    ctx.tokens().issue(&user.scope(), session, ctx.now())
}

/// A session as a refresh sees it.
pub(crate) struct Session {
    pub(crate) user_id: UserId,
    pub(crate) tenant: TenantId,
    expires_at: Timestamp,
    ended_at: Option<Timestamp>,
}

store::from_row!(Session { user_id, tenant, expires_at, ended_at });

impl Session {
    /// Whether it can be used at `now`.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// Why a session has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// Its owner left.
    Logout,
    /// A spent refresh token or cookie came again: one of its two bearers is a thief.
    Reuse,
    /// The account was switched off.
    Deactivated,
    /// The password was changed.
    Password,
}

impl Ending {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Reuse => "reuse",
            Self::Deactivated => "deactivated",
            Self::Password => "password",
        }
    }

    fn event(self, user: UserId, sessions: Vec<Id>) -> SessionsEnded {
        SessionsEnded { user, sessions, reason: self.as_str().to_owned() }
    }
}

/// A session that has just ended.
struct Ended {
    id: Id,
    user_id: UserId,
    tenant: TenantId,
}

store::from_row!(Ended { id, user_id, tenant });

/// Ends a session, and tells it to the user's sockets; whether it had not ended before.
pub(crate) async fn end(tx: &Tx, session: Id, why: Ending) -> store::Result<bool> {
    let ended = args![session, tx.now(), why.as_str()];
    let ended: Option<Ended> = tx.maybe(&sql::END_SESSION, &ended).await?;
    let Some(ended) = ended else { return Ok(false) };
    let frame = AccessChanged::frame(ended.user_id, why.as_str(), Some(session))?;
    let event = why.event(ended.user_id, vec![session]);
    tx.emit(ended.tenant, &event, vec![frame])?;
    Ok(true)
}

/// Ends every session of a user, and tells it to their sockets; how many.
pub(crate) async fn end_all(tx: &Tx, user: UserId, why: Ending) -> store::Result<usize> {
    let ended = args![user, tx.now(), why.as_str()];
    let ended: Vec<Ended> = tx.all(&sql::END_SESSIONS_OF_USER, &ended).await?;
    if let Some(first) = ended.first() {
        let frame = AccessChanged::frame(user, why.as_str(), None)?;
        let mut sessions: Vec<Id> = ended.iter().map(|session| session.id).collect();
        sessions.sort_unstable();
        tx.emit(first.tenant, &why.event(user, sessions), vec![frame])?;
    }
    Ok(ended.len())
}

/// The port for sockets.
pub(crate) struct Living;

impl kit::ports::Sessions for Living {
    fn alive(
        &self,
        ctx: Ctx,
        session: Id,
        user: UserId,
    ) -> BoxFuture<'static, Result<Option<Roles>>> {
        Box::pin(async move {
            let asked = args![session, user, ctx.now()];
            let roles: Option<(String,)> = ctx.store().maybe(&sql::SESSION_ROLES, &asked).await?;
            Ok(roles.map(|(names,)| model::roles_of(&names)).transpose()?)
        })
    }

    fn ends_at(
        &self,
        ctx: Ctx,
        session: Id,
        user: UserId,
    ) -> BoxFuture<'static, Result<Option<Timestamp>>> {
        Box::pin(async move {
            let asked = args![session, user, ctx.now()];
            let ends: Option<(Timestamp,)> = ctx.store().maybe(&sql::SESSION_END, &asked).await?;
            Ok(ends.map(|(at,)| at))
        })
    }

    fn of_cookie(
        &self,
        ctx: Ctx,
        claims: CookieClaims,
    ) -> BoxFuture<'static, Result<Option<CookieSession>>> {
        Box::pin(async move { cookies::redeem(&ctx, claims).await })
    }
}

/// The caller as the database has them now.
///
/// # Errors
/// `unauthorized` when nobody is signed in, the session has ended, or the account is switched off,
/// although the access token itself has some minutes left.
pub(crate) async fn current_user(ctx: &Ctx, call: &Call) -> Result<User> {
    let (user, session) = (call.user()?, call.session().ok_or_else(Error::unauthorized)?);
    let asked = args![session, user, call.tenant(), ctx.now()];
    ctx.store().maybe(&sql::SESSION_USER, &asked).await?.ok_or_else(Error::unauthorized)
}
