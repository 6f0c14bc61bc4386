//! Lists of users, and the port through which other features read them.

use domain::{Id, TenantId, UserId};
use kit::{
    BoxFuture, Call, Ctx, Cursor, Error, FilterHash, List, Page, Result,
    ports::{UserCard, Users},
};
use store::{Tx, args};
use uuid::Uuid;

use crate::{
    model::{Account, User},
    sql,
};

/// The longest text that users are looked for by, in bytes.
const MAX_SOUGHT: usize = 254;

/// The users of the caller's tenant with `sought` in their e-mail or name, the oldest account
/// first.
///
/// # Errors
/// `bad_request` when the cursor is none of this list's, `invalid` when the text is too long.
pub(crate) async fn list(
    ctx: &Ctx,
    call: &Call,
    sought: Option<&str>,
    page: &Page,
) -> Result<List<Account>> {
    let sought = sought.unwrap_or_default();
    if sought.len() > MAX_SOUGHT {
        return Err(Error::invalid("q", "too_long", "must be at most 254 bytes"));
    }
    let filter = FilterHash::of(&("accounts.users", sought));
    let after = page.after::<()>(&filter)?.map_or(FIRST, |cursor| cursor.id);
    let asked = args![call.tenant(), after, pattern_of(sought), page.rows_to_read()];
    let rows: Vec<User> = ctx.store().all(&sql::USERS_AFTER, &asked).await?;
    let cursor = |user: &User| Cursor { key: (), id: user.id.into() };
    Ok(List::of_rows(rows, page, &filter, cursor, Account::from))
}

/// What SQL's `like` finds a text by, wherever it stands; `!` takes the meaning from what follows.
/// Only ASCII is folded: the databases' own `lower` goes no further.
fn pattern_of(sought: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in sought.to_ascii_lowercase().chars() {
        if ['%', '_', '!'].contains(&letter) {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

/// Before every id.
pub(crate) const FIRST: Id = Id::from_uuid(Uuid::nil());

/// The port for other features.
pub(crate) struct Directory;

impl Users for Directory {
    fn cards(
        &self,
        tx: Tx,
        tenant: TenantId,
        ids: Vec<UserId>,
    ) -> BoxFuture<'static, store::Result<Vec<UserCard>>> {
        Box::pin(async move {
            let asked: Vec<_> = ids.into_iter().map(|id| args![tenant, id]).collect();
            let users: Vec<Option<User>> = tx.maybe_many(&sql::USER, &asked).await?;
            let card = |User { id, email, name, roles, .. }| UserCard { id, email, name, roles };
            Ok(users.into_iter().flatten().map(card).collect())
        })
    }

    fn is_active(
        &self,
        tx: Tx,
        tenant: TenantId,
        user: UserId,
    ) -> BoxFuture<'static, store::Result<bool>> {
        Box::pin(async move {
            let user: Option<User> = tx.one_for_update(&sql::USER, &args![tenant, user]).await?;
            Ok(user.is_some_and(|user| user.active))
        })
    }
}
