//! The journal: every committed event in one order (`pos`), and for each topic the frames that its
//! watchers see, numbered without gaps (`seq`).

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::{Id, IdGenerator, TenantId, Timestamp, Topic};
use events::Event;

use crate::{
    args,
    error::{Error, Result},
    from_row,
    statement::Dialect,
    statements,
    store::Store,
    tx::{Tx, sqlite_exec},
    value::Value,
};

statements! {
    INSERT_EVENT = "insert into events (id, tenant, name, version, body, at)
        values ($1, $2, $3, $4, $5, $6)";
    NEXT_SEQ = sqlite "insert into topics (tenant, topic, seq, first_kept) values ($1, $2, 1, 1)
        on conflict (tenant, topic) do update set seq = seq + 1",
        postgres "insert into topics (tenant, topic, seq, first_kept) values ($1, $2, 1, 1)
        on conflict (tenant, topic) do update set seq = topics.seq + 1";
    INSERT_FRAME = "insert into event_topics (tenant, topic, seq, pos, at, frame)
        values ($1, $2, $3, $4, $5, $6)";
    HEAD = "select seq, first_kept from topics where tenant = $1 and topic = $2";
    FRAMES_AFTER = "select seq, at, frame from event_topics
        where tenant = $1 and topic = $2 and seq > $3 order by seq limit $4";
    FRAMES_BEFORE = "select seq, at, frame from event_topics
        where tenant = $1 and topic = $2 and seq < $3 order by seq desc limit $4";
    EPOCH = "select value from meta where key = 'epoch'";
    LAST_POS = "select coalesce(max(pos), 0) from events";
    EVENTS_AFTER = sqlite "select pos, id, tenant, name, version, at,
            case when name in (select value from json_each($3)) then body end
        from events where pos > $1 order by pos limit $2",
        postgres "select pos, id, tenant, name, version, at,
            case when name in (select jsonb_array_elements_text($3::jsonb)) then body end
        from events where pos > $1 order by pos limit $2";
    FRAMES_OF = "select tenant, topic, seq, at, frame from event_topics where pos = $1
        order by tenant, topic, seq";
    OLDEST_TRANSACTION = sqlite "select 0",
        postgres "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    NEW_TRANSACTION = sqlite "select 0",
        postgres "select pg_current_xact_id()::text::bigint";
}

/// What the watchers of a topic see of an event: a JSON object that the engine's own fields (`ch`,
/// `seq`, `ts`) are put in front of.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Where it is seen.
    pub topic: Topic,
    /// The object's text.
    pub body: Arc<str>,
}

impl Frame {
    /// Encodes a frame, once for all who will see it.
    ///
    /// # Errors
    /// [`Error::Misuse`] when it is not a JSON object.
    pub fn new<T: serde::Serialize>(topic: Topic, frame: &T) -> Result<Self> {
        let body = serde_json::to_string(frame).map_err(|e| Error::Misuse(e.to_string()))?;
        if body.starts_with('{') {
            Ok(Self {
                topic,
                body: body.into(),
            })
        } else {
            Err(Error::Misuse("a frame is a JSON object".into()))
        }
    }
}

/// An event that waits for the end of its closure.
pub(crate) struct Entry {
    pub(crate) tenant: TenantId,
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    pub(crate) body: String,
    pub(crate) frames: Vec<Frame>,
}

/// A frame with its place in its topic.
#[derive(Debug, Clone)]
pub struct CommittedFrame {
    /// Whose topic.
    pub tenant: TenantId,
    /// Which topic.
    pub topic: Topic,
    /// From 1, without gaps, in the order of commits.
    pub seq: u64,
    /// When the transaction began that wrote it.
    pub at: Timestamp,
    /// The JSON object without the engine's fields.
    pub body: Arc<str>,
}

/// What a committed transaction added to the journal.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The highest position that it wrote.
    pub pos: i64,
    /// Its frames, ascending within each topic.
    pub frames: Vec<CommittedFrame>,
}

