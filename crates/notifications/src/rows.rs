//! How rows become values.

use domain::Id;
use store::{Cell, Column, from_row};

use crate::model::{Counts, Data, Notification};

impl Column for Data {
    fn from_cell(cell: Cell<'_>) -> store::Result<Self> {
        String::from_cell(cell).map(Self::stored)
    }
}

from_row!(Notification {
    id,
    inbox_no,
    notice_type,
    category,
    priority,
    title,
    body,
    data,
    action_url,
    object_type,
    object_id,
    actor,
    created_at,
    seen_at,
    read_at,
    dismissed_at,
    expires_at,
});

/// The state row of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct State {
    /// The highest number given out.
    pub(crate) last_no: i64,
    /// See [`Counts::unread`].
    pub(crate) unread: i64,
    /// See [`Counts::unseen`].
    pub(crate) unseen: i64,
    /// See [`Counts::version`].
    pub(crate) version: i64,
}

from_row!(State { last_no, unread, unseen, version });

impl State {
    pub(crate) const fn counts(&self) -> Counts {
        Counts { unread: self.unread, unseen: self.unseen, version: self.version }
    }
}

/// A row whose time has passed, and what it counted as.
pub(crate) struct Lapsed {
    pub(crate) id: Id,
    pub(crate) was_unread: bool,
    pub(crate) was_unseen: bool,
}

from_row!(Lapsed { id, was_unread, was_unseen });
