-- The cell of a place: 20 rows and 20 columns a degree, see model/grid.rs. The index keeps it, so
-- that no writer has to, and holds all that a search by place reads of a candidate.
create index properties_by_cell on properties (
    tenant,
    (cast((latitude + 90.0) * 20.0 as integer) * 7201
        + cast((longitude + 180.0) * 20.0 as integer)),
    id, latitude, longitude, deleted_at
);

-- Which document of the index is a property's. Each tenant has a range of documents of its own.
create table properties_text (
    doc {int} not null primary key,
    tenant {id} not null,
    property {id} not null
) {strict};
create unique index properties_text_property on properties_text (property, tenant);
-- Texts come folded (model/words.rs), so the index has nothing to fold and compares exactly.
create virtual table properties_text_index using fts5 (
    body, tokenize = 'trigram case_sensitive 1', content = '', contentless_delete = 1
);

-- Properties whose text is to be read anew: at first, all of them.
create table properties_text_due (
    property {id} not null primary key,
    tenant {id} not null
) {strict};
insert into properties_text_due (property, tenant)
    select id, tenant from properties where deleted_at is null;
-- One row, locked by whoever adds to what is due, and by whoever finds nothing due.
create table properties_text_turn (id {int} not null primary key) {strict};
insert into properties_text_turn (id) values (1);
