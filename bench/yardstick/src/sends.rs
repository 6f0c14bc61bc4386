//! The least that telling everybody costs: one `send` a socket for each message, from a loop that
//! does nothing else: no task, no queue, no journal, and it waits for whoever does not read. No
//! server that sends a message at once can do with less of the system.
//!
//! It is driven as the yardstick is, so both can be measured with the same client:
//!
//!     openbell bench fanout --beside bench/yardstick/target/release/bare-sends

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::Mutex,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use tungstenite::handshake::derive_accept_key;

static OPEN: Mutex<Vec<TcpStream>> = Mutex::new(Vec::new());

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    say(&format!("listening {}", listener.local_addr()?))?;
    thread::spawn(move || {
        for socket in listener.incoming() {
            // Whoever asks for something else than a socket is not let in.
            let _ = socket.and_then(welcome);
        }
    });
    publish()
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn welcome(mut socket: TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut key = None;
    for line in BufReader::new(&socket).lines() {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else {
            if line.is_empty() {
                break;
            }
            continue;
        };
        if name.eq_ignore_ascii_case("sec-websocket-key") {
            key = Some(derive_accept_key(value.as_bytes()));
        }
    }
    let key = key.ok_or(io::ErrorKind::InvalidData)?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {key}\r\n\r\n"
    );
    socket.write_all(answer.as_bytes())?;
    socket.write_all(&frame(r#"{"type":"welcome"}"#))?;
    OPEN.lock().map_err(|_| io::ErrorKind::Other)?.push(socket);
    Ok(())
}

fn publish() -> io::Result<()> {
    let mut seq = 0_u64;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let ["publish", room, count, bytes] = words[..] else { panic!("unknown command: {line}") };
        let number = |text: &str| text.parse::<usize>().map_err(io::Error::other);
        let pad = "x".repeat(number(bytes)?);
        for _ in 0..number(count)? {
            seq += 1;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
            let (micros, millis) = (now.as_micros(), now.as_millis());
            let place = format!(r#""ch":"bench:{room}","seq":{seq},"ts":{millis}"#);
            let text = format!(r#"{{{place},"type":"tick","t":{micros},"pad":"{pad}"}}"#);
            let frame = frame(&text);
            for socket in OPEN.lock().map_err(|_| io::ErrorKind::Other)?.iter_mut() {
                socket.write_all(&frame)?;
            }
        }
        say("published")?;
    }
    Ok(())
}

/// A server's text frame of RFC 6455, section 5.2, of at most 65,535 bytes.
fn frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let mut frame = vec![0x81];
    match u8::try_from(length) {
        Ok(short @ ..126) => frame.push(short),
        _ => {
            frame.push(126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend(text.as_bytes());
    frame
}