/// An event as the journal keeps it.
#[derive(Debug, Clone)]
pub struct JournalEvent {
    /// Place in the one order of all events.
    pub pos: i64,
    /// The event's own id, stable for ever: a good deduplication key.
    pub id: Id,
    /// Whose event.
    pub tenant: TenantId,
    /// [`Event::NAME`].
    pub name: String,
    /// [`Event::VERSION`] at the time.
    pub version: u32,
    /// When it was written.
    pub at: Timestamp,
    /// The JSON body; none when the reader did not ask for events of this name.
    pub body: Option<String>,
}

from_row!(JournalEvent {
    pos,
    id,
    tenant,
    name,
    version,
    at,
    body
});

impl JournalEvent {
    /// The event, when it is an `E`.
    ///
    /// # Errors
    /// [`Error::Decode`] when the body is not one that this version of the code can read.
    pub fn decode<E: Event>(&self) -> Result<Option<E>> {
        let Some(body) = self.body.as_deref().filter(|_| self.name == E::NAME) else {
            return Ok(None);
        };
        let wrong = |e| Error::Decode(format!("event {} v{}: {e}", self.name, self.version));
        serde_json::from_str(body).map(Some).map_err(wrong)
    }
}

/// How far a topic has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicHead {
    /// The number of its newest frame; 0 before the first.
    pub seq: u64,
    /// The oldest number that is still kept; `seq + 1` when none is.
    pub first_kept: u64,
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl Tx {
    /// How far a topic has come, as of this transaction's snapshot.
    ///
    /// # Errors
    /// What the database said.
    pub async fn topic_head(&self, tenant: TenantId, topic: &Topic) -> Result<TopicHead> {
        let row: Option<(i64, i64)> = self.maybe(&HEAD, &args![tenant, topic.as_str()]).await?;
        Ok(row.map_or(
            TopicHead {
                seq: 0,
                first_kept: 1,
            },
            |(seq, first_kept)| TopicHead {
                seq: unsigned(seq),
                first_kept: unsigned(first_kept),
            },
        ))
    }

    /// The frames of a topic behind `after`, at most `limit`, in order.
    ///
    /// # Errors
    /// What the database said.
    pub async fn frames_after(
        &self,
        tenant: TenantId,
        topic: &Topic,
        after: u64,
        limit: usize,
    ) -> Result<Vec<CommittedFrame>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let args = args![tenant, topic.as_str(), signed(after), limit];
        let rows: Vec<(i64, Timestamp, String)> = self.all(&FRAMES_AFTER, &args).await?;
        Ok(rows
            .into_iter()
            .map(|row| kept_frame(tenant, topic.clone(), row))
            .collect())
    }

    /// The frames of a topic before `before`, at most `limit`, newest first.
    ///
    /// # Errors
    /// What the database said.
    pub async fn frames_before(
        &self,
        tenant: TenantId,
        topic: &Topic,
        before: u64,
        limit: usize,
    ) -> Result<Vec<CommittedFrame>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let args = args![tenant, topic.as_str(), signed(before), limit];
        let rows: Vec<(i64, Timestamp, String)> = self.all(&FRAMES_BEFORE, &args).await?;
        Ok(rows
            .into_iter()
            .map(|row| kept_frame(tenant, topic.clone(), row))
            .collect())
    }

    /// The epoch of all streams: the database's own id, made anew by a restore.
    ///
    /// # Errors
    /// What the database said.
    pub async fn epoch(&self) -> Result<String> {
        Ok(self.one::<(String,)>(&EPOCH, &[]).await?.0)
    }

    /// The highest position in the journal; 0 when it is empty.
    ///
    /// # Errors
    /// What the database said.
    pub async fn last_pos(&self) -> Result<i64> {
        Ok(self.one::<(i64,)>(&LAST_POS, &[]).await?.0)
    }

    /// The frames of the event at `pos`.
    ///
    /// # Errors
    /// What the database said.
    pub async fn frames_of(&self, pos: i64) -> Result<Vec<CommittedFrame>> {
        type Found = (TenantId, String, i64, Timestamp, String);
        let rows: Vec<Found> = self.all(&FRAMES_OF, &args![pos]).await?;
        rows.into_iter()
            .map(|(tenant, topic, seq, at, frame)| {
                let topic = topic
                    .parse()
                    .map_err(|e| Error::Decode(format!("topic: {e}")))?;
                Ok(kept_frame(tenant, topic, (seq, at, frame)))
            })
            .collect()
    }
}

