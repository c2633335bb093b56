use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Who can be reached at an address, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AddressScope {
    /// The local link, or the metadata service of a cloud, which hands out credentials. Also an
    /// address that does not tell who is there.
    Forbidden,
    /// This machine.
    Loopback,
    /// A private network, or a range that nobody routes.
    Private,
    /// The Internet.
    Public,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(segments: [u16; 8], length: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

const FORBIDDEN_V4: &[Ipv4Net] = &[
    // "This network" (RFC 791): Linux connects to this machine.
    v4(0, 0, 0, 0, 8),
    // Link-local (RFC 3927): the metadata services of most clouds.
    v4(169, 254, 0, 0, 16),
    // The metadata services of Alibaba Cloud and Oracle Cloud, and the agent of Azure.
    v4(100, 100, 100, 200, 32),
    v4(192, 0, 0, 192, 32),
    v4(168, 63, 129, 16, 32),
    // Multicast, reserved, broadcast (RFC 5771, RFC 1112, RFC 919).
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Loopback (RFC 1122, section 3.2.1.3).
const LOOPBACK_V4: Ipv4Net = v4(127, 0, 0, 0, 8);

// The addresses in IANA's registry of special-purpose IPv4 addresses (RFC 6890) that are not
// globally reachable.
const PRIVATE_V4: &[Ipv4Net] = &[
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
];

const FORBIDDEN_V6: &[Ipv6Net] = &[
    // Link-local and multicast (RFC 4291).
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
    // The metadata services of AWS, Google Cloud and Scaleway, within the private range.
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32),
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0], 32),
    v6([0xfd00, 0x42, 0, 0, 0, 0, 0, 0], 32),
    // The prefix of translators for local use (RFC 8215). Each network decides where in it the IPv4
    // address stands.
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),
    // Teredo (RFC 4380): a tunnel to the IPv4 address that it holds in an obfuscated form.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32),
];

/// The only range from which IANA allocates global addresses (RFC 4291, section 2.4).
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

// The addresses in IANA's registry of special-purpose IPv6 addresses (RFC 6890) that lie in the
// global range.
const PRIVATE_V6: &[Ipv6Net] = &[
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

impl AddressScope {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        let within = |networks: &[Ipv4Net]| networks.iter().any(|net| net.contains(&address));
        if within(FORBIDDEN_V4) {
            Self::Forbidden
        } else if LOOPBACK_V4.contains(&address) {
            Self::Loopback
        } else if within(PRIVATE_V4) {
            Self::Private
        } else {
            Self::Public
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if address.is_loopback() {
            return Self::Loopback;
        }
        if let Some(embedded) = embedded(address) {
            return Self::of_v4(embedded);
        }
        let within = |networks: &[Ipv6Net]| networks.iter().any(|net| net.contains(&address));
        let outer = if within(FORBIDDEN_V6) {
            Self::Forbidden
        } else if !GLOBAL_V6.contains(&address) || within(PRIVATE_V6) {
            Self::Private
        } else {
            Self::Public
        };
        match tunnelled(address) {
            Some(inner) => outer.min(Self::of_v4(inner)),
            None => outer,
        }
    }
}

/// The IPv4 address that packets to this IPv6 address finally reach.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    match (a, b, c, d, e, f) {
        // IPv4-mapped, and the old IPv4-compatible form with the unspecified address (RFC 4291);
        // IPv4-translated (RFC 2765, section 2.1); the prefix of translators (RFC 6052).
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) | (0x64, 0xff9b, 0, 0, 0, 0) => {
            Some(joined(g, h))
        }
        // 6to4 (RFC 3056).
        (0x2002, high, low, ..) => Some(joined(high, low)),
        _ => None,
    }
}

/// The IPv4 address at the other end of a tunnel within a site (ISATAP, RFC 5214, section 6.1). Any
/// prefix may hold one.
fn tunnelled(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [.., 0 | 0x200, 0x5efe, high, low] => Some(joined(high, low)),
        _ => None,
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}
