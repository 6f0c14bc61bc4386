//! The few doors between features for reading inside the caller's own transaction. A copy fed by a
//! reaction would lag behind the position of a snapshot and lose an update; everything else that
//! features tell each other is an event.

use domain::{Id, Roles, Scope, TenantId, Timestamp, UserId};
use events::PropertyFacts;
use futures_util::future::BoxFuture;
use hub::Identity;
use store::Tx;

use crate::{CookieClaims, Ctx, Result};

/// What other features may know of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCard {
    /// Who.
    pub id: UserId,
    /// The address that the account was made with.
    pub email: String,
    /// What people call them; may be empty.
    pub name: String,
    /// Their roles now.
    pub roles: Roles,
}

/// Reads users. `accounts` implements it.
pub trait Users: Send + Sync + 'static {
    /// The users of these ids that exist in the tenant, in no order.
    fn cards(
        &self,
        tx: Tx,
        tenant: TenantId,
        ids: Vec<UserId>,
    ) -> BoxFuture<'static, store::Result<Vec<UserCard>>>;

    /// Whether the tenant has this user and they may sign in. It stays so until `tx`, which
    /// writes, has ended: what the user leaves behind is there when others hear that the account
    /// was switched off.
    fn is_active(
        &self,
        tx: Tx,
        tenant: TenantId,
        user: UserId,
    ) -> BoxFuture<'static, store::Result<bool>>;
}

/// What other features may know of a property.
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyCard {
    /// Which.
    pub id: Id,
    /// Grows by one with each change.
    pub version: i64,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// What it is like now.
    pub facts: PropertyFacts,
}

/// Reads properties. `properties` implements it.
pub trait Properties: Send + Sync + 'static {
    /// The properties of these ids that exist in the tenant, in no order.
    fn cards(
        &self,
        tx: Tx,
        tenant: TenantId,
        ids: Vec<Id>,
    ) -> BoxFuture<'static, store::Result<Vec<PropertyCard>>>;

    /// Looks at the `count` newest properties that are older than `before`, or at the newest of
    /// all: the cards of those that `sieve` lets through, and the id to go on from; none when that
    /// were all there are.
    fn sift(
        &self,
        tx: Tx,
        tenant: TenantId,
        before: Option<Id>,
        count: u32,
        sieve: Sieve,
    ) -> BoxFuture<'static, store::Result<Sifted>>;
}

/// What properties must be like, as far as the database tells quickly. What is empty or none asks
/// nothing; a property that does not say is left out by what asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sieve {
    /// Two letters, in upper case.
    pub states: Vec<String>,
    /// Degrees north, at least and at most.
    pub latitudes: Option<(f64, f64)>,
    /// The opening bid in minor units, at least.
    pub min_bid_minor: Option<i64>,
    /// The opening bid in minor units, at most.
    pub max_bid_minor: Option<i64>,
}

/// What a look through a part of the properties found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sifted {
    /// Those that were let through, in no order.
    pub cards: Vec<PropertyCard>,
    /// How many were looked at.
    pub looked_at: u32,
    /// Where to go on.
    pub next: Option<Id>,
}

/// Turns what a client brings to a socket, other than an access token, into who they are.
/// `accounts` implements it for single-use tickets.
pub trait Tickets: Send + Sync + 'static {
    /// What every ticket begins with; an access token never does.
    fn prefix(&self) -> &'static str;

    /// Takes the ticket, which works once.
    ///
    /// # Errors
    /// `unauthorized` when there is no such ticket, or no longer.
    fn redeem(&self, ctx: Ctx, ticket: String) -> BoxFuture<'static, Result<Identity>>;
}

/// Knows which sessions of users have not ended. `accounts` implements it.
pub trait Sessions: Send + Sync + 'static {
    /// The roles of `user` at this moment; none when the session is unknown, is not theirs or has
    /// ended, or when the user is switched off.
    ///
    /// # Errors
    /// The database's.
    fn alive(
        &self,
        ctx: Ctx,
        session: Id,
        user: UserId,
    ) -> BoxFuture<'static, Result<Option<Roles>>>;

    /// When the session of `user` ends if nobody comes any more; none in the same cases.
    ///
    /// # Errors
    /// The database's.
    fn ends_at(
        &self,
        ctx: Ctx,
        session: Id,
        user: UserId,
    ) -> BoxFuture<'static, Result<Option<Timestamp>>>;

    /// Who comes with a session cookie that is ours; none when its session has ended. A cookie that
    /// was replaced long ago ends it.
    ///
    /// # Errors
    /// The database's.
    fn of_cookie(
        &self,
        ctx: Ctx,
        claims: CookieClaims,
    ) -> BoxFuture<'static, Result<Option<CookieSession>>>;
}

/// Who comes with a session cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieSession {
    /// Who, with the roles of this moment.
    pub scope: Scope,
    /// The session.
    pub session: Id,
    /// When it ends if nobody comes any more.
    pub expires_at: Timestamp,
    /// The cookie for the browser to go on with, when it is time for another one.
    pub next: Option<CookieClaims>,
}

/// Whether somebody may read an object, for features that attach things to others' objects.
pub type Readable = fn(Ctx, Tx, Scope, Id) -> BoxFuture<'static, Result<bool>>;
