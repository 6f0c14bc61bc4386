//! PostgreSQL, looked at over one connection that may only read.

use std::time::Duration;

use domain::SharedClock;
use tokio_postgres::{Client, Connection, NoTls, Socket, tls::NoTlsStream};

use super::{
    HAS_STEPS, SETTINGS, STEPS, TIME,
    schema::{Applied, Known, Schema},
};
use crate::{
    error::{Error, Result},
    migrate::Migrations,
    postgres::connection_config,
    statement::{Dialect, Statement},
};

/// What a PostgreSQL is, and how it is set, as a connection of the store's sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresFindings {
    /// Its version as it calls it: `16.4 (Debian 16.4-1)`.
    pub version: String,
    /// The first number of that.
    pub major_version: i64,
    /// `synchronous_commit` on our connections: `on`, unless something between us and the server
    /// drops what we ask for.
    pub synchronous_commit: String,
    /// Whether the server itself waits for the disk (`fsync`).
    pub waits_for_disk: bool,
    /// How many connections those who are no superusers may have together.
    pub max_connections: i64,
    /// How it writes text down: `UTF8`.
    pub encoding: String,
    /// Whether it takes no writes: a standby, or set to read only.
    pub is_read_only: bool,
    /// Whether this user may make tables where it would make them.
    pub may_create: bool,
    /// Whether the extension `pg_trgm` can be had.
    pub has_trigrams: bool,
    /// How far its clock is ahead of the given one, in milliseconds; half of the question's time is
    /// taken as the way of the answer.
    pub clock_offset_ms: i64,
    /// How long a question takes there and back.
    pub round_trip: Duration,
    /// Its schema.
    pub schema: Schema,
}

pub(super) async fn look(
    url: &str,
    modules: &[Migrations],
    clock: &SharedClock,
) -> Result<PostgresFindings> {
    let known = Known::of(modules, Dialect::Postgres);
    let mut config = connection_config(url)?;
    // A look that is given up must not go on at the server.
    let own = config.get_options().unwrap_or_default();
    config.options(format!("{own} -c statement_timeout=5000 -c lock_timeout=1000"));
    let (client, connection) = config.connect(NoTls).await.map_err(|e| refused(&e))?;
    driven(connection, ask(&client, &known, clock)).await
}

/// Lets a connection do its work as long as `asking` lasts.
async fn driven<T>(
    connection: Connection<Socket, NoTlsStream>,
    asking: impl Future<Output = Result<T>>,
) -> Result<T> {
    let (mut asking, mut connection) = (std::pin::pin!(asking), std::pin::pin!(connection));
    tokio::select! {
        outcome = &mut asking => outcome,
        ended = &mut connection => match ended {
            Ok(()) => asking.await,
            Err(error) => Err(refused(&error)),
        },
    }
}

async fn ask(client: &Client, known: &Known, clock: &SharedClock) -> Result<PostgresFindings> {
    let begin = "begin isolation level repeatable read read only";
    client.batch_execute(begin).await.map_err(|e| refused(&e))?;
    let text = SETTINGS.text(Dialect::Postgres);
    let row = client.query_one(text, &[]).await.map_err(|e| refused(&e))?;
    let books = books(client).await?;
    // Once for the first, slower time.
    number(client, &TIME).await?;
    let (asked, began) = (clock.now(), clock.monotonic());
    let there = number(client, &TIME).await?;
    let round_trip = clock.monotonic().saturating_sub(began);
    let here = (asked.as_millis() + clock.now().as_millis()) / 2;
    let decode = |e: tokio_postgres::Error| Error::Decode(e.to_string());
    Ok(PostgresFindings {
        major_version: row.try_get::<_, i64>(0).map_err(decode)? / 10_000,
        version: row.try_get(1).map_err(decode)?,
        synchronous_commit: row.try_get(2).map_err(decode)?,
        waits_for_disk: row.try_get::<_, String>(3).map_err(decode)? == "on",
        max_connections: row.try_get(4).map_err(decode)?,
        encoding: row.try_get(5).map_err(decode)?,
        is_read_only: row.try_get(6).map_err(decode)?,
        may_create: row.try_get(7).map_err(decode)?,
        has_trigrams: row.try_get(8).map_err(decode)?,
        clock_offset_ms: there - here,
        round_trip,
        schema: known.compare(&books),
    })
}

async fn number(client: &Client, statement: &Statement) -> Result<i64> {
    let text = statement.text(Dialect::Postgres);
    let row = client.query_one(text, &[]).await.map_err(|e| refused(&e))?;
    row.try_get(0).map_err(|e| Error::Decode(e.to_string()))
}

async fn books(client: &Client) -> Result<Vec<Applied>> {
    if number(client, &HAS_STEPS).await? == 0 {
        return Ok(Vec::new());
    }
    let text = STEPS.text(Dialect::Postgres);
    let rows = client.query(text, &[]).await.map_err(|e| refused(&e))?;
    let decode = |e: tokio_postgres::Error| Error::Decode(e.to_string());
    let applied = rows.iter().map(|row| {
        Ok(Applied {
            module: row.try_get(0).map_err(decode)?,
            version: row.try_get(1).map_err(decode)?,
            name: row.try_get(2).map_err(decode)?,
            checksum: row.try_get(3).map_err(decode)?,
        })
    });
    applied.collect()
}

/// Whatever keeps us from asking.
fn refused(error: &tokio_postgres::Error) -> Error {
    Error::from_postgres(error)
}
