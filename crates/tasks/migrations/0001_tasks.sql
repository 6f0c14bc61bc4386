-- Open tasks: one that ended is gone from here. `lease_until` is 0 while nobody runs the task.
create table tasks_queue (
    id {id} not null primary key,
    name {text} not null,
    version {int} not null,
    tenant {id} not null,
    body {text} not null,
    unique_key {text},
    created_at {int} not null,
    run_at {int} not null,
    attempt {int} not null,
    lease_token {id},
    lease_until {int} not null,
    last_error {text}
) {strict};
create unique index tasks_queue_key on tasks_queue (name, unique_key);
create index tasks_queue_run_at on tasks_queue (run_at, id);

-- Dead letters: tasks that were given up, until somebody sends them round again or discards them.
create table tasks_dead (
    id {id} not null primary key,
    name {text} not null,
    version {int} not null,
    tenant {id} not null,
    body {text} not null,
    unique_key {text},
    created_at {int} not null,
    attempt {int} not null,
    error {text} not null,
    at {int} not null
) {strict};

create table tasks_leases (
    name {text} not null primary key,
    token {id} not null,
    until {int} not null
) {strict};

-- The newest occurrence of each schedule that was put into the queue.
create table tasks_schedules (
    name {text} not null primary key,
    last_at {int} not null
) {strict};
