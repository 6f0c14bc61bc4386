//! The flush on SQLite.

use domain::{IdGenerator, TenantId, Timestamp};

use super::{Commit, CommittedFrame, Entry, INSERT_EVENT, INSERT_FRAME, TAKE_SEQS, unsigned};
use crate::{
    args,
    error::{Error, Result},
    statement::Dialect,
    tx::sqlite_exec,
    value::Value,
};

/// Writes the events of one closure on the writer's connection. SQLite has one writer, so topics
/// need no lock and `pos` has no gaps.
pub(crate) fn flush_sqlite(
    connection: &rusqlite::Connection,
    entries: Vec<Entry>,
    at: Timestamp,
    ids: &IdGenerator,
) -> Result<Option<Commit>> {
    let exec = |statement: &crate::Statement, args: &[Value]| {
        sqlite_exec(connection, statement.text(Dialect::Sqlite), args)
            .map_err(|e| Error::from_sqlite(&e))
    };
    let mut commit: Option<Commit> = None;
    for entry in entries {
        let version = i64::from(entry.version);
        let id = ids.next_uuid();
        exec(&INSERT_EVENT, &args![id, entry.tenant, entry.name, version, entry.body, at])?;
        let pos = connection.last_insert_rowid();
        let commit = commit.get_or_insert_with(|| Commit { pos, frames: Vec::new() });
        commit.pos = pos;
        let mut frames = entry.frames.into_iter().peekable();
        while let Some(first) = frames.next() {
            // Several in a row for one topic take their numbers at once.
            let mut run = vec![first.body];
            while let Some(next) = frames.next_if(|next| next.topic == first.topic) {
                run.push(next.body);
            }
            let topic = first.topic.as_str();
            let last = take_seqs(connection, entry.tenant, topic, run.len() as i64)?;
            let from = last - run.len() as i64 + 1;
            for (seq, body) in (from..).zip(run) {
                let args = args![entry.tenant, topic, seq, pos, at, body.as_ref()];
                exec(&INSERT_FRAME, &args)?;
                commit.frames.push(CommittedFrame {
                    tenant: entry.tenant,
                    topic: first.topic.clone(),
                    seq: unsigned(seq),
                    at,
                    body,
                });
            }
        }
    }
    Ok(commit)
}

/// Takes the next `count` numbers of a topic; the last of them.
fn take_seqs(
    connection: &rusqlite::Connection,
    tenant: TenantId,
    topic: &str,
    count: i64,
) -> Result<i64> {
    let sqlite = |e: rusqlite::Error| Error::from_sqlite(&e);
    let text = TAKE_SEQS.text(Dialect::Sqlite);
    let mut statement = connection.prepare_cached(text).map_err(sqlite)?;
    let tenant = tenant.as_uuid();
    let args = (tenant.as_bytes().as_slice(), topic, count);
    statement.query_row(args, |row| row.get(0)).map_err(sqlite)
}
