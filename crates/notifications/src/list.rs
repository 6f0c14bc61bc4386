//! Reading one's own inbox.

use domain::{Id, TenantId, Timestamp, UserId};
use events::{Category, Priority};
use kit::{Call, Ctx, Cursor, Error, FilterHash, List, Page, Result};
use serde::{Deserialize, Serialize};
use store::{Tx, Value, args};
use utoipa::{IntoParams, ToSchema};

use crate::{
    model::{Counts, Notification, category_word, priority_word},
    rows::State,
    sql,
};

/// Which part of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Neither read nor dismissed nor expired.
    Unread,
    /// Read, and neither dismissed nor expired.
    Read,
    /// Dismissed.
    Dismissed,
    /// Everything, dismissed and expired ones too.
    All,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Read => "read",
            Self::Dismissed => "dismissed",
            Self::All => "all",
        }
    }
}

/// Which notifications are wanted; without a status what is neither dismissed nor expired.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `unread`, `read`, `dismissed` or `all`; else what is neither dismissed nor expired.
    #[param(inline)]
    pub(crate) status: Option<Status>,
    /// The exact type, such as `auction.postponed`.
    #[serde(rename = "type")]
    pub(crate) notice_type: Option<String>,
    /// The category.
    #[param(value_type = Option<String>)]
    pub(crate) category: Option<Category>,
    /// The priority; `normal` is `medium`.
    #[param(value_type = Option<String>)]
    pub(crate) priority: Option<Priority>,
    /// The family of the object spoken of.
    pub(crate) object_type: Option<String>,
    /// The object spoken of.
    #[param(inline)]
    pub(crate) object_id: Option<Id>,
    /// Only what came at this instant or later.
    #[param(inline)]
    pub(crate) since: Option<Timestamp>,
    /// Only what came before this instant.
    #[param(inline)]
    pub(crate) until: Option<Timestamp>,
}

impl Filter {
    /// The arguments `$1` to `$13`; the last one is only for statements with a status.
    fn args(
        &self,
        place: (TenantId, UserId),
        before: i64,
        now: Timestamp,
        limit: i64,
    ) -> Vec<Value> {
        let (tenant, user) = place;
        args![
            tenant,
            user,
            before,
            now,
            self.notice_type.as_ref(),
            self.category.map(category_word),
            self.priority.map(priority_word),
            self.object_type.as_ref(),
            self.object_id,
            self.since,
            self.until,
            limit,
            self.status.map(Status::word),
        ]
        .to_vec()
    }
}

/// A page of an inbox with its counters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InboxPage {
    /// The notifications, the newest first.
    pub(crate) items: Vec<Notification>,
    /// The `cursor` of the next page; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// How many are unread, whatever the filter.
    pub(crate) unread_count: i64,
    /// How many of these were not shown yet.
    pub(crate) unseen_count: i64,
    /// Of two answers the one with the higher version is newer.
    pub(crate) version: i64,
}

/// A page of the caller's inbox, newest first, with counters of the same instant.
///
/// # Errors
/// `unauthorized`; `bad_request` for a cursor of another filter.
pub(crate) async fn page(ctx: &Ctx, call: &Call, filter: Filter, page: Page) -> Result<InboxPage> {
    let place = (call.tenant(), call.user()?);
    let hash = FilterHash::of(&("notifications", &filter));
    let before = page.after::<i64>(&hash)?.map_or(i64::MAX, |cursor| cursor.key);
    let limit = page.rows_to_read();
    let read = async move |tx: &Tx| {
        let filter = &filter;
        let mut args = filter.args(place, before, tx.now(), limit);
        let rows: Vec<Notification> = if filter.status == Some(Status::Unread) {
            args.pop();
            tx.all(&sql::LIST_UNREAD, &args).await?
        } else {
            tx.all(&sql::LIST, &args).await?
        };
        Ok::<_, Error>((rows, counts(tx, place.0, place.1).await?))
    };
    let (rows, counts) = ctx.store().read(read).await?;
    let key = |row: &Notification| Cursor { key: row.inbox_no, id: row.id };
    let list = List::of_rows(rows, &page, &hash, key, |row| row);
    Ok(InboxPage {
        items: list.items,
        next_cursor: list.next_cursor,
        unread_count: counts.unread,
        unseen_count: counts.unseen,
        version: counts.version,
    })
}

/// How many notifications of the caller fit, counted up to `limit`.
///
/// # Errors
/// `unauthorized`.
pub(crate) async fn count(ctx: &Ctx, call: &Call, filter: Filter, limit: u64) -> Result<u64> {
    let place = (call.tenant(), call.user()?);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let args = filter.args(place, i64::MAX, ctx.now(), limit);
    let (found,): (i64,) = ctx.store().one(&sql::COUNT, &args).await?;
    Ok(u64::try_from(found).unwrap_or_default())
}

/// The counters of an inbox as of this transaction, without what has expired meanwhile.
///
/// # Errors
/// What the database said.
pub(crate) async fn counts(tx: &Tx, tenant: TenantId, user: UserId) -> store::Result<Counts> {
    Ok(state(tx, tenant, user).await?.counts())
}

/// The state row with the same correction.
///
/// # Errors
/// What the database said.
pub(crate) async fn state(tx: &Tx, tenant: TenantId, user: UserId) -> store::Result<State> {
    let state: Option<State> = tx.maybe(&sql::STATE, &args![tenant, user]).await?;
    let Some(mut state) = state else { return Ok(State::default()) };
    let args = args![tenant, user, tx.now()];
    let (unread, unseen): (i64, i64) = tx.one(&sql::LAPSING, &args).await?;
    state.unread -= unread;
    state.unseen -= unseen;
    Ok(state)
}
