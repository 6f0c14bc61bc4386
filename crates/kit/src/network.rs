//! Whom an address stands for when requests and connections are counted.

use std::net::{IpAddr, Ipv6Addr};

/// What an IPv6 customer is given at least, in bits: whoever has one address has all of them.
const NETWORK_BITS_V6: u32 = 64;

/// The network by which a client is counted: an IPv4 address as it is, of an IPv6 address its first
/// 64 bits. An IPv4 address written as IPv6 counts as itself.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => {
            let mask = u128::MAX << (Ipv6Addr::BITS - NETWORK_BITS_V6);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_customer_are_one() {
        for (address, network) in [
            ("9.9.9.9", "9.9.9.9"),
            ("::ffff:9.9.9.9", "9.9.9.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
            ("::1", "::"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()).to_string(), network, "{address}");
        }
    }
}
