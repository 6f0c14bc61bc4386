//! The hub behind its own WebSocket, byte by byte.

use std::{sync::Arc, time::Duration};

use hub::{CloseCode, Endpoint, Opening, websocket::WebSocket};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use super::{
    endpoint::TestEndpoint,
    probe::settle,
    raw::{CONTINUATION, MORE, PING, PONG, TEXT, close, frame, frames},
    world::{World, subscribe, topic},
};

/// The longest message that the sockets of these tests read.
const LIMIT: usize = 256 * 1024;

/// A connection whose client is the test.
struct Peer {
    stream: DuplexStream,
    served: oneshot::Receiver<CloseCode>,
}

impl Peer {
    /// So many bytes fit between the two ends, in each direction.
    fn with(world: &World, endpoint: TestEndpoint, opening: Opening, room: usize) -> Self {
        let (stream, theirs) = tokio::io::duplex(room);
        let (reader, writer) = tokio::io::split(theirs);
        let socket = WebSocket::new(reader, writer, Vec::new(), LIMIT);
        let endpoint: Arc<dyn Endpoint> = Arc::new(endpoint);
        let served = world.hub.serve(socket, endpoint, opening);
        let (tell, told) = oneshot::channel();
        world.run(async move {
            let _ = tell.send(served.await);
        });
        Self { stream, served: told }
    }

    fn new(world: &World) -> Self {
        Self::with(world, TestEndpoint::default(), world.opening(), 1 << 20)
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    async fn expect(&mut self, bytes: &[u8]) {
        let mut got = vec![0; bytes.len()];
        self.stream.read_exact(&mut got).await.unwrap();
        assert_eq!(got, bytes);
    }

    /// Everything until the server ends its direction.
    async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.unwrap();
        rest
    }
}

