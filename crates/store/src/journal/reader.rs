//! Reading the journal in its one order.

use super::{EVENTS_AFTER, JournalEvent, NEW_TRANSACTION, OLDEST_TRANSACTION};
use crate::{
    args,
    error::{Error, Result},
    statement::Dialect,
    store::Store,
    tx::Tx,
};

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

    /// Whether the last read has met a gap that may still be filled.
    pub const fn waits_for_gap(&self) -> bool {
        self.horizon.is_some()
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
            self.horizon = Some(Horizon { pos: newest, transaction });
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
    use domain::{Id, TenantId, Timestamp};

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
        let rows = rows.iter().filter(|pos| **pos > reader.pos).map(|pos| event(*pos)).collect();
        reader.without_open_gaps(rows, xmin).iter().map(|event| event.pos).collect()
    }

    #[test]
    fn a_gap_stops_until_its_transactions_have_ended() {
        let mut reader = JournalReader::new(0);
        assert_eq!(read(&mut reader, &[1, 2, 4, 5], 100), [1, 2]);
        reader.horizon = Some(Horizon { pos: 5, transaction: 120 });
        // The one that took 3 is still running.
        assert_eq!(read(&mut reader, &[4, 5, 6], 119), [0; 0]);
        // It has committed: in order, nothing missed.
        assert_eq!(read(&mut reader, &[3, 4, 5, 6], 119), [3, 4, 5, 6]);
        // 7 was rolled back: passed once every transaction below the horizon has ended, and only
        // up to the horizon's own position.
        reader.horizon = Some(Horizon { pos: 8, transaction: 130 });
        assert_eq!(read(&mut reader, &[8, 10], 129), [0; 0]);
        assert_eq!(read(&mut reader, &[8, 10], 130), [8]);
        assert_eq!(reader.pos(), 8);
    }
}
