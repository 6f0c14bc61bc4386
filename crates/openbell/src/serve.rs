//! The server.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use kit::{App, Config, Ctx, Module, config::LogFormat};
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::SignalKind,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing_subscriber::EnvFilter;

use crate::{
    admin,
    cli::{Failure, Serve},
    commands::refused,
    demonstration,
    house::{House, Lock},
    http::Server,
    modules,
};

/// Connections that may wait to be accepted: thousands of sockets come back at once after a
/// restart.
const BACKLOG: u32 = 4096;
/// How long the head of a request may take, and how long a kept connection may be silent: longer
/// than proxies keep theirs, nginx for 60 s, so that they never write into one that just ends.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// How long requests that are being served may go on when the process is to end.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// How long the process takes at most to end in order.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Runs the server until it is told to stop.
pub(crate) async fn serve(config: Config, how: &Serve) -> Result<(), Failure> {
    start_log(&config);
    for note in &config.notes {
        tracing::warn!("{note}");
    }
    if how.demo {
        demonstration::may_listen(config.listen, how.demo_public)?;
    }
    let running = Running::start_as(config.clone(), modules(), how.demo).await?;
    if config.is_sqlite() {
        admin::listen(&running.app, &config)?;
    }
    announce(&config, running.address);
    if how.demo {
        demonstration::announce();
    }
    let has_failed = tokio::select! {
        () = stop_signal() => false,
        () = running.ctx().store().failed() => true,
    };
    tracing::info!("stopping");
    running.stop().await;
    if has_failed {
        // For whoever looks after the process to start it anew.
        let message = "the disk did not confirm a write; a new start finds out what it holds";
        return Err(anyhow::anyhow!(message).into());
    }
    Ok(())
}

/// A house that takes connections.
pub(crate) struct Running {
    app: Arc<App>,
    server: Server,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Nobody else has the embedded database open as long as this is held.
    _lock: Lock,
}

impl Running {
    /// Builds a house of these modules and opens its door.
    pub(crate) async fn start(config: Config, modules: Vec<Module>) -> Result<Self, Failure> {
        Self::start_as(config, modules, false).await
    }

    /// The same, as a demonstration or not.
    pub(crate) async fn start_as(
        config: Config,
        modules: Vec<Module>,
        demo: bool,
    ) -> Result<Self, Failure> {
        let listen = config.listen;
        let House { app, clock, lock } = House::build(config, modules, demo).await?;
        let (listener, address) = bind(listen)?;
        app.ctx().follow_clock(clock).await.map_err(refused)?;
        app.start().await.map_err(refused)?;
        if demo {
            demonstration::open(&app).await?;
            app.simulate_demo();
        }
        let server = Server {
            router: app.router(),
            clock: app.ctx().clock().clone(),
            head_timeout: HEAD_TIMEOUT,
            ending: CancellationToken::new(),
            connections: TaskTracker::new(),
            places: app.ctx().connections().clone(),
            proxies: app.ctx().config().trusted_proxies.clone(),
        };
        server.connections.spawn(server.clone().accept(listener));
        Ok(Self { app: Arc::new(app), server, address, _lock: lock })
    }

    /// What the house's parts can reach.
    pub(crate) fn ctx(&self) -> &Ctx {
        self.app.ctx()
    }

    /// The house itself.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// Ends it in order, within [`STOP_LIMIT`].
    pub(crate) async fn stop(self) {
        let limit = self.ctx().clock().sleep(STOP_LIMIT);
        tokio::select! {
            () = stop(&self.app, &self.server) => {}
            () = limit => tracing::warn!("not everything ended in time"),
        }
    }
}

/// Ends what came from outside first, while everything that it may still need is there.
async fn stop(app: &App, server: &Server) {
    server.ending.cancel();
    server.connections.close();
    let answered = async {
        tokio::select! {
            () = server.connections.wait() => {}
            () = app.ctx().clock().sleep(ANSWER_LIMIT) => {
                tracing::warn!("requests did not end in time");
            }
        }
    };
    let drained = async {
        if let Some(hub) = app.ctx().hub() {
            hub.shutdown().await;
        }
    };
    tokio::join!(answered, drained);
    app.stop().await;
}

/// Says where to go.
fn announce(config: &Config, address: SocketAddr) {
    let database = if config.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("Openbell {version} on {database} listens on http://{address}\n");
    demonstration::say(&text);
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address).with_context(|| format!("cannot listen on {address}"))?;
    let listener = socket.listen(BACKLOG)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

async fn stop_signal() {
    let terminate = async {
        match tokio::signal::unix::signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(terminal)
        .with_writer(std::io::stderr);
    // An error means that a test has set a log of its own.
    let _ = match config.log_format {
        LogFormat::Json => log.json().try_init(),
        LogFormat::Text => log.try_init(),
    };
}
