//! The store: one API over two databases.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use domain::{IdGenerator, SharedClock};
use tokio::sync::watch;

use crate::{
    args,
    error::{Error, Result},
    journal::Commit,
    migrate::{self, Migrations},
    postgres::Postgres,
    refusal::{Refusing, WritesRefused},
    row::FromRow,
    sqlite::{Sqlite, panicked},
    statement::{Dialect, Statement},
    statements,
    tx::{AfterCommit, Tx},
    value::Value,
};

statements! {
    FOUND_EPOCH = "insert into meta (key, value) values ('epoch', $1) on conflict (key) do nothing";
}

/// How urgent a write is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Somebody waits for the answer.
    Interactive,
    /// Imports, sweeps, clean-up: in chunks of a few milliseconds. On SQLite behind everything
    /// interactive, but for one turn in 32; on PostgreSQL on a quarter of the connections at most.
    Bulk,
}

/// What an acknowledged write means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It is on disk.
    Full,
    /// It is in the operating system's hands: for tests of behaviour, never for people's data.
    Off,
}

/// How to open a store.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite://path/to/file.db` or `postgres://…`.
    pub url: String,
    /// Whether SQLite waits for the disk. PostgreSQL always does, as far as its server does.
    pub durability: Durability,
    /// Reader threads of SQLite.
    pub readers: usize,
    /// Connections to PostgreSQL.
    pub pool_size: usize,
    /// How many interactive calls may wait; one more is told [`Error::Busy`].
    pub queue_interactive: usize,
    /// How many bulk calls may wait.
    pub queue_bulk: usize,
}

impl StoreConfig {
    /// The defaults for a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            durability: Durability::Full,
            readers: 4,
            pool_size: 16,
            queue_interactive: 4096,
            queue_bulk: 64,
        }
    }

    /// The file of SQLite; none for another database.
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        let rest = self.url.strip_prefix("sqlite:")?;
        Some(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest)))
    }
}

/// Is told of every commit that wrote events, after COMMIT has returned. On PostgreSQL commits may
/// come in any order, even those to one topic: order frames by their `seq`. Must be quick: on
/// SQLite it stands before the answers of all who wrote meanwhile.
pub type CommitListener = Arc<dyn Fn(Commit) + Send + Sync>;

/// Who wants to know of commits.
pub(crate) struct Hooks {
    listener: OnceLock<CommitListener>,
    newest: watch::Sender<i64>,
    pub(crate) refusing: Refusing,
}

impl Hooks {
    pub(crate) fn new() -> Self {
        Self {
            listener: OnceLock::new(),
            newest: watch::Sender::new(0),
            refusing: Refusing::default(),
        }
    }

    pub(crate) fn committed(
        &self,
        commit: Option<Commit>,
        after_commit: impl Iterator<Item = AfterCommit>,
    ) {
        for hook in after_commit {
            contained("after_commit", hook);
        }
        let Some(commit) = commit else { return };
        let pos = commit.pos;
        if let Some(listener) = self.listener.get() {
            contained("the commit listener", || listener(commit));
        }
        self.saw(pos);
    }

    fn saw(&self, pos: i64) {
        self.newest.send_if_modified(|newest| {
            let grew = pos > *newest;
            *newest = (*newest).max(pos);
            grew
        });
    }
}

/// Runs what others have given us to run. The commit stands and others wait for their answers,
/// whatever becomes of it.
fn contained(what: &str, run: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        tracing::error!(what, error = %panicked(&*panic), "contained a panic");
    }
}

enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// The house's database. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    backend: Arc<Backend>,
    hooks: Arc<Hooks>,
    clock: SharedClock,
    ids: Arc<IdGenerator>,
}

impl Store {
    /// Opens the database; makes the file and its folder on SQLite. Nothing is migrated yet.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the reason.
    pub fn open(config: &StoreConfig, clock: SharedClock) -> Result<Self> {
        let hooks = Arc::new(Hooks::new());
        let ids = Arc::new(IdGenerator::new(clock.clone()));
        let backend = if let Some(path) = config.sqlite_path() {
            if let Some(folder) = path.parent().filter(|p| *p != Path::new("")) {
                std::fs::create_dir_all(folder)
                    .map_err(|e| Error::Unavailable(format!("{}: {e}", folder.display())))?;
            }
            Backend::Sqlite(Sqlite::open(&path, config, &clock, &ids, &hooks)?)
        } else if config.url.starts_with("postgres://") || config.url.starts_with("postgresql://") {
            Backend::Postgres(Postgres::open(config, &clock, &ids, &hooks)?)
        } else {
            let scheme = config.url.split(':').next().unwrap_or_default();
            return Err(Error::Unavailable(format!(
                "`{scheme}:` is not a database here; use sqlite:// or postgres://"
            )));
        };
        Ok(Self { backend: Arc::new(backend), hooks, clock, ids })
    }

