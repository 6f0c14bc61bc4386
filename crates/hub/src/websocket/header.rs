//! The heads of frames: those that the server writes, and those that clients send.

/// Opcodes of RFC 6455.
pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xa;

const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0f;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7f;
/// These stand for a length of two or eight bytes.
const TWO_BYTES: u8 = 126;
const EIGHT_BYTES: u8 = 127;

/// The longest payload of a control frame.
pub(crate) const MAX_CONTROL: usize = 125;
/// The longest header of a server's frame.
pub(crate) const ROOM: usize = 10;
/// The longest header of a client's frame: that, and the mask.
pub(crate) const MAX_CLIENT: usize = 14;

// ---- the server's ----

/// How long the header is with which this frame of a server begins.
pub(crate) fn server_bytes(frame: &[u8]) -> usize {
    match frame.get(1) {
        Some(&TWO_BYTES) => 4,
        Some(&EIGHT_BYTES) => 10,
        _ => 2,
    }
}

/// Writes the header of a whole, unmasked frame into the first [`ROOM`] bytes of `buffer`, so that
/// it ends where the payload begins. Returns where it begins.
pub(crate) fn put_server(buffer: &mut [u8], opcode: u8) -> usize {
    let payload = buffer.len() - ROOM;
    let start = match payload {
        0..126 => 8,
        126..=0xffff => 6,
        _ => 0,
    };
    let first = FINAL | opcode;
    match (u8::try_from(payload), u16::try_from(payload)) {
        (Ok(short), _) if short < TWO_BYTES => buffer[8..ROOM].copy_from_slice(&[first, short]),
        (_, Ok(length)) => {
            buffer[6..8].copy_from_slice(&[first, TWO_BYTES]);
            buffer[8..ROOM].copy_from_slice(&length.to_be_bytes());
        }
        _ => {
            buffer[..2].copy_from_slice(&[first, EIGHT_BYTES]);
            buffer[2..ROOM].copy_from_slice(&(payload as u64).to_be_bytes());
        }
    }
    start
}

/// Appends a control frame of a server. What is longer than [`MAX_CONTROL`] is cut.
pub(crate) fn push_control(out: &mut Vec<u8>, opcode: u8, payload: [&[u8]; 2]) {
    let mut room = MAX_CONTROL;
    let parts = payload.map(|part| {
        let part = &part[..part.len().min(room)];
        room -= part.len();
        part
    });
    let length = u8::try_from(MAX_CONTROL - room).unwrap_or_default();
    out.extend_from_slice(&[FINAL | opcode, length]);
    for part in parts {
        out.extend_from_slice(part);
    }
}

// ---- a client's ----

/// The head of a client's frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) last: bool,
    pub(crate) opcode: u8,
    pub(crate) payload: u64,
    pub(crate) mask: [u8; 4],
}

impl Header {
    /// Whether the frame speaks of the connection instead of being part of a message.
    pub(crate) const fn is_control(self) -> bool {
        self.opcode >= CLOSE
    }
}

/// It breaks RFC 6455.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault;

/// Reads the head of a client's frame and how long it is; `None` when there is more of it to come.
/// What is wrong is seen as soon as it is there.
pub(crate) fn read_client(bytes: &[u8]) -> Result<Option<(Header, usize)>, Fault> {
    let Some(&first) = bytes.first() else {
        return Ok(None);
    };
    let (last, opcode) = (first & FINAL != 0, first & OPCODE);
    let is_known = matches!(opcode, CONTINUATION | TEXT | BINARY | CLOSE | PING | PONG);
    if first & RESERVED != 0 || !is_known || (opcode >= CLOSE && !last) {
        return Err(Fault);
    }
    let Some(&second) = bytes.get(1) else {
        return Ok(None);
    };
    let short = second & LENGTH;
    if second & MASKED == 0 || (opcode >= CLOSE && usize::from(short) > MAX_CONTROL) {
        return Err(Fault);
    }
    let (payload, at) = match short {
        TWO_BYTES => match bytes.get(2..4) {
            Some(&[a, b]) => (u64::from(u16::from_be_bytes([a, b])), 4),
            _ => return Ok(None),
        },
        EIGHT_BYTES => match bytes.get(2..10) {
            Some(&[a, b, c, d, e, f, g, h]) => (u64::from_be_bytes([a, b, c, d, e, f, g, h]), 10),
            _ => return Ok(None),
        },
        _ => (u64::from(short), 2),
    };
    // A length has one form, the shortest; the topmost bit is always clear.
    let is_minimal = match short {
        TWO_BYTES => payload >= u64::from(TWO_BYTES),
        EIGHT_BYTES => payload > 0xffff && payload >> 63 == 0,
        _ => true,
    };
    if !is_minimal {
        return Err(Fault);
    }
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => {
            Ok(Some((Header { last, opcode, payload, mask: [a, b, c, d] }, at + 4)))
        }
        _ => Ok(None),
    }
}

/// Takes the mask off bytes that begin at `at` of the payload; eight at a time.
pub(crate) fn unmask(bytes: &mut [u8], mask: [u8; 4], at: u8) {
    let mut turned = mask;
    turned.rotate_left(usize::from(at % 4));
    let [a, b, c, d] = turned;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(turned.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmasking_goes_on_where_it_stopped() {
        let mask = [1, 2, 3, 4];
        let clear: Vec<u8> = (0..40).collect();
        let masked: Vec<u8> =
            clear.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        for cut in 0..clear.len() {
            let mut bytes = masked.clone();
            let (head, tail) = bytes.split_at_mut(cut);
            unmask(head, mask, 0);
            unmask(tail, mask, (cut % 4) as u8);
            assert_eq!(bytes, clear, "{cut}");
        }
    }

    #[test]
    fn a_fault_is_seen_as_soon_as_it_is_there() {
        for bytes in [
            &[0xc1][..],
            &[0xa1],
            &[0x91],
            &[0x83],
            &[0x8b],
            &[0x8f],
            &[0x09],
            &[0x08],
            &[0x81, 0x00],
            &[0x81, 0x7f],
            &[0x89, 0xfe],
            &[0x88, 0xff],
            &[0x81, 0xfe, 0, 125],
            &[0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
            &[0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(read_client(bytes), Err(Fault), "{bytes:x?}");
            for cut in 0..bytes.len() {
                assert_eq!(read_client(&bytes[..cut]), Ok(None), "{bytes:x?} to {cut}");
            }
        }
    }

    #[test]
    fn a_close_frame_never_outgrows_its_kind() {
        let mut out = Vec::new();
        push_control(&mut out, CLOSE, [&[0x0f, 0xa9], &[b'x'; 200]]);
        assert_eq!((out.len(), out[1]), (127, 125));
        assert_eq!(out[..4], [0x88, 125, 0x0f, 0xa9]);
    }
}
