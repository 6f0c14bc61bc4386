//! The engine's frames, described for documents.

/// Who sends a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Client to server.
    ToServer,
    /// Server to client.
    ToClient,
}

/// A field of an engine frame.
#[derive(Debug, Clone, Copy)]
pub struct FieldDoc {
    /// Its name.
    pub name: &'static str,
    /// Its type in words: `string`, `integer`, `boolean`, `object`, `array`, `position`, `any`.
    pub kind: &'static str,
    /// Whether it is always there.
    pub required: bool,
    /// What it means, with its unit.
    pub about: &'static str,
}

/// An engine frame.
#[derive(Debug, Clone, Copy)]
pub struct FrameDoc {
    /// Its `type`.
    pub kind: &'static str,
    /// Who sends it.
    pub direction: Direction,
    /// Its fields besides `type`.
    pub fields: &'static [FieldDoc],
    /// What it is for.
    pub about: &'static str,
}

/// All frames that the engine itself reads and writes.
pub fn protocol_frames() -> &'static [FrameDoc] {
    &[]
}
