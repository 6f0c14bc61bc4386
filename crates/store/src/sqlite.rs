//! Embedded SQLite: one writer thread that commits in groups, one that waits for the disk while the
//! writer goes on, reader threads, and a checkpoint thread so that moving pages from the log into
//! the file never stands in a writer's way.

mod checkpoint;
mod disk;
#[cfg(test)]
mod disk_tests;
mod queue;

use std::{
    fs::File,
    mem::ManuallyDrop,
    path::{Path, PathBuf},
    pin::pin,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    thread::JoinHandle,
    time::Duration,
};

use domain::{IdGenerator, SharedClock};
use rusqlite::config::DbConfig;
use tokio::sync::oneshot;

use self::{
    checkpoint::{Checkpoint, LOG_FILE_BYTES, READERS_WAIT},
    disk::{Careless, Confirmer, Disk, Group},
    queue::Queue,
};
use crate::{
    error::{Error, Result},
    journal::{self, Commit},
    store::{Class, Durability, Hooks, StoreConfig},
    tx::{AfterCommit, Link, Tx, lock},
};

/// A group is committed after so many closures, after [`GROUP_TIME`], or when the disk is idle.
const GROUP_SIZE: usize = 512;
/// How long closures may join a group: the wait of its first member for the others.
const GROUP_TIME: Duration = Duration::from_millis(2);
/// Prepared statements kept per connection.
const STATEMENT_CACHE: usize = 512;

type Shared = Arc<Mutex<rusqlite::Connection>>;

/// What the writer thread works with.
struct Writer {
    connection: Shared,
    clock: SharedClock,
    ids: Arc<IdGenerator>,
    confirmer: Arc<Confirmer>,
    hooks: Arc<Hooks>,
    /// Set by a commit that has added to the log.
    wrote: Arc<AtomicBool>,
}

/// A closure whose statements have run and that waits for the group's commit, and then for the
/// disk.
struct Finished {
    commit: Option<Commit>,
    after_commit: Vec<AfterCommit>,
    answer: Box<dyn FnOnce(Result<()>) + Send>,
}

trait Job<C>: Send {
    /// None when nobody waits for an answer, or when it is on its way.
    fn run(self: Box<Self>, context: &C) -> Option<Finished>;
    fn refuse(self: Box<Self>, error: Error);
}

struct Call<T, E, F> {
    closure: F,
    answer: oneshot::Sender<Result<T, E>>,
}

type WriteJob = dyn Job<Writer>;
type ReadJob = dyn Job<Reader>;

struct Reader {
    connection: Shared,
    clock: SharedClock,
    confirmer: Arc<Confirmer>,
}

/// The embedded database.
pub(crate) struct Sqlite {
    writes: Arc<Queue<WriteJob>>,
    reads: Arc<Queue<ReadJob>>,
    checkpoint: Arc<Checkpoint>,
    confirmer: Arc<Confirmer>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    pub(crate) fn open(
        path: &Path,
        config: &StoreConfig,
        clock: &SharedClock,
        ids: &Arc<IdGenerator>,
        hooks: &Arc<Hooks>,
    ) -> Result<Self> {
        let connection = connect(path, config.durability)?;
        let disk = disk(path, config.durability)?;
        Self::open_on(disk, connection, (path, config), clock, ids, hooks)
    }

