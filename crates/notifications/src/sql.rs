//! Every statement of the feature.
//!
//! A row counts as unread while it is not read, not dismissed and has not lapsed; as unseen while
//! it is not seen and has not lapsed. A change of rows says in its row count, or in `returning`,
//! what it takes off the counters. Where the index of what is unread or unseen is to be used, its
//! condition is repeated word for word: SQLite does not see that it follows.

use store::statements;

statements! {
    TAKE_STATE = "insert into notifications_state
        (tenant, user_id, last_no, unread, unseen, version)
        values ($1, $2, 0, 0, 0, 0)
        on conflict (tenant, user_id) do update set version = notifications_state.version
        returning last_no, unread, unseen, version";
    STATE = "select last_no, unread, unseen, version from notifications_state
        where tenant = $1 and user_id = $2";
    SAVE_STATE = "update notifications_state
        set last_no = $3, unread = $4, unseen = $5, version = $6
        where tenant = $1 and user_id = $2";
    NEXT_STATES = "select tenant, user_id from notifications_state
        where tenant > $1 or (tenant = $1 and user_id > $2) order by tenant, user_id limit $3";
    RECOUNT = "select
            count(*) filter (where read_at is null and dismissed_at is null),
            count(*) filter (where seen_at is null)
        from notifications_inbox where tenant = $1 and user_id = $2 and lapsed_at is null";

    FIND_KEY = "select inbox_no from notifications_inbox
        where tenant = $1 and user_id = $2 and dedup_key = $3";
    ADD = "insert into notifications_inbox (id, tenant, user_id, inbox_no, type, category, priority,
            title, body, data, action_url, object_kind, object_id, actor, dedup_key, event,
            created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        on conflict (tenant, user_id, dedup_key) do nothing";

    GET = "select id, inbox_no, type, category, priority, title, body, data, action_url,
            object_kind, object_id, actor, created_at, seen_at, read_at, dismissed_at, expires_at
        from notifications_inbox where tenant = $1 and user_id = $2 and id = $3";
    LIST = "select id, inbox_no, type, category, priority, title, body, data, action_url,
            object_kind, object_id, actor, created_at, seen_at, read_at, dismissed_at, expires_at
        from notifications_inbox
        where tenant = $1 and user_id = $2 and inbox_no < $3
            and (cast($5 as text) is null or type = $5)
            and (cast($6 as text) is null or category = $6)
            and (cast($7 as text) is null or priority = $7)
            and (cast($8 as text) is null or object_kind = $8)
            and (cast($9 as {id}) is null or object_id = $9)
            and (cast($10 as {int}) is null or created_at >= $10)
            and (cast($11 as {int}) is null or created_at < $11)
            and case cast($13 as text)
                when 'read' then read_at is not null and dismissed_at is null
                    and (expires_at is null or expires_at > $4)
                when 'dismissed' then dismissed_at is not null
                when 'all' then true
                else dismissed_at is null and (expires_at is null or expires_at > $4)
                end
        order by inbox_no desc limit $12";
    LIST_UNREAD = "select id, inbox_no, type, category, priority, title, body, data, action_url,
            object_kind, object_id, actor, created_at, seen_at, read_at, dismissed_at, expires_at
        from notifications_inbox
        where tenant = $1 and user_id = $2 and inbox_no < $3
            and read_at is null and dismissed_at is null and lapsed_at is null
            and (seen_at is null or (read_at is null and dismissed_at is null))
            and (expires_at is null or expires_at > $4)
            and (cast($5 as text) is null or type = $5)
            and (cast($6 as text) is null or category = $6)
            and (cast($7 as text) is null or priority = $7)
            and (cast($8 as text) is null or object_kind = $8)
            and (cast($9 as {id}) is null or object_id = $9)
            and (cast($10 as {int}) is null or created_at >= $10)
            and (cast($11 as {int}) is null or created_at < $11)
        order by inbox_no desc limit $12";
    COUNT = "select count(*) from (select 1 as one
        from notifications_inbox
        where tenant = $1 and user_id = $2 and inbox_no < $3
            and (cast($5 as text) is null or type = $5)
            and (cast($6 as text) is null or category = $6)
            and (cast($7 as text) is null or priority = $7)
            and (cast($8 as text) is null or object_kind = $8)
            and (cast($9 as {id}) is null or object_id = $9)
            and (cast($10 as {int}) is null or created_at >= $10)
            and (cast($11 as {int}) is null or created_at < $11)
            and case cast($13 as text)
                when 'unread' then read_at is null and dismissed_at is null
                    and (expires_at is null or expires_at > $4)
                when 'read' then read_at is not null and dismissed_at is null
                    and (expires_at is null or expires_at > $4)
                when 'dismissed' then dismissed_at is not null
                when 'all' then true
                else dismissed_at is null and (expires_at is null or expires_at > $4)
                end
        limit $12) as found";

    SEE_ONE = "update notifications_inbox set seen_at = $4
        where tenant = $1 and user_id = $2 and id = $3 and seen_at is null and lapsed_at is null";
    SEE_UP_TO = "update notifications_inbox set seen_at = $4
        where tenant = $1 and user_id = $2 and inbox_no <= $3
            and seen_at is null and lapsed_at is null
            and (seen_at is null or (read_at is null and dismissed_at is null))";
    READ_ONE = "update notifications_inbox set read_at = $4
        where tenant = $1 and user_id = $2 and id = $3 and read_at is null
        returning dismissed_at is null and lapsed_at is null";
    READ_UP_TO = "update notifications_inbox set read_at = $4
        where tenant = $1 and user_id = $2 and inbox_no <= $3
            and read_at is null and dismissed_at is null and lapsed_at is null
            and (seen_at is null or (read_at is null and dismissed_at is null))";
    UNREAD_ONE = "update notifications_inbox set read_at = null
        where tenant = $1 and user_id = $2 and id = $3 and read_at is not null
        returning dismissed_at is null and lapsed_at is null";
    DISMISS_ONE = "update notifications_inbox set dismissed_at = $4
        where tenant = $1 and user_id = $2 and id = $3 and dismissed_at is null
        returning read_at is null and lapsed_at is null";

    LAPSE = "update notifications_inbox set lapsed_at = $3
        where tenant = $1 and user_id = $2 and lapsed_at is null and expires_at <= $3
        returning id, read_at is null and dismissed_at is null, seen_at is null";
    LAPSING = "select
            count(*) filter (where read_at is null and dismissed_at is null),
            count(*) filter (where seen_at is null)
        from notifications_inbox
        where tenant = $1 and user_id = $2 and lapsed_at is null and expires_at <= $3";
    DUE = "select distinct tenant, user_id from notifications_inbox
        where lapsed_at is null and expires_at <= $1 limit $2";
}
