-- The one secret address of a user's calendar feed, as the hash of its token.
create table foreclosures_calendar_feeds (
    tenant {id} not null,
    user_id {id} not null,
    hash {bytes} not null,
    created_at {int} not null,
    primary key (tenant, user_id)
) {strict};
create unique index foreclosures_calendar_feeds_hash on foreclosures_calendar_feeds (hash);

-- What the calendar needs of a user's preferences, as `notifications.preferences_changed` tells it:
-- the zone, and a JSON array of milliseconds before an auction.
create table foreclosures_calendar_preferences (
    tenant {id} not null,
    user_id {id} not null,
    version {int} not null,
    time_zone {text} not null,
    reminder_offsets_ms {text} not null,
    primary key (tenant, user_id)
) {strict};
