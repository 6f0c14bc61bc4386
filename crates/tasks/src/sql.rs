//! Every statement of the engine.
//!
//! What a node can run reaches the database as one JSON object, name to `[version, lease in ms]`:
//! an index on the time alone then gives the order, and whatever this node does not know is passed
//! over.

use store::statements;

statements! {
    ENQUEUE = "insert into tasks_queue
            (id, name, version, tenant, body, unique_key, created_at, run_at, attempt, lease_until)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)
        on conflict (name, unique_key) do nothing";
    CANCEL = "delete from tasks_queue where name = $1 and unique_key = $2";

    ANY_DUE = sqlite "select 1 from tasks_queue
        where run_at <= $2 and lease_until <= $2 and version <= ($1 -> name ->> 0) limit 1",
    postgres "select 1::bigint from tasks_queue
        where run_at <= $2 and lease_until <= $2
            and version <= ($1::jsonb -> name ->> 0)::bigint limit 1";
    COUNT_DUE = sqlite "select count(*) from tasks_queue
        where run_at <= $2 and version <= ($1 -> name ->> 0)",
    postgres "select count(*) from tasks_queue
        where run_at <= $2 and version <= ($1::jsonb -> name ->> 0)::bigint";
    CLAIM = sqlite "update tasks_queue
        set lease_token = $2, attempt = attempt + 1, lease_until = $3 + ($1 -> name ->> 1)
        where id in (select id from tasks_queue
            where run_at <= $3 and lease_until <= $3 and version <= ($1 -> name ->> 0)
            order by run_at, id limit $4)
        returning id, name, version, tenant, body, unique_key, created_at, run_at, attempt,
            lease_token, last_error",
    postgres "with picked as materialized (
            select q.id from tasks_queue q
            where q.run_at <= $3 and q.lease_until <= $3
                and q.version <= ($1::jsonb -> q.name ->> 0)::bigint
            order by q.run_at, q.id limit $4 for update skip locked)
        update tasks_queue t set lease_token = $2, attempt = t.attempt + 1,
            lease_until = $3 + ($1::jsonb -> t.name ->> 1)::bigint
        from picked where t.id = picked.id
        returning t.id, t.name, t.version, t.tenant, t.body, t.unique_key, t.created_at, t.run_at,
            t.attempt, t.lease_token, t.last_error";

    RENEW = "update tasks_queue set lease_until = $3 where id = $1 and lease_token = $2";
    HELD = "select 1 from tasks_queue where id = $1 and lease_token = $2";
    FINISH = "delete from tasks_queue where id = $1 and lease_token = $2";
    AGAIN = "update tasks_queue set lease_token = null, lease_until = 0, attempt = 0, run_at = $3,
            last_error = null
        where id = $1 and lease_token = $2";
    RETRY = "update tasks_queue set lease_token = null, lease_until = 0, run_at = $3,
            last_error = $4
        where id = $1 and lease_token = $2";
    RELEASE = "update tasks_queue set lease_token = null, lease_until = 0, attempt = attempt - 1
        where id = $1 and lease_token = $2";
    BURY = "insert into tasks_dead
            (id, name, version, tenant, body, unique_key, created_at, attempt, error, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (id) do nothing";

    COUNT_QUEUE = "select name,
            count(*) filter (where lease_until > $1),
            count(*) filter (where lease_until <= $1 and run_at <= $1),
            count(*) filter (where lease_until <= $1 and run_at > $1),
            count(*) filter (where lease_until <= $1 and last_error is not null),
            min(case when lease_until <= $1 and run_at <= $1 then run_at end)
        from tasks_queue where (cast($2 as {id}) is null or tenant = $2)
        group by name order by name";
    COUNT_DEAD = "select name, count(*) from tasks_dead
        where (cast($1 as {id}) is null or tenant = $1)
        group by name order by name";
    LIST_QUEUE = "select id, name, version, tenant, unique_key, created_at, run_at, attempt,
            lease_until, last_error
        from tasks_queue
        where (cast($1 as {id}) is null or tenant = $1)
            and (cast($2 as text) is null or name = $2) and (cast($3 as {id}) is null or id > $3)
        order by id limit $4";
    LIST_DEAD = "select id, name, version, tenant, body, unique_key, created_at, attempt, error, at
        from tasks_dead
        where (cast($1 as {id}) is null or tenant = $1)
            and (cast($2 as text) is null or name = $2) and (cast($3 as {id}) is null or id > $3)
        order by id limit $4";
    IS_DEAD = "select 1 from tasks_dead
        where id = $1 and (cast($2 as {id}) is null or tenant = $2)";
    REDRIVE = "insert into tasks_queue
            (id, name, version, tenant, body, unique_key, created_at, run_at, attempt, lease_until)
        select id, name, version, tenant, body, unique_key, created_at, $3, 0, 0
        from tasks_dead where id = $1 and (cast($2 as {id}) is null or tenant = $2)
        on conflict do nothing";
    DISCARD = "delete from tasks_dead
        where id = $1 and (cast($2 as {id}) is null or tenant = $2)";
    IS_OPEN = "select 1 from tasks_queue
        where id = $1 and (cast($2 as {id}) is null or tenant = $2)";
    RUN_NOW = "update tasks_queue set run_at = $3
        where id = $1 and (cast($2 as {id}) is null or tenant = $2)
            and lease_until <= $3 and run_at > $3";

    ACQUIRE = "insert into tasks_leases (name, token, until) values ($1, $2, $3)
        on conflict (name) do update set token = $2, until = $3
        where tasks_leases.until <= $4";
    RENEW_LEASE = "update tasks_leases set until = $3 where name = $1 and token = $2";
    HOLDS_LEASE = "select until from tasks_leases where name = $1 and token = $2";
    RELEASE_LEASE = "delete from tasks_leases where name = $1 and token = $2";

    REGISTER = "insert into tasks_schedules (name, last_at) values ($1, $2)
        on conflict (name) do nothing";
    LAST_AT = "select last_at from tasks_schedules where name = $1";
    FIRE = "update tasks_schedules set last_at = $3 where name = $1 and last_at = $2";
}
