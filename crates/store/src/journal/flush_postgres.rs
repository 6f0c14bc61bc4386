//! The flush on PostgreSQL.

use std::collections::{BTreeMap, HashMap};

use domain::{IdGenerator, TenantId, Timestamp, Topic};

use super::{Commit, CommittedFrame, Entry, unsigned};
use crate::{
    error::{Error, Result},
    postgres::Lease,
};

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
    client: &Lease,
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
        client.query(&statement, &arrays.params(&at.as_millis())).await
    };
    let rows = run.await.map_err(|e| Error::from_postgres(&e))?;
    let mut commit = Commit { pos: 0, frames: Vec::new() };
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
            commit.frames.push(CommittedFrame { tenant, topic, seq, at, body });
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
                arrays.frame_events.push(i64::try_from(index + 1).unwrap_or(i64::MAX));
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
