//! Where Redis is: one server, the master that Sentinels name, or the master of a cluster that has
//! our keys. It is looked up anew for each session, so a failover is one more lost connection.
//!
//! The client library has connections of its own for Sentinel and Cluster. They come back by
//! themselves and do not say when, and from that moment on the journal has to be asked; so only
//! the look-up is done here, and what is found is used like a single server. All names of an
//! installation lie in one slot, hence on one master of a cluster.

use std::fmt;

use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo,
    ProtocolVersion, RedisResult, TlsMode, Value, cmd,
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};
use tokio::sync::Mutex;

use super::{RedisUrlError, session};

/// Redirections that are followed before a cluster counts as confused.
const MAX_REDIRECTS: usize = 5;
/// More servers than this are a mistake.
const MAX_SERVERS: usize = 32;
const REDIS_PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

/// What the URL names.
pub(super) enum Servers {
    One(Box<Client>),
    /// What they answer is not kept, their connections are.
    Sentinel(Box<Mutex<SentinelClient>>),
    /// Any of them tells where a key is.
    Cluster(Vec<ConnectionInfo>),
}

impl Servers {
    /// Reads a URL; what it may be stands at [`super::RedisBroker::open`].
    pub(super) fn of(url: &str) -> Result<Self, RedisUrlError> {
        let Some((scheme, rest)) = url.split_once("://") else { return Err(unknown()) };
        // It would switch off the check of certificates.
        if rest.contains('#') {
            return Err(wrong("has a `#`, which means nothing here"));
        }
        if scheme.starts_with("rediss") {
            // Who came first stays: it is the same one, there is no other in the house.
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        }
        match scheme {
            "redis" | "rediss" | "unix" => one(url, rest),
            "redis+sentinel" => sentinel(rest, "redis"),
            "rediss+sentinel" => sentinel(rest, "rediss"),
            "redis+cluster" => cluster(rest, "redis"),
            "rediss+cluster" => cluster(rest, "rediss"),
            _ => Err(unknown()),
        }
    }

    /// Where to connect to now. In a cluster, the server that has `key`.
    pub(super) async fn find(&self, key: &str) -> RedisResult<Client> {
        match self {
            Self::One(client) => Ok((**client).clone()),
            Self::Sentinel(sentinels) => sentinels.lock().await.async_get_client().await,
            Self::Cluster(seeds) => {
                let mut last = (ErrorKind::InvalidClientConfig, "no server is named").into();
                for seed in seeds {
                    match owner(seed.clone(), key).await {
                        Ok(client) => return Ok(client),
                        Err(error) => last = error,
                    }
                }
                Err(last)
            }
        }
    }

    /// What an idle connection is asked. A server of a cluster that has lost `key` to another one
    /// answers with an error.
    pub(super) fn question(&self, key: &str) -> redis::Cmd {
        match self {
            Self::One(_) | Self::Sentinel(_) => cmd("PING"),
            Self::Cluster(_) => cmd("EXISTS").arg(key).take(),
        }
    }
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One(_) => "One",
            Self::Sentinel(_) => "Sentinel",
            Self::Cluster(_) => "Cluster",
        })
    }
}

/// Follows redirections from `info` to the server that has `key`.
async fn owner(mut info: ConnectionInfo, key: &str) -> RedisResult<Client> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(session::CONNECT_TIMEOUT))
        .set_response_timeout(Some(session::ANSWER_TIMEOUT));
    for _ in 0..MAX_REDIRECTS {
        let client = Client::open(info.clone())?;
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let answer: RedisResult<Value> = cmd("EXISTS").arg(key).query_async(&mut connection).await;
        let Err(error) = answer else { return Ok(client) };
        let there = error.redirect_node().and_then(|(address, _)| elsewhere(&info, address));
        info = there.ok_or(error)?;
    }
    Err((ErrorKind::Client, "the cluster sends us in a circle").into())
}

