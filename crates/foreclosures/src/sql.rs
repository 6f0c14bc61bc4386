//! Every statement of the foreclosure watch.

use store::statements;

statements! {
    ADD = "insert into foreclosures_watchlist
            (id, tenant, user_id, property, notes, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $6)
        on conflict (tenant, user_id, property) do nothing";
    FIND = "select id, property, notes, created_at, updated_at from foreclosures_watchlist
        where tenant = $1 and user_id = $2 and id = $3";
    FIND_BY_PROPERTY = "select id, property, notes, created_at, updated_at
        from foreclosures_watchlist where tenant = $1 and user_id = $2 and property = $3";
    SET_NOTES = "update foreclosures_watchlist set notes = $4, updated_at = $5
        where tenant = $1 and user_id = $2 and id = $3";
    REMOVE = "delete from foreclosures_watchlist where tenant = $1 and user_id = $2 and id = $3";
    PAGE = "select id, property, notes, created_at, updated_at from foreclosures_watchlist
        where tenant = $1 and user_id = $2 and (created_at, id) < ($3, $4)
        order by created_at desc, id desc limit $5";
    NEWEST_PROPERTIES = "select property from foreclosures_watchlist
        where tenant = $1 and user_id = $2
        order by created_at desc, id desc limit $3";
    // For demonstrations.
    WATCHED = "select distinct property from foreclosures_watchlist
        where tenant = $1 order by property limit $2";
    WATCHERS = sqlite "select property, user_id from foreclosures_watchlist
        where tenant = $1
            and property in (select unhex(replace(value, '-', '')) from json_each($2))
        order by property, user_id",
        postgres "select property, user_id from foreclosures_watchlist
        where tenant = $1
            and property in (select jsonb_array_elements_text($2::jsonb)::uuid)
        order by property, user_id";
}
