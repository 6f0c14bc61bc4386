create table meta (
    key {text} not null primary key,
    value {text} not null
);

-- Positions are taken inside the flush, after the topic locks, hence no default on the column.
create sequence events_pos as bigint cache 1;

create table events (
    pos bigint primary key,
    id {id} not null,
    tenant {id} not null,
    name {text} not null,
    version {int} not null,
    body {text} not null,
    at {int} not null
);

create table topics (
    tenant {id} not null,
    topic {text} not null,
    seq {int} not null,
    first_kept {int} not null,
    primary key (tenant, topic)
) with (fillfactor = 70);

create table event_topics (
    tenant {id} not null,
    topic {text} not null,
    seq {int} not null,
    pos {int} not null,
    at {int} not null,
    frame {text} not null,
    primary key (tenant, topic, seq)
);
create index event_topics_pos on event_topics (pos);
create index event_topics_at on event_topics (at);

create table reactions (
    name {text} not null primary key,
    pos {int} not null,
    failing_pos {int} not null,
    attempts {int} not null
);

create table reactions_dead (
    reaction {text} not null,
    pos {int} not null,
    error {text} not null,
    at {int} not null,
    primary key (reaction, pos)
);
