create table accounts_tenants (
    id {id} not null primary key,
    slug {text} not null unique,
    name {text} not null
) {strict};

create table accounts_users (
    id {id} not null primary key,
    tenant {id} not null references accounts_tenants (id),
    -- In lower case. Unique over all tenants: whoever signs in names no tenant.
    email {text} not null unique,
    name {text} not null,
    -- PHC string of argon2id, which holds its own parameters.
    password_hash {text} not null,
    -- Names joined by commas.
    roles {text} not null,
    active {bool} not null,
    created_at {int} not null,
    version {int} not null
) {strict};
create index accounts_users_tenant on accounts_users (tenant, id);

create table accounts_sessions (
    id {id} not null primary key,
    user_id {id} not null references accounts_users (id) on delete cascade,
    tenant {id} not null,
    created_at {int} not null,
    last_used_at {int} not null,
    -- Moves on with each refresh.
    expires_at {int} not null,
    ended_at {int},
    ended_reason {text}
) {strict};
create index accounts_sessions_user on accounts_sessions (user_id);

-- Spent tokens stay until they would have expired: a token that comes twice was stolen.
create table accounts_refresh_tokens (
    -- SHA-256 of the token, which itself is never stored.
    hash {bytes} not null primary key,
    session {id} not null references accounts_sessions (id) on delete cascade,
    issued_at {int} not null,
    used_at {int},
    expires_at {int} not null
) {strict};
create index accounts_refresh_tokens_session on accounts_refresh_tokens (session);

create table accounts_tickets (
    hash {bytes} not null primary key,
    user_id {id} not null,
    tenant {id} not null,
    session {id} not null references accounts_sessions (id) on delete cascade,
    expires_at {int} not null,
    used_at {int}
) {strict};
create index accounts_tickets_user on accounts_tickets (user_id);
create index accounts_tickets_session on accounts_tickets (session);
