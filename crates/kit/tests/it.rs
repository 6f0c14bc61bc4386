//! The kit with features of its own, on both databases.

#[path = "it/board.rs"]
mod board;
#[path = "it/edge.rs"]
mod edge;
#[path = "it/handshake.rs"]
mod handshake;
#[path = "it/kinds.rs"]
mod kinds;
#[path = "it/laboratory.rs"]
mod laboratory;
#[path = "it/nodes.rs"]
mod nodes;
#[path = "it/notes.rs"]
mod notes;
#[path = "it/rest.rs"]
mod rest;
#[path = "it/sockets.rs"]
mod sockets;
#[path = "it/tickers.rs"]
mod tickers;
