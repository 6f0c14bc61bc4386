//! The real binary as a child process, for tests that kill it.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

use crate::{app::PATIENCE, frames::FrameBook, socket::SocketProbe};

/// How often a process is looked at that has no way to tell.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// A test's requests all come from one address, and faster than anybody's.
pub(crate) const NO_LIMITS: [(&str, &str); 5] = [
    ("OPENBELL_RATE_AUTH", "off"),
    ("OPENBELL_RATE_READ", "off"),
    ("OPENBELL_RATE_WRITE", "off"),
    ("OPENBELL_RATE_IMPORT", "off"),
    ("OPENBELL_RATE_SOCKET", "off"),
];

/// An installation on this machine: a binary, a data folder, a database.
pub struct Installation {
    binary: PathBuf,
    folder: tempfile::TempDir,
    database: Option<String>,
    redis: Option<String>,
    /// A file with the authorities that the system trusts, instead of the system's own.
    authorities: Option<PathBuf>,
}

impl Installation {
    /// An installation with an empty data folder; on SQLite unless a PostgreSQL URL is given.
    pub fn new(binary: &str, postgres: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = postgres.map(str::to_owned);
        Self { binary: binary.into(), folder, database, redis: None, authorities: None }
    }

    /// Connects the servers of this installation, and those of others on the same database, by the
    /// Redis at this URL. [`Installation::serve`] may then be called several times: each call is a
    /// node.
    #[must_use]
    pub fn with_redis(mut self, url: &str) -> Self {
        self.redis = Some(url.to_owned());
        self
    }

    /// Trusts the authority of [`TlsFront`](crate::TlsFront), as if it were one of the system's.
    #[must_use]
    pub fn trusting_tests(mut self) -> Self {
        let file = self.folder.path().join("authorities.pem");
        std::fs::write(&file, crate::TlsFront::AUTHORITY).expect("the file is written");
        self.authorities = Some(file);
        self
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A command of the binary with this installation's environment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(args)
            .env_clear()
            .env("OPENBELL_DATA_DIR", self.folder.path())
            .env("OPENBELL_LISTEN", "127.0.0.1:0")
            .env("OPENBELL_LOG", "warn")
            .env("OPENBELL_ARGON2_MEMORY_KIB", "64")
            .env("OPENBELL_ARGON2_ITERATIONS", "1")
            .envs(NO_LIMITS)
            .current_dir(self.folder.path())
            .kill_on_drop(true);
        if let Some(url) = &self.database {
            command
                .env("DATABASE_URL", url)
                .env("OPENBELL_SECRET", "the secret of every test, long enough");
        }
        if let Some(url) = &self.redis {
            command.env("REDIS_URL", url);
        }
        if let Some(file) = &self.authorities {
            command.env("SSL_CERT_FILE", file);
        }
        command
    }

    /// Runs a command to its end: exit code, standard output, standard error.
    pub async fn run(&self, args: &[&str], input: &[u8]) -> (i32, String, String) {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(input).await.expect("it takes its input");
        drop(stdin);
        let output = child.wait_with_output().await.expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    /// Runs a command that must succeed; its standard output.
    #[track_caller]
    pub fn succeed<'a>(
        &'a self,
        args: &'a [&'a str],
        input: &'a [u8],
    ) -> impl Future<Output = String> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let (code, out, error) = self.run(args, input).await;
            assert_eq!(code, 0, "{place}: {args:?}: {error}");
            out
        }
    }

    /// What the binary says of its sockets.
    async fn frame_book(&self) -> Arc<FrameBook> {
        let text = self.succeed(&["asyncapi"], b"").await;
        Arc::new(FrameBook::new(serde_json::from_str(&text).expect("a document")))
    }

    /// Starts the server and waits until it listens.
    pub async fn serve(&self) -> Server {
        self.serve_with(&["serve"]).await
    }

    /// The same with these arguments.
    pub async fn serve_with(&self, args: &[&str]) -> Server {
        let mut command = self.command(args);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("its output");
        let mut lines = BufReader::new(stdout).lines();
        loop {
            let line = lines.next_line().await.expect("its output is text");
            let line = line.expect("the server listens before it ends");
            if let Some((_, address)) = line.split_once("http://") {
                let address = address.trim().parse().expect("an address");
                return Server { child, address, book: self.frame_book().await };
            }
        }
    }
}

/// A running server process.
pub struct Server {
    child: Child,
    address: SocketAddr,
    book: Arc<FrameBook>,
}

impl Server {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process, for [`kill`] while others still speak to it.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// What `/metrics` shows, by name and labels.
    pub async fn figures(&self) -> BTreeMap<String, f64> {
        let (_, text) = self.text("GET", "/metrics", "", "").await;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let figure = |line: &str| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        lines.filter_map(figure).collect()
    }

    /// kill -9: no handler runs, no buffer is flushed.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Ends it in order, by SIGTERM; its exit code.
    pub async fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(sent.expect("kill is there").success());
        self.child.wait().await.expect("it ends").code()
    }

    /// Opens a socket. Every frame has to be as `openbell asyncapi` describes it.
    pub async fn socket(&self, path: &str, token: &str) -> SocketProbe {
        let socket = SocketProbe::open(self.address, path, Some(token)).await;
        socket.held_against(self.book.clone())
    }

    /// Waits until this is what `/health/ready` says, as its status (`ok`, `degraded`) or within a
    /// reason. Looks again every few milliseconds.
    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "another process is looked at, in real time")]
    pub fn until_ready(&self, words: &str) -> impl Future<Output = ()> + '_ {
        let (place, words) = (std::panic::Location::caller(), words.to_owned());
        async move {
            let mut last = Value::Null;
            let looking = async {
                while last["status"] != words && !last["reasons"].to_string().contains(&words) {
                    tokio::time::sleep(LOOK_AGAIN).await;
                    (_, last) = self.request("GET", "/health/ready", "", None).await;
                }
            };
            let looked = tokio::time::timeout(PATIENCE, looking).await;
            assert!(looked.is_ok(), "{place}: not {words}: {last}");
        }
    }

    /// One request over a connection of its own: status and body.
    pub async fn request(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let (status, text) = self.text(method, path, token, &body).await;
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn text(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, String) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             authorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        let status = answer.get(9..12).and_then(|code| code.parse().ok()).expect("a status");
        let (head, text) = answer.split_once("\r\n\r\n").expect("a body");
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let text = if chunked { unchunk(text) } else { text.to_owned() };
        (status, text)
    }
}

fn unchunk(mut text: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = text.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 || rest.len() < size {
            break;
        }
        whole.push_str(&rest[..size]);
        text = rest[size..].trim_start_matches("\r\n");
    }
    whole
}

/// kill -9 of a process.
pub async fn kill(process: u32) {
    let sent = Command::new("kill").args(["-KILL", &process.to_string()]).status().await;
    assert!(sent.expect("kill is there").success());
}
