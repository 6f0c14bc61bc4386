//! The least that telling everybody costs: one `send` a socket for each message, from a loop that
//! does nothing else. What it prints is what the system takes for its part, and no server that
//! sends a message at once can do with less:
//!
//!     bare-sends [SOCKETS]
//!
//! Messages of 260 bytes, a frame with 200 of content, go out so that all sockets together get
//! 20,000 a second, for five seconds. Another process reads them.

use std::{
    env, fs, io,
    net::{SocketAddr, TcpListener},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tokio::{io::AsyncReadExt as _, net::TcpStream, task::JoinSet};

const RATE: u32 = 20_000;
const SECONDS: u32 = 5;
/// Of the times in `/proc`, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().collect();
    let sockets = args.get(1).and_then(|text| text.parse().ok()).unwrap_or(1_000);
    match args.get(2).and_then(|text| text.parse().ok()) {
        Some(server) => read(server, sockets),
        None => write(&args[0], sockets),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn read(server: SocketAddr, sockets: u32) -> io::Result<()> {
    let mut reading = JoinSet::new();
    for _ in 0..sockets {
        let mut socket = TcpStream::connect(server).await?;
        reading.spawn(async move {
            let mut buffer = [0; 4_096];
            while socket.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
        });
    }
    while reading.join_next().await.is_some() {}
    Ok(())
}

fn write(program: &str, sockets: u32) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let mut reader =
        Command::new(program).args([sockets.to_string(), address]).stdin(Stdio::null()).spawn()?;
    let mut open = Vec::new();
    for _ in 0..sockets {
        let (socket, _) = listener.accept()?;
        socket.set_nodelay(true)?;
        open.push(socket);
    }
    let rounds = RATE * SECONDS / sockets;
    let (before, began) = (processor_time()?, Instant::now());
    for round in 1..=rounds {
        for socket in &mut open {
            io::Write::write_all(socket, &[b'x'; 260])?;
        }
        let due = Duration::from_secs(SECONDS.into()) * round / rounds;
        sleep(due.saturating_sub(began.elapsed()));
    }
    let spent = processor_time()? - before;
    println!("{:.2} us of processor time a send", spent * 1e6 / f64::from(rounds * sockets));
    drop(open);
    reader.wait().map(drop)
}

/// Seconds of user and kernel that this process has taken.
fn processor_time() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // Behind the name, which may have anything in it, the 12th and 13th fields.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / TICKS_PER_SECOND)
}