fn kept_frame(
    tenant: TenantId,
    topic: Topic,
    (seq, at, frame): (i64, Timestamp, String),
) -> CommittedFrame {
    CommittedFrame {
        tenant,
        topic,
        seq: unsigned(seq),
        at,
        body: frame.into(),
    }
}

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
        exec(
            &INSERT_EVENT,
            &args![id, entry.tenant, entry.name, version, entry.body, at],
        )?;
        let pos = connection.last_insert_rowid();
        let commit = commit.get_or_insert_with(|| Commit {
            pos,
            frames: Vec::new(),
        });
        commit.pos = pos;
        for frame in entry.frames {
            exec(&NEXT_SEQ, &args![entry.tenant, frame.topic.as_str()])?;
            let seq = sqlite_head(connection, entry.tenant, &frame.topic)?;
            let args = args![
                entry.tenant,
                frame.topic.as_str(),
                seq,
                pos,
                at,
                frame.body.as_ref()
            ];
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

/// The whole flush in one statement, in one round trip.
///
/// The order of its parts is the point. First the topic rows are locked, in byte order, so that two
/// commits cannot wait for each other and commits to one topic follow one another. Then, and only
/// then, positions are taken, so that within a topic `pos` grows with `seq`. And before the first
/// position is taken the transaction has its own number (`pg_current_xact_id`): a reader that
/// misses a position may rely on it that whoever took it is older than what it sees.
const FLUSH_POSTGRES: &str = r#"
with event as (
    select ord, id, tenant, name, version, body
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[])
        with ordinality as e(id, tenant, name, version, body, ord)
), frame as (
    select k, event_ord, tenant, topic, nth, body
    from unnest($7::bigint[], $8::uuid[], $9::text[], $10::bigint[], $11::text[])
        with ordinality as f(event_ord, tenant, topic, nth, body, k)
), wanted as (
    select tenant, topic, count(*) as frames from frame group by tenant, topic
), locked as (
    insert into topics as t (tenant, topic, seq, first_kept)
    select tenant, topic, frames, 1 from wanted order by tenant, topic collate "C"
    on conflict (tenant, topic) do update set seq = t.seq + excluded.seq
    returning t.tenant, t.topic, t.seq
), barrier as (
    select count(*) as topics, pg_current_xact_id() as xact from locked
), placed as (
    insert into events (pos, id, tenant, name, version, body, at)
    select nextval('events_pos'), id, tenant, name, version, body, $6
    from (
        select event.* from event, barrier where barrier.xact is not null order by ord
    ) as ordered
    returning pos, id
), framed as (
    insert into event_topics (tenant, topic, seq, pos, at, frame)
    select f.tenant, f.topic, l.seq - w.frames + f.nth, p.pos, $6, f.body
    from frame f
    join locked l on l.tenant = f.tenant and l.topic = f.topic
    join wanted w on w.tenant = f.tenant and w.topic = f.topic
    join event e on e.ord = f.event_ord
    join placed p on p.id = e.id
)
select 0::bigint, max(pos) from placed
union all
select f.k, l.seq - w.frames + f.nth
from frame f
join locked l on l.tenant = f.tenant and l.topic = f.topic
join wanted w on w.tenant = f.tenant and w.topic = f.topic"#;

