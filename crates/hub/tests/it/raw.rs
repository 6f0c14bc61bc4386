//! Frames of a client, byte by byte.

use hub::{Inbound, TransportReader, websocket::Reader};
use tokio::io::AsyncRead;

pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xa;
/// Added to an opcode: the frame is not the last of its message.
pub(crate) const MORE: u8 = 0x10;

const MASK: [u8; 4] = [0x11, 0x80, 0x00, 0xfe];

/// A masked frame.
pub(crate) fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let first = if opcode & MORE == 0 { 0x80 | opcode } else { opcode - MORE };
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..126 => bytes.push(0x80 | short as u8),
        medium @ 126..0x1_0000 => {
            bytes.push(0xfe);
            bytes.extend((medium as u16).to_be_bytes());
        }
        long => {
            bytes.push(0xff);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

/// Frames one after another.
pub(crate) fn frames(list: &[(u8, &[u8])]) -> Vec<u8> {
    list.iter().flat_map(|(opcode, payload)| frame(*opcode, payload)).collect()
}

/// A close frame of a client.
pub(crate) fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes(), reason].concat())
}

/// Everything that comes until the peer ends.
pub(crate) async fn all<R: AsyncRead + Unpin + Send + 'static>(
    mut reader: Reader<R>,
) -> Vec<Inbound> {
    let mut messages = Vec::new();
    while let Some(message) = reader.recv().await {
        messages.push(message);
    }
    messages
}
