//! Every statement of the kit.

use store::statements;

statements! {
    TAKE_KEY = "insert into kit_idempotency (tenant, actor, key, fingerprint, answer, at)
        values ($1, $2, $3, $4, null, $5) on conflict (tenant, actor, key) do nothing";
    FIND_KEY = "select fingerprint, answer from kit_idempotency
        where tenant = $1 and actor = $2 and key = $3";
    KEEP_ANSWER = "update kit_idempotency set answer = $4
        where tenant = $1 and actor = $2 and key = $3";
    DATABASE_TIME = sqlite "select 0",
        postgres "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
    FORGET = "delete from kit_idempotency where at < $1";
}
