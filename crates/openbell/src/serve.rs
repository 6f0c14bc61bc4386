//! The server.

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use kit::{App, Config, config::LogFormat};
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::SignalKind,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing_subscriber::EnvFilter;

use crate::{admin, cli::Failure, commands::refused, house::House, http::Server};

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
pub(crate) async fn serve(config: Config) -> Result<(), Failure> {
    start_log(&config);
    for note in &config.notes {
        tracing::warn!("{note}");
    }
    let House { app, clock, lock: _lock } = House::build(config.clone()).await?;
    let app = Arc::new(app);
    let (listener, address) = bind(config.listen)?;
    app.ctx().follow_database_clock(clock).await.map_err(refused)?;
    app.start().await.map_err(refused)?;
    if config.is_sqlite() {
        admin::listen(&app, &config)?;
    }
    announce(&config, address);

    let server = Server {
        router: app.router(),
        clock: app.ctx().clock().clone(),
        head_timeout: HEAD_TIMEOUT,
        ending: CancellationToken::new(),
        connections: TaskTracker::new(),
    };
    tokio::select! {
        () = server.clone().accept(listener) => {}
        () = stop_signal() => {}
    }
    tracing::info!("stopping");
    let limit = app.ctx().clock().sleep(STOP_LIMIT);
    tokio::select! {
        () = stop(&app, &server) => {}
        () = limit => tracing::warn!("not everything ended in time"),
    }
    Ok(())
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

/// Says where to go. Whoever started the process may have closed its output: no reason to die.
fn announce(config: &Config, address: SocketAddr) {
    let database = if config.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("Openbell {version} on {database} listens on http://{address}\n");
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
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
