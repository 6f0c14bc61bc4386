//! The address that the server listens on, and those under which others find it.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use domain::SharedClock;
use kit::{Config, config::Origin};
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::{ANSWER_LIMIT, Check, within};

const LISTEN: &str = "listen";
const PUBLIC: &str = "public_url";

/// More than this is no answer of ours.
const MAX_ANSWER_BYTES: u64 = 16 * 1024;

pub(super) async fn look(config: &Config, clock: &SharedClock) -> Vec<Check> {
    vec![listening(config.listen, clock).await, encrypted(config)]
}

async fn listening(address: SocketAddr, clock: &SharedClock) -> Check {
    if address.port() == 0 {
        return Check::ok(LISTEN, format!("{address}: the system picks a free port"));
    }
    match try_address(address) {
        Ok(()) => Check::ok(LISTEN, format!("{address} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            held(address, within(clock, ANSWER_LIMIT, who_is_there(address)).await)
        }
        Err(error) => {
            let advice = "name an address of this machine in OPENBELL_LISTEN, and a port from \
                          1024 on unless the system allows lower ones";
            Check::fail(LISTEN, format!("{address}: {error}"), advice)
        }
    }
}

/// Whether the server could have this address. It is not listened on, so that one that starts at
/// this moment is not kept from it.
fn try_address(address: SocketAddr) -> io::Result<()> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)
}

fn held(address: SocketAddr, answer: Option<io::Result<Option<String>>>) -> Check {
    let advice = "end what listens there, or name another address in OPENBELL_LISTEN";
    match answer {
        Some(Ok(Some(version))) if version == env!("CARGO_PKG_VERSION") => {
            Check::ok(LISTEN, format!("{address} is held by a running Openbell {version}"))
        }
        Some(Ok(Some(version))) => {
            let found = format!("{address} is held by a running Openbell {version}");
            let own = env!("CARGO_PKG_VERSION");
            Check::warn(LISTEN, found, format!("restart it, if it is to be this one ({own})"))
        }
        Some(Ok(None)) => {
            Check::fail(LISTEN, format!("{address} is held by something else"), advice)
        }
        Some(Err(error)) => {
            let found = format!("{address} is held by something that does not answer: {error}");
            Check::fail(LISTEN, found, advice)
        }
        None => {
            let found = format!("{address} is held by something that does not answer");
            Check::fail(LISTEN, found, advice)
        }
    }
}

/// What `/health/live` says.
#[derive(Deserialize)]
struct Live {
    status: String,
    version: String,
}

/// The version of the Openbell that listens there; none when it is something else.
async fn who_is_there(address: SocketAddr) -> io::Result<Option<String>> {
    let address = SocketAddr::new(reached_by(address.ip()), address.port());
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /health/live HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
    Ok(version_of(&String::from_utf8_lossy(&answer)))
}

fn version_of(answer: &str) -> Option<String> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let is_fine = head.starts_with("HTTP/1.1 200 ");
    let live: Live = serde_json::from_str(body.trim()).ok()?;
    (is_fine && live.status == "ok").then_some(live.version)
}

/// Where to reach one who listens on all addresses.
fn reached_by(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(all) if all.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(all) if all.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        one => one,
    }
}

/// Passwords and tokens are not to go over a network as they are.
fn encrypted(config: &Config) -> Check {
    let public = config.public_origin();
    let advice = "let a proxy with a certificate stand in front, and set OPENBELL_PUBLIC_URL to \
                  its https:// address";
    let origins = std::iter::once(&public).chain(&config.allowed_origins);
    let open: Vec<String> = origins
        .filter(|origin| !origin.is_https() && !is_of_this_machine(origin))
        .map(|origin| origin.as_str().to_owned())
        .collect();
    if !open.is_empty() {
        let found = format!("passwords go over the network unencrypted: {}", open.join(", "));
        return Check::warn(PUBLIC, found, advice);
    }
    let listen = config.listen;
    if !listen.ip().is_loopback() && !public.is_https() {
        let found = format!(
            "others reach {listen} without https, and {} is for this machine alone",
            public.as_str()
        );
        return Check::warn(PUBLIC, found, advice);
    }
    Check::ok(PUBLIC, format!("browsers find it at {}", public.as_str()))
}

fn is_of_this_machine(origin: &Origin) -> bool {
    let host = origin.as_str().split_once("://").map_or("", |(_, host)| host);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};

    fn of(settings: &[(&str, &str)]) -> Check {
        let env = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        encrypted(&Config::load(env, None).unwrap())
    }

    #[test]
    fn addresses_without_encryption_are_seen() {
        let (listen, url) = ("OPENBELL_LISTEN", "OPENBELL_PUBLIC_URL");
        let origins = "OPENBELL_ALLOWED_ORIGINS";
        for fine in [
            &[][..],
            &[(listen, "[::1]:80"), (url, "http://[::1]:8000")],
            &[(listen, "0.0.0.0:8000"), (url, "https://bell.example.org")],
            &[(origins, "http://localhost:5173,http://app.localhost,http://127.0.0.2:1")],
        ] {
            assert_eq!(of(fine).level, Level::Ok, "{fine:?}");
        }
        for open in [
            &[(listen, "0.0.0.0:8000")][..],
            &[(listen, "[::]:8000")],
            &[(url, "http://bell.example.org")],
            &[(url, "https://bell.example.org"), (origins, "http://localhost.example.org")],
        ] {
            assert_eq!(of(open).level, Level::Warn, "{open:?}");
        }
    }

    #[test]
    fn only_an_openbell_is_one() {
        let answer = |head: &str, body: &str| format!("{head}\r\na: b\r\n\r\n{body}");
        let ours = answer("HTTP/1.1 200 OK", r#"{"status":"ok","version":"1.2.3"}"#);
        assert_eq!(version_of(&ours).as_deref(), Some("1.2.3"));
        for other in [
            answer("HTTP/1.1 404 Not Found", r#"{"status":"ok","version":"1.2.3"}"#),
            answer("HTTP/1.1 200 OK", r#"{"status":"ok"}"#),
            answer("HTTP/1.1 200 OK", "<html>"),
            "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
            String::new(),
        ] {
            assert_eq!(version_of(&other), None, "{other}");
        }
    }
}
