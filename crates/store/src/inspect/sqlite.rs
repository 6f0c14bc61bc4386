//! An SQLite file, looked at without leaving a trace: SQLite itself would make its index beside a
//! file that it opens to read, and write into it.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _},
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use domain::SharedClock;
use rusqlite::{Connection, InterruptHandle, OpenFlags};
use tokio::sync::oneshot;

use super::{
    HAS_STEPS, Inspection, STEPS,
    schema::{Applied, Known, Schema},
};
use crate::{
    error::{Error, Result},
    migrate::Migrations,
    statement::Dialect,
};

/// How a file of SQLite begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The length of its head, whose byte 18 says how commits are written down.
const HEAD_BYTES: usize = 100;
const JOURNAL_MODE_AT: usize = 18;
const WAL: u8 = 2;
/// How long a writer may keep us from reading.
const BUSY: Duration = Duration::from_secs(1);
/// How often a look begins anew when somebody has begun to write meanwhile.
const ATTEMPTS: usize = 3;
/// How often one that is out of time is told so.
const NUDGE: Duration = Duration::from_millis(50);

/// What an SQLite file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteFindings {
    /// How long the file is, in bytes.
    pub bytes: u64,
    /// How long its log is, in bytes: commits that are not yet in the file.
    pub log_bytes: u64,
    /// Whether commits go to a log, as the store has it; not yet so in an empty file.
    pub is_wal: bool,
    /// Whether the log could be read as well. It cannot after a crash of the machine, or in a copy
    /// that lacks the index beside it; the next start takes it in.
    pub with_log: bool,
    /// Whether its pages fit together.
    pub integrity: Integrity,
    /// Its schema.
    pub schema: Schema,
}

/// Whether the pages of a file fit together, as far as SQLite's quick check goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Integrity {
    /// They do.
    Sound,
    /// They do not; what was found first.
    Damaged(String),
    /// There was no time to read them all; what was read was sound.
    Unfinished,
}

pub(super) async fn look(
    path: PathBuf,
    modules: &[Migrations],
    clock: &SharedClock,
    limit: Duration,
) -> Result<Inspection> {
    let known = Known::of(modules, Dialect::Sqlite);
    let (sender, mut handles) = tokio::sync::mpsc::unbounded_channel();
    let (late, is_late) = oneshot::channel::<()>();
    let mut looking = tokio::task::spawn_blocking(move || {
        // Log and index stand beside the file itself, whatever link leads to it.
        let path = fs::canonicalize(&path).unwrap_or(path);
        Look { path: &path, known: &known, handles: sender, is_late }.run()
    });
    let mut late = Some(late);
    let mut handle: Option<InterruptHandle> = None;
    let mut pause = limit;
    loop {
        tokio::select! {
            outcome = &mut looking => {
                let text = "the look ended before its time";
                return outcome.unwrap_or_else(|_| Err(Error::Unavailable(text.to_owned())));
            }
            () = clock.sleep(pause) => {}
        }
        // An interrupt ends what runs at this moment, and nothing runs between two statements.
        late.take();
        pause = NUDGE;
        while let Ok(newer) = handles.try_recv() {
            handle = Some(newer);
        }
        if let Some(handle) = &handle {
            handle.interrupt();
        }
    }
}

struct Look<'a> {
    path: &'a Path,
    known: &'a Known,
    handles: tokio::sync::mpsc::UnboundedSender<InterruptHandle>,
    /// Closed once there is no time left.
    is_late: oneshot::Receiver<()>,
}

/// What tells whether somebody has written in the meantime.
#[derive(PartialEq)]
struct Traces {
    length: u64,
    modified: Option<SystemTime>,
    log: Option<u64>,
    index: bool,
}

/// How a file can be opened so that nothing is written.
#[derive(Clone, Copy)]
enum Way {
    /// There is an index: with locks, beside whoever writes.
    Shared,
    /// Nobody has it open: the file alone, as it is.
    Alone,
}

