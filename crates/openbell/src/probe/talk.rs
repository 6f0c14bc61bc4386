//! By hand: what comes is printed, what is typed is sent.

use std::io::Write as _;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio_tungstenite::tungstenite::Message;

use super::line::Target;
use crate::cli::Failure;

/// Copies frames both ways until either side ends.
pub(super) async fn talk(target: &Target) -> Result<(), Failure> {
    let mut socket = target.connect().await?;
    eprintln!("connected to {}; each line you type is sent as a frame, Ctrl-D ends", target.url);
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
