//! A house from a configuration: for the server, and for commands that run beside none.

use std::{
    fs::{DirBuilder, File, TryLockError},
    os::unix::fs::DirBuilderExt,
    sync::Arc,
};

use anyhow::Context as _;
use domain::SharedClock;
use hub::{Broker, RedisBroker};
use kit::{App, Config, Module, Parts, SystemClock};
use store::{Store, StoreConfig, Tx};

use crate::{cli::Failure, modules};

/// A built house, and the lock that says that nobody else has the embedded database open.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) clock: Arc<SystemClock>,
    /// Held until the process ends.
    pub(crate) lock: Lock,
}

impl House {
    /// Builds a house of these modules, to be served as a demonstration or not.
    pub(crate) async fn build(
        config: Config,
        modules: Vec<Module>,
        demo: bool,
    ) -> Result<Self, Failure> {
        let lock = lock(&config)?.ok_or_else(|| {
            let place = config.data_dir.display();
            Failure::away(format!("another openbell has {place} open"))
        })?;
        Self::build_for(config, modules, lock, Some(demo)).await
    }

    /// Builds the house; the caller holds the lock.
    pub(crate) async fn build_locked(
        config: Config,
        modules: Vec<Module>,
        lock: Lock,
    ) -> Result<Self, Failure> {
        Self::build_for(config, modules, lock, None).await
    }

    async fn build_for(
        config: Config,
        modules: Vec<Module>,
        lock: Lock,
        serve_demo: Option<bool>,
    ) -> Result<Self, Failure> {
        App::check_config(&modules, &config).map_err(Failure::usage)?;
        let clock = Arc::new(SystemClock::new());
        let store = open(&config, clock.clone())?;
        if let Some(demo) = serve_demo {
            kit::demo::admit(&store, demo).await.map_err(away)?;
        }
        let secret = config.open_secret().map_err(Failure::usage)?;
        let broker = broker(&config, &store, clock.clone()).await?;
        let parts = Parts { config, clock: clock.clone(), store, secret, broker };
        let app = App::build(modules, parts).await.map_err(away)?;
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
    // What is in it, password hashes and messages too, is nobody else's. A folder that is there
    // keeps the rights that somebody gave it.
    let mut maker = DirBuilder::new();
    let made = maker.recursive(true).mode(0o700).create(&config.data_dir);
    made.with_context(|| format!("cannot make {place}"))?;
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

/// What connects this node to the others; none where it is alone.
async fn broker(
    config: &Config,
    store: &Store,
    clock: SharedClock,
) -> Result<Option<Arc<dyn Broker>>, Failure> {
    let Some(url) = &config.redis_url else { return Ok(None) };
    for step in store.migrate(&App::migrations(&modules())).await.map_err(|e| away(e.into()))? {
        tracing::info!(step, "migrated");
    }
    // Nodes of one database belong together, and no others, whoever else uses this Redis.
    let epoch = store.read(async |tx: &Tx| tx.epoch().await).await;
    let epoch = epoch.map_err(|error| away(error.into()))?;
    let broker = RedisBroker::open(url.expose(), &epoch, clock);
    Ok(Some(broker.map_err(|error| Failure::usage(format!("REDIS_URL: {error}")))?))
}

fn away(error: kit::Error) -> Failure {
    match error.store_error() {
        Some(cause) if cause.is_transient() => Failure::away(cause),
        Some(cause) => Failure { message: cause.to_string(), code: 1 },
        None => Failure { message: error.to_string(), code: 1 },
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_data_folder_is_its_owners_alone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let place = folder.to_str().unwrap().to_owned();
        let env = std::iter::once(("OPENBELL_DATA_DIR".to_owned(), place));
        let config = Config::load(env, None).unwrap();
        let held = lock(&config).unwrap_or_else(|failure| panic!("{}", failure.message));
        assert!(held.is_some());
        let mode = folder.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}