impl Look<'_> {
    fn run(mut self) -> Result<Inspection> {
        let mut attempt = 1;
        loop {
            let Some(before) = self.traces().map_err(|e| self.unreadable(&e))? else {
                return Ok(Inspection::Absent);
            };
            let way = if before.index { Way::Shared } else { Way::Alone };
            let outcome = self.once(&before, way);
            // A file that was read without locks counts only as long as nobody wrote into it.
            let settled = match way {
                Way::Shared => outcome.is_ok(),
                Way::Alone => self.traces().ok().flatten().as_ref() == Some(&before),
            };
            if settled || attempt == ATTEMPTS || self.is_out_of_time() {
                return outcome.map(Inspection::Sqlite);
            }
            attempt += 1;
        }
    }

    fn once(&mut self, before: &Traces, way: Way) -> Result<SqliteFindings> {
        let log_bytes = before.log.unwrap_or(0);
        let mut findings = SqliteFindings {
            bytes: before.length,
            log_bytes,
            is_wal: false,
            with_log: log_bytes == 0 || matches!(way, Way::Shared),
            integrity: Integrity::Sound,
            schema: self.known.compare(&[]),
        };
        if before.length == 0 {
            return Ok(findings);
        }
        findings.is_wal = self.is_wal()?;
        let connection = self.open(way)?;
        findings.schema = self.known.compare(&books(&connection)?);
        findings.integrity = self.integrity(&connection)?;
        Ok(findings)
    }

    /// Whether the file is one of SQLite's, and has its commits in a log.
    fn is_wal(&self) -> Result<bool> {
        let mut head = [0; HEAD_BYTES];
        let read = File::open(self.path).and_then(|mut file| file.read_exact(&mut head));
        match read {
            Ok(()) if head.starts_with(MAGIC) => Ok(head[JOURNAL_MODE_AT] == WAL),
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                Err(self.unreadable(&error))
            }
            _ => Err(Error::Database(format!("{} is no SQLite database", self.path.display()))),
        }
    }

    fn open(&self, way: Way) -> Result<Connection> {
        let how = match way {
            Way::Shared => "readonly_shm=1",
            Way::Alone => "immutable=1",
        };
        let address = format!("file:{}?mode=ro&{how}", encoded(self.path));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(address, flags).map_err(|e| sqlite(&e))?;
        connection.busy_timeout(BUSY).map_err(|e| sqlite(&e))?;
        // Nobody listens any more once the outcome is of no interest.
        let _ = self.handles.send(connection.get_interrupt_handle());
        Ok(connection)
    }

    fn integrity(&mut self, connection: &Connection) -> Result<Integrity> {
        if self.is_out_of_time() {
            return Ok(Integrity::Unfinished);
        }
        let check = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        match connection.query_row("pragma quick_check(1)", [], check) {
            Ok(word) if word == "ok" => Ok(Integrity::Sound),
            Ok(fault) => Ok(Integrity::Damaged(fault.replace('\n', " "))),
            Err(error) => match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::OperationInterrupted) => Ok(Integrity::Unfinished),
                Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
                    Ok(Integrity::Damaged(error.to_string()))
                }
                _ => Err(sqlite(&error)),
            },
        }
    }

    fn is_out_of_time(&mut self) -> bool {
        !matches!(self.is_late.try_recv(), Err(oneshot::error::TryRecvError::Empty))
    }

    /// None when there is no file.
    fn traces(&self) -> io::Result<Option<Traces>> {
        let Some(file) = found(fs::metadata(self.path))? else { return Ok(None) };
        let log = found(fs::metadata(beside(self.path, "-wal")))?;
        Ok(Some(Traces {
            length: file.len(),
            modified: file.modified().ok(),
            log: log.map(|log| log.len()),
            index: found(fs::metadata(beside(self.path, "-shm")))?.is_some(),
        }))
    }

    fn unreadable(&self, error: &io::Error) -> Error {
        Error::Unavailable(format!("{}: {error}", self.path.display()))
    }
}

fn found<T>(looked: io::Result<T>) -> io::Result<Option<T>> {
    match looked {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A path as part of an address: whatever may mean something there is written by its number.
fn encoded(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                text.push(char::from(*byte));
            }
            // Writing to a String cannot fail.
            other => drop(write!(text, "%{other:02x}")),
        }
    }
    text
}

fn books(connection: &Connection) -> Result<Vec<Applied>> {
    let text = HAS_STEPS.text(Dialect::Sqlite);
    let tables = connection.query_row(text, [], |row| row.get::<_, i64>(0));
    if tables.map_err(|e| sqlite(&e))? == 0 {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(STEPS.text(Dialect::Sqlite)).map_err(|e| sqlite(&e))?;
    let rows = statement.query_map([], |row| {
        Ok(Applied {
            module: row.get(0)?,
            version: row.get(1)?,
            name: row.get(2)?,
            checksum: row.get(3)?,
        })
    });
    rows.and_then(Iterator::collect).map_err(|e| sqlite(&e))
}

fn sqlite(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted) => {
            Error::Unavailable("there was no time to read it".to_owned())
        }
        _ => Error::from_sqlite(error),
    }
}
