//! Foreclosure watch: watchlists and the auctions socket
