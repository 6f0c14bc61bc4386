//! Bytes of a client into messages, whatever pieces the bytes come in.

use super::header::{self, Fault, Header};
use crate::{Inbound, text::Draft};

/// So much room is made for a message before its bytes are there. Beyond it the room grows with
/// what has come, so that a header alone costs nothing.
const ROOM_BYTES: usize = 16 * 1024;

/// The most fragments of one message. Empty ones cost no memory, but somebody's time.
const MAX_FRAGMENTS: u16 = 4096;

/// What stands next in the stream.
enum Stage {
    /// A header, of which so many bytes are here.
    Header { bytes: [u8; header::MAX_CLIENT], have: u8 },
    /// The payload of a part of the message: so many bytes are still to come.
    Data { header: Header, left: usize, at: u8 },
    /// The payload of a control frame.
    Control { header: Header, payload: Vec<u8> },
    /// Nothing that counts: it was closed, or it was no WebSocket.
    Over,
}

const NEXT_FRAME: Stage = Stage::Header { bytes: [0; header::MAX_CLIENT], have: 0 };

/// A message of which parts are here.
enum Message {
    Text(Draft),
    /// Nobody wants to know what is in it.
    Binary {
        bytes: usize,
    },
}

impl Message {
    const fn len(&self) -> usize {
        match self {
            Self::Text(draft) => draft.len(),
            Self::Binary { bytes } => *bytes,
        }
    }
}

/// Why the stream is over.
enum End {
    Malformed,
    TooLarge,
}

impl From<Fault> for End {
    fn from(Fault: Fault) -> Self {
        Self::Malformed
    }
}

/// Holds a message's parts until it is whole, and nothing between messages.
pub(crate) struct Decoder {
    /// The longest message that is read, in bytes.
    limit: usize,
    stage: Stage,
    message: Option<Message>,
    fragments: u16,
}

impl Decoder {
    /// Messages longer than `limit` bytes are not read.
    pub(crate) const fn new(limit: usize) -> Self {
        Self { limit, stage: NEXT_FRAME, message: None, fragments: 0 }
    }

    /// Whether nothing more will come of it, whatever bytes come.
    pub(crate) const fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// Takes bytes up to the end of the next message. Returns how many, and the message, if it is
    /// whole. The bytes are unmasked where they stand.
    pub(crate) fn take(&mut self, input: &mut [u8]) -> (usize, Option<Inbound>) {
        let mut used = 0;
        while used < input.len() || self.is_empty_payload() {
            match self.step(&mut input[used..]) {
                Ok((taken, None)) => used += taken,
                Ok((taken, message)) => return (used + taken, message),
                Err(end) => {
                    self.stage = Stage::Over;
                    self.message = None;
                    let end = match end {
                        End::Malformed => Inbound::Malformed,
                        End::TooLarge => Inbound::TooLarge,
                    };
                    return (input.len(), Some(end));
                }
            }
        }
        (used, None)
    }

    /// Whether the frame at hand is complete although no byte of it is left.
    const fn is_empty_payload(&self) -> bool {
        match &self.stage {
            Stage::Data { left, .. } => *left == 0,
            Stage::Control { header, payload } => payload.len() as u64 == header.payload,
            Stage::Header { .. } | Stage::Over => false,
        }
    }

    fn step(&mut self, input: &mut [u8]) -> Result<(usize, Option<Inbound>), End> {
        match &mut self.stage {
            Stage::Header { bytes, have } => match gather(bytes, have, input)? {
                Some((header, taken)) => self.begin(header).map(|()| (taken, None)),
                None => Ok((input.len(), None)),
            },
            Stage::Data { header, left, at } => {
                let taken = input.len().min(*left);
                let part = &mut input[..taken];
                match &mut self.message {
                    Some(Message::Text(draft)) => {
                        header::unmask(part, header.mask, *at);
                        draft.bytes_mut().extend_from_slice(part);
                    }
                    Some(Message::Binary { bytes }) => *bytes += taken,
                    None => return Err(End::Malformed),
                }
                *left -= taken;
                *at = (*at + (taken % 4) as u8) % 4;
                if *left > 0 {
                    return Ok((taken, None));
                }
                let whole = if header.last { self.message.take() } else { None };
                self.stage = NEXT_FRAME;
                let message = whole.map(finish).transpose()?;
                Ok((taken, message))
            }
            Stage::Control { header, payload } => {
                let total = usize::try_from(header.payload).unwrap_or(header::MAX_CONTROL);
                let taken = input.len().min(total - payload.len());
                payload.extend_from_slice(&input[..taken]);
                if payload.len() < total {
                    return Ok((taken, None));
                }
                let (header, payload) = (*header, std::mem::take(payload));
                Ok((taken, Some(self.control(header, payload)?)))
            }
            Stage::Over => Ok((input.len(), None)),
        }
    }

