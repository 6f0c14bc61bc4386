//! The journal: every committed event in one order (`pos`), and for each topic the frames that its
//! watchers see, numbered without gaps (`seq`).

mod flush_postgres;
mod flush_sqlite;
mod reader;

use std::sync::Arc;

use domain::{Id, TenantId, Timestamp, Topic};
use events::Event;

pub use self::reader::JournalReader;
pub(crate) use self::{flush_postgres::flush_postgres, flush_sqlite::flush_sqlite};
use crate::{
    args,
    error::{Error, Result},
    from_row, statements,
    tx::Tx,
};

statements! {
    INSERT_EVENT = "insert into events (id, tenant, name, version, body, at)
        values ($1, $2, $3, $4, $5, $6)";
    TAKE_SEQS = "insert into topics (tenant, topic, seq, first_kept) values ($1, $2, $3, 1)
        on conflict (tenant, topic) do update set seq = topics.seq + excluded.seq returning seq";
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
    FRAMES_BETWEEN = "select tenant, topic, seq, at, frame from event_topics
        where pos > $1 and pos <= $2 order by pos, tenant, topic, seq";
    HEADS_BETWEEN = "select tenant, topic, max(seq) from event_topics
        where pos > $1 and pos <= $2 group by tenant, topic";
    HEADS = sqlite "select t.tenant, t.topic, t.seq from json_each($1) as j
            cross join topics as t
        where t.tenant = unhex(replace(j.value ->> 0, '-', '')) and t.topic = j.value ->> 1",
        postgres "select t.tenant, t.topic, t.seq
        from jsonb_array_elements($1::jsonb) as j (value)
            join topics as t on t.tenant = (j.value ->> 0)::uuid and t.topic = j.value ->> 1";
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
            Ok(Self { topic, body: body.into() })
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

from_row!(JournalEvent { pos, id, tenant, name, version, at, body });

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
        Ok(row.map_or(TopicHead { seq: 0, first_kept: 1 }, |(seq, first_kept)| TopicHead {
            seq: unsigned(seq),
            first_kept: unsigned(first_kept),
        }))
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
        Ok(rows.into_iter().map(|row| kept_frame(tenant, topic.clone(), row)).collect())
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
        Ok(rows.into_iter().map(|row| kept_frame(tenant, topic.clone(), row)).collect())
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

    /// The frames of the events behind `after` up to `upto`, in the order of the journal; those of
    /// one event by topic and number.
    ///
    /// # Errors
    /// What the database said.
    pub async fn frames_between(&self, after: i64, upto: i64) -> Result<Vec<CommittedFrame>> {
        type Found = (TenantId, String, i64, Timestamp, String);
        let rows: Vec<Found> = self.all(&FRAMES_BETWEEN, &args![after, upto]).await?;
        rows.into_iter()
            .map(|(tenant, topic, seq, at, frame)| {
                let topic = topic.parse().map_err(|e| Error::Decode(format!("topic: {e}")))?;
                Ok(kept_frame(tenant, topic, (seq, at, frame)))
            })
            .collect()
    }
}

/// The number of a topic's newest frame.
pub type Head = (TenantId, Topic, u64);

/// Topics in one statement.
const HEADS_AT_ONCE: usize = 1_000;

fn heads(rows: Vec<(TenantId, String, i64)>) -> impl Iterator<Item = Result<Head>> {
    rows.into_iter().map(|(tenant, topic, seq)| {
        let topic = topic.parse().map_err(|e| Error::Decode(format!("topic: {e}")))?;
        Ok((tenant, topic, unsigned(seq)))
    })
}

impl Tx {
    /// How far these topics have come, by one statement for each thousand of them. Topics without
    /// frames are left out.
    ///
    /// # Errors
    /// What the database said.
    pub async fn topic_heads(&self, topics: &[(TenantId, Topic)]) -> Result<Vec<Head>> {
        let mut found = Vec::with_capacity(topics.len());
        for topics in topics.chunks(HEADS_AT_ONCE) {
            let list = serde_json::to_string(topics).map_err(|e| Error::Misuse(e.to_string()))?;
            let rows = self.all(&HEADS, &args![list.as_str()]).await?;
            for head in heads(rows) {
                found.push(head?);
            }
        }
        Ok(found)
    }

    /// How far the topics have come that the events behind `after` up to `upto` are seen on, by
    /// those events. Reads no frames.
    ///
    /// # Errors
    /// What the database said.
    pub async fn heads_between(&self, after: i64, upto: i64) -> Result<Vec<Head>> {
        heads(self.all(&HEADS_BETWEEN, &args![after, upto]).await?).collect()
    }
}

fn kept_frame(
    tenant: TenantId,
    topic: Topic,
    (seq, at, frame): (i64, Timestamp, String),
) -> CommittedFrame {
    CommittedFrame { tenant, topic, seq: unsigned(seq), at, body: frame.into() }
}
