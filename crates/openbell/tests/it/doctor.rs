//! `openbell doctor`: installations that are broken, each in its own way, and what it says of them;
//! and that it leaves no trace, beside a server or none.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::Stdio,
    sync::Arc,
    time::{Duration, SystemTime},
};

use domain::{Clock, SharedClock};
use kit::SystemClock;
use serde_json::Value;
use store::{Statement, Store, StoreConfig, args, statements};
use testkit::{Installation, TestPostgres, TestRedis};
use tokio::{io::AsyncWriteExt, net::TcpListener, process::Command};

statements! {
    NEWER = "insert into migrations (module, version, name, checksum, at)
        values ('accounts', 999, '0999_wings', '00', 0)";
    NOT_NEWER = "delete from migrations where version = 999";
    FORGET = "delete from migrations where module = 'foreclosures' and version = 1";
    CHANGE = "update migrations set checksum = '00' where module = 'accounts' and version = 1";
    NOTE = "insert into meta (key, value) values ('tests.note', $1)";
}

/// What a machine decides, and not the installation.
const OF_THE_MACHINE: [&str; 2] = ["free_space", "open_files"];

/// Much longer than all its patience together.
const HANG: Duration = Duration::from_secs(60);

struct Seen {
    code: i32,
    report: Value,
    said: String,
}

impl Seen {
    /// The level of a check, the worst where there are several, and all that it says.
    fn of(&self, name: &str) -> (&str, String) {
        let checks: Vec<&Value> = self.checks().filter(|check| check["name"] == name).collect();
        let level = ["fail", "warn", "ok"].into_iter();
        let mut level = level.filter(|level| checks.iter().any(|check| check["level"] == *level));
        let said = checks.iter().map(ToString::to_string).collect();
        (level.next().unwrap_or("none"), said)
    }

    fn checks(&self) -> impl Iterator<Item = &Value> {
        self.report["checks"].as_array().into_iter().flatten()
    }

    #[track_caller]
    fn expect(&self, name: &str, level: &str, words: &str) {
        let (found, said) = self.of(name);
        assert!(found == level && said.contains(words), "{name} is no {level}: {words}: {self}");
        let mut wrong = self.checks().filter(|check| check["level"] != "ok");
        assert!(wrong.all(|check| check["advice"].is_string()), "{self}");
    }

    /// All is well, as far as it lies with the installation.
    #[track_caller]
    fn expect_well(&self) {
        let of_machine = |name: &Value| OF_THE_MACHINE.iter().any(|machine| name == machine);
        let mut ours = self.checks().filter(|check| !of_machine(&check["name"]));
        assert!(ours.all(|check| check["level"] == "ok"), "{self}");
        assert_eq!(self.code, 0, "{self}");
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "code {}, {:#}, {}", self.code, self.report, self.said)
    }
}

