//! The kit with a feature of its own, on both databases.

#[path = "it/handshake.rs"]
mod handshake;
#[path = "it/notes.rs"]
mod notes;
#[path = "it/rest.rs"]
mod rest;
#[path = "it/sockets.rs"]
mod sockets;
