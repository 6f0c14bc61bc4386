create table foreclosures_alerts (
    id {id} not null primary key,
    tenant {id} not null,
    user_id {id} not null,
    version {int} not null,
    name {text},
    definition {json} not null,
    is_active {bool} not null,
    created_at {int} not null,
    updated_at {int} not null
) {strict};

-- A user's alerts, newest first.
create index foreclosures_alerts_newest on foreclosures_alerts (tenant, user_id, created_at, id);

-- What each version asks, until the reaction that matches has come to a later one: a change meets
-- the version that was committed before it, whatever was edited since. Without a definition the
-- alert is off or gone. `applied` is the place of the version's event in the journal, 0 before the
-- reaction has come to it; so the rows with another number are the alerts at its cursor.
create table foreclosures_alerts_versions (
    alert {id} not null,
    version {int} not null,
    tenant {id} not null,
    user_id {id} not null,
    definition {json},
    created_at {int} not null,
    applied {int} not null,
    primary key (alert, version)
) {strict};
create index foreclosures_alerts_versions_applied
    on foreclosures_alerts_versions (applied, created_at);

-- How many alerts a user has, and how many are on in all: there under the owner of no id.
create table foreclosures_alerts_counts (
    owner {id} not null primary key,
    alerts {int} not null
) {strict};
