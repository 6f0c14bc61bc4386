//! The flush on SQLite.

use domain::{IdGenerator, TenantId, Timestamp, Topic};

use super::{Commit, CommittedFrame, Entry, HEAD, INSERT_EVENT, INSERT_FRAME, NEXT_SEQ, unsigned};
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
        sqlite_exec(connection, &statement.text(Dialect::Sqlite), args)
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
        for frame in entry.frames {
            exec(&NEXT_SEQ, &args![entry.tenant, frame.topic.as_str()])?;
            let seq = sqlite_head(connection, entry.tenant, &frame.topic)?;
            let args = args![entry.tenant, frame.topic.as_str(), seq, pos, at, frame.body.as_ref()];
            exec(&INSERT_FRAME, &args)?;
            commit.frames.push(CommittedFrame {
                tenant: entry.tenant,
                topic: frame.topic,
                seq: unsigned(seq),
                at,
                body: frame.body,
            });
        }
    }
    Ok(commit)
}

fn sqlite_head(connection: &rusqlite::Connection, tenant: TenantId, topic: &Topic) -> Result<i64> {
    let sqlite = |e: rusqlite::Error| Error::from_sqlite(&e);
    let text = HEAD.text(Dialect::Sqlite);
    let mut statement = connection.prepare_cached(&text).map_err(sqlite)?;
    let key = (tenant.as_uuid().as_bytes().to_vec(), topic.as_str());
    statement.query_row(key, |row| row.get(0)).map_err(sqlite)
}
