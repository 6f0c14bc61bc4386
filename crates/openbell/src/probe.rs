//! A socket in the terminal: what comes is printed, what is typed is sent.

use std::io::Write as _;

use anyhow::Context as _;
use futures_util::{SinkExt, StreamExt};
use kit::Config;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::header},
};

use crate::{cli::Failure, commands};

/// Connects to `url` and copies frames both ways until either side ends. A path alone means the
/// server of this configuration.
pub(crate) async fn probe(
    config: Config,
    url: &str,
    token: Option<String>,
    email: Option<String>,
) -> Result<(), Failure> {
    let url = match url.starts_with('/') {
        true => format!("ws://{}{url}", config.listen),
        false => url.to_owned(),
    };
    let token = match email {
        Some(email) => Some(commands::access_token(config, email).await?),
        None => token,
    };
    let mut request = url.as_str().into_client_request().context("not a WebSocket address")?;
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().context("the token cannot be sent")?;
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    let (mut socket, _) = connect_async(request).await.with_context(|| url.clone())?;
    eprintln!("connected to {url}; each line you type is sent as a frame, Ctrl-D ends");
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut typing = true;
    loop {
        tokio::select! {
            line = lines.next_line(), if typing => match line? {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => socket.send(Message::text(line)).await?,
                // A script's input may end at once; what comes is shown all the same.
                None if std::io::IsTerminal::is_terminal(&std::io::stdin()) => break,
                None => typing = false,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    // Whoever read has read enough: `probe … | head`.
                    if writeln!(std::io::stdout(), "{text}").is_err() {
                        break;
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    let told = frame.map(|f| format!(" {} {}", u16::from(f.code), f.reason));
                    eprintln!("closed{}", told.unwrap_or_default());
                    return Ok(());
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    let _ = socket.close(None).await;
    Ok(())
}
