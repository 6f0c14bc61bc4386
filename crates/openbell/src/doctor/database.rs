//! The database: whether it answers, whether its schema is this program's, and whether it keeps
//! what it promises.

use std::time::Duration;

use domain::SharedClock;
use kit::{App, Config};
use store::{Inspection, Integrity, PostgresFindings, Schema, SqliteFindings};

use super::{ANSWER_LIMIT, Check, size, some_of, within};
use crate::{house, modules};

const DATABASE: &str = "database";
const SCHEMA: &str = "schema";

/// How much longer than it should a look may take before it is left behind.
const GRACE: Duration = Duration::from_secs(1);
/// The oldest PostgreSQL that is tested with.
const POSTGRES: i64 = 15;
/// Clocks that are so far apart are not kept by anybody.
const WARN_OFFSET_MS: i64 = 1_000;
/// Tokens of one node are not yet, or no longer, valid on another.
const FAIL_OFFSET_MS: i64 = 30_000;

pub(super) async fn look(config: &Config, clock: &SharedClock) -> Vec<Check> {
    let settings = house::store_config(config);
    let lines = App::migrations(&modules());
    let looking = Box::pin(store::inspect(&settings, &lines, clock, ANSWER_LIMIT));
    let place = format!("{:?}", config.database_url);
    match within(clock, ANSWER_LIMIT + GRACE, looking).await {
        None => vec![away(&place, "it does not answer")],
        Some(Err(error)) if error.is_transient() => vec![away(&place, &error.to_string())],
        Some(Err(error)) => {
            let advice = "see whether DATABASE_URL names the right one; a damaged file comes back \
                          from a backup";
            vec![Check::fail(DATABASE, format!("{place}: {error}"), advice)]
        }
        Some(Ok(Inspection::Absent)) => {
            vec![Check::ok(DATABASE, format!("{place} will be made at the first start"))]
        }
        Some(Ok(Inspection::Sqlite(found))) => sqlite(&place, &found),
        Some(Ok(Inspection::Postgres(found))) => postgres(config, &place, &found),
    }
}

fn away(place: &str, why: &str) -> Check {
    let advice = "see whether it runs, whether DATABASE_URL is right, and whether it can be \
                  reached from here";
    Check { code: 3, ..Check::fail(DATABASE, format!("{place}: {why}"), advice) }
}

fn sqlite(place: &str, found: &SqliteFindings) -> Vec<Check> {
    let log = match (found.log_bytes, found.with_log) {
        (0, _) => String::new(),
        (bytes, true) => format!(" and {} in its log", size(bytes)),
        (bytes, false) => {
            format!("; {} in its log are left to the next start, and not looked at", size(bytes))
        }
    };
    let mut checks = vec![
        Check::ok(DATABASE, format!("{place}, {}{log}", size(found.bytes))),
        schema(&found.schema),
    ];
    if found.bytes == 0 {
        return checks;
    }
    checks.push(match found.is_wal {
        true => Check::ok("journal_mode", "commits go to a log (WAL)"),
        false => Check::warn(
            "journal_mode",
            "commits do not go to a log (WAL)",
            "nothing, unless another program has this file open: the next start sets it",
        ),
    });
    checks.push(match &found.integrity {
        Integrity::Sound => Check::ok("integrity", "its pages fit together"),
        Integrity::Unfinished => Check::ok(
            "integrity",
            format!(
                "too large to be read within {} s; what was read is sound",
                ANSWER_LIMIT.as_secs()
            ),
        ),
        Integrity::Damaged(fault) => Check::fail(
            "integrity",
            format!("damaged: {fault}"),
            "stop the server, keep a copy of the file and what stands beside it, and restore a \
             backup; look at the disk",
        ),
    });
    checks
}

