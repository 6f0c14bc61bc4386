create table kit_idempotency (
    tenant {id} not null,
    actor {id} not null,
    key {text} not null,
    fingerprint {bytes} not null,
    answer {text},
    at {int} not null,
    primary key (tenant, actor, key)
) {strict};
create index kit_idempotency_at on kit_idempotency (at);
