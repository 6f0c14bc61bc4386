//! The foreclosure watch in a house of its own, on both databases.

#[cfg(test)]
mod it {
    #[macro_use]
    mod world;

    mod alert_limits;
    mod alert_notices;
    mod alert_order;
    mod alerts;
    mod alias;
    mod calendar;
    mod edits;
    mod land;
    mod notices;
    mod outages;
    mod races;
    mod sockets;
    mod watchlist;
}
