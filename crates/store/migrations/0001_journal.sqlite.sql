create table meta (
    key {text} not null primary key,
    value {text} not null
) {strict};

-- autoincrement: a position is never given out twice, even after the newest rows were pruned.
create table events (
    pos integer primary key autoincrement,
    id {id} not null,
    tenant {id} not null,
    name {text} not null,
    version {int} not null,
    body {text} not null,
    at {int} not null
) {strict};

create table topics (
    tenant {id} not null,
    topic {text} not null,
    seq {int} not null,
    first_kept {int} not null,
    primary key (tenant, topic)
) {strict}, without rowid;

create table event_topics (
    tenant {id} not null,
    topic {text} not null,
    seq {int} not null,
    pos {int} not null,
    at {int} not null,
    frame {text} not null,
    primary key (tenant, topic, seq)
) {strict}, without rowid;
create index event_topics_pos on event_topics (pos);
create index event_topics_at on event_topics (at);

create table reactions (
    name {text} not null primary key,
    pos {int} not null,
    failing_pos {int} not null,
    attempts {int} not null
) {strict};

create table reactions_dead (
    reaction {text} not null,
    pos {int} not null,
    error {text} not null,
    at {int} not null,
    primary key (reaction, pos)
) {strict};
