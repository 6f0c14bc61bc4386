//! Reading, dismissing and seeing: what users do with their own rows.
//!
//! Every change of an inbox goes the same way: lock its state row, take what has expired off the
//! counters, change rows by compare-and-set, take from the counters what the changed rows counted,
//! save, tell. Two devices at once follow one another at the lock.

use domain::{Id, TenantId, Topic, UserId};
use events::{InboxChange, InboxChanged};
use kit::{Error, Result};
use serde::{Deserialize, Serialize};
use store::{Frame, Statement, Tx, Value, args};

use crate::{
    deliver::save,
    frames::{NotificationUpdated, NotificationsUpdated, UnreadCount},
    model::{Counts, Notification},
    rows::{Lapsed, State},
    sql,
};

/// What is to happen to rows of an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// These are read, and so seen.
    Read(Vec<Id>),
    /// All that are unread up to this `inbox_no` are read, and so seen.
    ReadUpTo(i64),
    /// This one is unread again.
    Unread(Id),
    /// These are put away, and so seen.
    Dismiss(Vec<Id>),
    /// All up to this `inbox_no` were shown.
    SeenUpTo(i64),
    /// Nothing but what time itself does.
    Expire,
}

impl Change {
    const fn kind(&self) -> InboxChange {
        match self {
            Self::Read(_) | Self::ReadUpTo(_) => InboxChange::Read,
            Self::Unread(_) => InboxChange::Unread,
            Self::Dismiss(_) => InboxChange::Dismissed,
            Self::SeenUpTo(_) => InboxChange::Seen,
            Self::Expire => InboxChange::Expired,
        }
    }
}

/// What a change has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Changed {
    /// How many rows it changed; 0 when all was so already.
    pub(crate) changed: u64,
    /// The counters after it.
    pub(crate) counts: Counts,
}

/// What a change did to rows, before it is told.
#[derive(Default)]
struct Touched {
    rows: u64,
    /// The changed rows, unless `up_to` says it.
    ids: Vec<Id>,
    up_to: Option<i64>,
    /// What it adds to the counters.
    unread: i64,
    unseen: i64,
}

/// One inbox inside of a transaction.
#[derive(Clone, Copy)]
pub(crate) struct Inbox<'a> {
    pub(crate) tx: &'a Tx,
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
}

