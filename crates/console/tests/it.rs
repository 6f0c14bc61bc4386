//! The console as a whole, on both databases.

#[cfg(test)]
mod it {
    mod reach;
    mod reactions;
    mod sockets;
    mod tasks;
    mod world;
}
