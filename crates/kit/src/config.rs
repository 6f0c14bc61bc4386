//! The configuration: environment over file over defaults, from one table of keys.
//!
//! The table below makes the struct, the loading, the printed example and the errors. Whoever
//! adds a key adds one row.

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, path::PathBuf, time::Duration};

use domain::TenantId;

pub use crate::config_sources::{Source, SourcePlace};
pub use crate::config_values::{Hidden, LogFormat, Origin, RateLimit, SecretUrl, TenantHost};
use crate::{
    config_load::Given,
    config_sources,
    config_values::Value,
    proxies::Proxies,
    secret::{MIN_SECRET_BYTES, Secret},
};

/// Why the configuration is not accepted: one line that names the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// How the one who wrote it calls the key: a variable, or a file and the key in it.
    pub name: String,
    /// The file that the value stands in; none for the environment.
    pub file: Option<PathBuf>,
}

/// One key.
#[derive(Debug)]
pub struct Setting {
    /// Its name in `openbell.toml`.
    pub name: &'static str,
    /// Its environment variable.
    pub env: &'static str,
    /// Its value when nobody says anything; empty for none.
    pub default: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// Whether it is never shown, and may be read from the file that `<env>_FILE` names.
    pub secret: bool,
}

macro_rules! settings {
    ($(
        $name:ident: $type:ty $([$min:literal, $max:literal])? = $default:literal,
        $env:literal $($secret:ident)?, $about:literal;
    )*) => {
        /// The whole configuration, read once when the process starts.
        #[derive(Debug, Clone)]
        pub struct Config {
            $(#[doc = concat!($about, ". `", $env, "`.")] pub $name: $type,)*
            /// Where records come from by themselves: `[[sources]]`, which only a file can say.
            pub sources: Vec<Source>,
            /// What is worth a line in the log: not wrong, but without effect.
            pub notes: Vec<String>,
            /// Where the values of keys come from, by the names of the keys; nothing of those that
            /// are as by default.
            pub places: BTreeMap<&'static str, Place>,
        }

        /// Every key, in the order of the printed example.
        pub static SETTINGS: &[Setting] = &[$(Setting {
            name: stringify!($name),
            env: $env,
            default: $default,
            about: $about,
            secret: settings!(@secret $($secret)?),
        }),*];

        impl Config {
            /// Reads each value from what was given for its key.
            pub(crate) fn of_given(given: &Given) -> Result<Self, ConfigError> {
                Ok(Self {
                    $($name: {
                        let value = given.read::<$type>(stringify!($name), $default)?;
                        $(given.within(stringify!($name), value, $min, $max)?;)?
                        value
                    },)*
                    sources: given.sources.clone(),
                    notes: given.notes.clone(),
                    places: given.places(),
                })
            }

            /// Every value in TOML, in the order of [`SETTINGS`].
            fn shown(&self) -> Vec<Option<String>> {
                vec![$(Value::toml(&self.$name)),*]
            }
        }
    };
    (@secret secret) => { true };
    (@secret) => { false };
}

settings! {
    listen: SocketAddr = "127.0.0.1:8000", "OPENBELL_LISTEN",
        "The address and the port of the server";
    data_dir: PathBuf = "./data", "OPENBELL_DATA_DIR",
        "The folder of the database, the secret and uploads";
    database_url: SecretUrl = "", "DATABASE_URL" secret,
        "sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME; a file in data_dir by default";
    redis_url: Option<SecretUrl> = "", "REDIS_URL" secret,
        "redis://[USER:PASSWORD@]HOST[:PORT][/DB], which connects several nodes; rediss://, \
         redis+sentinel:// and redis+cluster:// too";
    secret: Option<Hidden> = "", "OPENBELL_SECRET" secret,
        "At least 32 bytes; needed with PostgreSQL, made in data_dir with SQLite";
    previous_secret: Option<Hidden> = "", "OPENBELL_PREVIOUS_SECRET" secret,
        "The secret before, accepted while sessions move to the new one";
    public_url: Option<Origin> = "", "OPENBELL_PUBLIC_URL",
        "Where browsers find the server; http://localhost:PORT by default";
    allowed_origins: Vec<Origin> = "", "OPENBELL_ALLOWED_ORIGINS",
        "Further origins whose pages may use the API and the sockets";
    trusted_proxies: Proxies = "", "OPENBELL_TRUSTED_PROXIES",
        "Addresses and networks whose X-Forwarded-For, -Proto and -Host are believed";
    tenant_hosts: Vec<TenantHost> = "", "OPENBELL_TENANT_HOSTS",
        "HOST=TENANT-ID: in which tenants strangers act, by the host that they ask for";
    ws_query_token: bool = "false", "OPENBELL_WS_QUERY_TOKEN",
        "Whether sockets accept ?token=, which ends up in the logs of proxies";
    log: String = "info", "OPENBELL_LOG",
        "What is logged: a level, or levels by module such as info,store=debug";
    log_format: LogFormat = "text", "OPENBELL_LOG_FORMAT",
        "text for people, json for machines";
    access_token_minutes: u64 [1, 1440] = "15", "OPENBELL_ACCESS_TOKEN_MINUTES",
        "How long an access token lives, in minutes";
    refresh_token_days: u64 [1, 365] = "30", "OPENBELL_REFRESH_TOKEN_DAYS",
        "How long a session lives without being used, in days";
    argon2_memory_kib: u32 [8, 4194304] = "19456", "OPENBELL_ARGON2_MEMORY_KIB",
        "Memory to hash one password, in KiB";
    argon2_iterations: u32 [1, 1000] = "2", "OPENBELL_ARGON2_ITERATIONS",
        "Passes over that memory";
    monitor_sweep_minutes: u64 [1, 44640] = "15", "OPENBELL_MONITOR_SWEEP_MINUTES",
        "How often a source is looked at that does not say so itself, in minutes";
    auctions_resume: bool = "false", "OPENBELL_AUCTIONS_RESUME",
        "Resume auctions by themselves that an outage has paused, with the time that it took";
    retention_days: u64 [1, 3650] = "7", "OPENBELL_RETENTION_DAYS",
        "How long events can be replayed, in days";
    retention_events_per_topic: u32 [100, 100000000] = "10000",
        "OPENBELL_RETENTION_EVENTS_PER_TOPIC",
        "How many events of one topic can be replayed";
    postgres_connections: usize [2, 10000] = "16", "OPENBELL_POSTGRES_CONNECTIONS",
        "Connections to PostgreSQL";
    sqlite_readers: usize [1, 256] = "4", "OPENBELL_SQLITE_READERS",
        "Threads that read from SQLite";
    request_timeout_seconds: u64 [1, 3600] = "30", "OPENBELL_REQUEST_TIMEOUT_SECONDS",
        "How long a request may take, in seconds";
    max_requests: usize [1, 1000000] = "1024", "OPENBELL_MAX_REQUESTS",
        "How many requests are served at once";
    max_body_bytes: usize [1024, 1073741824] = "1048576", "OPENBELL_MAX_BODY_BYTES",
        "How long the body of a request may be, in bytes";
    max_connections: usize [1, 10000000] = "50000", "OPENBELL_MAX_CONNECTIONS",
        "How many connections may be open at once, sockets included";
    max_connections_per_address: usize [1, 10000000] = "2000",
        "OPENBELL_MAX_CONNECTIONS_PER_ADDRESS",
        "How many of them from one IPv4 address or IPv6 /64";
    rate_auth: RateLimit = "60/m", "OPENBELL_RATE_AUTH",
        "Sign-ins, registrations, refreshes of one address: off, or a number /s, /m, /h";
    rate_read: RateLimit = "6000/m", "OPENBELL_RATE_READ",
        "Requests of one user or address that change nothing";
    rate_write: RateLimit = "1200/m", "OPENBELL_RATE_WRITE",
        "Requests of one user or address that change something";
    rate_import: RateLimit = "60/m", "OPENBELL_RATE_IMPORT",
        "Imports of one user";
    rate_socket: RateLimit = "1200/m", "OPENBELL_RATE_SOCKET",
        "Sockets that one user or address opens";
    login_failures: u32 [0, 1000] = "5", "OPENBELL_LOGIN_FAILURES",
        "Failed sign-ins to an account from one address before pauses begin; 0 for no pauses";
    socket_soft_queue_bytes: usize [1024, 1073741824] = "65536",
        "OPENBELL_SOCKET_SOFT_QUEUE_BYTES",
        "Above this many waiting bytes a socket gets no passing frames";
    socket_hard_queue_bytes: usize [1024, 1073741824] = "262144",
        "OPENBELL_SOCKET_HARD_QUEUE_BYTES",
        "Above this many waiting bytes a socket lags and is told what it missed";
    socket_max_frame_bytes: usize [1024, 16777216] = "65536", "OPENBELL_SOCKET_MAX_FRAME_BYTES",
        "The longest frame that a client may send, in bytes";
    socket_max_topics: usize [1, 1000000] = "1024", "OPENBELL_SOCKET_MAX_TOPICS",
        "How many topics a socket may follow";
    socket_max_connections_per_user: usize [1, 1000000] = "20",
        "OPENBELL_SOCKET_MAX_CONNECTIONS_PER_USER",
        "How many sockets a user may have open";
    socket_heartbeat_seconds: u64 [1, 3600] = "25", "OPENBELL_SOCKET_HEARTBEAT_SECONDS",
        "After how long without a frame a socket is pinged, in seconds";
}

impl Default for Config {
    /// The configuration of an empty environment without a file.
    fn default() -> Self {
        Self::load(std::iter::empty(), None).expect("the defaults are valid")
    }
}

impl Config {
    /// Whether the database is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.database_url.scheme() == "sqlite"
    }

    /// The origin under which browsers find the server.
    pub fn public_origin(&self) -> Origin {
        self.public_url.clone().unwrap_or_else(|| {
            format!("http://localhost:{}", self.listen.port())
                .parse()
                .expect("localhost and a port are an origin")
        })
    }

    /// Whether pages of `origin` may use the API and the sockets.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.public_origin().as_str() == origin
            || self.allowed_origins.iter().any(|o| o.as_str() == origin)
    }

    /// The tenant of somebody who is not signed in and asks for this host, with or without a port.
    pub fn tenant_of_host(&self, host: Option<&str>) -> TenantId {
        let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
        let found = self.tenant_hosts.iter().find(|mapped| Some(mapped.host.as_str()) == name);
        found.map_or(TenantId::DEFAULT, |mapped| mapped.tenant)
    }

    /// The secret: the configured one, or the one in the data folder.
    ///
    /// # Errors
    /// When the secret in the data folder can be neither read nor made.
    pub fn open_secret(&self) -> Result<Secret, ConfigError> {
        let error = |e: crate::secret::SecretError| ConfigError(format!("OPENBELL_SECRET: {e}"));
        let secret = match &self.secret {
            Some(secret) => Secret::new(secret.expose()),
            None => Secret::in_folder(&self.data_dir),
        };
        let secret = secret.map_err(error)?;
        match &self.previous_secret {
            Some(previous) => secret.with_previous(previous.expose()).map_err(error),
            None => Ok(secret),
        }
    }

    /// How long an access token lives.
    pub fn access_token_lifetime(&self) -> Duration {
        Duration::from_secs(self.access_token_minutes * 60)
    }

    /// How long a session lives without being used.
    pub fn session_lifetime(&self) -> Duration {
        Duration::from_secs(self.refresh_token_days * 24 * 3600)
    }

    /// The limits of sockets; the hub's own defaults for what has no key.
    pub fn hub(&self) -> hub::HubConfig {
        hub::HubConfig {
            soft_queue_bytes: self.socket_soft_queue_bytes,
            hard_queue_bytes: self.socket_hard_queue_bytes,
            max_frame_bytes: self.socket_max_frame_bytes,
            max_topics: self.socket_max_topics,
            max_connections_per_user: self.socket_max_connections_per_user,
            heartbeat: Duration::from_secs(self.socket_heartbeat_seconds),
            ..hub::HubConfig::default()
        }
    }

    /// How the edge of the HTTP server behaves.
    pub fn edge(&self, clock: domain::SharedClock) -> crate::layers::EdgeConfig {
        crate::layers::EdgeConfig {
            request_timeout: Duration::from_secs(self.request_timeout_seconds),
            max_requests: self.max_requests,
            max_body_bytes: self.max_body_bytes,
            https: self.public_origin().is_https(),
            trusted_proxies: self.trusted_proxies.clone(),
            allowed_origins: std::iter::once(self.public_origin())
                .chain(self.allowed_origins.iter().cloned())
                .collect(),
            ..crate::layers::EdgeConfig::new(clock)
        }
    }

    /// Fills in what depends on other keys and checks what one key alone cannot tell.
    pub(crate) fn finish(mut self) -> Result<Self, ConfigError> {
        let wrong = |text: String| Err(ConfigError(text));
        if self.database_url.expose().is_empty() {
            let file = self.data_dir.join("openbell.db");
            self.database_url = format!("sqlite://{}", file.display()).into();
        }
        let scheme = self.database_url.scheme();
        if !["sqlite", "postgres", "postgresql"].contains(&scheme) {
            return wrong("DATABASE_URL: must begin with sqlite:// or postgres://".to_owned());
        }
        if !self.is_sqlite() && self.secret.is_none() {
            return wrong(format!(
                "OPENBELL_SECRET: needed with PostgreSQL, at least {MIN_SECRET_BYTES} bytes"
            ));
        }
        for (name, secret) in
            [("OPENBELL_SECRET", &self.secret), ("OPENBELL_PREVIOUS_SECRET", &self.previous_secret)]
        {
            let bytes = secret.as_ref().map_or(MIN_SECRET_BYTES, |s| s.expose().len());
            if bytes < MIN_SECRET_BYTES {
                return wrong(format!("{name}: needs at least {MIN_SECRET_BYTES} bytes"));
            }
        }
        if self.socket_soft_queue_bytes > self.socket_hard_queue_bytes {
            return wrong(
                "OPENBELL_SOCKET_SOFT_QUEUE_BYTES: must not be above socket_hard_queue_bytes"
                    .to_owned(),
            );
        }
        if let Some(url) = &self.redis_url {
            if self.is_sqlite() {
                return wrong(
                    "REDIS_URL: needs PostgreSQL; a database in SQLite has one node".to_owned(),
                );
            }
            hub::RedisBroker::check(url.expose())
                .map_err(|error| ConfigError(format!("REDIS_URL: {error}")))?;
        }
        Ok(self)
    }

    /// The configuration as `openbell.toml`: a comment and a line for every key, commented out
    /// where it is as by default. Secrets are masked.
    pub fn to_toml(&self) -> String {
        let defaults = Self::default().shown();
        let mut text = String::from(
            "# Openbell's configuration. An environment variable wins over this file.\n",
        );
        for ((setting, value), default) in SETTINGS.iter().zip(self.shown()).zip(defaults) {
            let mark = if value == default { "# " } else { "" };
            let value = value.unwrap_or_else(|| "\"\"".to_owned());
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "\n# {}. [{}]\n{mark}{} = {value}\n",
                setting.about, setting.env, setting.name
            );
        }
        text.push_str(&config_sources::shown(&self.sources));
        text
    }

    /// An `.env` file with every variable commented out.
    pub fn env_example() -> String {
        let mut text = String::from("# Openbell's environment. Every line is the default.\n");
        for setting in SETTINGS {
            let file = if setting.secret { ", or a file's path in _FILE" } else { "" };
            let _ = write!(
                text,
                "\n# {}{file}.\n# {}={}\n",
                setting.about, setting.env, setting.default
            );
        }
        text
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
