//! Redis for tests: namespaces on the server of the test run, and servers of a test's own where it
//! has to stop one.

use std::{
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tempfile::TempDir;

use crate::servers::{free_port, service_address};

/// Where the script that starts the services of a test run leaves the server's URL.
const ADDRESS: &str = "OPENBELL_TEST_REDIS";

static NEXT_NAMESPACE: AtomicU64 = AtomicU64::new(1);

/// A part of the test run's Redis that no other test sees.
#[derive(Debug, Clone)]
pub struct TestRedis {
    url: String,
    namespace: String,
}

impl TestRedis {
    /// A namespace of its own on the server of the test run.
    ///
    /// # Panics
    /// When no server was handed over: a test that needs Redis fails without it and is never
    /// passed over.
    pub fn namespace_of_run() -> Self {
        Self::on(service_address(ADDRESS))
    }

    /// A server of this test's own, to be paused, killed and started again.
    ///
    /// # Panics
    /// When Redis is not installed or does not start.
    pub async fn private() -> PrivateRedis {
        tokio::task::spawn_blocking(PrivateRedis::create).await.expect("starting Redis panicked")
    }

    /// A namespace of its own on the server at this URL.
    pub fn on(url: impl Into<String>) -> Self {
        // The process keeps apart test binaries that run side by side; the server keeps nothing
        // for longer than two minutes, so a number that comes again finds nothing.
        let number = NEXT_NAMESPACE.fetch_add(1, Ordering::Relaxed);
        Self { url: url.into(), namespace: format!("test-{}-{number}", process::id()) }
    }

    /// The same namespace, reached by another URL.
    #[must_use]
    pub fn at(&self, url: impl Into<String>) -> Self {
        Self { url: url.into(), namespace: self.namespace.clone() }
    }

    /// Where it is: `redis://host:port`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What keeps it apart from others.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }
}

/// A Redis that one test owns. It ends with the value.
#[derive(Debug)]
pub struct PrivateRedis {
    port: u16,
    folder: TempDir,
    arguments: Vec<String>,
    /// What it says once it can be used.
    ready: &'static str,
    child: Mutex<Option<Child>>,
}

impl PrivateRedis {
    /// Its URL. The port stays the same over restarts.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its port on the loopback address.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Makes it stand still: connections stay open and nothing is answered.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on after [`PrivateRedis::pause`].
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    /// Ends it at once; everything that it held is gone.
    pub fn kill(&self) {
        if let Some(mut child) = self.child().take() {
            child.kill().expect("Redis can be killed");
            child.wait().expect("Redis ends");
        }
    }

    /// Starts it again after [`PrivateRedis::kill`] and returns once it takes connections.
    pub fn start(&self) {
        self.try_start().expect("Redis does not start again");
    }

    pub(crate) fn create() -> Self {
        Self::create_with("Ready to accept connections", |_, port| Self::plain(port))
    }

    /// A server with arguments of its own, made from its folder and its port.
    pub(crate) fn create_with(
        ready: &'static str,
        arguments: impl Fn(&Path, u16) -> Vec<String>,
    ) -> Self {
        // The port may be taken by somebody else between the look and the start.
        let mut last = None;
        for _ in 0..5 {
            let folder = tempfile::Builder::new().prefix("openbell-redis-").tempdir();
            let folder = folder.expect("a temporary folder");
            let port = free_port().expect("no free port");
            let arguments = arguments(folder.path(), port);
            let server = Self { port, folder, arguments, ready, child: Mutex::default() };
            match server.try_start() {
                Ok(()) => return server,
                Err(error) => last = Some(error),
            }
        }
        panic!("Redis does not start; is it installed? run `make test`: {last:?}");
    }

    /// The arguments of a server that stands alone.
    pub(crate) fn plain(port: u16) -> Vec<String> {
        let port = port.to_string();
        let place = ["--port", &port, "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0"];
        let memory = ["--save", "", "--appendonly", "no", "--daemonize", "no"];
        place.iter().chain(&memory).map(|word| (*word).to_owned()).collect()
    }

    fn try_start(&self) -> io::Result<()> {
        let folder = self.folder.path();
        // Whoever clears away after a killed test finds the server by this file.
        let pid_file: PathBuf = folder.join("redis.pid");
        let mut child = Command::new("redis-server")
            .args(&self.arguments)
            .arg("--pidfile")
            .arg(pid_file)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("it has no output"))?;
        let mut said = String::new();
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next() {
            let line = line?;
            if line.contains(self.ready) {
                *self.child() = Some(child);
                // Somebody has to take what it says later on.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(());
            }
            said.push_str(&line);
            said.push('\n');
        }
        child.wait()?;
        Err(io::Error::other(said))
    }

    fn signal(&self, signal: &str) {
        let id = self.child().as_ref().expect("Redis runs").id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill is there");
        assert!(sent.success(), "kill {signal}");
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        if let Some(mut child) = self.child().take() {
            // Best effort: it may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
