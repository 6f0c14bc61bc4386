//! PostgreSQL for tests: databases of their own on the server of the test run, and servers of
//! their own where a test has to kill one.

use std::{
    fs,
    io::{self, Read as _, Seek as _},
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use futures_util::future::{Either, select};
use tempfile::TempDir;
use tokio_postgres::{Config, NoTls, error::SqlState};

/// Where the script that starts the services of a test run leaves the server's address.
const ADDRESS: &str = "OPENBELL_TEST_POSTGRES";

static NEXT_DATABASE: AtomicU64 = AtomicU64::new(1);

/// The PostgreSQL server of the test run.
#[derive(Debug)]
pub struct TestPostgres;

impl TestPostgres {
    /// A new, empty database on the server of the test run. It is dropped with the value.
    ///
    /// # Panics
    /// When no server was handed over or it does not answer: a test that needs PostgreSQL fails
    /// without it and is never passed over.
    pub async fn database() -> TestDatabase {
        TestDatabase::create(&service_address(ADDRESS)).await
    }

    /// A server of this test's own. `durable` makes it keep its promises to the disk (`fsync` and
    /// `synchronous_commit`), as a test that crashes it needs; otherwise it is quick.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub async fn private(durable: bool) -> PrivatePostgres {
        tokio::task::spawn_blocking(move || PrivatePostgres::create(durable))
            .await
            .expect("starting PostgreSQL panicked")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where tests read the environment: the address of their services"
)]
pub(crate) fn service_address(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run `make test` or `scripts/test-services.sh cargo test …`")
    })
}

/// An empty database, dropped with the value together with its connections.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
    server_url: String,
}

impl TestDatabase {
    /// Where it is: `postgres://user@host:port/name`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    async fn create(server_url: &str) -> Self {
        loop {
            // The process in the name keeps apart test binaries that run side by side; a name left
            // over by a killed process with the same number is stepped over.
            let number = NEXT_DATABASE.fetch_add(1, Ordering::Relaxed);
            let name = format!("openbell_{}_{number}", process::id());
            match execute(server_url, &format!("create database {name}")).await {
                Ok(()) => {
                    let url = with_database(server_url, &name);
                    return Self { name, url, server_url: server_url.to_owned() };
                }
                Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => {}
                Err(error) => panic!("no test database on {server_url}: {error:?}"),
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let statement = format!("drop database if exists {} with (force)", self.name);
        let server_url = std::mem::take(&mut self.server_url);
        // A drop cannot await, and the test's runtime may be the one that is being shut down.
        let dropping = thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            {
                // Best effort: the server may be gone, and its data goes with it.
                let _ = runtime.block_on(execute(&server_url, &statement));
            }
        });
        let _ = dropping.join();
    }
}

/// Runs one statement on a connection of its own.
async fn execute(url: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = url.parse::<Config>()?.connect(NoTls).await?;
    let connection = std::pin::pin!(connection);
    let statement = std::pin::pin!(client.batch_execute(statement));
    match select(statement, connection).await {
        Either::Left((result, _)) => result,
        Either::Right((ended, statement)) => ended.and(statement.await),
    }
}

fn with_database(server_url: &str, name: &str) -> String {
    let (server, _) = server_url.rsplit_once('/').expect("an address ends with /database");
    format!("{server}/{name}")
}

/// A server that one test owns and may kill. It stops, and its data goes, with the value.
#[derive(Debug)]
pub struct PrivatePostgres {
    programs: Programs,
    port: u16,
    durable: bool,
    folder: TempDir,
}

impl PrivatePostgres {
    /// The address of its database `postgres`. The port stays the same over restarts.
    pub fn url(&self) -> String {
        format!("postgres://openbell@127.0.0.1:{}/postgres", self.port)
    }

    /// A new, empty database on this server.
    pub async fn database(&self) -> TestDatabase {
        TestDatabase::create(&self.url()).await
    }

    /// Ends it at once, as a crash does: connections break, nothing is written, and the next start
    /// recovers from the log.
    pub fn kill(&self) {
        let mode = ["-m", "immediate", "-w", "stop"];
        self.programs.run("pg_ctl", &self.data(), &mode).expect("PostgreSQL cannot be killed");
    }

    /// Starts it again after [`PrivatePostgres::kill`] and returns once it takes connections.
    pub fn start(&self) {
        self.try_start().expect("PostgreSQL does not start again");
    }

    fn create(durable: bool) -> Self {
        let programs = Programs::find().expect("PostgreSQL is not installed: run `make test`");
        let template = programs.template().expect("initdb failed");
        // The port may be taken by somebody else between the look and the start.
        let mut last = None;
        for _ in 0..5 {
            let folder = programs.copy_of(&template).expect("the data folder cannot be copied");
            let port = free_port().expect("no free port");
            let server = Self { programs: programs.clone(), port, durable, folder };
            match server.try_start() {
                Ok(()) => return server,
                Err(error) => last = Some(error),
            }
        }
        panic!("PostgreSQL does not start: {last:?}");
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn try_start(&self) -> io::Result<()> {
        let durable = if self.durable { "on" } else { "off" };
        let settings = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
             -c max_connections=200 -c fsync={durable} -c synchronous_commit={durable}",
            self.port
        );
        let log = self.data().join("server.log");
        let log = log.to_str().ok_or_else(|| io::Error::other("the path is not UTF-8"))?;
        let arguments = ["-l", log, "-w", "-t", "60", "-o", &settings, "start"];
        self.programs.run("pg_ctl", &self.data(), &arguments).map(drop)
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        let mode = ["-m", "immediate", "-w", "stop"];
        // It fails when the test has killed the server already.
        let _ = self.programs.run("pg_ctl", &self.data(), &mode);
    }
}

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// PostgreSQL's programs, and who runs them.
#[derive(Debug, Clone)]
struct Programs {
    bin: PathBuf,
    /// User and group `nobody` when the tests run as root, which PostgreSQL refuses.
    owner: Option<(u32, u32)>,
}

