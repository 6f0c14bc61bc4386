//! A proxy in front of a server, which breaks connections and loses single messages.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// How a message of Redis' publish and subscribe begins, in RESP3.
const PUSH: &[u8] = b">3\r\n$7\r\nmessage\r\n";

/// A proxy that a test puts in front of a server. It ends with the value, and every connection
/// through it.
pub struct FaultProxy {
    address: SocketAddr,
    faults: Arc<Faults>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Faults {
    state: Mutex<State>,
    /// Grows with each cut.
    cuts: watch::Sender<u64>,
    lost: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    closed: bool,
    to_lose: Vec<Vec<u8>>,
}

impl Faults {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this message is to be lost.
    fn loses(&self, message: &[u8]) -> bool {
        let mut state = self.state();
        let says = |word: &Vec<u8>| message.windows(word.len()).any(|part| part == word);
        let Some(index) = state.to_lose.iter().position(says) else { return false };
        state.to_lose.remove(index);
        drop(state);
        self.lost.send_modify(|lost| *lost += 1);
        true
    }
}

impl FaultProxy {
    /// A proxy in front of a server on this port of the loopback address.
    #[expect(clippy::disallowed_methods, reason = "a test's proxy lives as long as the test")]
    pub async fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let faults = Arc::new(Faults::default());
        let shared = faults.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let cuts = shared.cuts.subscribe();
                if shared.state().closed {
                    continue;
                }
                tokio::spawn(carry(client, port, shared.clone(), cuts));
            }
        });
        Self { address, faults, accepting }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where Redis is, seen through it.
    pub fn redis_url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Breaks every connection; new ones are served.
    pub fn cut(&self) {
        self.faults.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Breaks every connection and takes no new ones until [`FaultProxy::open`].
    pub fn close(&self) {
        self.faults.state().closed = true;
        self.cut();
    }

    /// Takes connections again.
    pub fn open(&self) {
        self.faults.state().closed = false;
    }

    /// Loses the next message that Redis hands to a subscriber and that holds `word`; each call
    /// loses one.
    pub fn lose(&self, word: &str) {
        self.faults.state().to_lose.push(word.as_bytes().to_vec());
    }

    /// Waits until so many messages have been lost since the start.
    pub async fn until_lost(&self, count: u64) {
        let mut lost = self.faults.lost.subscribe();
        lost.wait_for(|lost| *lost >= count).await.expect("the proxy lives");
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

/// Both sockets close when it returns.
async fn carry(
    mut client: TcpStream,
    port: u16,
    faults: Arc<Faults>,
    mut cuts: watch::Receiver<u64>,
) -> io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    // Nagle's wait would be the proxy's and not the server's.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut ours, mut theirs) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut held: Vec<u8> = Vec::new();
    loop {
        tokio::select! {
            _ = cuts.changed() => return Ok(()),
            read = client.read(&mut ours) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                server.write_all(&ours[..read]).await?;
            }
            read = server.read(&mut theirs) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                held.extend_from_slice(&theirs[..read]);
                client.write_all(&passed(&mut held, &faults)).await?;
            }
        }
    }
}

/// Takes from `held` what may go on; the beginning of a message waits for its end.
fn passed(held: &mut Vec<u8>, faults: &Faults) -> Vec<u8> {
    let mut out = Vec::with_capacity(held.len());
    let mut at = 0;
    loop {
        let rest = &held[at..];
        let Some(start) = rest.windows(PUSH.len()).position(|part| part == PUSH) else {
            // The last bytes may be how a message begins.
            let kept = (1..PUSH.len()).rev().find(|len| rest.ends_with(&PUSH[..*len]));
            let end = held.len() - kept.unwrap_or(0);
            out.extend_from_slice(&held[at..end]);
            at = end;
            break;
        };
        out.extend_from_slice(&rest[..start]);
        at += start;
        let message = &held[at..];
        let length = bulk(message, PUSH.len()).and_then(|end| bulk(message, end));
        let Some(length) = length else { break };
        if !faults.loses(&message[..length]) {
            out.extend_from_slice(&message[..length]);
        }
        at += length;
    }
    held.drain(..at);
    out
}

/// The end of the text `$<length>\r\n<bytes>\r\n` that begins at `start`; none when it is not
/// whole.
fn bulk(message: &[u8], start: usize) -> Option<usize> {
    let rest = message.get(start..)?;
    let line = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let length: usize = std::str::from_utf8(rest.get(1..line)?).ok()?.parse().ok()?;
    let end = start + line + 2 + length + 2;
    (end <= message.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> String {
        format!(">3\r\n$7\r\nmessage\r\n$2\r\nch\r\n${}\r\n{body}\r\n", body.len())
    }

    #[test]
    fn one_message_is_lost_however_the_bytes_come() {
        let stream = format!("+PONG\r\n{}{}:1\r\n{}", message("a>3"), message("bad"), message(""));
        let expected = format!("+PONG\r\n{}:1\r\n{}", message("a>3"), message(""));
        for size in 1..stream.len() {
            let faults = Faults::default();
            faults.state().to_lose.push(b"bad".to_vec());
            let (mut held, mut out) = (Vec::new(), Vec::new());
            for part in stream.as_bytes().chunks(size) {
                held.extend_from_slice(part);
                out.extend(passed(&mut held, &faults));
            }
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{size}");
        }
    }
}
