-- How a source is doing: what it was asked last, and what it told. One row a source, whether it is
-- swept or its files are brought by hand.
create table properties_sources_state (
    tenant {id} not null,
    source {text} not null,
    -- When its first import came to an end; until then its new properties are not news.
    introduced_at {int},
    last_run_at {int},
    last_success_at {int},
    last_error {text},
    failures {int} not null,
    next_run_at {int},
    -- What its last whole answer can be asked again with; with which settings it was read.
    etag {text},
    last_modified {text},
    settings {text},
    -- The run that may write for it; none when nobody is at work.
    run {id},
    added {int} not null,
    changed {int} not null,
    unchanged {int} not null,
    merged {int} not null,
    rejected {int} not null,
    -- The first rejected rows of that import, as JSON.
    rejected_rows {text} not null,
    primary key (tenant, source)
) {strict};

-- What was imported before this table came is no beginning.
insert into properties_sources_state (tenant, source, introduced_at, failures, added, changed,
        unchanged, merged, rejected, rejected_rows)
    select tenant, source, min(at), 0, 0, 0, 0, 0, 0, '[]'
    from properties_sources group by tenant, source;

-- The files of a folder, as they were when somebody last looked. `hash` is that of the content that
-- was imported to its end; `done` says that nothing is left to do about this size and time.
create table properties_sources_files (
    tenant {id} not null,
    source {text} not null,
    name {text} not null,
    size {int} not null,
    modified {int} not null,
    seen_at {int} not null,
    hash {text},
    done {bool} not null,
    primary key (tenant, source, name)
) {strict};

-- Names whose link an operator took away: their rows do not go to that property by its parcel
-- number again.
create table properties_sources_parted (
    tenant {id} not null,
    source {text} not null,
    source_id {text} not null,
    property {id} not null,
    at {int} not null,
    primary key (source_id, source, tenant)
) {strict};
create index properties_sources_parted_property on properties_sources_parted (property, tenant);
