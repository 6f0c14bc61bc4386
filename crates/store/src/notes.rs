//! Notes in the database about the database itself, and what is in it before anything is migrated.

use crate::{Result, Store, Tx, args, statements};

statements! {
    NOTE = "select value from meta where key = $1";
    SET_NOTE = "insert into meta (key, value) values ($1, $2)
        on conflict (key) do update set value = excluded.value";
    FIRST_NOTE = "insert into meta (key, value) values ($1, $2) on conflict (key) do nothing";
    HAS_META = sqlite "select count(*) from sqlite_master where type = 'table' and name = 'meta'",
        postgres "select count(*) from pg_tables
        where tablename = 'meta' and schemaname = current_schema()";
    // What was pruned counts too: positions are never given out twice.
    POSITIONS_GIVEN = sqlite "select coalesce(max(seq), 0) from sqlite_sequence
        where name = 'events'",
        postgres "select coalesce(max(last_value), 0) from pg_sequences
        where sequencename = 'events_pos' and schemaname = current_schema()";
}

/// How far a database has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// There are no tables of ours.
    Nothing,
    /// There are tables, and no event was ever written.
    Untouched,
    /// Somebody has written something.
    Records,
}

impl Tx {
    /// What was noted under a key; none when nothing was.
    ///
    /// # Errors
    /// What the database said.
    pub async fn note(&self, key: &str) -> Result<Option<String>> {
        let found: Option<(String,)> = self.maybe(&NOTE, &args![key]).await?;
        Ok(found.map(|(value,)| value))
    }

    /// Notes a value under a key, in the place of the one before. For a few small facts about the
    /// database as a whole: keys of a feature begin with its name.
    ///
    /// # Errors
    /// What the database said.
    pub async fn set_note(&self, key: &str, value: &str) -> Result<()> {
        self.exec(&SET_NOTE, &args![key, value]).await.map(drop)
    }

    /// Notes a value under a key unless something is noted there; what is noted now.
    ///
    /// # Errors
    /// What the database said.
    pub async fn first_note(&self, key: &str, value: &str) -> Result<String> {
        self.exec(&FIRST_NOTE, &args![key, value]).await?;
        let (noted,): (String,) = self.one(&NOTE, &args![key]).await?;
        Ok(noted)
    }

    /// How far the database has come.
    ///
    /// # Errors
    /// What the database said.
    pub async fn contents(&self) -> Result<Contents> {
        let (tables,): (i64,) = self.one(&HAS_META, &[]).await?;
        if tables == 0 {
            return Ok(Contents::Nothing);
        }
        let (given,): (i64,) = self.one(&POSITIONS_GIVEN, &[]).await?;
        Ok(if given == 0 { Contents::Untouched } else { Contents::Records })
    }
}

impl Store {
    /// How far the database has come, and what is noted under a key. Changes nothing, and needs no
    /// table to be there.
    ///
    /// # Errors
    /// What the database said.
    pub async fn survey(&self, key: &'static str) -> Result<(Contents, Option<String>)> {
        self.read(async move |tx: &Tx| {
            let contents = tx.contents().await?;
            let note = match contents {
                Contents::Nothing => None,
                Contents::Untouched | Contents::Records => tx.note(key).await?,
            };
            Ok((contents, note))
        })
        .await
    }
}
