//! Connections that never read.

use std::net::SocketAddr;

use tokio::net::TcpStream;

use super::crowd;

/// What the system keeps for a reader that does not read, in bytes: as little as it may.
const RECEIVE_BYTES: u32 = 4 * 1024;

/// Sockets that follow a room and read nothing of what comes.
pub(super) struct Stalled {
    streams: Vec<TcpStream>,
}

impl Stalled {
    /// Connects so many of them, one after the other.
    pub(super) async fn connect(
        server: SocketAddr,
        count: usize,
        path: &str,
    ) -> anyhow::Result<Self> {
        let mut streams = Vec::with_capacity(count);
        for number in 0..count {
            let (stream, _) = crowd::open_with(server, number, path, Some(RECEIVE_BYTES)).await?;
            streams.push(stream);
        }
        Ok(Self { streams })
    }

    /// Ends them. Returns how many bytes had got as far as the system of the one that got most.
    pub(super) fn hang_up(self) -> u64 {
        let mut part = [0; 16 * 1024];
        let drained = self.streams.into_iter().map(|stream| {
            let mut bytes = 0;
            // Ends when nothing is there, or the server has hung up.
            while let Ok(count @ 1..) = stream.try_read(&mut part) {
                bytes += count as u64;
            }
            bytes
        });
        drained.max().unwrap_or(0)
    }
}
