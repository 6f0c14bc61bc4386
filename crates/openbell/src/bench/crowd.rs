//! Many sockets on one thread that check every message and do little else: a client that costs
//! more than the server would measure itself.

use std::{
    cell::{Cell, RefCell},
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    rc::Rc,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use axum::http::header;
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::{Notify, Semaphore},
    task::{JoinHandle, spawn_local},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{client::IntoClientRequest, protocol::WebSocketConfig},
};

use super::unix_micros;

/// Handshakes at once.
const AT_ONCE: usize = 256;
/// Connections from one address: the system has some 28,000 ports for each, and a port rests for a
/// minute after its connection.
const PER_ADDRESS: usize = 2_000;
/// How long a crowd waits for what has to come.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Messages whose arrival is counted together.
pub(super) const BATCH: usize = 64;
const READ_BYTES: usize = 64 * 1024;
/// What a client's socket reads at once, in bytes: the library would clear 128 KiB for every frame.
const READ_BUFFER: usize = 4 * 1024;
/// The first byte of a whole text frame; pings are passed over.
const TEXT: u8 = 0x81;

/// What all sockets of a crowd have seen.
#[derive(Default)]
pub(super) struct Tally {
    /// Messages that came in order.
    pub(super) messages: Cell<u64>,
    /// Messages that were missing, came twice or in the wrong order, and connections that ended.
    pub(super) wrong: Cell<u64>,
    /// Sockets that have the greeting.
    greeted: Cell<usize>,
    /// How many sockets have all messages of a batch, by batch.
    batches: RefCell<Vec<usize>>,
    /// Microseconds on the way, of each message, while it is wanted.
    pub(super) on_the_way_us: RefCell<Option<Vec<u32>>>,
    /// The crowd is going; what ends now is no fault.
    leaving: Cell<bool>,
    progress: Notify,
}

impl Tally {
    /// So many sockets have all of the first `messages` (a multiple of [`BATCH`]).
    pub(super) fn complete(&self, messages: usize) -> usize {
        let batches = self.batches.borrow();
        (messages / BATCH).checked_sub(1).map_or(0, |i| batches.get(i).copied().unwrap_or(0))
    }

    /// Waits until a condition holds.
    pub(super) async fn until(
        &self,
        what: &str,
        holds: impl Fn(&Self) -> bool,
    ) -> anyhow::Result<()> {
        until(&self.progress, || holds(self)).await.with_context(|| {
            format!("{what}: {} came, {} were wrong", self.messages.get(), self.wrong.get())
        })
    }

    fn fault(&self) {
        self.wrong.set(self.wrong.get() + 1);
    }

    /// A message with this number, after `last`.
    fn take(&self, seq: u64, last: u64, text: &[u8]) {
        if seq != last + 1 {
            self.fault();
        }
        self.messages.set(self.messages.get() + 1);
        if let Some(times) = &mut *self.on_the_way_us.borrow_mut()
            && let Some(sent) = number_after(text, b"\"t\":")
        {
            let way = unix_micros().saturating_sub(i64::try_from(sent).unwrap_or(0));
            times.push(u32::try_from(way.max(0)).unwrap_or(u32::MAX));
        }
        let seq = usize::try_from(seq).unwrap_or(0);
        if seq.is_multiple_of(BATCH) {
            let mut batches = self.batches.borrow_mut();
            let i = seq / BATCH - 1;
            if batches.len() <= i {
                batches.resize(i + 1, 0);
            }
            batches[i] += 1;
            self.progress.notify_waiters();
        }
    }
}

/// Ends with an error when it takes too long.
#[expect(clippy::disallowed_methods, reason = "a measurement is of real time")]
pub(super) async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> anyhow::Result<T> {
    tokio::time::timeout(limit, work).await.context("it took too long")
}

/// Waits until a condition holds that is looked at again whenever there is progress.
pub(super) async fn until(progress: &Notify, holds: impl Fn() -> bool) -> anyhow::Result<()> {
    let waiting = async {
        while !holds() {
            progress.notified().await;
        }
    };
    within(PATIENCE, waiting).await
}

/// A socket of a client as people have it, with or without a sign-in.
pub(super) async fn connect(
    server: SocketAddr,
    path: &str,
    token: Option<&str>,
) -> anyhow::Result<WebSocketStream<MaybeTlsStream<TcpStream>>> {
    let mut request = format!("ws://{server}{path}").into_client_request()?;
    if let Some(token) = token {
        let bearer = format!("Bearer {token}").parse()?;
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
    }
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    Ok(connect_async_with_config(request, Some(config), true).await?.0)
}

/// Sockets that follow rooms.
pub(super) struct Crowd {
    pub(super) tally: Rc<Tally>,
    sockets: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Connects so many sockets; `path` gives each one's path by its number.
    pub(super) async fn connect(
        server: SocketAddr,
        size: usize,
        path: impl Fn(usize) -> String,
    ) -> anyhow::Result<Self> {
        let (tally, permits) = (Rc::<Tally>::default(), Rc::new(Semaphore::new(AT_ONCE)));
        let buffer = Rc::new(RefCell::new(vec![0; READ_BYTES].into_boxed_slice()));
        let sockets = (0..size).map(|i| {
            let (tally, permits, buffer) = (tally.clone(), permits.clone(), buffer.clone());
            let path = path(i);
            spawn_local(async move {
                let opened = async {
                    let _permit = permits.acquire().await?;
                    open(server, i, &path).await
                };
                if let Ok((stream, rest)) = opened.await {
                    let member = Member { tally: tally.clone(), rest, last: 0, greeted: false };
                    member.listen(stream, &buffer).await;
                }
                if !tally.leaving.get() {
                    tally.fault();
                    tally.progress.notify_waiters();
                }
            })
        });
        let crowd = Self { sockets: sockets.collect(), tally };
        let all_there = |tally: &Tally| tally.greeted.get() >= size || tally.wrong.get() > 0;
        crowd.tally.until("connecting", all_there).await?;
        ensure!(crowd.tally.wrong.get() == 0, "connections failed");
        Ok(crowd)
    }

