//! A proxy in front of PostgreSQL that breaks a connection at its COMMIT.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
};
use tokio_util::task::TaskTracker;

/// What happens to a COMMIT, or to a BEGIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// It goes through.
    Pass,
    /// The connection is cut before the server sees it.
    CutBefore,
    /// The connection is cut when the server has answered.
    CutAfter,
    /// It is held back until [`Proxy::let_through`].
    Hold,
    /// The connection is cut instead of beginning a transaction, but only the next time.
    CutNextBegin,
}

/// A proxy in front of PostgreSQL.
pub(crate) struct Proxy {
    url: String,
    rule: watch::Sender<Rule>,
    held: Arc<Notify>,
    go: Arc<Notify>,
    connections: TaskTracker,
}

impl Proxy {
    pub(crate) async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (address, database) = {
            let rest = url.split_once('@').unwrap().1;
            rest.split_once('/').unwrap()
        };
        let user = url.split_once("//").unwrap().1.split_once('@').unwrap().0;
        let proxy = Self {
            url: format!("postgres://{user}@127.0.0.1:{port}/{database}"),
            rule: watch::Sender::new(Rule::Pass),
            held: Arc::default(),
            go: Arc::default(),
            connections: TaskTracker::new(),
        };
        let (address, tracker) = (address.to_owned(), proxy.connections.clone());
        let (rule, held, go) = (proxy.rule.clone(), proxy.held.clone(), proxy.go.clone());
        proxy.connections.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&address).await.unwrap();
                let pair =
                    Pair { client, server, rule: rule.clone(), held: held.clone(), go: go.clone() };
                tracker.spawn(pair.run());
            }
        });
        proxy
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn rule_is(&self, rule: Rule) {
        self.rule.send_replace(rule);
    }

    /// Waits until a COMMIT is held back.
    pub(crate) async fn until_held(&self) {
        self.held.notified().await;
    }

    pub(crate) fn let_through(&self) {
        self.go.notify_one();
    }
}

struct Pair {
    client: TcpStream,
    server: TcpStream,
    rule: watch::Sender<Rule>,
    held: Arc<Notify>,
    go: Arc<Notify>,
}

impl Pair {
    /// Both sockets close when it returns.
    async fn run(mut self) -> io::Result<()> {
        let (mut ours, mut theirs) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let mut cut_at_answer = false;
        let mut held_back: Option<Vec<u8>> = None;
        loop {
            tokio::select! {
                read = self.client.read(&mut ours), if held_back.is_none() => {
                    let sent = &ours[..read?];
                    if sent.is_empty() {
                        return Ok(());
                    }
                    let says = |word: &[u8]| sent.windows(word.len()).any(|part| part == word);
                    let rule = *self.rule.borrow();
                    if rule == Rule::CutNextBegin && says(b"begin") {
                        self.rule.send_replace(Rule::Pass);
                        return Ok(());
                    }
                    if says(b"commit\0") {
                        match rule {
                            Rule::Pass | Rule::CutNextBegin => {}
                            Rule::CutBefore => return Ok(()),
                            Rule::CutAfter => cut_at_answer = true,
                            Rule::Hold => {
                                held_back = Some(sent.to_vec());
                                self.held.notify_one();
                                continue;
                            }
                        }
                    }
                    self.server.write_all(sent).await?;
                }
                () = self.go.notified(), if held_back.is_some() => {
                    self.server.write_all(&held_back.take().unwrap_or_default()).await?;
                }
                read = self.server.read(&mut theirs) => {
                    let answer = &theirs[..read?];
                    if answer.is_empty() || cut_at_answer {
                        return Ok(());
                    }
                    self.client.write_all(answer).await?;
                }
            }
        }
    }
}