    fn open_on(
        disk: Box<dyn Disk>,
        mut connection: rusqlite::Connection,
        (path, config): (&Path, &StoreConfig),
        clock: &SharedClock,
        ids: &Arc<IdGenerator>,
        hooks: &Arc<Hooks>,
    ) -> Result<Self> {
        let writes = Arc::new(Queue::new(config.queue_interactive, config.queue_bulk));
        let reads = Arc::new(Queue::new(config.queue_interactive, config.queue_bulk));
        let checkpoint = Arc::new(Checkpoint::default());
        let mut threads = Vec::new();

        let (note, wrote) = (checkpoint.clone(), Arc::new(AtomicBool::new(false)));
        let written = wrote.clone();
        let hook = move |_: &mut rusqlite::hooks::Wal, pages| {
            written.store(true, Ordering::Relaxed);
            note.committed(u32::try_from(pages).unwrap_or_default());
            Ok(())
        };
        connection.wal_hook(Some(hook)).map_err(|e| sqlite(&e))?;
        let (confirmer, hooks) = (Arc::new(Confirmer::of(&*disk)), hooks.clone());
        let (confirming, told) = (confirmer.clone(), hooks.clone());
        threads.push(thread("sqlite-disk", move || confirming.run(&*disk, &told))?);
        let writer = Writer {
            connection: Arc::new(Mutex::new(connection)),
            clock: clock.clone(),
            ids: ids.clone(),
            confirmer: confirmer.clone(),
            hooks,
            wrote,
        };
        let (queue, turns) = (writes.clone(), checkpoint.clone());
        threads.push(thread("sqlite-writer", move || write_loop(&writer, &queue, &turns))?);

        for _ in 0..config.readers.max(1) {
            let connection = connect(path, config.durability)?;
            connection.pragma_update(None, "query_only", true).map_err(|e| sqlite(&e))?;
            let reader = Reader {
                connection: Arc::new(Mutex::new(connection)),
                clock: clock.clone(),
                confirmer: confirmer.clone(),
            };
            let queue: Arc<Queue<ReadJob>> = reads.clone();
            threads.push(thread("sqlite-reader", move || {
                while let Some(job) = queue.wait() {
                    job.run(&reader);
                }
            })?);
        }

        let (connection, copying) = (connect(path, config.durability)?, checkpoint.clone());
        connection.busy_timeout(READERS_WAIT).map_err(|e| sqlite(&e))?;
        let file = synced_file(path, config.durability)?;
        threads.push(thread("sqlite-checkpoint", move || {
            copying.run(&connection, file.as_deref());
        })?);
        Ok(Self { writes, reads, checkpoint, confirmer, threads: Mutex::new(threads) })
    }

    pub(crate) async fn write<T, E, F>(&self, class: Class, closure: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        self.writes.push(class, Box::new(Call { closure, answer }))?;
        result
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("the store is closed".into()).into()))
    }

    pub(crate) async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        self.reads.push(Class::Interactive, Box::new(Call { closure, answer }))?;
        result
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("the store is closed".into()).into()))
    }

    /// Waits until the disk has failed.
    pub(crate) async fn failed(&self) {
        self.confirmer.failed().cancelled().await;
    }

    /// Finishes what is queued and ends the threads. Blocks; call it off the async threads.
    pub(crate) fn close(&self) {
        self.writes.close();
        self.reads.close();
        self.checkpoint.stop();
        self.confirmer.close();
        let threads = std::mem::take(&mut *lock(&self.threads));
        let this = std::thread::current().id();
        // The last handle may go with a closure that one of these threads has just run. Others wait
        // for that one to end, and all end by themselves.
        if threads.iter().all(|thread| thread.thread().id() != this) {
            for thread in threads {
                let _ = thread.join();
            }
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}

fn sqlite(error: &rusqlite::Error) -> Error {
    Error::from_sqlite(error)
}

/// Waits until a condition holds; whoever changes the state has to say so.
fn wait_until<'a, S>(
    state: &'a Mutex<S>,
    changed: &Condvar,
    holds: impl Fn(&S) -> bool,
) -> MutexGuard<'a, S> {
    let mut state = lock(state);
    while !holds(&state) {
        state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    state
}

fn thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(run)
        .map_err(|e| Error::Unavailable(e.to_string()))
}

/// The database's file for syncing it, where that is wanted. It is never closed: with it the system
/// would take away the locks of all connections of this process.
fn synced_file(path: &Path, durability: Durability) -> Result<Option<ManuallyDrop<File>>> {
    match durability {
        Durability::Full => Ok(Some(ManuallyDrop::new(open(path)?))),
        Durability::Off => Ok(None),
    }
}

/// What has to confirm that the log's content is there for good. A connection must have opened the
/// log before; it is the same file for as long as one is there.
fn disk(path: &Path, durability: Durability) -> Result<Box<dyn Disk>> {
    let mut log = PathBuf::from(path).into_os_string();
    log.push("-wal");
    Ok(match durability {
        Durability::Full => Box::new(open(Path::new(&log))?),
        Durability::Off => Box::new(Careless),
    })
}

fn open(path: &Path) -> Result<File> {
    let file = File::options().read(true).write(true).open(path);
    file.map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))
}

