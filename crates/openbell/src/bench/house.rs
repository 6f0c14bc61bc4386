//! A real house in this process, but for accounts: whoever has a token is somebody.

use anyhow::Context as _;
use domain::{Role, Roles, Scope, TenantId, UserId};
use kit::{Module, Report, Reporter, Run};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::{cli::Failure, serve::Running};

/// A running house.
pub(super) struct House {
    pub(super) running: Running,
    _folder: tempfile::TempDir,
}

impl House {
    /// A house on this PostgreSQL, or on SQLite in a folder of its own.
    pub(super) async fn start(database: Option<&str>) -> Result<Self, Failure> {
        let folder = tempfile::tempdir().context("a folder for the database")?;
        let place = folder.path().to_string_lossy().into_owned();
        let database = database.iter().map(|url| ("DATABASE_URL", *url));
        let settings = [
            ("OPENBELL_DATA_DIR", place.as_str()),
            ("OPENBELL_LISTEN", "127.0.0.1:0"),
            ("OPENBELL_SECRET", "the secret of a measurement, long enough"),
            ("OPENBELL_MAX_CONNECTIONS", "1000000"),
            ("OPENBELL_MAX_CONNECTIONS_PER_ADDRESS", "1000000"),
            ("OPENBELL_RATE_READ", "off"),
            ("OPENBELL_RATE_WRITE", "off"),
            ("OPENBELL_RATE_SOCKET", "off"),
        ];
        let env = settings.into_iter().chain(database);
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = kit::Config::load(env, None).map_err(Failure::usage)?;
        let modules: Vec<Module> = vec![auctions::module()];
        let running = Running::start(config, modules).await?;
        Ok(Self { running, _folder: folder })
    }

    /// Somebody's token.
    pub(super) fn token(&self, who: UserId) -> Result<String, Failure> {
        let ctx = self.running.ctx();
        let roles: Roles = [Role::User].into_iter().collect();
        let scope = Scope::user(TenantId::DEFAULT, who, roles);
        let issued = ctx.tokens().issue(&scope, ctx.new_id(), ctx.now());
        issued.map_err(|error| anyhow::anyhow!("{error}").into())
    }

    /// Runs a command inside of the house; its result.
    pub(super) async fn command(&self, name: &str, args: Value) -> Result<Value, Failure> {
        command(&self.running, name, args, Vec::new()).await
    }
}

/// Runs a command on what it reads from its input; its result.
pub(super) async fn command(
    running: &Running,
    name: &str,
    args: Value,
    input: Vec<u8>,
) -> Result<Value, Failure> {
    let (sender, mut reports) = mpsc::channel(64);
    let input = Box::pin(std::io::Cursor::new(input));
    let run = Run { ctx: running.ctx().clone(), args, input, report: Reporter::new(sender) };
    let collect = async {
        let mut found = Value::Null;
        while let Some(report) = reports.recv().await {
            if let Report::Result { value } = report {
                found = value;
            }
        }
        found
    };
    let work = running.app().command(name, run);
    let (outcome, found) = tokio::join!(work, collect);
    outcome.map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(found)
}