    /// Hangs up, all at once.
    pub(super) fn leave(self) {
        self.tally.leaving.set(true);
        for socket in self.sockets {
            socket.abort();
        }
    }
}

/// Connects and shakes hands; what came behind the handshake.
pub(super) async fn open(
    server: SocketAddr,
    number: usize,
    path: &str,
) -> anyhow::Result<(TcpStream, Vec<u8>)> {
    open_with(server, number, path, None).await
}

/// The same; the system may keep so many bytes of what is not read, or as many as it likes.
pub(super) async fn open_with(
    server: SocketAddr,
    number: usize,
    path: &str,
    receive_bytes: Option<u32>,
) -> anyhow::Result<(TcpStream, Vec<u8>)> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = receive_bytes {
        socket.set_recv_buffer_size(bytes)?;
    }
    let last = u8::try_from(number / PER_ADDRESS % 250).unwrap_or(0) + 1;
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), 0))?;
    let stream = socket.connect(server).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    );
    send_all(&stream, request.as_bytes()).await?;
    let mut answer = Vec::new();
    let mut part = [0; 1024];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut part) {
            Ok(0) => anyhow::bail!("the server hung up"),
            Ok(count) => answer.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error.into()),
        }
        if let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
            ensure!(answer.starts_with(b"HTTP/1.1 101"), "no upgrade");
            return Ok((stream, answer.split_off(end + 4)));
        }
    }
}

pub(super) async fn send_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// One socket.
struct Member {
    tally: Rc<Tally>,
    /// A frame that is not all here yet.
    rest: Vec<u8>,
    last: u64,
    greeted: bool,
}

impl Member {
    async fn listen(mut self, stream: TcpStream, buffer: &RefCell<Box<[u8]>>) {
        let first = std::mem::take(&mut self.rest);
        self.take(&first);
        while stream.readable().await.is_ok() {
            let mut buffer = buffer.borrow_mut();
            match stream.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => self.take(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }

    fn take(&mut self, came: &[u8]) {
        let joined;
        let mut bytes = came;
        if !self.rest.is_empty() {
            joined = [&std::mem::take(&mut self.rest), came].concat();
            bytes = &joined;
        }
        while let Some((payload, behind)) = next_frame(bytes) {
            if bytes[0] == TEXT {
                self.frame(payload);
            }
            bytes = behind;
        }
        self.rest = bytes.to_vec();
    }

    fn frame(&mut self, text: &[u8]) {
        if !std::mem::replace(&mut self.greeted, true) {
            self.tally.greeted.set(self.tally.greeted.get() + 1);
            self.tally.progress.notify_waiters();
            return;
        }
        if let (true, Some(seq)) = (text.starts_with(b"{\"ch\":"), number_after(text, b"\"seq\":"))
        {
            self.tally.take(seq, self.last, text);
            self.last = seq;
        } else {
            // A `resync`, an `error`: nothing else comes in a room.
            self.tally.fault();
        }
    }
}

/// The payload of the first frame, and what is behind it; none when it is not all here.
pub(super) fn next_frame(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, header) = match bytes.get(1)? & 0x7f {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => {
            let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
            (usize::try_from(length).ok()?, 10)
        }
        short => (usize::from(short), 2),
    };
    let behind = bytes.get(header..)?;
    (behind.len() >= length).then(|| behind.split_at(length))
}

/// The number behind the first occurrence of a text.
pub(super) fn number_after(bytes: &[u8], text: &[u8]) -> Option<u64> {
    let at = bytes.windows(text.len()).position(|window| window == text)?;
    let digits = bytes[at + text.len()..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_cut_where_they_end() {
        let long = [&[0x81, 126, 0, 200][..], &[b'x'; 200]].concat();
        let bytes = [&[0x81, 2, b'h', b'i'][..], &long, &[0x81, 5, b'p']].concat();
        let (first, rest) = next_frame(&bytes).expect("a whole frame");
        assert_eq!(first, b"hi");
        let (second, rest) = next_frame(rest).expect("a whole frame");
        assert_eq!((second.len(), next_frame(rest)), (200, None));
    }

    #[test]
    fn what_is_missing_or_comes_twice_is_counted() {
        let tally = Tally::default();
        for (seq, last) in [(1, 0), (2, 1), (2, 2), (4, 2)] {
            tally.take(seq, last, b"");
        }
        assert_eq!((tally.messages.get(), tally.wrong.get()), (4, 2));
        assert_eq!(number_after(br#"{"seq":123,"t":9}"#, b"\"seq\":"), Some(123));
        assert_eq!(number_after(b"nothing", b"\"seq\":"), None);
    }
}