    /// What a whole control frame says.
    fn control(&mut self, header: Header, mut payload: Vec<u8>) -> Result<Inbound, Fault> {
        header::unmask(&mut payload, header.mask, 0);
        self.stage = NEXT_FRAME;
        Ok(match header.opcode {
            header::PING => Inbound::Ping(payload.into()),
            header::PONG => Inbound::Pong,
            _ => {
                let code = close_code(&payload)?;
                self.stage = Stage::Over;
                self.message = None;
                Inbound::Close(code)
            }
        })
    }

    /// Decides by its header alone what becomes of a frame.
    fn begin(&mut self, header: Header) -> Result<(), End> {
        if header.is_control() {
            // At most 125 bytes, says the header.
            let total = usize::try_from(header.payload).unwrap_or(header::MAX_CONTROL);
            self.stage = Stage::Control { header, payload: Vec::with_capacity(total) };
            return Ok(());
        }
        let is_first = header.opcode != header::CONTINUATION;
        if is_first == self.message.is_some() {
            return Err(End::Malformed);
        }
        let before = self.message.as_ref().map_or(0, Message::len);
        let left = usize::try_from(header.payload).ok().filter(|left| *left <= self.limit - before);
        let left = left.ok_or(End::TooLarge)?;
        self.fragments = if is_first { 1 } else { self.fragments + 1 };
        if self.fragments > MAX_FRAGMENTS {
            return Err(End::TooLarge);
        }
        if is_first {
            self.message = Some(if header.opcode == header::TEXT {
                Message::Text(Draft::with_capacity(left.min(ROOM_BYTES)))
            } else {
                Message::Binary { bytes: 0 }
            });
        }
        self.stage = Stage::Data { header, left, at: 0 };
        Ok(())
    }
}

/// Adds bytes to a header that may have begun. Returns it when it is whole, and how many of these
/// bytes belong to it.
fn gather(
    bytes: &mut [u8; header::MAX_CLIENT],
    have: &mut u8,
    input: &[u8],
) -> Result<Option<(Header, usize)>, Fault> {
    let before = usize::from(*have);
    // Mostly the whole of it is there.
    let seen = if before == 0 {
        input
    } else {
        let room = &mut bytes[before..];
        let more = room.len().min(input.len());
        room[..more].copy_from_slice(&input[..more]);
        &bytes[..before + more]
    };
    if let Some((header, length)) = header::read_client(seen)? {
        return Ok(Some((header, length - before)));
    }
    // An incomplete header is shorter than the longest one.
    let now = seen.len();
    if before == 0 {
        bytes[..now].copy_from_slice(input);
    }
    *have = u8::try_from(now).unwrap_or_default();
    Ok(None)
}

fn finish(message: Message) -> Result<Inbound, End> {
    match message {
        Message::Text(draft) => draft.check().map(Inbound::Text).map_err(|_| End::Malformed),
        Message::Binary { .. } => Ok(Inbound::Binary),
    }
}

/// The code of a close frame; `None` when it has none.
fn close_code(payload: &[u8]) -> Result<Option<u16>, Fault> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok(None) } else { Err(Fault) };
    };
    let code = u16::from_be_bytes(*code);
    // 1004 means nothing yet; 1005, 1006 and 1015 never travel; 1016 to 2999 are not given out.
    let may_travel = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
    if !may_travel || std::str::from_utf8(reason).is_err() {
        return Err(Fault);
    }
    Ok(Some(code))
}