fn schema(found: &Schema) -> Check {
    if !found.unknown.is_empty() {
        let text = format!("newer than this program: {}", some_of(&found.unknown));
        return Check::fail(SCHEMA, text, "run the Openbell that has migrated it, or a newer one");
    }
    if !found.changed.is_empty() {
        let text = format!("another text was applied for {}", some_of(&found.changed));
        return Check::fail(
            SCHEMA,
            text,
            "run the Openbell that has migrated it: this one refuses",
        );
    }
    match (found.applied, found.pending.len()) {
        (0, _) => Check::ok(SCHEMA, "empty: the first start makes the tables"),
        (applied, 0) => Check::ok(SCHEMA, format!("{applied} steps, as this program has them")),
        (applied, pending) => {
            let names = some_of(&found.pending);
            let text = format!("{applied} steps, and {pending} not yet applied: {names}");
            let advice = "take a backup; the next start applies them, or `openbell migrate`";
            Check::warn(SCHEMA, text, advice)
        }
    }
}

fn postgres(config: &Config, place: &str, found: &PostgresFindings) -> Vec<Check> {
    let trip = found.round_trip.as_secs_f64() * 1_000.0;
    let text = format!("{place}, PostgreSQL {}, answers in {trip:.1} ms", found.version);
    let database = if found.is_read_only {
        let advice = "name the primary in DATABASE_URL, or let it take writes";
        Check::fail(DATABASE, format!("{text}; it takes no writes"), advice)
    } else if found.major_version < POSTGRES {
        Check::warn(DATABASE, text, format!("move to PostgreSQL {POSTGRES} or newer"))
    } else if found.encoding != "UTF8" {
        let advice = "make the database anew with encoding UTF8";
        Check::warn(DATABASE, format!("{text}; its encoding is {}", found.encoding), advice)
    } else {
        Check::ok(DATABASE, text)
    };
    let mut schema = schema(&found.schema);
    if !found.schema.pending.is_empty() && !found.may_create && !found.is_read_only {
        let text = format!("{}; this user may not make tables", schema.found);
        schema = Check::fail(SCHEMA, text, "grant it: grant create on schema public to USER");
    }
    vec![
        database,
        schema,
        durability(found),
        connections(config, found),
        offset(found.clock_offset_ms),
        match found.has_trigrams {
            true => Check::ok("pg_trgm", "the extension is available"),
            false => Check::warn(
                "pg_trgm",
                "the extension is not available, so text is searched without an index",
                "install PostgreSQL's contrib package on the server",
            ),
        },
    ]
}

fn durability(found: &PostgresFindings) -> Check {
    const NAME: &str = "durability";
    let lasting = ["on", "remote_apply"].contains(&found.synchronous_commit.as_str());
    match (lasting, found.waits_for_disk) {
        (true, true) => Check::ok(NAME, "what is acknowledged is on disk"),
        (false, _) => {
            let text = format!("synchronous_commit is {}", found.synchronous_commit);
            let advice = "have whatever stands between pass on the options of a connection";
            Check::fail(NAME, format!("{text}, though we ask for on"), advice)
        }
        (true, false) => {
            let text = "fsync is off: a crash of the server loses what was acknowledged, or all";
            Check::warn(NAME, text, "set fsync = on in postgresql.conf")
        }
    }
}

fn connections(config: &Config, found: &PostgresFindings) -> Check {
    const NAME: &str = "connections";
    let ours = i64::try_from(config.postgres_connections).unwrap_or(i64::MAX);
    let text = format!("up to {ours} of ours, and the server takes {}", found.max_connections);
    let advice = "lower OPENBELL_POSTGRES_CONNECTIONS, or raise max_connections of the server";
    if ours > found.max_connections {
        Check::fail(NAME, text, advice)
    } else if ours.saturating_mul(2) > found.max_connections {
        Check::warn(NAME, format!("{text}: no room for a second node, or a restart"), advice)
    } else {
        Check::ok(NAME, text)
    }
}

fn offset(offset_ms: i64) -> Check {
    const NAME: &str = "database_clock";
    let seconds = offset_ms.unsigned_abs() as f64 / 1_000.0;
    let text = match offset_ms {
        0.. => format!("{seconds:.3} s ahead of this machine's"),
        _ => format!("{seconds:.3} s behind this machine's"),
    };
    let advice = "have both machines set by a time server (chrony, systemd-timesyncd)";
    match i64::try_from(offset_ms.unsigned_abs()).unwrap_or(i64::MAX) {
        apart if apart > FAIL_OFFSET_MS => Check::fail(NAME, text, advice),
        apart if apart > WARN_OFFSET_MS => Check::warn(NAME, text, advice),
        _ => Check::ok(NAME, text),
    }
}
