-- How a user wants to be told: one JSON document as REST shows it, and its version.
create table notifications_preferences (
    tenant {id} not null,
    user_id {id} not null,
    version {int} not null,
    document {text} not null,
    updated_at {int} not null,
    primary key (tenant, user_id)
) {strict};
