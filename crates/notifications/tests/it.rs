//! The inbox as a whole, on both databases.

#[cfg(test)]
mod it {
    mod changes;
    mod delivery;
    mod lists;
    mod operators;
    mod preferences;
    mod random;
    mod sockets;
    mod world;
}
