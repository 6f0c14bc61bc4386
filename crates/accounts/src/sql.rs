//! Every statement of the feature.

use store::statements;

statements! {
    TENANT_BY_SLUG = "select id from accounts_tenants where slug = $1";
    // Read for update: changes of roles in a tenant follow one another.
    TENANT_LOCK = "select id from accounts_tenants where id = $1";

    EMAIL_OWNER = "select id from accounts_users where email = $1";
    INSERT_USER = "insert into accounts_users
            (id, tenant, email, name, password_hash, roles, active, created_at, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (email) do nothing";
    USER = "select id, tenant, email, name, roles, active, created_at, version
        from accounts_users where tenant = $1 and id = $2";
    USER_BY_EMAIL = "select id, tenant, email, name, roles, active, created_at, version
        from accounts_users where email = $1";
    USERS_AFTER = "select id, tenant, email, name, roles, active, created_at, version
        from accounts_users
        where tenant = $1 and id > $2
            and (email like $3 escape '!' or lower(name) like $3 escape '!')
        order by id limit $4";
    ALL_USERS_AFTER = "select id, tenant, email, name, roles, active, created_at, version
        from accounts_users where id > $1 order by id limit $2";
    OTHER_ADMINS = "select count(*) from accounts_users
        where tenant = $1 and id <> $2 and active and ',' || roles || ',' like '%,admin,%'";
    CHANGE_USER = "update accounts_users set roles = $3, active = $4, version = version + 1
        where tenant = $1 and id = $2";

    CREDENTIALS = "select id, password_hash from accounts_users where email = $1";
    // Read for update: a password that is being changed no longer opens anything.
    SIGN_IN = "select id, tenant, email, name, roles, active, created_at, version
        from accounts_users where id = $1 and password_hash = $2 and active";
    SET_PASSWORD = "update accounts_users set password_hash = $2, version = version + 1
        where id = $1";
    STRENGTHEN = "update accounts_users set password_hash = $2 where id = $1";

    INSERT_SESSION = "insert into accounts_sessions
            (id, user_id, tenant, created_at, last_used_at, expires_at, ended_at, ended_reason)
        values ($1, $2, $3, $4, $4, $5, null, null)";
    SESSION = "select user_id, tenant, expires_at, ended_at from accounts_sessions where id = $1";
    USE_SESSION = "update accounts_sessions set last_used_at = $2, expires_at = $3 where id = $1";
    END_SESSION = "update accounts_sessions set ended_at = $2, ended_reason = $3
        where id = $1 and ended_at is null returning id, user_id, tenant";
    END_SESSIONS_OF_USER = "update accounts_sessions set ended_at = $2, ended_reason = $3
        where user_id = $1 and ended_at is null returning id, user_id, tenant";
    FORGET_SESSIONS = "delete from accounts_sessions where user_id = $1 and expires_at <= $2";
    SESSION_USER = "select u.id, u.tenant, u.email, u.name, u.roles, u.active, u.created_at,
            u.version
        from accounts_sessions s join accounts_users u on u.id = s.user_id
        where s.id = $1 and s.user_id = $2 and s.tenant = $3 and u.active
            and s.ended_at is null and s.expires_at > $4";
    SESSION_ROLES = "select u.roles
        from accounts_sessions s join accounts_users u on u.id = s.user_id
        where s.id = $1 and s.user_id = $2 and u.active
            and s.ended_at is null and s.expires_at > $3";
    SESSION_END = "select s.expires_at
        from accounts_sessions s join accounts_users u on u.id = s.user_id
        where s.id = $1 and s.user_id = $2 and u.active
            and s.ended_at is null and s.expires_at > $3";

    START_COOKIE = "update accounts_sessions set cookie_number = 0, cookie_since = $2
        where id = $1";
    COOKIE_SESSION = "select u.id, u.tenant, u.roles, s.expires_at, s.cookie_number, s.cookie_since
        from accounts_sessions s join accounts_users u on u.id = s.user_id
        where s.id = $1 and s.user_id = $2 and u.active and s.cookie_number is not null
            and s.ended_at is null and s.expires_at > $3";
    CONFIRM_COOKIE = "update accounts_sessions
        set cookie_number = $2, cookie_since = $3, last_used_at = $3, expires_at = $4
        where id = $1 and cookie_number < $2 and ended_at is null";

    INSERT_REFRESH = "insert into accounts_refresh_tokens
            (hash, session, issued_at, used_at, expires_at)
        values ($1, $2, $3, null, $4)";
    USE_REFRESH = "update accounts_refresh_tokens set used_at = $2
        where hash = $1 and used_at is null and expires_at > $2";
    REFRESH = "select session, used_at from accounts_refresh_tokens where hash = $1";
    SESSION_OF_REFRESH = "select session from accounts_refresh_tokens where hash = $1";
    FORGET_REFRESH = "delete from accounts_refresh_tokens
        where session = $1 and expires_at <= $2";

    INSERT_TICKET = "insert into accounts_tickets
            (hash, user_id, tenant, session, expires_at, used_at)
        values ($1, $2, $3, $4, $5, null)";
    USE_TICKET = "update accounts_tickets set used_at = $2
        where hash = $1 and used_at is null and expires_at > $2";
    TICKET_HOLDER = "select u.id, u.tenant, u.roles, s.id, s.expires_at
        from accounts_tickets t
            join accounts_sessions s on s.id = t.session
            join accounts_users u on u.id = t.user_id
        where t.hash = $1 and u.active and s.ended_at is null and s.expires_at > $2";
    FORGET_TICKETS = "delete from accounts_tickets where user_id = $1 and expires_at <= $2";
}
