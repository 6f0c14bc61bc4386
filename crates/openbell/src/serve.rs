//! The server.

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::serve::{ListenerExt, TapIo};
use kit::{Config, config::LogFormat};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    signal::unix::SignalKind,
};
use tracing_subscriber::EnvFilter;

use crate::{admin, cli::Failure, commands::refused, house::House};

/// Connections that may wait to be accepted: thousands of sockets come back at once after a
/// restart.
const BACKLOG: u32 = 4096;
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

    let router = app.router().into_make_service_with_connect_info::<SocketAddr>();
    let stop = app.ctx().stopping().clone();
    let server =
        axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
    let running = app.clone();
    let signalled = async move {
        stop_signal().await;
        tracing::info!("stopping");
        let limit = running.ctx().clock().sleep(STOP_LIMIT);
        tokio::select! {
            () = running.stop() => {}
            () = limit => tracing::warn!("not everything ended in time"),
        }
    };
    tokio::select! {
        served = async { server.await } => served.context("the server failed")?,
        () = signalled => {}
    }
    Ok(())
}

/// Says where to go. Whoever started the process may have closed its output: no reason to die.
fn announce(config: &Config, address: SocketAddr) {
    let database = if config.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("Openbell {version} on {database} listens on http://{address}\n");
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// A listening socket that does something to each connection.
type Listening = TapIo<TcpListener, fn(&mut TcpStream)>;

fn bind(address: SocketAddr) -> Result<(Listening, SocketAddr), Failure> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address).with_context(|| format!("cannot listen on {address}"))?;
    let listener = socket.listen(BACKLOG)?;
    let bound = listener.local_addr()?;
    Ok((listener.tap_io(without_delay), bound))
}

/// The default would hold small frames back until the one before is acknowledged.
fn without_delay(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was refused");
    }
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
