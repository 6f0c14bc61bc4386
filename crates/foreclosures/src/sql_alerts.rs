//! Every statement of the alerts.

use store::statements;

statements! {
    // The order of the columns is that of `alerts::Alert`.
    FIND = "select id, version, name, definition, is_active, created_at, updated_at
        from foreclosures_alerts where tenant = $1 and user_id = $2 and id = $3";
    PAGE = "select id, version, name, definition, is_active, created_at, updated_at
        from foreclosures_alerts
        where tenant = $1 and user_id = $2 and (created_at, id) < ($3, $4)
        order by created_at desc, id desc limit $5";
    ADD = "insert into foreclosures_alerts
            (id, tenant, user_id, version, name, definition, is_active, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    SET = "update foreclosures_alerts set version = $4, name = $5, definition = $6,
            is_active = $7, updated_at = $8
        where tenant = $1 and user_id = $2 and id = $3";
    REMOVE = "delete from foreclosures_alerts where tenant = $1 and user_id = $2 and id = $3";
    // Who is told of these now: what was switched off or removed since is left out.
    NAMES = sqlite "select id, name from foreclosures_alerts
        where is_active and id in (select unhex(replace(value, '-', '')) from json_each($1))",
        postgres "select id, name from foreclosures_alerts
        where is_active and id in (select jsonb_array_elements_text($1::jsonb)::uuid)";

    ADD_VERSION = "insert into foreclosures_alerts_versions
            (alert, version, tenant, user_id, definition, created_at, applied)
        values ($1, $2, $3, $4, $5, $6, 0)";
    // The order of the columns is that of `index::Version`.
    VERSION = "select alert, version, tenant, user_id, definition
        from foreclosures_alerts_versions where alert = $1 and version = $2";
    APPLIED_AFTER = "select alert, version, tenant, user_id, definition
        from foreclosures_alerts_versions where applied > $1
        order by applied, alert, version";
    PASSED_OVER = "select alert, version, tenant, user_id, definition
        from foreclosures_alerts_versions where applied = 0 and created_at < $1
        order by created_at, alert, version";
    APPLY = "update foreclosures_alerts_versions set applied = $3
        where alert = $1 and version = $2";
    FORGET_BEFORE = "delete from foreclosures_alerts_versions where alert = $1 and version < $2";
    FORGET_ALL = "delete from foreclosures_alerts_versions where alert = $1";
    // What is off or gone needs a row only until every node has seen it.
    FORGET_ENDED = "delete from foreclosures_alerts_versions
        where applied > 0 and applied < $1 and definition is null";

    OPEN_COUNT = "insert into foreclosures_alerts_counts (owner, alerts) values ($1, 0)
        on conflict (owner) do nothing";
    TAKE = "update foreclosures_alerts_counts set alerts = alerts + 1
        where owner = $1 and alerts < $2";
    GIVE_BACK = "update foreclosures_alerts_counts set alerts = alerts - 1 where owner = $1";
}
