//! Tickets: what a browser, which cannot put a header on a WebSocket, opens one with.

use std::time::Duration;

use domain::{Id, Scope, TenantId, Timestamp, UserId};
use hub::Identity;
use kit::{BoxFuture, Call, Ctx, Error, Result, ports::Tickets};
use serde::Serialize;
use store::{Class, Row, Tx, args};

use crate::{
    model,
    sessions::{self, MAX_TOKEN_BYTES},
    sql,
};

/// What every ticket begins with.
const PREFIX: &str = "obt_";
/// Randomness of a ticket, in bytes.
const RANDOM_BYTES: usize = 32;
/// How long a ticket can be redeemed.
pub(crate) const LIFETIME: Duration = Duration::from_secs(30);

/// A ticket for one socket.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Ticket {
    /// For `?ticket=` or the frame `connect`; works once.
    pub(crate) ticket: String,
    /// Until when.
    pub(crate) expires_at: Timestamp,
}

/// A ticket for the caller, bound to their session.
///
/// # Errors
/// `unauthorized` when nobody is signed in or the session has ended.
pub(crate) async fn issue(ctx: &Ctx, call: &Call) -> Result<Ticket> {
    let session = call.session().ok_or_else(Error::unauthorized)?;
    let user = sessions::current_user(ctx, call).await?;
    let ticket = format!("{PREFIX}{}", kit::random_token(RANDOM_BYTES));
    let hash = sessions::hash_of(&ticket);
    let write = async move |tx: &Tx| {
        let now = tx.now();
        tx.exec(&sql::FORGET_TICKETS, &args![user.id, now]).await?;
        let expires_at = now.plus(LIFETIME);
        let row = args![hash.as_slice(), user.id, user.tenant, session, expires_at];
        tx.exec(&sql::INSERT_TICKET, &row).await?;
        Ok::<_, Error>(expires_at)
    };
    // Not through the table of idempotency keys: it would keep the ticket.
    let expires_at = ctx.store().write(Class::Interactive, write).await?;
    Ok(Ticket { ticket, expires_at })
}

/// Whom a ticket stands for.
struct Holder {
    scope: Scope,
    session: Id,
    session_expires_at: Timestamp,
}

impl store::FromRow for Holder {
    fn from_row(row: &Row<'_>) -> store::Result<Self> {
        let (user, tenant): (UserId, TenantId) = (row.get(0)?, row.get(1)?);
        let roles = model::roles_of(&row.get::<String>(2)?)?;
        Ok(Self {
            scope: Scope::user(tenant, user, roles),
            session: row.get(3)?,
            session_expires_at: row.get(4)?,
        })
    }
}

/// The port for sockets.
pub(crate) struct SocketTickets;

impl Tickets for SocketTickets {
    fn prefix(&self) -> &'static str {
        PREFIX
    }

    fn redeem(&self, ctx: Ctx, ticket: String) -> BoxFuture<'static, Result<Identity>> {
        Box::pin(async move { redeem(&ctx, &ticket).await })
    }
}

/// Takes a ticket. The identity holds as long as an access token made now would, and not longer
/// than the session.
async fn redeem(ctx: &Ctx, ticket: &str) -> Result<Identity> {
    if ticket.len() > MAX_TOKEN_BYTES {
        return Err(Error::unauthorized());
    }
    let hash = sessions::hash_of(ticket);
    let write = async move |tx: &Tx| {
        let now = args![hash.as_slice(), tx.now()];
        if tx.exec(&sql::USE_TICKET, &now).await? == 0 {
            return Ok(None);
        }
        tx.maybe::<Holder>(&sql::TICKET_HOLDER, &now).await
    };
    let holder = ctx.store().write(Class::Interactive, write).await?;
    let holder = holder.ok_or_else(Error::unauthorized)?;
    let until = ctx.now().plus(ctx.tokens().lifetime());
    tracing::debug!(session = %holder.session, "a ticket was redeemed");
    let expires_at = Some(until.min(holder.session_expires_at));
    Ok(Identity { scope: holder.scope, expires_at, session: None })
}