impl Programs {
    /// Looks where distributions put them, the newest version first, then at what `pg_config`
    /// says.
    fn find() -> io::Result<Self> {
        let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .filter(|bin| bin.join("initdb").exists())
            .collect();
        folders.sort_by_key(|bin| version_of(bin));
        let bin = match folders.pop() {
            Some(bin) => bin,
            None => PathBuf::from(run(Command::new("pg_config").arg("--bindir"))?),
        };
        let id = |arguments: &[&str]| -> io::Result<u32> {
            run(Command::new("id").args(arguments))?.parse().map_err(io::Error::other)
        };
        let owner = match id(&["-u"])? {
            0 => Some((id(&["-u", "nobody"])?, id(&["-g", "nobody"])?)),
            _ => None,
        };
        Ok(Self { bin, owner })
    }

    /// A data folder fresh from `initdb`, made once per temporary folder and then copied: `initdb`
    /// takes ten times as long as the copy.
    fn template(&self) -> io::Result<PathBuf> {
        let user = self.owner.map_or_else(String::new, |(user, _)| format!("-{user}"));
        let version = version_of(&self.bin);
        let template =
            std::env::temp_dir().join(format!("openbell-postgres-template-{version}{user}"));
        if template.exists() {
            return Ok(template);
        }
        let folder = self.folder()?;
        let data = folder.path().join("data");
        let arguments =
            ["-U", "openbell", "-A", "trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        self.run("initdb", &data, &arguments)?;
        // Whoever is first gives the name; the others throw theirs away.
        match fs::rename(&data, &template) {
            Err(error) if !template.exists() => Err(error),
            _ => Ok(template),
        }
    }

    fn copy_of(&self, template: &Path) -> io::Result<TempDir> {
        let folder = self.folder()?;
        run(Command::new("cp").arg("-a").arg(template).arg(folder.path().join("data")))?;
        Ok(folder)
    }

    /// A temporary folder that belongs to whoever runs the programs.
    fn folder(&self) -> io::Result<TempDir> {
        let folder = tempfile::Builder::new().prefix("openbell-postgres-").tempdir()?;
        if let Some((user, group)) = self.owner {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))?;
        }
        Ok(folder)
    }

    /// Runs one of the programs on the data folder `data`.
    fn run(&self, program: &str, data: &Path, arguments: &[&str]) -> io::Result<String> {
        let mut command = Command::new(self.bin.join(program));
        command.arg("-D").arg(data).args(arguments).current_dir("/");
        for variable in ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGDATA"] {
            command.env_remove(variable);
        }
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        run(&mut command)
    }
}

/// The major version in `…/postgresql/15/bin`; 0 where the path does not tell.
fn version_of(bin: &Path) -> u32 {
    let folder = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    folder.and_then(|name| name.parse().ok()).unwrap_or(0)
}

/// Runs `command` to its end and returns what it printed, trimmed; one that fails is an error that
/// says the same.
fn run(command: &mut Command) -> io::Result<String> {
    // Into a file and not through a pipe: the server that pg_ctl leaves behind inherits it, and a
    // pipe would stay open as long as the server lives.
    let mut file = tempfile::tempfile()?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file.try_clone()?)
        .status()?;
    let mut printed = String::new();
    file.rewind()?;
    file.read_to_string(&mut printed)?;
    if status.success() {
        Ok(printed.trim().to_owned())
    } else {
        Err(io::Error::other(format!("{command:?}: {status}: {}", printed.trim())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count_of_tables(url: &str) -> Result<i64, tokio_postgres::Error> {
        let (client, connection) = url.parse::<Config>()?.connect(NoTls).await?;
        let connection = std::pin::pin!(connection);
        let statement = "select count(*) from pg_tables where schemaname = 'public'";
        let query = std::pin::pin!(client.query_one(statement, &[]));
        match select(query, connection).await {
            Either::Left((row, _)) => Ok(row?.get(0)),
            Either::Right((ended, _)) => ended.map(|()| -1),
        }
    }

    #[tokio::test]
    async fn databases_are_apart_and_go_away() {
        let first = TestPostgres::database().await;
        let second = TestPostgres::database().await;
        assert_ne!(first.name(), second.name());
        execute(first.url(), "create table mine (id bigint)").await.unwrap();
        assert_eq!(count_of_tables(first.url()).await.unwrap(), 1);
        assert_eq!(count_of_tables(second.url()).await.unwrap(), 0);

        // A connection that is still open does not keep the database.
        let url = first.url().to_owned();
        let _open = url.parse::<Config>().unwrap().connect(NoTls).await.unwrap();
        drop(first);
        let gone = count_of_tables(&url).await.unwrap_err();
        assert_eq!(gone.code(), Some(&SqlState::INVALID_CATALOG_NAME));
    }

    #[tokio::test]
    async fn a_private_server_keeps_what_was_committed_when_it_is_killed() {
        let server = TestPostgres::private(true).await;
        let database = server.database().await;
        execute(database.url(), "create table kept (id bigint)").await.unwrap();
        server.kill();
        assert!(count_of_tables(database.url()).await.is_err());
        server.start();
        assert_eq!(count_of_tables(database.url()).await.unwrap(), 1);
    }
}
