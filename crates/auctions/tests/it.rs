//! Live bidding as a whole, on both databases.

#[cfg(test)]
mod it {
    mod bidding;
    mod fairness;
    mod keys;
    mod life;
    mod lists;
    mod notices;
    mod outages;
    mod sockets;
    mod world;
}