async fn seen(mut command: Command) -> Seen {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = tokio::select! {
        output = command.output() => output.expect("the binary runs"),
        () = SystemClock::new().sleep(HANG) => panic!("it hangs"),
    };
    Seen {
        code: output.status.code().unwrap_or(-1),
        report: serde_json::from_slice(&output.stdout).expect("a report"),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The report on an installation whose environment has these variables too.
async fn doctor(house: &Installation, variables: &[(&str, &str)]) -> Seen {
    let mut command = house.command(&["doctor", "--json"]);
    command.envs(variables.iter().copied());
    seen(command).await
}

fn house() -> Installation {
    Installation::new(env!("CARGO_BIN_EXE_openbell"), None)
}

/// One that was started once.
async fn migrated() -> Installation {
    let house = house();
    house.succeed(&["migrate"], b"").await;
    house
}

/// Every file below a folder: what is in it, and when it was written.
fn traces(folder: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let files = entries.map(|entry| {
        let written = entry.metadata().and_then(|file| file.modified()).expect("a time");
        let bytes = fs::read(entry.path()).expect("a file");
        (entry.file_name().to_string_lossy().into_owned(), (bytes, written))
    });
    files.collect()
}

fn sqlite(house: &Installation) -> Store {
    store(&format!("sqlite://{}", house.folder().join("openbell.db").display()))
}

fn store(url: &str) -> Store {
    let clock: SharedClock = Arc::new(SystemClock::new());
    Store::open(&StoreConfig::new(url), clock).expect("the database opens")
}

async fn execute(url: &str, statement: &'static Statement) {
    let store = store(url);
    assert_eq!(store.execute(statement, Vec::new()).await.expect("it runs"), 1);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_nothing_is_made() {
    let house = house();
    let seen = doctor(&house, &[]).await;
    seen.expect_well();
    seen.expect("database", "ok", "will be made at the first start");
    seen.expect("secret", "ok", "will be made at the first start");
    assert_eq!(traces(house.folder()), BTreeMap::new());
    let deep = house.folder().join("a/b");
    let seen = doctor(&house, &[("OPENBELL_DATA_DIR", deep.to_str().expect("text"))]).await;
    seen.expect_well();
    seen.expect("data_folder", "ok", "will be made");
    assert_eq!(traces(house.folder()), BTreeMap::new());
    // For people the same in words.
    let words = house.succeed(&["doctor"], b"").await;
    assert!(words.lines().any(|line| line.starts_with("ok    database  ")), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_leaves_no_trace_in_a_database() {
    let house = migrated().await;
    house.succeed(&["user", "add", "ann@example.com"], b"correct horse battery\n").await;
    let before = traces(house.folder());
    let alone = doctor(&house, &[]).await;
    alone.expect_well();
    alone.expect("schema", "ok", "as this program has them");
    alone.expect("integrity", "ok", "fit together");
    alone.expect("data_lock", "ok", "nobody");
    assert_eq!(traces(house.folder()), before, "closed");

    // Whoever has it open stands still here: nothing is written but by the doctor.
    let lock = fs::File::open(house.folder().join("data.lock")).expect("it is there");
    lock.try_lock().expect("nobody has it");
    let store = sqlite(&house);
    store.execute(&NOTE, args!["in the log"].to_vec()).await.expect("it runs");
    let before = traces(house.folder());
    assert!(before["openbell.db-wal"].0.len() > 1_000, "the note is in the log");
    let beside = doctor(&house, &[]).await;
    beside.expect_well();
    beside.expect("database", "ok", "in its log");
    beside.expect("data_lock", "ok", "");
    #[cfg(target_os = "linux")]
    beside.expect("data_lock", "ok", &format!("process {}", std::process::id()));
    assert_eq!(traces(house.folder()), before, "open elsewhere");

    // What a crash leaves behind, with the index beside it and without.
    let crashed = Installation::new(env!("CARGO_BIN_EXE_openbell"), None);
    for (name, (bytes, _)) in &before {
        fs::write(crashed.folder().join(name), bytes).expect("a copy");
    }
    fs::set_permissions(crashed.folder().join("secret"), fs::Permissions::from_mode(0o600))
        .expect("its mode");
    let copy = traces(crashed.folder());
    doctor(&crashed, &[]).await.expect("database", "ok", "in its log");
    assert_eq!(traces(crashed.folder()), copy, "after a crash");
    fs::remove_file(crashed.folder().join("openbell.db-shm")).expect("it was there");
    let copy = traces(crashed.folder());
    let seen = doctor(&crashed, &[]).await;
    seen.expect("database", "ok", "left to the next start");
    assert_eq!(traces(crashed.folder()), copy, "a copy without its index");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_running_server() {
    let house = house();
    let server = house.serve().await;
    house.succeed(&["user", "add", "ann@example.com"], b"correct horse battery\n").await;
    let listen = server.address().to_string();
    let seen = doctor(&house, &[("OPENBELL_LISTEN", &listen)]).await;
    seen.expect_well();
    seen.expect("listen", "ok", "held by a running Openbell");
    #[cfg(target_os = "linux")]
    seen.expect("data_lock", "ok", "(openbell): a running server is fine");
    let (status, _) = server.request("GET", "/health/ready", "", None).await;
    assert_eq!(status, 200);
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn configurations_that_are_wrong() {
    let house = house();
    let seen = doctor(&house, &[("OPENBELL_LISTN", "127.0.0.1:1")]).await;
    seen.expect("configuration", "fail", "OPENBELL_LISTEN");
    assert_eq!((seen.code, &seen.report["level"]), (2, &"fail".into()), "{seen}");
    let seen = doctor(&house, &[("CELERY_BROKER_URL", "redis://localhost")]).await;
    seen.expect("configuration", "warn", "CELERY_BROKER_URL is not needed");
    assert_eq!((seen.code, &seen.report["level"]), (0, &"warn".into()), "{seen}");

    fs::write(house.folder().join("openbell.toml"), "log = \"info\"\n").expect("written");
    let seen = doctor(&house, &[]).await;
    seen.expect("configuration", "ok", "openbell.toml; in the environment OPENBELL_");
    fs::write(house.folder().join("openbell.toml"), "lisen = \"x\"\n").expect("written");
    let seen = doctor(&house, &[]).await;
    seen.expect("configuration", "fail", "unknown key `lisen`");
    assert_eq!(seen.code, 2, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_others_can_read_or_guess() {
    let house = migrated().await;
    house.succeed(&["user", "list"], b"").await;
    let secret = house.folder().join("secret");
    doctor(&house, &[]).await.expect("secret_files", "ok", "(600)");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).expect("its mode");
    let seen = doctor(&house, &[]).await;
    seen.expect("secret_files", "warn", "chmod 600");
    assert_eq!((seen.code, &seen.report["level"]), (0, &"warn".into()), "{seen}");
    fs::write(&secret, "cut").expect("written");
    let seen = doctor(&house, &[]).await;
    seen.expect("secret", "fail", "fewer than 32 bytes");
    assert_eq!(seen.code, 1, "{seen}");
    let weak = "0123".repeat(10);
    let seen = doctor(&house, &[("OPENBELL_SECRET", &weak)]).await;
    seen.expect("secret", "warn", "from OPENBELL_SECRET; it has 4 different characters");
    assert!(!seen.to_string().contains(&weak), "it is never printed");
    // By a file of its own, as orchestrators hand it over.
    let handed = house.folder().join("handed");
    fs::write(&handed, "9f86d081884c7d659a2feaa0c55ad015\n").expect("written");
    fs::set_permissions(&handed, fs::Permissions::from_mode(0o444)).expect("its mode");
    let seen = doctor(&house, &[("OPENBELL_SECRET_FILE", handed.to_str().expect("text"))]).await;
    seen.expect("secret", "ok", "from OPENBELL_SECRET_FILE");
    seen.expect("secret_files", "warn", "handed is open to others (444)");
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_cannot_be_written_to() {
    let house = migrated().await;
    let closed = house.folder().join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("its mode");
    for folder in [closed.clone(), closed.join("new")] {
        let mut command = as_mortal(house.command(&["doctor", "--json"]));
        command.env("OPENBELL_DATA_DIR", &folder);
        let seen = seen(command).await;
        seen.expect("data_folder", "fail", "closed");
        assert_eq!(seen.code, 1, "{seen}");
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("its mode");
    // A file where the folder should be, and a lock that belongs to somebody else.
    let file = house.folder().join("data.lock");
    let seen = doctor(&house, &[("OPENBELL_DATA_DIR", file.to_str().expect("text"))]).await;
    seen.expect("data_folder", "fail", "no folder");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("its mode");
    let seen = seen_as_mortal(&house).await;
    seen.expect("data_folder", "fail", "data.lock cannot be written to");
}

async fn seen_as_mortal(house: &Installation) -> Seen {
    seen(as_mortal(house.command(&["doctor", "--json"]))).await
}

/// The same for one whom permissions hold: root, who may do everything, gives that right away.
fn as_mortal(command: Command) -> Command {
    if !rustix::process::geteuid().is_root() {
        return command;
    }
    let command = command.into_std();
    let rights = "-dac_override,-dac_read_search";
    let mut mortal = Command::new("setpriv");
    mortal
        .args(["--bounding-set", rights, "--inh-caps", rights, "--"])
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .kill_on_drop(true);
    if let Some(folder) = command.get_current_dir() {
        mortal.current_dir(folder);
    }
    mortal
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_that_are_damaged() {
    let house = house();
    let file = house.folder().join("openbell.db");
    for garbage in ["no database at all, only words", &"longer ".repeat(10_000)] {
        fs::write(&file, garbage).expect("written");
        let seen = doctor(&house, &[]).await;
        seen.expect("database", "fail", "is no SQLite database");
        assert_eq!(seen.code, 1, "{seen}");
    }
    fs::write(&file, "").expect("written");
    doctor(&house, &[]).await.expect("schema", "ok", "empty");
    fs::remove_file(&file).expect("it was there");

    house.succeed(&["migrate"], b"").await;
    let whole = fs::read(&file).expect("a database");
    let mut torn = whole.clone();
    let page = 4_096;
    assert!(torn.len() > 20 * page, "it has many pages");
    // Not the first pages, which tell of all the others, nor the last.
    torn[10 * page..14 * page].fill(0xa5);
    fs::write(&file, torn).expect("written");
    // What is torn may be what tells of the tables, without which nothing else can be read.
    let is_damaged = |seen: &Seen| {
        let fails = ["database", "integrity"].iter().any(|name| seen.of(name).0 == "fail");
        assert!(fails && seen.code == 1, "{seen}");
    };
    is_damaged(&doctor(&house, &[]).await);
    fs::write(&file, &whole[..whole.len() / 2]).expect("written");
    is_damaged(&doctor(&house, &[]).await);
    fs::write(&file, whole).expect("written");
    doctor(&house, &[]).await.expect_well();
    // By another name, with signs that mean something in an address.
    let odd = house.folder().join("a?b#c %41.db");
    symlink(&file, &odd).expect("a link");
    let url = format!("sqlite://{}", odd.display());
    doctor(&house, &[("DATABASE_URL", &url)]).await.expect("schema", "ok", "as this program");
}

/// Schemas of other programs than this one.
async fn schemas(house: &Installation, url: &str) {
    house.succeed(&["migrate"], b"").await;
    doctor(house, &[]).await.expect("schema", "ok", "as this program has them");
    execute(url, &NEWER).await;
    let seen = doctor(house, &[]).await;
    seen.expect("schema", "fail", "newer than this program: accounts/0999_wings");
    assert_eq!(seen.code, 1, "{seen}");
    execute(url, &NOT_NEWER).await;
    execute(url, &FORGET).await;
    let seen = doctor(house, &[]).await;
    seen.expect("schema", "warn", "1 not yet applied: foreclosures/0001");
    assert_eq!(seen.code, 0, "{seen}");
    execute(url, &CHANGE).await;
    let seen = doctor(house, &[]).await;
    seen.expect("schema", "fail", "another text was applied for accounts/0001");
    assert_eq!(seen.code, 1, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_of_other_programs_on_sqlite() {
    let house = house();
    let url = format!("sqlite://{}", house.folder().join("openbell.db").display());
    schemas(&house, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_of_other_programs_on_postgres() {
    let database = TestPostgres::database().await;
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(database.url()));
    doctor(&house, &[]).await.expect("schema", "ok", "empty");
    schemas(&house, database.url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_installation_on_postgres_and_redis() {
    let server = TestPostgres::private(true).await;
    let redis = TestRedis::namespace_of_run();
    let url = server.url();
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(&url));
    let house = house.with_redis(redis.url());
    house.succeed(&["migrate"], b"").await;
    let seen = doctor(&house, &[]).await;
    for name in ["database", "schema", "durability", "connections", "database_clock", "redis"] {
        seen.expect(name, "ok", "");
    }
    let (trigrams, _) = seen.of("pg_trgm");
    assert!(["ok", "warn"].contains(&trigrams), "{seen}");
    assert_eq!(seen.code, 0, "{seen}");
    assert_eq!(seen.of("data_lock").0, "none", "there is no file to lock");
    // The server has room for 200, less a few that it keeps for its owner.
    let seen = doctor(&house, &[("OPENBELL_POSTGRES_CONNECTIONS", "150")]).await;
    seen.expect("connections", "warn", "no room for a second node");
    let seen = doctor(&house, &[("OPENBELL_POSTGRES_CONNECTIONS", "199")]).await;
    seen.expect("connections", "fail", "");
    server.kill();
    let seen = doctor(&house, &[]).await;
    seen.expect("database", "fail", "");
    assert_eq!(seen.code, 3, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_do_not_keep_what_they_promise() {
    let lax = TestPostgres::private(false).await;
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(&lax.url()));
    doctor(&house, &[]).await.expect("durability", "warn", "fsync is off");
}

/// A listener that takes connections and, unless it says something, is silent.
#[expect(clippy::disallowed_methods, reason = "it lives as long as the test")]
async fn stranger(says: Option<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            if let Some(words) = says {
                // Whoever has gone already hears nothing.
                let _ = stream.write_all(words.as_bytes()).await;
            } else {
                kept.push(stream);
            }
        }
    });
    address
}

/// An address that nobody listens on.
async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("its address")
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_that_are_away() {
    let silent = stranger(None).await;
    let chatty = stranger(Some("SSH-2.0-OpenSSH_9.2\r\n")).await;
    let gone = nobody().await;
    for (address, words) in [(gone, "refused"), (silent, "no answer within 3 s")] {
        let url = format!("postgres://ann:hidden@{address}/openbell");
        let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(&url));
        let seen = doctor(&house, &[]).await;
        seen.expect("database", "fail", words);
        assert_eq!(seen.code, 3, "{seen}");
        assert!(!seen.to_string().contains("hidden"), "passwords are never printed: {seen}");
    }
    let url = format!("postgres://ann:hidden@{chatty}/openbell");
    let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(&url));
    let seen = doctor(&house, &[]).await;
    assert_eq!(seen.of("database").0, "fail", "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_away_or_none() {
    let database = TestPostgres::database().await;
    let silent = stranger(None).await;
    let web = stranger(Some("HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    let gone = nobody().await;
    for (address, words) in [(gone, "refused"), (silent, ""), (web, "")] {
        let house = Installation::new(env!("CARGO_BIN_EXE_openbell"), Some(database.url()));
        let house = house.with_redis(&format!("redis://ann:hidden@{address}"));
        let seen = doctor(&house, &[]).await;
        seen.expect("redis", "fail", &address.to_string());
        seen.expect("redis", "fail", words);
        seen.expect("database", "ok", "PostgreSQL");
        assert_eq!(seen.code, 1, "{seen}");
        assert!(!seen.to_string().contains("hidden"), "passwords are never printed: {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_that_somebody_else_has() {
    let house = house();
    let silent = stranger(None).await.to_string();
    let chatty = stranger(Some("SSH-2.0-OpenSSH_9.2\r\n")).await.to_string();
    for (address, words) in [
        (silent.as_str(), "does not answer"),
        (chatty.as_str(), "held by something"),
        // Of a network that is for examples alone.
        ("192.0.2.1:8000", "192.0.2.1:8000: "),
    ] {
        let seen = doctor(&house, &[("OPENBELL_LISTEN", address)]).await;
        seen.expect("listen", "fail", words);
        assert_eq!(seen.code, 1, "{seen}");
    }
    let open = [("OPENBELL_LISTEN", "0.0.0.0:0")];
    let seen = doctor(&house, &open).await;
    seen.expect("public_url", "warn", "without https");
    assert_eq!(seen.code, 0, "{seen}");
    assert_eq!(traces(house.folder()), BTreeMap::new());
}
