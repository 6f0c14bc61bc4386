//! Whose word about the client's address is believed.

use std::{fmt, net::IpAddr, str::FromStr};

/// A list of addresses and networks (`10.0.0.0/8`) of one's own proxies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxies(Vec<Network>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Proxies {
    /// Whether `address` is one of them. An IPv4 address written as IPv6 counts as itself.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who the client is: going back from `peer` through the `X-Forwarded-For` headers in the
    /// order they stand in, the first address that is none of our proxies. What a client itself
    /// wrote into the header stands before that and is never reached.
    pub fn client<'a>(&self, peer: IpAddr, forwarded: impl Iterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.contains(client) {
            return client;
        }
        let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        for hop in hops.into_iter().rev() {
            let Ok(address) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            client = address.to_canonical();
            if !self.contains(client) {
                break;
            }
        }
        client
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        let (ours, theirs, bits) = match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), b.to_bits().into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
            _ => return false,
        };
        let rest = bits - u32::from(self.prefix);
        // A shift by all 128 bits would overflow: /0 contains everything.
        ours.checked_shr(rest) == theirs.checked_shr(rest)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address or a network such as 10.0.0.0/8");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => bits,
            Some(prefix) => {
                prefix.parse().ok().filter(|prefix| *prefix <= bits).ok_or_else(wrong)?
            }
        };
        Ok(Self { address, prefix })
    }
}

impl FromStr for Proxies {
    type Err = String;

    /// Addresses and networks, separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, network) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}/{}", network.address, network.prefix)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain() {
        let cases = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
            ("", "10.0.0.1", false),
        ];
        for (list, address, expected) in cases {
            let proxies: Proxies = list.parse().unwrap();
            let found = proxies.contains(address.parse().unwrap());
            assert_eq!(found, expected, "{list} {address}");
        }
        for wrong in ["x", "10.0.0.0/33", "10.0.0.0/-1", "1.2.3.4/8/9"] {
            assert!(wrong.parse::<Proxies>().is_err(), "{wrong}");
        }
        let list: Proxies = "10.0.0.0/8, ::1".parse().unwrap();
        assert_eq!(list.to_string(), "10.0.0.0/8,::1/128");
    }

    #[test]
    fn the_client_behind_the_proxies() {
        let proxies: Proxies = "10.0.0.0/8".parse().unwrap();
        let cases: [(&str, &[&str], &str); 7] = [
            ("9.9.9.9", &["1.1.1.1"], "9.9.9.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.3"], "10.0.0.3"),
        ];
        for (peer, forwarded, expected) in cases {
            let client = proxies.client(peer.parse().unwrap(), forwarded.iter().copied());
            assert_eq!(client.to_string(), expected, "{peer} {forwarded:?}");
        }
    }
}
