//! What goes over the sockets.

use domain::{Id, Timestamp};
use events::InboxChange;
use kit::FrameSpec;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    channel::{DismissVerb, MarkAllReadVerb, MarkReadVerb},
    model::{Counts, Notification},
};

const NEW: &str = "new_notification";
const UPDATED: &str = "notification_updated";
const MANY_UPDATED: &str = "notifications_updated";
const COUNT: &str = "unread_count";
/// Where all of them are seen; the inbox's socket follows the topic.
const PLACE: &str = "user";

/// A notification came.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NewNotification {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Its number in the inbox, for `mark_all_read {up_to}`.
    inbox_no: i64,
    /// The row.
    notification: Notification,
}

impl NewNotification {
    pub(crate) const fn of(notification: Notification) -> Self {
        Self { kind: NEW, inbox_no: notification.inbox_no, notification }
    }
}

/// One notification was read, marked unread or put away.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NotificationUpdated {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Which.
    id: Id,
    /// Its number in the inbox.
    inbox_no: i64,
    /// As in the notification, now.
    seen_at: Option<Timestamp>,
    /// As in the notification, now.
    read_at: Option<Timestamp>,
    /// As in the notification, now.
    dismissed_at: Option<Timestamp>,
}

impl NotificationUpdated {
    pub(crate) const fn of(row: &Notification) -> Self {
        let Notification { id, inbox_no, seen_at, read_at, dismissed_at, .. } = *row;
        Self { kind: UPDATED, id, inbox_no, seen_at, read_at, dismissed_at }
    }
}

/// Several notifications were read, put away or shown at once. Either `ids` or `up_to` is there.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NotificationsUpdated {
    #[serde(rename = "type")]
    kind: &'static str,
    /// `read`, `dismissed` or `seen`.
    #[schema(value_type = String)]
    change: InboxChange,
    /// Which.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<Id>,
    /// All that were open up to this `inbox_no`.
    #[serde(skip_serializing_if = "Option::is_none")]
    up_to: Option<i64>,
    /// When.
    at: Timestamp,
}

impl NotificationsUpdated {
    pub(crate) const fn of(
        change: InboxChange,
        ids: Vec<Id>,
        up_to: Option<i64>,
        at: Timestamp,
    ) -> Self {
        Self { kind: MANY_UPDATED, change, ids, up_to, at }
    }
}

/// The counters, absolute.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct UnreadCount {
    #[serde(rename = "type")]
    kind: &'static str,
    /// How many are neither read nor dismissed nor expired.
    unread: i64,
    /// How many of these were not shown yet.
    unseen: i64,
    /// Of two frames the one with the higher version is newer.
    version: i64,
}

impl UnreadCount {
    pub(crate) const fn of(counts: Counts) -> Self {
        let Counts { unread, unseen, version } = counts;
        Self { kind: COUNT, unread, unseen, version }
    }
}

/// A verb without fields of its own.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its form is used")]
struct GetUnreadCount {
    #[schema(example = "get_unread_count")]
    r#type: String,
}

pub(crate) fn specs() -> Vec<FrameSpec> {
    const SOCKETS: &str = "/ws, /ws/notifications/{user}";
    vec![
        FrameSpec::sent::<NewNotification>(NEW, PLACE, "a notification came"),
        FrameSpec::sent::<NotificationUpdated>(
            UPDATED,
            PLACE,
            "one notification was read, marked unread or put away",
        ),
        FrameSpec::sent::<NotificationsUpdated>(
            MANY_UPDATED,
            PLACE,
            "several notifications were read, put away or shown at once",
        ),
        FrameSpec::sent::<UnreadCount>(
            COUNT,
            "user, /ws/notifications/{user}",
            "the counters of the inbox, absolute; also the first frame of the inbox's socket",
        ),
        FrameSpec::received::<MarkReadVerb>(
            "mark_read",
            SOCKETS,
            "marks notifications read, by id or all up to a number; the ack has the counters",
        ),
        FrameSpec::received::<MarkAllReadVerb>(
            "mark_all_read",
            SOCKETS,
            "marks read what is open up to a number; the ack has the counters",
        ),
        FrameSpec::received::<DismissVerb>(
            "dismiss",
            SOCKETS,
            "puts notifications away; the ack has the counters",
        ),
        FrameSpec::received::<GetUnreadCount>(
            "get_unread_count",
            SOCKETS,
            "asks for the counters; the ack has them",
        ),
    ]
}
