//! How many connections may be open: of everybody together, and of one network.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{metrics::CONNECTIONS_REFUSED, network::network_of};

/// Counts open connections, sockets included.
pub struct Connections {
    most: usize,
    most_of_network: usize,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: usize,
    networks: HashMap<IpAddr, usize>,
}

/// A place among the connections, free again when it is dropped.
pub struct Place {
    connections: Arc<Connections>,
    /// Whether it is one of all.
    counts: bool,
    network: Option<IpAddr>,
}

/// The place of the connection that a request came over. A request extension: a socket holds on to
/// it, because its connection outlives the request.
#[derive(Clone)]
pub struct PlaceOfConnection(pub Arc<Place>);

impl Connections {
    /// So many connections, and so many of one network.
    pub fn new(most: usize, most_of_network: usize) -> Arc<Self> {
        Arc::new(Self { most, most_of_network, counts: Mutex::default() })
    }

    /// A place for a new connection, if there is one. The address is none for one's own proxies:
    /// they stand for many.
    pub fn enter(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Place> {
        self.take(true, address)
    }

    /// A place for a socket whose connection is a proxy's: it counts for the client's network.
    pub(crate) fn enter_behind_proxy(self: &Arc<Self>, client: IpAddr) -> Option<Place> {
        self.take(false, Some(client))
    }

    fn take(self: &Arc<Self>, counts: bool, address: Option<IpAddr>) -> Option<Place> {
        let place = self.find(counts, address);
        if place.is_none() {
            metrics::counter!(CONNECTIONS_REFUSED).increment(1);
        }
        place
    }

    fn find(self: &Arc<Self>, counts: bool, address: Option<IpAddr>) -> Option<Place> {
        let network = address.map(network_of);
        let mut books = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts && books.all >= self.most {
            return None;
        }
        if let Some(network) = network {
            let open = books.networks.get(&network).copied().unwrap_or_default();
            if open >= self.most_of_network {
                return None;
            }
            books.networks.insert(network, open + 1);
        }
        books.all += usize::from(counts);
        Some(Place { connections: self.clone(), counts, network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut books = self.connections.counts.lock().unwrap_or_else(PoisonError::into_inner);
        books.all -= usize::from(self.counts);
        if let Some(network) = self.network
            && let Some(open) = books.networks.get_mut(&network)
        {
            *open -= 1;
            if *open == 0 {
                books.networks.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_and_given_back() {
        let connections = Connections::new(5, 2);
        let enter = |address: &str| connections.enter(Some(address.parse().unwrap()));
        let first = [enter("9.9.9.9"), enter("::ffff:9.9.9.9")];
        assert!(first.iter().all(Option::is_some));
        assert!(enter("9.9.9.9").is_none(), "the network has its two");
        let second = [enter("2001:db8::1"), enter("2001:db8::2")];
        assert!(second.iter().all(Option::is_some));
        assert!(enter("2001:db8::3").is_none(), "the same /64");
        let proxy = connections.enter(None);
        assert!(proxy.is_some());
        assert!(enter("9.9.9.8").is_none(), "five are open");
        drop(first);
        let client = "2001:db8::4".parse().unwrap();
        assert!(connections.enter_behind_proxy(client).is_none());
        drop(second);
        let behind = [client, client].map(|client| connections.enter_behind_proxy(client));
        assert!(behind.iter().all(Option::is_some));
        assert!(connections.enter_behind_proxy(client).is_none());
        drop((proxy, behind));
        let counts = connections.counts.lock().unwrap();
        assert_eq!((counts.all, counts.networks.len()), (0, 0), "nothing is left behind");
    }
}