/// The same at another address, `host:port`; the host may be missing and is the same then.
fn elsewhere(info: &ConnectionInfo, address: &str) -> Option<ConnectionInfo> {
    let (host, port) = address.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = |same: &str| if host.is_empty() { same.to_owned() } else { host.to_owned() };
    let there = match info.addr() {
        ConnectionAddr::Tcp(same, _) => ConnectionAddr::Tcp(host(same), port),
        ConnectionAddr::TcpTls { host: same, insecure, tls_params, .. } => {
            let (insecure, tls_params) = (*insecure, tls_params.clone());
            ConnectionAddr::TcpTls { host: host(same), port, insecure, tls_params }
        }
        _ => return None,
    };
    Some(info.clone().set_addr(there))
}

fn wrong(text: impl Into<String>) -> RedisUrlError {
    RedisUrlError(text.into())
}

fn unknown() -> RedisUrlError {
    wrong(
        "must begin with redis://, rediss:// or unix://, or with redis+sentinel://, \
         redis+cluster:// or one of these with rediss",
    )
}

/// What the library makes of a URL, speaking RESP3.
fn info(url: &str) -> Result<ConnectionInfo, RedisUrlError> {
    let info = url.into_connection_info();
    let info = info.map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(settings))
}

fn one(url: &str, rest: &str) -> Result<Servers, RedisUrlError> {
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    if place.rsplit('@').next().is_some_and(|list| list.contains(',')) {
        return Err(wrong("names several servers; use redis+sentinel:// or redis+cluster://"));
    }
    let client = Client::open(info(url)?);
    client
        .map(Box::new)
        .map(Servers::One)
        .map_err(|error| wrong(format!("cannot be used: {error}")))
}

/// `[USER]:PASSWORD@` or nothing, the servers, and what follows behind the first slash.
struct Parts<'a> {
    sign_in: &'a str,
    servers: Vec<String>,
    rest: &'a str,
}

fn parts(text: &str, port: u16) -> Result<Parts<'_>, RedisUrlError> {
    let (place, rest) = text.split_once('/').unwrap_or((text, ""));
    let at = place.rfind('@').map_or(0, |at| at + 1);
    let (sign_in, list) = place.split_at(at);
    let mut servers = Vec::new();
    for server in list.split(',').map(str::trim) {
        // A colon inside of brackets belongs to the address.
        let has_port = server.rsplit(']').next().is_some_and(|end| end.contains(':'));
        servers.push(if has_port { server.to_owned() } else { format!("{server}:{port}") });
        if server.is_empty() || server.starts_with(':') {
            return Err(wrong("has a server without a name"));
        }
    }
    if servers.len() > MAX_SERVERS {
        return Err(wrong(format!("names more than {MAX_SERVERS} servers")));
    }
    Ok(Parts { sign_in, servers, rest })
}

fn sentinel(text: &str, scheme: &str) -> Result<Servers, RedisUrlError> {
    let (text, query) = text.split_once('?').unwrap_or((text, ""));
    let Parts { sign_in, servers, rest } = parts(text, SENTINEL_PORT)?;
    let (name, database) = rest.split_once('/').unwrap_or((rest, ""));
    if name.is_empty() {
        return Err(wrong("needs the master's name: redis+sentinel://HOST,HOST/NAME"));
    }
    // Sentinels have a password of their own, or none.
    let own = match query.split_once('=') {
        None if query.is_empty() => String::new(),
        Some(("sentinel_password", password)) if !password.contains('&') => format!(":{password}@"),
        _ => return Err(wrong("has a query other than ?sentinel_password=…")),
    };
    let mut sentinels = Vec::new();
    let mut password = None;
    for server in &servers {
        let info = info(&format!("{scheme}://{own}{server}"))?;
        password = info.redis_settings().password().map(str::to_owned);
        sentinels.push(info.addr().clone());
    }
    // The library reads signing in and the database's number as it does for one server.
    let master = info(&format!("{scheme}://{sign_in}{}/{database}", servers[0]))?;
    let settings = master.redis_settings();
    let build = || {
        let mut builder = SentinelClientBuilder::new(sentinels, name, SentinelServerType::Master)?
            .set_client_to_redis_db(settings.db())
            .set_client_to_redis_protocol(ProtocolVersion::RESP3);
        if let Some(user) = settings.username() {
            builder = builder.set_client_to_redis_username(user);
        }
        if let Some(password) = settings.password() {
            builder = builder.set_client_to_redis_password(password);
        }
        if let Some(password) = password {
            builder = builder.set_client_to_sentinel_password(password);
        }
        if scheme == "rediss" {
            builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
        }
        builder.build()
    };
    let client = build().map_err(|error| wrong(format!("cannot be used: {error}")))?;
    Ok(Servers::Sentinel(Box::new(Mutex::new(client))))
}

