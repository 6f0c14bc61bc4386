//! Serving a demonstration: where that may be, and what is said of it.

use std::{io::Write, net::SocketAddr};

use kit::{App, Report, Reporter, demo};
use tokio::sync::mpsc;

use crate::{cli::Failure, commands::refused};

/// What the dice of every demonstration are made from: two of one day are alike.
const NUMBER: u64 = 1;

/// Whether a demonstration may listen there: everybody knows its passwords.
pub(crate) fn may_listen(listen: SocketAddr, is_public: bool) -> Result<(), Failure> {
    if listen.ip().is_loopback() || is_public {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "a demo is not served on {listen}, where others could sign in with the passwords that \
         everybody knows; listen on 127.0.0.1, or say --demo-public"
    )))
}

/// Fills the database of a house that has started, unless it is filled, and says so.
pub(crate) async fn open(app: &App) -> Result<(), Failure> {
    let (sender, mut reports) = mpsc::channel(16);
    let filling = async {
        let report = Reporter::new(sender);
        app.open_demo(NUMBER, &report).await.map_err(refused)
    };
    let telling = async {
        while let Some(report) = reports.recv().await {
            if let Report::Line { text } = report {
                say(&format!("{text}\n"));
            }
        }
    };
    tokio::join!(filling, telling).0
}

/// Says who may sign in.
pub(crate) fn announce() {
    let mut text = format!("Demo data, and a market that moves. Password: {}\n", demo::PASSWORD);
    for person in demo::PEOPLE {
        text.push_str(&format!("  {:<30} {}\n", person.email, person.about));
    }
    say(&text);
}

/// Whoever started the process may have closed its output: no reason to die.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_is_for_this_machine_alone_unless_one_says_otherwise() {
        for (listen, is_public, fine) in [
            ("127.0.0.1:8000", false, true),
            ("127.8.0.1:8000", false, true),
            ("[::1]:8000", false, true),
            ("0.0.0.0:8000", false, false),
            ("[::]:8000", false, false),
            ("192.168.1.4:8000", false, false),
            ("0.0.0.0:8000", true, true),
        ] {
            let allowed = may_listen(listen.parse().unwrap(), is_public);
            assert_eq!(allowed.is_ok(), fine, "{listen}");
            if let Err(failure) = allowed {
                assert!(failure.code == 2 && failure.message.contains("--demo-public"));
            }
        }
    }
}
