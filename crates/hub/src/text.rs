//! Text that is shared without copying.

use std::{fmt, str::Utf8Error, sync::Arc};

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::websocket::header;

/// UTF-8 text that every connection shares: a clone is a reference count. It stands in memory as it
/// stands on the wire, behind the header of a WebSocket frame, so a broadcast is encoded and framed
/// once, whoever gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Bytes);

impl Text {
    /// Copies bytes after checking them.
    ///
    /// # Errors
    /// The bytes are not UTF-8.
    pub fn from_utf8(bytes: &[u8]) -> Result<Self, Utf8Error> {
        std::str::from_utf8(bytes).map(Self::from)
    }

    /// The text. It is checked again, so this is for parsing and tests, not for the write path.
    pub fn as_str(&self) -> &str {
        // Every constructor takes text, so the default is never used.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The length in bytes, without the header.
    pub fn len(&self) -> usize {
        self.0.len() - header::server_bytes(&self.0)
    }

    /// Whether there is no byte in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The UTF-8 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0[header::server_bytes(&self.0)..]
    }

    /// The whole WebSocket frame, header and text, as a server sends it; still shared.
    pub const fn wire(&self) -> &Bytes {
        &self.0
    }
}

/// A text in the making, with room for its header in front.
pub(crate) struct Draft(Vec<u8>);

impl Draft {
    /// Room for so many bytes of text.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        let mut draft = Vec::with_capacity(header::ROOM + bytes);
        draft.extend_from_slice(&[0; header::ROOM]);
        Self(draft)
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// For those who write bytes; [`Draft::check`] looks at them in the end.
    pub(crate) const fn bytes_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }

    /// The length of the text so far.
    pub(crate) const fn len(&self) -> usize {
        self.0.len() - header::ROOM
    }

    /// The finished text, when it is one.
    pub(crate) fn check(self) -> Result<Text, Utf8Error> {
        std::str::from_utf8(&self.0[header::ROOM..])?;
        Ok(self.finish())
    }

    /// The finished text of what was pushed as text.
    pub(crate) fn finish(mut self) -> Text {
        let start = header::put_server(&mut self.0, header::TEXT);
        let mut wire = Bytes::from(self.0);
        bytes::Buf::advance(&mut wire, start);
        Text(wire)
    }
}

impl fmt::Write for Draft {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut draft = Draft::with_capacity(text.len());
        draft.push_str(text);
        draft.finish()
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self::from(&*text)
    }
}

impl From<Box<RawValue>> for Text {
    fn from(json: Box<RawValue>) -> Self {
        Self::from(json.get())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_behind_its_header() {
        for (length, header) in [
            (0, vec![0x81, 0]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_535, vec![0x81, 126, 0xff, 0xff]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let payload = "x".repeat(length);
            let text = Text::from(payload.as_str());
            assert_eq!(text.as_str(), payload);
            assert_eq!((text.len(), text.is_empty()), (length, length == 0));
            assert_eq!(text.wire()[..], [&header, payload.as_bytes()].concat());
            assert_eq!(Text::from_utf8(payload.as_bytes()), Ok(text));
        }
        assert_eq!(Text::default(), Text::from(""));
        assert!(Text::from_utf8(&[0xff]).is_err());
    }

    #[test]
    fn a_clone_is_the_same_memory() {
        let text = Text::from("shared");
        assert_eq!(text.clone().wire().as_ptr(), text.wire().as_ptr());
    }
}