fn connect(path: &Path, durability: Durability) -> Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(path).map_err(|e| sqlite(&e))?;
    // With `normal` a commit does not wait for the disk, which the house does beside it. What the
    // log's integrity needs, its header and whatever is copied into the file, is waited for.
    let synchronous = match durability {
        Durability::Full => "normal",
        Durability::Off => "off",
    };
    connection
        .execute_batch(&format!(
            "pragma journal_mode = wal;
             pragma synchronous = {synchronous};
             pragma wal_autocheckpoint = 0;
             pragma journal_size_limit = {LOG_FILE_BYTES};
             pragma foreign_keys = on;
             pragma busy_timeout = 5000;
             pragma temp_store = memory;
             pragma cache_size = -32768;
             pragma mmap_size = 268435456;"
        ))
        .map_err(|e| sqlite(&e))?;
    // Without it a statement is planned anew when what is bound to it may suit another plan, which
    // is more work than most of them do.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|e| sqlite(&e))?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Opens the log.
    connection
        .query_row("select count(*) from sqlite_schema", [], |_| Ok(()))
        .map_err(|e| sqlite(&e))?;
    Ok(connection)
}

/// Refuses calls once nobody is left to answer them, however the thread ended.
struct AbandonOnExit<'a>(&'a Queue<WriteJob>, &'a Confirmer);

impl Drop for AbandonOnExit<'_> {
    fn drop(&mut self) {
        self.0.abandon();
        self.1.stop();
    }
}

fn write_loop(writer: &Writer, queue: &Queue<WriteJob>, checkpoint: &Checkpoint) {
    let _abandon = AbandonOnExit(queue, &writer.confirmer);
    while let Some(first) = queue.wait() {
        match writer.confirmer.admit() {
            Ok(()) => {
                let _turn = checkpoint.turn();
                run_group(writer, queue, first);
            }
            Err(error) => first.refuse(error),
        }
    }
}

/// Runs the closures that wait, in one transaction. After its commit they wait for the disk.
fn run_group(writer: &Writer, queue: &Queue<WriteJob>, first: Box<WriteJob>) {
    let run = |sql: &str| {
        let connection = lock(&writer.connection);
        let mut statement = connection.prepare_cached(sql)?;
        statement.execute([]).map(drop)
    };
    if let Err(error) = run("begin immediate") {
        let error = sqlite(&error);
        writer.refused(&error);
        return first.refuse(error);
    }
    let began = writer.clock.monotonic();
    let mut finished = Vec::new();
    let mut next = Some(first);
    let mut lost = false;
    let mut size = 0;
    while let Some(job) = next.take() {
        finished.extend(job.run(writer));
        size += 1;
        // A full disk or an I/O error ends the whole transaction, whatever a savepoint promised.
        lost = lock(&writer.connection).is_autocommit();
        // A disk that has nothing to do is given what there is.
        let open = size < GROUP_SIZE
            && writer.clock.monotonic().saturating_sub(began) < GROUP_TIME
            && !writer.confirmer.is_idle();
        if open && !lost {
            next = queue.try_next();
        }
    }
    writer.wrote.store(false, Ordering::Relaxed);
    let number = writer.confirmer.begin();
    let outcome = if lost {
        Err(Error::Unavailable("the transaction was ended by the database".into()))
    } else {
        run("commit").map_err(|e| {
            let _ = run("rollback");
            writer.refused(&sqlite(&e));
            commit_failed(&e)
        })
    };
    metrics::histogram!("openbell_store_group_size").record(finished.len() as f64);
    let wrote = writer.wrote.load(Ordering::Relaxed);
    if wrote {
        writer.hooks.refusing.written();
    }
    writer.confirmer.confirm(Group { number, finished, wrote, outcome });
}

impl Writer {
    fn refused(&self, error: &Error) {
        self.hooks.refusing.refused(error, self.clock.now());
    }
}

fn commit_failed(error: &rusqlite::Error) -> Error {
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure) {
        // The log may hold the commit although the disk did not confirm it: a crash right now
        // could bring it back.
        return Error::UnknownOutcome;
    }
    match sqlite(error) {
        unavailable @ Error::Unavailable(_) => unavailable,
        other => Error::Unavailable(other.to_string()),
    }
}

