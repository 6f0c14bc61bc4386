//! The statements about sources and links.

use store::statements;

statements! {
    // The order of the columns is that of `sources::state::State`.
    STATE = "select source, introduced_at, last_run_at, last_success_at, last_error, failures,
            next_run_at, etag, last_modified, settings, run, added, changed, unchanged, merged,
            rejected, rejected_rows
        from properties_sources_state where tenant = $1 and source = $2";
    STATES = "select source, introduced_at, last_run_at, last_success_at, last_error, failures,
            next_run_at, etag, last_modified, settings, run, added, changed, unchanged, merged,
            rejected, rejected_rows
        from properties_sources_state where tenant = $1 and source > $2
        order by source limit $3";
    INTRODUCED = "select introduced_at from properties_sources_state
        where tenant = $1 and source = $2";
    BEGIN_RUN = "insert into properties_sources_state (tenant, source, run, last_run_at, failures,
            added, changed, unchanged, merged, rejected, rejected_rows)
        values ($1, $2, $3, $4, 0, 0, 0, 0, 0, 0, '[]')
        on conflict (tenant, source) do update set run = $3, last_run_at = $4";
    HOLDS_RUN = "select failures from properties_sources_state
        where tenant = $1 and source = $2 and run = $3";
    FORGET_VALIDATORS = "update properties_sources_state set etag = null, last_modified = null
        where tenant = $1 and source = $2 and run = $3";
    REMEMBER_VALIDATORS = "update properties_sources_state set etag = $4, last_modified = $5,
            settings = $6
        where tenant = $1 and source = $2 and run = $3";
    END_RUN = "update properties_sources_state set run = null, next_run_at = $4, last_error = $5,
            failures = $6,
            last_success_at = case when cast($5 as text) is null then $7 else last_success_at end
        where tenant = $1 and source = $2 and run = $3";
    IMPORTED = "insert into properties_sources_state (tenant, source, introduced_at, last_run_at,
            last_success_at, failures, added, changed, unchanged, merged, rejected, rejected_rows)
        values ($1, $2, $10, $3, $3, 0, $4, $5, $6, $7, $8, $9)
        on conflict (tenant, source) do update set
            introduced_at = coalesce(properties_sources_state.introduced_at, $10),
            last_run_at = $3, last_success_at = $3,
            added = $4, changed = $5, unchanged = $6, merged = $7, rejected = $8,
            rejected_rows = $9";
    // The counts on the right are those of the import before.
    BROKE_OFF = "insert into properties_sources_state (tenant, source, last_run_at, failures,
            added, changed, unchanged, merged, rejected, rejected_rows)
        values ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9)
        on conflict (tenant, source) do update set
            introduced_at = coalesce(properties_sources_state.introduced_at,
                case when properties_sources_state.added + properties_sources_state.changed
                    + properties_sources_state.unchanged + properties_sources_state.merged > 0
                then $3 end),
            last_run_at = $3,
            added = $4, changed = $5, unchanged = $6, merged = $7, rejected = $8,
            rejected_rows = $9";

    FILES = "select name, size, modified, seen_at, hash, done from properties_sources_files
        where tenant = $1 and source = $2 order by name";
    SEE_FILE = "insert into properties_sources_files
            (tenant, source, name, size, modified, seen_at, hash, done)
        values ($1, $2, $3, $4, $5, $6, null, $7)
        on conflict (tenant, source, name) do update set size = $4, modified = $5, seen_at = $6,
            done = $7";
    FORGET_HASH = "update properties_sources_files set hash = null, done = $4
        where tenant = $1 and source = $2 and name = $3";
    FILE_DONE = "update properties_sources_files set hash = $4, done = $5
        where tenant = $1 and source = $2 and name = $3";
    FORGET_FILE = "delete from properties_sources_files
        where tenant = $1 and source = $2 and name = $3";

    LINKS = "select source, source_id, at from properties_sources
        where property = $2 and tenant is not distinct from $1
            and (source > $3 or (source = $3 and source_id > $4))
        order by source, source_id limit $5";
    REMOVE_LINK = "delete from properties_sources
        where source_id = $4 and source = $3 and tenant is not distinct from $1
            and property = $2";
    PART = "insert into properties_sources_parted (tenant, source, source_id, property, at)
        values ($1, $3, $4, $2, $5)
        on conflict (source_id, source, tenant) do update set property = $2, at = $5";
    FORGET_PARTED = "delete from properties_sources_parted
        where property = $2 and tenant is not distinct from $1";
}