/// Writes the events of one closure on its own connection.
pub(crate) async fn flush_postgres(
    client: &deadpool_postgres::Object,
    entries: Vec<Entry>,
    at: Timestamp,
    ids: &IdGenerator,
) -> Result<Option<Commit>> {
    if entries.is_empty() {
        return Ok(None);
    }
    let arrays = FlushArrays::new(&entries, ids);
    let run = async {
        let statement = client.prepare_cached(FLUSH_POSTGRES).await?;
        client
            .query(&statement, &arrays.params(&at.as_millis()))
            .await
    };
    let rows = run.await.map_err(|e| Error::from_postgres(&e))?;
    let mut commit = Commit {
        pos: 0,
        frames: Vec::new(),
    };
    let mut numbers = HashMap::with_capacity(rows.len());
    for row in &rows {
        let (k, number): (i64, i64) = (row.get(0), row.get(1));
        if k == 0 {
            commit.pos = number;
        } else {
            numbers.insert(k, number);
        }
    }
    let mut k = 0;
    for entry in entries {
        for frame in entry.frames {
            k += 1;
            let seq = numbers.get(&k).copied().map(unsigned);
            let seq = seq.ok_or_else(|| Error::Database("the flush lost a frame".into()))?;
            let (tenant, topic, body) = (entry.tenant, frame.topic, frame.body);
            commit.frames.push(CommittedFrame {
                tenant,
                topic,
                seq,
                at,
                body,
            });
        }
    }
    Ok(Some(commit))
}

#[derive(Default)]
struct FlushArrays {
    ids: Vec<uuid::Uuid>,
    tenants: Vec<uuid::Uuid>,
    names: Vec<&'static str>,
    versions: Vec<i64>,
    bodies: Vec<String>,
    frame_events: Vec<i64>,
    frame_tenants: Vec<uuid::Uuid>,
    frame_topics: Vec<String>,
    frame_nths: Vec<i64>,
    frame_bodies: Vec<String>,
}

impl FlushArrays {
    fn new(entries: &[Entry], ids: &IdGenerator) -> Self {
        let mut arrays = Self::default();
        let mut counts: BTreeMap<(TenantId, &Topic), i64> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            arrays.ids.push(ids.next_uuid());
            arrays.tenants.push(entry.tenant.as_uuid());
            arrays.names.push(entry.name);
            arrays.versions.push(i64::from(entry.version));
            arrays.bodies.push(entry.body.clone());
            for frame in &entry.frames {
                let nth = counts.entry((entry.tenant, &frame.topic)).or_default();
                *nth += 1;
                arrays
                    .frame_events
                    .push(i64::try_from(index + 1).unwrap_or(i64::MAX));
                arrays.frame_tenants.push(entry.tenant.as_uuid());
                arrays.frame_topics.push(frame.topic.as_str().to_owned());
                arrays.frame_nths.push(*nth);
                arrays.frame_bodies.push(frame.body.as_ref().to_owned());
            }
        }
        arrays
    }

    fn params<'a>(&'a self, at: &'a i64) -> [&'a (dyn tokio_postgres::types::ToSql + Sync); 11] {
        [
            &self.ids,
            &self.tenants,
            &self.names,
            &self.versions,
            &self.bodies,
            at,
            &self.frame_events,
            &self.frame_tenants,
            &self.frame_topics,
            &self.frame_nths,
            &self.frame_bodies,
        ]
    }
}

/// Reads the journal in its one order and never passes a position that may still be filled.
///
/// On PostgreSQL a position is taken before its transaction commits, so a reader can see 8 while 7
/// is on its way. It stops before the gap and takes a transaction number of its own. Whoever took
/// the missing position has a lower one, because the flush gets its number before its position;
/// so once every transaction below that number has ended, a position that is still missing was
/// rolled back and is passed over. The snapshot's xmax would not do as the bound: it is only one
/// above the highest number that has *ended*, and the one that holds the gap may have a higher one.
#[derive(Debug, Clone)]
pub struct JournalReader {
    pos: i64,
    horizon: Option<Horizon>,
}

#[derive(Debug, Clone, Copy)]
struct Horizon {
    /// Gaps below this position had been taken by …
    pos: i64,
    /// … transactions with lower numbers than this.
    transaction: i64,
}

impl JournalReader {
    /// A reader that has seen everything up to `pos`.
    pub const fn new(pos: i64) -> Self {
        Self { pos, horizon: None }
    }