impl Inbox<'_> {
    /// Makes a change. A repeated one changes nothing and is no error.
    ///
    /// # Errors
    /// `not_found` when one of the ids is not in this inbox; nothing is changed then.
    pub(crate) async fn apply(self, change: &Change) -> Result<Changed> {
        let state = self.tx.one_for_update::<State>(&sql::STATE, &self.place()).await?;
        let Some(mut state) = state else {
            return match change {
                Change::Read(ids) | Change::Dismiss(ids) if ids.is_empty() => {
                    Ok(Changed::default())
                }
                Change::Read(_) | Change::Dismiss(_) | Change::Unread(_) => Err(Error::not_found()),
                _ => Ok(Changed::default()),
            };
        };
        let lapsed = self.lapse(&mut state).await?;
        let touched = self.touch(&state, change).await?;
        state.unread += touched.unread;
        state.unseen += touched.unseen;
        let changed = touched.rows;
        if changed > 0 || !lapsed.is_empty() {
            state.version += 1;
            self.tx.exec(&sql::SAVE_STATE, &save((self.tenant, self.user), &state)).await?;
            self.tell(&state, change.kind(), touched, lapsed).await?;
        }
        Ok(Changed { changed, counts: state.counts() })
    }

    /// A row of this inbox.
    ///
    /// # Errors
    /// `not_found` when it is not there.
    pub(crate) async fn get(self, id: Id) -> Result<Notification> {
        let args = args![self.tenant, self.user, id];
        self.tx.maybe(&sql::GET, &args).await?.ok_or_else(Error::not_found)
    }

    fn place(self) -> [Value; 2] {
        args![self.tenant, self.user]
    }

    /// Takes what has expired off the counters; which rows these are.
    pub(crate) async fn lapse(self, state: &mut State) -> Result<Vec<Id>> {
        let args = args![self.tenant, self.user, self.tx.now()];
        let lapsed: Vec<Lapsed> = self.tx.all(&sql::LAPSE, &args).await?;
        for row in &lapsed {
            state.unread -= i64::from(row.was_unread);
            state.unseen -= i64::from(row.was_unseen);
        }
        Ok(lapsed.into_iter().map(|row| row.id).collect())
    }

    async fn touch(self, state: &State, change: &Change) -> Result<Touched> {
        match change {
            Change::Read(ids) => self.touch_each(ids, &sql::READ_ONE).await,
            Change::Dismiss(ids) => self.touch_each(ids, &sql::DISMISS_ONE).await,
            Change::Unread(id) => self.touch_unread(*id).await,
            Change::ReadUpTo(up_to) => {
                let up_to = (*up_to).min(state.last_no);
                let unseen = self.up_to(&sql::SEE_UP_TO, up_to).await?;
                let rows = self.up_to(&sql::READ_UP_TO, up_to).await?;
                Ok(Touched {
                    rows: rows.max(unseen),
                    up_to: Some(up_to),
                    unread: -signed(rows),
                    unseen: -signed(unseen),
                    ..Touched::default()
                })
            }
            Change::SeenUpTo(up_to) => {
                let up_to = (*up_to).min(state.last_no);
                let rows = self.up_to(&sql::SEE_UP_TO, up_to).await?;
                let unseen = -signed(rows);
                Ok(Touched { rows, up_to: Some(up_to), unseen, ..Touched::default() })
            }
            Change::Expire => Ok(Touched::default()),
        }
    }

    async fn up_to(self, statement: &Statement, up_to: i64) -> Result<u64> {
        let args = args![self.tenant, self.user, up_to, self.tx.now()];
        Ok(self.tx.exec(statement, &args).await?)
    }

    /// Sees each row and runs a statement on it that says whether the row counted as unread.
    async fn touch_each(self, ids: &[Id], statement: &Statement) -> Result<Touched> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let (tenant, user, now) = (self.tenant, self.user, self.tx.now());
        let places: Vec<[Value; 3]> = ids.iter().map(|id| args![tenant, user, *id]).collect();
        let there: Vec<Option<Notification>> = self.tx.maybe_many(&sql::GET, &places).await?;
        if there.iter().any(Option::is_none) {
            return Err(Error::not_found());
        }
        let timed: Vec<[Value; 4]> = ids.iter().map(|id| args![tenant, user, *id, now]).collect();
        let unseen = self.tx.exec_many(&sql::SEE_ONE, &timed).await?;
        let hits: Vec<Option<(bool,)>> = self.tx.maybe_many(statement, &timed).await?;
        let counted = hits.iter().filter(|hit| matches!(hit, Some((true,)))).count();
        let hit = ids.iter().zip(&hits).filter(|(_, hit)| hit.is_some());
        let ids: Vec<Id> = hit.map(|(id, _)| *id).collect();
        Ok(Touched {
            rows: unseen.max(ids.len() as u64),
            ids,
            up_to: None,
            unread: -signed(counted as u64),
            unseen: -signed(unseen),
        })
    }

    async fn touch_unread(self, id: Id) -> Result<Touched> {
        self.get(id).await?;
        let args = args![self.tenant, self.user, id];
        let hit: Option<(bool,)> = self.tx.maybe(&sql::UNREAD_ONE, &args).await?;
        Ok(match hit {
            Some((counts,)) => {
                Touched { rows: 1, ids: vec![id], unread: i64::from(counts), ..Touched::default() }
            }
            None => Touched::default(),
        })
    }

    /// Emits what happened; the counters are in the last frame, once.
    async fn tell(
        self,
        state: &State,
        change: InboxChange,
        touched: Touched,
        lapsed: Vec<Id>,
    ) -> Result<()> {
        let (user, topic) = (self.user, Topic::user(self.user));
        let mut count = vec![Frame::new(topic.clone(), &UnreadCount::of(state.counts()))?];
        if !lapsed.is_empty() {
            let event =
                InboxChanged { user, change: InboxChange::Expired, ids: lapsed, up_to: None };
            let alone = touched.rows == 0;
            let frames = if alone { std::mem::take(&mut count) } else { Vec::new() };
            self.tx.emit(self.tenant, &event, frames)?;
        }
        if touched.rows == 0 {
            return Ok(());
        }
        let Touched { ids, up_to, .. } = touched;
        let updated = match (ids.as_slice(), up_to) {
            ([id], None) => Frame::new(topic, &NotificationUpdated::of(&self.get(*id).await?))?,
            _ => {
                let at = self.tx.now();
                Frame::new(topic, &NotificationsUpdated::of(change, ids.clone(), up_to, at))?
            }
        };
        count.insert(0, updated);
        let event = InboxChanged { user, change, ids, up_to };
        Ok(self.tx.emit(self.tenant, &event, count)?)
    }
}

fn signed(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