/// A close frame of the server.
fn closed(code: CloseCode) -> Vec<u8> {
    let reason = code.reason().as_bytes();
    let length = u8::try_from(reason.len() + 2).unwrap();
    [&[0x88, length][..], &code.as_u16().to_be_bytes(), reason].concat()
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[tokio::test]
async fn a_ping_is_answered_with_what_it_brought_also_while_a_verb_runs() {
    let world = World::new();
    let mut peer = Peer::new(&world);
    peer.send(&frame(TEXT, br#"{"type":"slow","id":1}"#)).await;
    peer.send(&frame(PING, b"hello")).await;
    peer.expect(b"\x8a\x05hello").await;
    // In the middle of a message, too; and of several at once only the last.
    peer.send(&frames(&[(TEXT | MORE, b"{"), (PING, b"1"), (PING, b"2"), (PING, &[7; 125])])).await;
    peer.expect(&[&[0x8a, 125][..], &[7; 125]].concat()).await;
    peer.send(&frame(CONTINUATION, br#""type":"echo"}"#)).await;
    peer.send(&frame(PING, b"")).await;
    peer.expect(&[0x8a, 0]).await;
}

#[tokio::test]
async fn a_close_comes_back_with_its_code_and_the_stream_ends() {
    for (theirs, ours) in [
        (close(3001, b"bye"), &[0x88, 2, 0x0b, 0xb9][..]),
        (close(1000, b""), &[0x88, 2, 0x03, 0xe8]),
        (frame(8, b""), &[0x88, 0]),
    ] {
        let world = World::new();
        let mut peer = Peer::new(&world);
        peer.send(&theirs).await;
        assert_eq!(peer.rest().await, ours);
        assert_eq!(peer.served.await, Ok(CloseCode::NORMAL));
        assert_eq!(world.hub.stats().connections, 0);
    }
}

#[tokio::test]
async fn what_is_malformed_is_told_and_what_follows_is_forgotten() {
    let world = World::new();
    let mut peer = Peer::new(&world);
    peer.send(&[0x81, 0x01, b'a']).await;
    peer.expect(&closed(CloseCode::MALFORMED)).await;
    // Far more than fits between the two: somebody takes it.
    peer.send(&vec![0xff; 3 << 20]).await;
    drop(peer.stream);
    assert_eq!(peer.served.await, Ok(CloseCode::MALFORMED));
    // Who does not end is not waited for.
    let mut peer = Peer::new(&world);
    peer.send(&frame(CONTINUATION, b"")).await;
    peer.expect(&closed(CloseCode::MALFORMED)).await;
    world.advance(seconds(1)).await;
    assert_eq!(world.hub.stats().connections, 1);
    world.advance(seconds(1)).await;
    assert_eq!(peer.served.await, Ok(CloseCode::MALFORMED));
    assert_eq!(peer.stream.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn who_only_stops_sending_still_learns_why() {
    let world = World::new();
    let too_long = [&[0x81, 0xff, 0, 0, 0, 0][..], &[1; 4], &[0; 4]].concat();
    let mut peer = Peer::new(&world);
    peer.send(&[frame(TEXT, br#"{"type":"quiet"}"#), too_long].concat()).await;
    peer.stream.shutdown().await.unwrap();
    let rest = peer.rest().await;
    let told = String::from_utf8_lossy(&rest);
    assert!(told.contains(r#""code":"too_large""#), "{told}");
    assert!(rest.ends_with(&closed(CloseCode::MALFORMED)), "{rest:x?}");
    assert_eq!(peer.served.await, Ok(CloseCode::MALFORMED));
}

#[tokio::test]
async fn our_close_waits_for_theirs_but_not_for_long() {
    let world = World::new();
    for answers in [true, false] {
        let opening = Opening { refuse: Some(CloseCode::UNKNOWN), ..world.opening() };
        let mut peer = Peer::with(&world, TestEndpoint::default(), opening, 1024);
        peer.expect(&closed(CloseCode::UNKNOWN)).await;
        settle().await;
        assert_eq!(world.hub.stats().connections, 1);
        if answers {
            // Frames on their way are no answer.
            peer.send(&frames(&[(TEXT, b"{}"), (PING, b"x"), (PONG, b"")])).await;
            settle().await;
            assert_eq!(world.hub.stats().connections, 1);
            peer.send(&close(4004, b"")).await;
        } else {
            world.advance(seconds(2)).await;
        }
        assert!(peer.rest().await.is_empty(), "nothing follows a close");
        assert_eq!(peer.served.await, Ok(CloseCode::UNKNOWN));
    }
}

#[tokio::test]
async fn who_takes_little_is_slow_and_who_takes_nothing_is_closed() {
    let world = World::new();
    let a = topic("property:a");
    let mut peer = Peer::with(&world, TestEndpoint::default(), world.opening(), 512);
    peer.send(&frame(TEXT, subscribe(&a, None).as_bytes())).await;
    settle().await;
    let mut some = [0; 400];
    let joined = peer.stream.read(&mut some).await.unwrap();
    assert!(joined > 10);
    world.hub.publish(world.journal.commit_sized(&a, 1, 50_000));
    // Far longer than a stalled connection would live.
    for _ in 0..20 {
        world.advance(seconds(15)).await;
        assert_eq!(peer.stream.read(&mut some).await.unwrap(), some.len());
        peer.send(&frame(PONG, b"")).await;
    }
    assert_eq!(world.hub.stats().connections, 1);
    world.advance(seconds(19)).await;
    assert_eq!(world.hub.stats().connections, 1);
    world.advance(seconds(1)).await;
    world.advance(seconds(2)).await;
    assert_eq!(peer.served.await, Ok(CloseCode::SLOW_CONSUMER));
}

#[tokio::test]
async fn a_frame_that_is_half_out_is_finished_before_the_last_word() {
    let world = World::new();
    let a = topic("property:a");
    let mut peer = Peer::with(&world, TestEndpoint::default(), world.opening(), 512);
    peer.send(&frame(TEXT, subscribe(&a, None).as_bytes())).await;
    settle().await;
    let mut joined = [0; 400];
    assert!(peer.stream.read(&mut joined).await.unwrap() > 10);
    world.hub.publish(world.journal.commit_sized(&a, 1, 5000));
    settle().await;
    peer.send(&close(1000, b"")).await;
    let rest = peer.rest().await;
    let length = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
    assert_eq!((rest[0], rest[1]), (0x81, 126));
    assert_eq!(rest[4 + length..], [0x88, 2, 0x03, 0xe8]);
    assert!(rest[4..4 + length].ends_with(b"}"));
}

#[tokio::test]
async fn an_idle_connection_on_tcp_is_small() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    let (reader, writer) = accepted.unwrap().0.into_split();
    let socket = WebSocket::new(reader, writer, Vec::new(), LIMIT);
    let endpoint: Arc<dyn Endpoint> = Arc::new(TestEndpoint::default());
    let served = world.hub.serve(socket, endpoint, world.opening());
    let bytes = std::mem::size_of_val(&served);
    println!("{bytes} bytes");
    assert!(bytes <= 1024, "{bytes} bytes");
    drop((served, client));
}
