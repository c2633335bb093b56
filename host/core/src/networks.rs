use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

use crate::text::printable;

/// The most networks of one list. Each is compared with the address of a delivery.
const MOST: usize = 256;

/// Networks of IP addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether the address is in one of the networks. An IPv4 address that is written as one of IPv6
    /// (RFC 4291, section 2.5.5.2) counts as IPv4.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<IpNet> for Networks {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        Self(networks.into_iter().collect())
    }
}

/// Why a text is no list of networks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworksError {
    /// This element is neither an address nor a network.
    #[error(
        "has {0:?}, which is no network: write addresses and CIDR blocks with commas between them, \
         such as 192.0.2.7,2001:db8::/32"
    )]
    NoNetwork(String),
    #[error("names no network: write at least one, or remove it")]
    Empty,
    #[error("names more than {MOST} networks: write larger ones")]
    TooMany,
}

impl FromStr for Networks {
    type Err = NetworksError;

    /// Reads addresses and CIDR blocks with commas between them.
    fn from_str(text: &str) -> Result<Self, NetworksError> {
        let elements = text.split(',').map(str::trim);
        let elements = elements.filter(|element| !element.is_empty());
        let networks: Vec<IpNet> = elements.map(network).collect::<Result<_, _>>()?;
        match networks.len() {
            0 => Err(NetworksError::Empty),
            1..=MOST => Ok(Self(networks)),
            _ => Err(NetworksError::TooMany),
        }
    }
}

fn network(text: &str) -> Result<IpNet, NetworksError> {
    let address = || text.parse().map(|address: IpAddr| address.to_canonical());
    text.parse()
        .map(canonical)
        .or_else(|_| address().map(IpNet::from))
        .map_err(|_| NetworksError::NoNetwork(printable(text, 64)))
}

/// A network of IPv4 that is written as one of IPv6 (RFC 4291, section 2.5.5.2), as one of IPv4.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else {
        return network;
    };
    let inner = mapped.prefix_len().checked_sub(96);
    let inner = mapped.addr().to_ipv4_mapped().zip(inner);
    let inner = inner.and_then(|(address, length)| Ipv4Net::new(address, length).ok());
    inner.map_or(network, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contain_what_is_in_one_of_them() {
        let networks = "192.0.2.7, 198.51.100.0/24,,2001:db8::/32,::ffff:203.0.113.0/120";
        let networks: Networks = networks.parse().unwrap();
        for (address, expected) in [
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("198.51.100.255", true),
            ("198.51.101.0", false),
            ("::ffff:198.51.100.9", true),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
            ("203.0.113.9", true),
            ("203.0.114.9", false),
        ] {
            let said = networks.contain(address.parse().unwrap());
            assert_eq!(said, expected, "{address}");
        }
    }

    #[test]
    fn a_text_that_is_no_list_says_why() {
        let many = vec!["192.0.2.1"; MOST + 1].join(",");
        for (text, expected) in [
            ("", "names no network"),
            (" , ", "names no network"),
            ("github.com", "has \"github.com\", which is no network"),
            ("192.0.2.0/33", "has \"192.0.2.0/33\""),
            ("192.0.2.1 192.0.2.2", "has \"192.0.2.1 192.0.2.2\""),
            (&many, "names more than 256 networks"),
        ] {
            let error = text.parse::<Networks>().unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text:?}: {error}");
        }
    }
}
