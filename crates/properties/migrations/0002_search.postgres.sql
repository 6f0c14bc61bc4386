-- The cell of a place: 20 rows and 20 columns a degree, see model/grid.rs. The index keeps it, so
-- that no writer has to.
create index properties_by_cell on properties (
    tenant,
    (floor((latitude + 90.0) * 20.0)::bigint * 7201
        + floor((longitude + 180.0) * 20.0)::bigint),
    id
);

create table properties_text (
    property {id} not null,
    tenant {id} not null,
    body {text} not null,
    primary key (property, tenant)
);
-- Without the extension, or the right to make it, texts are read one after another: slower, with
-- the same answers.
do $$ begin
    create extension if not exists pg_trgm;
    create index properties_text_body on properties_text using gin (body gin_trgm_ops);
exception when others then
    raise warning 'no pg_trgm here (%): the search for words has no index', sqlerrm;
end $$;

-- Properties whose text is to be read anew: at first, all of them.
create table properties_text_due (
    property {id} not null primary key,
    tenant {id} not null
);
insert into properties_text_due (property, tenant)
    select id, tenant from properties where deleted_at is null;
-- One row, locked by whoever adds to what is due, and by whoever finds nothing due.
create table properties_text_turn (id {int} not null primary key);
insert into properties_text_turn (id) values (1);