    /// The last position that it has handed out or passed over.
    pub const fn pos(&self) -> i64 {
        self.pos
    }

    /// The next events in order, at most `limit`; bodies only for events of these `names`.
    /// Empty when there are none, or when a gap is in the way: ask again in a moment then.
    ///
    /// # Errors
    /// What the database said.
    pub async fn read(
        &mut self,
        store: &Store,
        names: &[&str],
        limit: usize,
    ) -> Result<Vec<JournalEvent>> {
        let names = serde_json::to_string(names).map_err(|e| Error::Misuse(e.to_string()))?;
        let (after, limit) = (self.pos, i64::try_from(limit).unwrap_or(i64::MAX));
        let (xmin, rows) = store
            .read(async move |tx: &Tx| {
                let (xmin,): (i64,) = tx.one(&OLDEST_TRANSACTION, &[]).await?;
                let args = args![after, limit, names.as_str()];
                let rows: Vec<JournalEvent> = tx.all(&EVENTS_AFTER, &args).await?;
                Ok::<_, Error>((xmin, rows))
            })
            .await?;
        if store.dialect() == Dialect::Sqlite {
            self.pos = rows.last().map_or(after, |event| event.pos);
            return Ok(rows);
        }
        let newest = rows.last().map_or(after, |event| event.pos);
        let passed = self.without_open_gaps(rows, xmin);
        if self.pos == newest {
            self.horizon = None;
        } else if self.horizon.is_none_or(|h| xmin >= h.transaction) {
            let (transaction,): (i64,) = store.one(&NEW_TRANSACTION, &[]).await?;
            self.horizon = Some(Horizon {
                pos: newest,
                transaction,
            });
        }
        Ok(passed)
    }

    fn without_open_gaps(&mut self, rows: Vec<JournalEvent>, xmin: i64) -> Vec<JournalEvent> {
        let closed_below = match self.horizon {
            Some(horizon) if xmin >= horizon.transaction => horizon.pos,
            _ => i64::MIN,
        };
        let mut passed = Vec::with_capacity(rows.len());
        for event in rows {
            // Every position missing here lies below event.pos; it is closed when that one is.
            if event.pos != self.pos + 1 && event.pos > closed_below {
                break;
            }
            self.pos = event.pos;
            passed.push(event);
        }
        passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(pos: i64) -> JournalEvent {
        JournalEvent {
            pos,
            id: Id::from_uuid(uuid::Uuid::nil()),
            tenant: TenantId::DEFAULT,
            name: "x".into(),
            version: 1,
            at: Timestamp::from_millis(0),
            body: None,
        }
    }

    fn read(reader: &mut JournalReader, rows: &[i64], xmin: i64) -> Vec<i64> {
        let rows = rows
            .iter()
            .filter(|pos| **pos > reader.pos)
            .map(|pos| event(*pos))
            .collect();
        reader
            .without_open_gaps(rows, xmin)
            .iter()
            .map(|event| event.pos)
            .collect()
    }

    #[test]
    fn a_gap_stops_until_its_transactions_have_ended() {
        let mut reader = JournalReader::new(0);
        assert_eq!(read(&mut reader, &[1, 2, 4, 5], 100), [1, 2]);
        reader.horizon = Some(Horizon {
            pos: 5,
            transaction: 120,
        });
        // The one that took 3 is still running.
        assert_eq!(read(&mut reader, &[4, 5, 6], 119), [0; 0]);
        // It has committed: in order, nothing missed.
        assert_eq!(read(&mut reader, &[3, 4, 5, 6], 119), [3, 4, 5, 6]);
        // 7 was rolled back: passed once every transaction below the horizon has ended, and only
        // up to the horizon's own position.
        reader.horizon = Some(Horizon {
            pos: 8,
            transaction: 130,
        });
        assert_eq!(read(&mut reader, &[8, 10], 129), [0; 0]);
        assert_eq!(read(&mut reader, &[8, 10], 130), [8]);
        assert_eq!(reader.pos(), 8);
    }
}