impl<T, E, F> Job<Writer> for Call<T, E, F>
where
    F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    fn run(self: Box<Self>, writer: &Writer) -> Option<Finished> {
        let Self { closure, answer } = *self;
        if answer.is_closed() {
            // Nobody waits any more: the request was dropped before its turn came.
            return None;
        }
        match write_once(writer, &closure) {
            Ok((value, commit, after_commit)) => Some(Finished {
                commit,
                after_commit,
                answer: Box::new(move |outcome| {
                    let _ = answer.send(outcome.map(|()| value).map_err(E::from));
                }),
            }),
            // It may tell of what others have just written.
            Err(error) => Some(Finished {
                commit: None,
                after_commit: Vec::new(),
                answer: Box::new(move |_| {
                    let _ = answer.send(Err(error));
                }),
            }),
        }
    }

    fn refuse(self: Box<Self>, error: Error) {
        let _ = self.answer.send(Err(error.into()));
    }
}

type Written<T> = (T, Option<Commit>, Vec<AfterCommit>);

/// Runs one closure inside a savepoint, then writes the events that it emitted.
fn write_once<T, E, F>(writer: &Writer, closure: &F) -> Result<Written<T>, E>
where
    F: AsyncFn(&Tx) -> Result<T, E>,
    E: From<Error>,
{
    let run = |sql: &str| -> Result<()> {
        let connection = lock(&writer.connection);
        let mut statement = connection.prepare_cached(sql).map_err(|e| sqlite(&e))?;
        statement.execute([]).map(drop).map_err(|e| sqlite(&e))
    };
    run("savepoint one").map_err(E::from)?;
    let now = writer.clock.now();
    let tx = Tx::new(Link::Sqlite(writer.connection.clone()), now, true);
    let result = poll_once(closure, &tx);
    let ended = tx.end();
    if let Some(error) = &ended.spoiled {
        writer.refused(error);
    }
    let result = result.and_then(|value| match ended.spoiled {
        Some(error) => Err(swallowed(&error).into()),
        None => Ok(value),
    });
    let result = result.and_then(|value| {
        let connection = lock(&writer.connection);
        let commit = journal::flush_sqlite(&connection, ended.entries, now, &writer.ids)
            .inspect_err(|error| writer.refused(error))?;
        Ok((value, commit, ended.after_commit))
    });
    match result {
        Ok(written) => {
            run("release one").map_err(E::from)?;
            Ok(written)
        }
        Err(error) => {
            // When the database has already ended the transaction there is nothing to undo.
            let _ = run("rollback to one").and_then(|()| run("release one"));
            Err(error)
        }
    }
}

pub(crate) fn swallowed(error: &Error) -> Error {
    Error::Misuse(format!("the closure went on after a failed statement: {error}"))
}

/// Polls the closure once: its awaits on a SQLite `Tx` never pend, so once is to the end.
fn poll_once<T, E, F>(closure: &F, tx: &Tx) -> Result<T, E>
where
    F: AsyncFn(&Tx) -> Result<T, E>,
    E: From<Error>,
{
    let attempt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut future = pin!(closure(tx));
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result,
            Poll::Pending => {
                Err(Error::Misuse("it awaited something else than its Tx".into()).into())
            }
        }
    }));
    attempt.unwrap_or_else(|panic| Err(panicked(&*panic).into()))
}

/// The error for a closure that panicked.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::Misuse(format!("it panicked: {text}"))
}

impl<T, E, F> Job<Reader> for Call<T, E, F>
where
    F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    fn run(self: Box<Self>, reader: &Reader) -> Option<Finished> {
        let Self { closure, answer } = *self;
        if answer.is_closed() {
            return None;
        }
        let run = |sql: &str| -> Result<()> {
            let connection = lock(&reader.connection);
            let mut statement = connection.prepare_cached(sql).map_err(|e| sqlite(&e))?;
            statement.execute([]).map(drop).map_err(|e| sqlite(&e))
        };
        let result = run("begin").map_err(E::from).and_then(|()| {
            let tx = Tx::new(Link::Sqlite(reader.connection.clone()), reader.clock.now(), false);
            let result = poll_once(&closure, &tx);
            tx.end();
            let _ = run("rollback");
            result
        });
        reader.confirmer.tell(Box::new(move |verdict| {
            let _ = answer.send(verdict.map_err(E::from).and(result));
        }));
        None
    }

    fn refuse(self: Box<Self>, error: Error) {
        let _ = self.answer.send(Err(error.into()));
    }
}
