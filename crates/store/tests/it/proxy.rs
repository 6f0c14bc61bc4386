//! A proxy in front of PostgreSQL that breaks a connection at its COMMIT.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
};
use tokio_util::task::TaskTracker;

/// What happens to a COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtCommit {
    /// It goes through.
    Pass,
    /// The connection is cut before the server sees it.
    CutBefore,
    /// The connection is cut when the server has answered.
    CutAfter,
    /// It is held back until [`Proxy::let_through`].
    Hold,
}

/// A proxy in front of PostgreSQL.
pub(crate) struct Proxy {
    url: String,
    rule: watch::Sender<AtCommit>,
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
            rule: watch::Sender::new(AtCommit::Pass),
            held: Arc::default(),
            go: Arc::default(),
            connections: TaskTracker::new(),
        };
        let (address, tracker) = (address.to_owned(), proxy.connections.clone());
        let (rule, held, go) = (proxy.rule.subscribe(), proxy.held.clone(), proxy.go.clone());
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

    pub(crate) fn at_commit(&self, rule: AtCommit) {
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
    rule: watch::Receiver<AtCommit>,
    held: Arc<Notify>,
    go: Arc<Notify>,
}

impl Pair {
    /// Both sockets close when it returns.
    async fn run(mut self) -> io::Result<()> {
        let (mut ours, mut theirs) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let mut cut_at_answer = false;
        loop {
            tokio::select! {
                read = self.client.read(&mut ours) => {
                    let sent = &ours[..read?];
                    if sent.is_empty() {
                        return Ok(());
                    }
                    if sent.windows(7).any(|part| part == b"commit\0") {
                        let rule = *self.rule.borrow();
                        match rule {
                            AtCommit::Pass => {}
                            AtCommit::CutBefore => return Ok(()),
                            AtCommit::CutAfter => cut_at_answer = true,
                            AtCommit::Hold => {
                                self.held.notify_one();
                                self.go.notified().await;
                            }
                        }
                    }
                    self.server.write_all(sent).await?;
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
