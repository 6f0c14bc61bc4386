//! The inbox as a whole, on both databases.

#[path = "it/changes.rs"]
mod changes;
#[path = "it/delivery.rs"]
mod delivery;
#[path = "it/lists.rs"]
mod lists;
#[path = "it/operators.rs"]
mod operators;
#[path = "it/random.rs"]
mod random;
#[path = "it/sockets.rs"]
mod sockets;
#[path = "it/world.rs"]
mod world;
