//! Commands that run inside the house, started from the command line: in its own process, or, when
//! a server holds the embedded database, in the server.

use std::pin::Pin;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{io::AsyncRead, sync::mpsc};

use crate::{Ctx, Result};

/// Bytes that a command reads: a file, or what came over the server's admin socket.
pub type Input = Pin<Box<dyn AsyncRead + Send>>;

/// What a running command tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub enum Report {
    /// How far it has come.
    Progress {
        /// Units done: rows, bytes.
        done: u64,
        /// All of them, when that is known.
        total: Option<u64>,
    },
    /// A line for people.
    Line {
        /// The text, without a line end.
        text: String,
    },
    /// What a machine reads; the last report of a command that succeeded.
    Result {
        /// The command's own form.
        value: Value,
    },
}

/// Where a command tells how it goes.
#[derive(Clone)]
pub struct Reporter(mpsc::Sender<Report>);

impl Reporter {
    /// Reports go to `sender`.
    pub const fn new(sender: mpsc::Sender<Report>) -> Self {
        Self(sender)
    }

    /// How far it has come. Dropped when the reader is slow: only the newest matters.
    pub fn progress(&self, done: u64, total: Option<u64>) {
        let _ = self.0.try_send(Report::Progress { done, total });
    }

    /// A line for people.
    pub async fn line(&self, text: impl Into<String> + Send) {
        let _ = self.0.send(Report::Line { text: text.into() }).await;
    }

    /// What a machine reads.
    pub async fn result<T: Serialize + Sync>(&self, value: &T) {
        let value = serde_json::to_value(value).unwrap_or_default();
        let _ = self.0.send(Report::Result { value }).await;
    }

    /// Whether nobody listens any more: the caller has gone, a long command should stop.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

/// A started command.
pub struct Run {
    /// The house.
    pub ctx: Ctx,
    /// What was given on the command line, as the command line parsed it.
    pub args: Value,
    /// The file or stream, empty when there is none.
    pub input: Input,
    /// Where to tell how it goes.
    pub report: Reporter,
}

impl Run {
    /// The arguments as a `T`.
    ///
    /// # Errors
    /// `bad_request` when the command line of another version sent something else.
    pub fn args<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.args).map_err(|e| crate::Error::bad_request(e.to_string()))
    }
}

type Start = Box<dyn Fn(Run) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// A command by its name, such as `properties.import`.
pub struct Command {
    pub(crate) name: &'static str,
    pub(crate) start: Start,
}

impl Command {
    /// A command that does `run`.
    pub fn new<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: Fn(Run) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self { name, start: Box::new(move |call| Box::pin(run(call))) }
    }
}
