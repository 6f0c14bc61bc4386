//! A look at a Redis from outside, for whoever asks what is wrong with an installation.

use std::time::Duration;

use domain::SharedClock;
use redis::{AsyncConnectionConfig, RedisResult, cmd};

use super::{
    names::Names,
    servers::Servers,
    session::{ANSWER_TIMEOUT, CONNECT_TIMEOUT, reason},
};

/// Any namespace does: nothing is kept under it.
const NAMESPACE: &str = "probe";

/// What a Redis says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisFindings {
    /// Its version, such as `7.0.15`.
    pub version: String,
    /// The first two numbers of that.
    pub release: (u32, u32),
    /// Whether it takes writes: it is no replica.
    pub is_writable: bool,
    /// How long a question takes there and back.
    pub round_trip: Duration,
}

/// Finds the Redis of `url`, asks it for its version and how long an answer takes. Writes nothing.
/// Takes about `limit` at most.
///
/// # Errors
/// What is wrong, in one line without the URL.
pub async fn probe_redis(
    url: &str,
    clock: &SharedClock,
    limit: Duration,
) -> Result<RedisFindings, String> {
    let servers = Servers::of(url).map_err(|error| error.to_string())?;
    tokio::select! {
        asked = ask(&servers, clock) => asked.map_err(|error| reason(&error))?,
        () = clock.sleep(limit) => Err(format!("no answer within {} s", limit.as_secs_f64())),
    }
}

async fn ask(servers: &Servers, clock: &SharedClock) -> RedisResult<Result<RedisFindings, String>> {
    let client = servers.find(Names::new(NAMESPACE).control()).await?;
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(ANSWER_TIMEOUT));
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    let text: String = cmd("INFO").query_async(&mut connection).await?;
    let began = clock.monotonic();
    cmd("PING").query_async::<()>(&mut connection).await?;
    let round_trip = clock.monotonic().saturating_sub(began);
    Ok(read(&text, round_trip))
}

fn read(info: &str, round_trip: Duration) -> Result<RedisFindings, String> {
    let field = |name: &str| {
        let of_line = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(':')?.to_owned());
        info.lines().find_map(|line| of_line(line.trim_end()))
    };
    let version = field("redis_version").ok_or("it does not say which version it is")?;
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
    let release = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let is_writable = field("role").is_none_or(|role| role == "master");
    Ok(RedisFindings { version, release, is_writable, round_trip })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_redis_says_is_read() {
        let info = "# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n\r\n\
                    # Replication\r\nrole:slave\r\n";
        let findings = read(info, Duration::ZERO).unwrap();
        assert_eq!((findings.version.as_str(), findings.release), ("7.2.4", (7, 2)));
        assert!(!findings.is_writable);
        assert!(read("role:master", Duration::ZERO).is_err());
        assert!(read("redis_version:unstable", Duration::ZERO).unwrap().is_writable);
    }
}
