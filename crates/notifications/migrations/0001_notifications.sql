-- One row per user and notification. `inbox_no` runs 1, 2, 3 … within a user's inbox, without gaps.
-- `data` is kept as text so that amounts keep their digits. `lapsed_at` is set when an expired row
-- was taken off the counters.
create table notifications_inbox (
    id {id} not null primary key,
    tenant {id} not null,
    user_id {id} not null,
    inbox_no {int} not null,
    type {text} not null,
    category {text} not null,
    priority {text} not null,
    title {text} not null,
    body {text} not null,
    data {text},
    action_url {text},
    object_kind {text},
    object_id {id},
    actor {id},
    dedup_key {text} not null,
    event {id} not null,
    created_at {int} not null,
    seen_at {int},
    read_at {int},
    dismissed_at {int},
    expires_at {int},
    lapsed_at {int}
) {strict};
create unique index notifications_inbox_no on notifications_inbox (tenant, user_id, inbox_no);
create unique index notifications_inbox_key on notifications_inbox (tenant, user_id, dedup_key);
create index notifications_inbox_unread on notifications_inbox (tenant, user_id, inbox_no)
    where read_at is null and dismissed_at is null and lapsed_at is null;
create index notifications_inbox_unseen on notifications_inbox (tenant, user_id, inbox_no)
    where seen_at is null and lapsed_at is null;
create index notifications_inbox_expiring on notifications_inbox (tenant, user_id, expires_at)
    where lapsed_at is null and expires_at is not null;
create index notifications_inbox_due on notifications_inbox (expires_at)
    where lapsed_at is null and expires_at is not null;

-- The counters of an inbox. Whoever changes rows of an inbox locks its row here first.
create table notifications_state (
    tenant {id} not null,
    user_id {id} not null,
    last_no {int} not null,
    unread {int} not null,
    unseen {int} not null,
    version {int} not null,
    primary key (tenant, user_id)
) {strict};
