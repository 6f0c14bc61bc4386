create table foreclosures_watchlist (
    id {id} not null primary key,
    tenant {id} not null,
    user_id {id} not null,
    property {id} not null,
    notes {text},
    created_at {int} not null,
    updated_at {int} not null,
    unique (tenant, user_id, property)
) {strict};

-- Who watches this property: asked for every change.
create index foreclosures_watchlist_property on foreclosures_watchlist (tenant, property, user_id);

-- A user's list, newest first.
create index foreclosures_watchlist_newest
    on foreclosures_watchlist (tenant, user_id, created_at, id);
