//! Every statement of the preferences.

use store::statements;

statements! {
    GET = "select version, document, updated_at from notifications_preferences
        where tenant = $1 and user_id = $2";
    // Makes the row when there is none, and locks it. Version 0: nothing was said yet.
    TAKE = "insert into notifications_preferences (tenant, user_id, version, document, updated_at)
        values ($1, $2, 0, '{}', $3)
        on conflict (tenant, user_id) do update set version = notifications_preferences.version
        returning version, document, updated_at";
    SAVE = "update notifications_preferences
        set version = $3, document = $4, updated_at = $5
        where tenant = $1 and user_id = $2";
}