fn cluster(text: &str, scheme: &str) -> Result<Servers, RedisUrlError> {
    let Parts { sign_in, servers, rest } = parts(text, REDIS_PORT)?;
    if !rest.is_empty() {
        return Err(wrong("names a database; a cluster has one"));
    }
    let seeds = servers.iter().map(|server| info(&format!("{scheme}://{sign_in}{server}")));
    seeds.collect::<Result<_, _>>().map(Servers::Cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(servers: Servers) -> Vec<String> {
        match servers {
            Servers::One(client) => vec![client.get_connection_info().addr().to_string()],
            Servers::Cluster(seeds) => seeds.iter().map(|seed| seed.addr().to_string()).collect(),
            Servers::Sentinel(client) => {
                // Its addresses are its own affair.
                drop(client);
                Vec::new()
            }
        }
    }

    #[test]
    fn urls_are_read() {
        for (url, expected) in [
            ("redis://127.0.0.1", &["127.0.0.1:6379"][..]),
            ("redis://:pass,word@cache", &["cache:6379"]),
            ("rediss://ann:pw@cache:1/2", &["cache:1"]),
            ("redis+cluster://a,b:7001,[::1],[::1]:7", &["a:6379", "b:7001", "::1:6379", "::1:7"]),
            ("rediss+cluster://ann:p%40@a:1/", &["a:1"]),
            ("redis+sentinel://:hunter2@a,b:1/main", &[]),
            ("rediss+sentinel://a/main/3?sentinel_password=x", &[]),
        ] {
            let servers = Servers::of(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(addresses(servers), expected, "{url}");
        }
    }

    #[test]
    fn what_is_no_url_of_redis_is_refused_without_its_secrets() {
        for (url, reason) in [
            ("localhost", "must begin with"),
            ("http://localhost", "must begin with"),
            ("redis://a,b", "names several servers"),
            ("redis://a,b/1", "names several servers"),
            ("rediss://a/#insecure", "has a `#`"),
            ("redis+sentinel://:hunter2@a,b", "needs the master's name"),
            ("redis+sentinel://:hunter2@a/main/x", "cannot be read"),
            ("redis+sentinel://a/main?db=1", "has a query"),
            ("redis+sentinel:///main", "a server without a name"),
            ("redis+cluster://a,,b", "a server without a name"),
            ("redis+cluster://:hunter2@a/1", "a cluster has one"),
            ("redis+cluster://a:port", "cannot be read"),
        ] {
            let error = Servers::of(url).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(reason), "{url}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_redirection_keeps_what_is_not_the_address() {
        let from = info("rediss://ann:pw@a:1").unwrap();
        let there = elsewhere(&from, "b:2").unwrap();
        assert_eq!(there.addr().to_string(), "b:2");
        assert!(matches!(there.addr(), ConnectionAddr::TcpTls { insecure: false, .. }));
        assert_eq!(there.redis_settings().password(), Some("pw"));
        assert_eq!(elsewhere(&from, ":3").unwrap().addr().to_string(), "a:3");
        assert_eq!(elsewhere(&from, "::1:3").unwrap().addr().to_string(), "::1:3");
        assert!(elsewhere(&from, "nothing").is_none());
    }
}
