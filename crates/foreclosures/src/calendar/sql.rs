//! Every statement of the calendar.

use store::statements;

statements! {
    ENTRIES = "select id, property, notes from foreclosures_watchlist
        where tenant = $1 and user_id = $2
        order by created_at desc, id desc limit $3";

    // The old token is gone with its hash.
    SET_FEED = "insert into foreclosures_calendar_feeds (tenant, user_id, hash, created_at)
        values ($1, $2, $3, $4)
        on conflict (tenant, user_id) do update set hash = $3, created_at = $4";
    END_FEED = "delete from foreclosures_calendar_feeds where tenant = $1 and user_id = $2";
    FEED = "select tenant, user_id from foreclosures_calendar_feeds where hash = $1";

    // An older version never replaces a newer one.
    SET_PREFERENCES = "insert into foreclosures_calendar_preferences
            (tenant, user_id, version, time_zone, reminder_offsets_ms)
        values ($1, $2, $3, $4, $5)
        on conflict (tenant, user_id) do update
            set version = $3, time_zone = $4, reminder_offsets_ms = $5
            where foreclosures_calendar_preferences.version < $3";
    PREFERENCES = "select time_zone, reminder_offsets_ms from foreclosures_calendar_preferences
        where tenant = $1 and user_id = $2";
}
