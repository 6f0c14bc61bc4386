//! A house from a configuration: for the server, and for commands that run beside none.

use std::{
    fs::{File, TryLockError},
    sync::Arc,
};

use anyhow::Context as _;
use domain::SharedClock;
use kit::{App, Config, Parts, SystemClock};
use store::{Store, StoreConfig};

use crate::{cli::Failure, modules};

/// A built house, and the lock that says that nobody else has the embedded database open.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) clock: Arc<SystemClock>,
    /// Held until the process ends.
    pub(crate) lock: Lock,
}

impl House {
    /// Builds the house of this configuration.
    pub(crate) async fn build(config: Config) -> Result<Self, Failure> {
        let lock = lock(&config)?.ok_or_else(|| {
            let place = config.data_dir.display();
            Failure::away(format!("another openbell has {place} open"))
        })?;
        Self::build_locked(config, lock).await
    }

    /// Builds the house; the caller holds the lock.
    pub(crate) async fn build_locked(config: Config, lock: Lock) -> Result<Self, Failure> {
        let clock = Arc::new(SystemClock::new());
        let secret = config.open_secret().map_err(Failure::usage)?;
        let store = open(&config, clock.clone())?;
        let parts = Parts { config, clock: clock.clone(), store, secret, broker: None };
        let app = App::build(modules(), parts).await.map_err(away)?;
        Ok(Self { app, clock, lock })
    }

    /// Brings the schema up to date; the steps that were applied.
    pub(crate) async fn migrate(config: &Config) -> Result<Vec<String>, Failure> {
        let Some(_lock) = lock(config)? else {
            return Err(Failure::away("a server has the database open; it has migrated it"));
        };
        let clock: SharedClock = Arc::new(SystemClock::new());
        let store = open(config, clock)?;
        let applied = store.migrate(&App::migrations(&modules())).await;
        store.close().await;
        applied.map_err(|error| away(error.into()))
    }
}

/// A held lock; nothing to hold on PostgreSQL.
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] Option<File>);

/// Takes the lock on the data folder; none when somebody else has it.
pub(crate) fn lock(config: &Config) -> Result<Option<Lock>, Failure> {
    if !config.is_sqlite() {
        return Ok(Some(Lock(None)));
    }
    let place = config.data_dir.display();
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("cannot make {place}"))?;
    let path = config.data_dir.join("data.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock(Some(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(anyhow::Error::from(error).context("cannot lock the data folder").into())
        }
    }
}

fn open(config: &Config, clock: SharedClock) -> Result<Store, Failure> {
    let mut settings = StoreConfig::new(config.database_url.expose());
    settings.readers = config.sqlite_readers;
    settings.pool_size = config.postgres_connections;
    Store::open(&settings, clock).map_err(|error| away(error.into()))
}

fn away(error: kit::Error) -> Failure {
    match error.store_error() {
        Some(cause) if cause.is_transient() => Failure::away(cause),
        Some(cause) => Failure { message: cause.to_string(), code: 1 },
        None => Failure { message: error.to_string(), code: 1 },
    }
}
