use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Who is at an address, as far as the address tells: the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// The link or the cloud beneath: machines' metadata and credentials are handed out there. Also
    /// where it cannot be told who is there.
    Never,
    /// This machine.
    Own,
    /// A private network, or a range that nobody routes.
    Private,
    /// Anybody on the Internet.
    Public,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(segments: [u16; 8], length: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

const NEVER_V4: &[Ipv4Net] = &[
    // "This network" (RFC 791): Linux connects to itself.
    v4(0, 0, 0, 0, 8),
    // Link-local (RFC 3927): most clouds' metadata.
    v4(169, 254, 0, 0, 16),
    // Metadata of Alibaba Cloud, of Oracle Cloud, and the agent of Azure.
    v4(100, 100, 100, 200, 32),
    v4(192, 0, 0, 192, 32),
    v4(168, 63, 129, 16, 32),
    // Multicast, reserved, broadcast (RFC 5771, RFC 1112, RFC 919).
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Loopback (RFC 1122, section 3.2.1.3).
const OWN_V4: Ipv4Net = v4(127, 0, 0, 0, 8);

// IANA's registry of special-purpose IPv4 addresses (RFC 6890), what is not globally reachable.
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

const NEVER_V6: &[Ipv6Net] = &[
    // Link-local and multicast (RFC 4291).
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
    // Metadata of AWS, of Google Cloud and of Scaleway: within the private range.
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32),
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0], 32),
    v6([0xfd00, 0x42, 0, 0, 0, 0, 0, 0], 32),
    // Translators' prefix for local use (RFC 8215): where in it the IPv4 address stands is for each
    // network to say.
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),
    // Teredo (RFC 4380): a tunnel to whatever IPv4 address stands in it, in disguise.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32),
];

/// The one range of which global addresses are given out (RFC 4291, section 2.4, IANA).
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

// IANA's registry of special-purpose IPv6 addresses (RFC 6890), what lies in the global range.
const PRIVATE_V6: &[Ipv6Net] = &[
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

impl Reach {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        let within = |networks: &[Ipv4Net]| networks.iter().any(|net| net.contains(&address));
        if within(NEVER_V4) {
            Self::Never
        } else if OWN_V4.contains(&address) {
            Self::Own
        } else if within(PRIVATE_V4) {
            Self::Private
        } else {
            Self::Public
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if address.is_loopback() {
            return Self::Own;
        }
        if let Some(embedded) = embedded(address) {
            return Self::of_v4(embedded);
        }
        let within = |networks: &[Ipv6Net]| networks.iter().any(|net| net.contains(&address));
        let itself = if within(NEVER_V6) {
            Self::Never
        } else if !GLOBAL_V6.contains(&address) || within(PRIVATE_V6) {
            Self::Private
        } else {
            Self::Public
        };
        match tunnelled(address) {
            Some(within) => itself.min(Self::of_v4(within)),
            None => itself,
        }
    }
}

/// The IPv4 address that packets to an IPv6 address end up at.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    match (a, b, c, d, e, f) {
        // IPv4-mapped and the old IPv4-compatible form, the unspecified address among it (RFC
        // 4291); IPv4-translated (RFC 2765, section 2.1); the prefix of translators (RFC 6052).
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) | (0x64, 0xff9b, 0, 0, 0, 0) => {
            Some(joined(g, h))
        }
        // 6to4 (RFC 3056).
        (0x2002, high, low, ..) => Some(joined(high, low)),
        _ => None,
    }
}

/// The IPv4 address at the other end of a tunnel within a site (ISATAP, RFC 5214, section 6.1),
/// whatever network the address seems to be of.
fn tunnelled(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [.., 0 | 0x200, 0x5efe, high, low] => Some(joined(high, low)),
        _ => None,
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}