    /// Brings the schema up to date: the store's own tables, then each module's, one transaction a
    /// module, one node at a time. The names of the steps that were applied.
    ///
    /// # Errors
    /// What the database said; [`Error::Schema`] when an applied step was changed afterwards.
    pub async fn migrate(&self, modules: &[Migrations]) -> Result<Vec<String>> {
        let mut applied = Vec::new();
        for module in std::iter::once(&migrate::STORE).chain(modules) {
            let module = *module;
            let step = self.write(Class::Interactive, async move |tx: &Tx| {
                migrate::prepare(tx).await?;
                migrate::apply(tx, module).await
            });
            applied.extend(step.await?);
        }
        let epoch = self.ids.next_id().to_string();
        self.execute(&FOUND_EPOCH, args![epoch].to_vec()).await?;
        self.hooks.newest.send_replace(self.last_pos().await?);
        Ok(applied)
    }

    async fn last_pos(&self) -> Result<i64> {
        self.read(async |tx: &Tx| tx.last_pos().await).await
    }

    /// Waits until the store has failed for good, so that only a new start of the process helps: on
    /// SQLite when the disk did not confirm a write. On PostgreSQL that is the server's affair, and
    /// this never ends.
    pub async fn failed(&self) {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.failed().await,
            Backend::Postgres(_) => std::future::pending().await,
        }
    }

    /// Why writes are refused, where the last ones were; reads may well go on.
    pub fn writes_refused(&self) -> Option<WritesRefused> {
        self.hooks.refusing.of_late(self.clock.now())
    }

    /// Runs `closure` in one write transaction; see the crate's documentation for its duties. An
    /// error of the closure rolls back and is returned.
    ///
    /// # Errors
    /// The closure's own, or the store's. Nothing was written, except for
    /// [`Error::UnknownOutcome`].
    pub async fn write<T, E, F>(&self, class: Class, closure: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(class, closure).await,
            Backend::Postgres(postgres) => postgres.write(class, &closure).await,
        }
    }

    /// Runs `closure` over one snapshot: all its statements see the same moment.
    ///
    /// # Errors
    /// The closure's own, or the store's.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(closure).await,
            Backend::Postgres(postgres) => postgres.read(&closure).await,
        }
    }

    /// Runs one statement in a transaction of its own; how many rows it changed.
    ///
    /// # Errors
    /// What the database said.
    pub async fn execute(&self, statement: &'static Statement, args: Vec<Value>) -> Result<u64> {
        match &*self.backend {
            Backend::Sqlite(sqlite) => {
                let run = async move |tx: &Tx| tx.exec(statement, &args).await;
                sqlite.write(Class::Interactive, run).await
            }
            Backend::Postgres(postgres) => postgres.execute(statement, &args).await,
        }
    }

    /// The rows of one statement that reads.
    ///
    /// # Errors
    /// What the database said, or [`Error::Decode`].
    pub async fn all<T>(&self, statement: &'static Statement, args: &[Value]) -> Result<Vec<T>>
    where
        T: FromRow + Send + 'static,
    {
        match &*self.backend {
            Backend::Sqlite(sqlite) => {
                let args = args.to_vec();
                sqlite.read(async move |tx: &Tx| tx.all(statement, &args).await).await
            }
            Backend::Postgres(postgres) => postgres.all(statement, args).await,
        }
    }

    /// The first row of one statement that reads, or none.
    ///
    /// # Errors
    /// As [`Store::all`].
    pub async fn maybe<T>(&self, statement: &'static Statement, args: &[Value]) -> Result<Option<T>>
    where
        T: FromRow + Send + 'static,
    {
        Ok(self.all(statement, args).await?.into_iter().next())
    }

    /// The first row of one statement that reads.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; else as [`Store::all`].
    pub async fn one<T>(&self, statement: &'static Statement, args: &[Value]) -> Result<T>
    where
        T: FromRow + Send + 'static,
    {
        self.maybe(statement, args).await?.ok_or(Error::NotFound)
    }

    /// Whom to tell of commits. Can be set once, before the first write that emits.
    pub fn on_commit(&self, listener: CommitListener) {
        if self.hooks.listener.set(listener).is_err() {
            tracing::error!("a second commit listener was ignored");
        }
    }

    /// Follows the highest committed position of this node: a signal to be quick with, never the
    /// truth (other nodes commit too).
    pub fn newest_pos(&self) -> watch::Receiver<i64> {
        self.hooks.newest.subscribe()
    }

    /// Tells that some process has committed up to `pos`, so that reactions look at once.
    pub fn saw_pos(&self, pos: i64) {
        self.hooks.saw(pos);
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match &*self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The clock that this store stamps with.
    pub const fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Prepares statements without running them; the first that the database refuses is the error.
    ///
    /// # Errors
    /// [`Error::Database`] with the statement's name.
    pub async fn prepare_all(&self, statements: Vec<&'static Statement>) -> Result<()> {
        self.read(async move |tx: &Tx| {
            for statement in &statements {
                tx.prepare(statement.text(tx.dialect()))
                    .await
                    .map_err(|e| Error::Database(format!("{}: {e}", statement.name())))?;
            }
            Ok(())
        })
        .await
    }

    /// Finishes what was begun and closes the database.
    pub async fn close(&self) {
        match &*self.backend {
            Backend::Sqlite(_) => {
                let backend = self.backend.clone();
                let closing = tokio::task::spawn_blocking(move || {
                    if let Backend::Sqlite(sqlite) = &*backend {
                        sqlite.close();
                    }
                });
                let _ = closing.await;
            }
            Backend::Postgres(postgres) => postgres.close().await,
        }
    }
}
