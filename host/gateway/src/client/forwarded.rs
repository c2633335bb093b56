use std::net::{IpAddr, SocketAddr};

use bellpull_core::Networks;
use http::header::FORWARDED;
use http::{HeaderMap, HeaderName};

/// Claimed addresses that are logged of one delivery.
const MOST_CLAIMED: usize = 8;
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request comes from that `peer` has sent: `peer` itself, or the last client that the
/// `trusted` proxies have not been. `None`: the proxies do not tell.
///
/// Each proxy writes behind what it got, so what is left of the first stranger may be forged.
/// A proxy that writes one of `X-Forwarded-For` and `Forwarded` (RFC 7239) may pass on the other as a
/// stranger wrote it. Where they disagree, nothing is known.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &Networks,
) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    if !trusted.contain(peer) {
        return Some(peer);
    }
    let listed = nearest_stranger(x_forwarded_for(headers), trusted);
    let described = nearest_stranger(forwarded(headers), trusted);
    match (listed, described) {
        (None, None) => Some(peer),
        (Some(told), None) | (None, Some(told)) => told,
        (Some(one), Some(other)) => one.filter(|_| one == other),
    }
}

/// The addresses that `X-Forwarded-For` or `Forwarded` names, for the log: whoever sends the request may have
/// written them. `None`: there are none.
pub(crate) fn claimed_addresses(headers: &HeaderMap) -> Option<String> {
    let hops = x_forwarded_for(headers).chain(forwarded(headers));
    let hops = hops.flatten().take(MOST_CLAIMED);
    let hops: Vec<String> = hops.map(|address| address.to_string()).collect();
    (!hops.is_empty()).then(|| hops.join(", "))
}

/// Goes back along the hops of a request. `None`: there are none. `Some(None)`: a hop that decides
/// cannot be read.
fn nearest_stranger(
    hops: impl DoubleEndedIterator<Item = Option<IpAddr>>,
    trusted: &Networks,
) -> Option<Option<IpAddr>> {
    let mut nearest = None;
    for hop in hops.rev() {
        nearest = Some(hop);
        if !hop.is_some_and(|hop| trusted.contain(hop)) {
            break;
        }
    }
    nearest
}

fn x_forwarded_for(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = Option<IpAddr>> {
    let values = headers.get_all(X_FORWARDED_FOR).iter();
    let hops = values.flat_map(|value| value.to_str().unwrap_or("?").split(','));
    let hops = hops.map(str::trim).filter(|hop| !hop.is_empty());
    hops.map(address)
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    let bracketed = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bracketed.unwrap_or(text).parse().or_else(|_| with_port());
    address.ok().map(|address: IpAddr| address.to_canonical())
}

fn forwarded(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = Option<IpAddr>> {
    let values = headers.get_all(FORWARDED).iter();
    let values = values.map(|value| value.to_str().unwrap_or("?"));
    let values = values.filter(|value| !value.trim().is_empty());
    let elements = values.flat_map(rfc7239::parse);
    elements.map(|element| {
        let from = element.ok()?.forwarded_for?;
        from.ip().map(IpAddr::to_canonical)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The headers, and the address that is found: `peer`, `unknown` or an address.
    type ForwardedCase = (&'static [(&'static str, &'static str)], &'static str);

    const XFF: &str = "x-forwarded-for";
    const FWD: &str = "forwarded";

    #[rustfmt::skip]
    const CASES: &[ForwardedCase] = &[
        (&[], "peer"),
        (&[(XFF, "192.0.2.1")], "192.0.2.1"),
        // What is left of the first stranger may be forged.
        (&[(XFF, "192.0.2.66, 192.0.2.1")], "192.0.2.1"),
        (&[(XFF, "192.0.2.1, 10.1.2.3")], "192.0.2.1"),
        (&[(XFF, "192.0.2.66,192.0.2.1,10.1.2.3,10.9.9.9")], "192.0.2.1"),
        (&[(XFF, "192.0.2.66"), (XFF, "192.0.2.1")], "192.0.2.1"),
        (&[(XFF, "10.1.2.3")], "10.1.2.3"),
        (&[(XFF, "192.0.2.1:4711")], "192.0.2.1"),
        (&[(XFF, "2001:db8::1")], "2001:db8::1"),
        (&[(XFF, "[2001:db8::1]:4711")], "2001:db8::1"),
        (&[(XFF, "[2001:db8::1]")], "2001:db8::1"),
        (&[(XFF, "::ffff:192.0.2.1")], "192.0.2.1"),
        (&[(XFF, "192.0.2.1,, ")], "192.0.2.1"),
        (&[(XFF, "")], "peer"),
        (&[(XFF, "unknown")], "unknown"),
        (&[(XFF, "192.0.2.1, nonsense")], "unknown"),
        (&[(XFF, "nonsense, 192.0.2.1")], "192.0.2.1"),
        (&[(FWD, "for=192.0.2.1")], "192.0.2.1"),
        (&[(FWD, "for=192.0.2.66, for=192.0.2.1;proto=https;by=10.0.0.1")], "192.0.2.1"),
        (&[(FWD, "For=\"[2001:db8::1]:4711\", for=10.0.0.7")], "2001:db8::1"),
        (&[(FWD, "for=192.0.2.1"), (FWD, "for=10.0.0.7")], "192.0.2.1"),
        (&[(FWD, " ")], "peer"),
        (&[(XFF, "192.0.2.1"), (FWD, "")], "192.0.2.1"),
        (&[(FWD, "for=unknown")], "unknown"),
        (&[(FWD, "for=_hidden")], "unknown"),
        (&[(FWD, "proto=https")], "unknown"),
        (&[(FWD, "for=192.0.2.66, nonsense")], "unknown"),
        (&[(XFF, "192.0.2.1"), (FWD, "for=192.0.2.1")], "192.0.2.1"),
        // A stranger wrote one of them.
        (&[(XFF, "192.0.2.1"), (FWD, "for=192.0.2.66")], "unknown"),
        (&[(XFF, "192.0.2.66"), (FWD, "for=_hidden")], "unknown"),
    ];

    fn found(peer: &str, headers: &[(&'static str, &'static str)]) -> Option<IpAddr> {
        let headers = headers.iter().map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, value.parse().unwrap())
        });
        let trusted = "10.0.0.0/8,fd00::/8".parse().unwrap();
        client_address(peer.parse().unwrap(), &headers.collect(), &trusted)
    }

    #[test]
    fn the_client_is_the_last_stranger_before_trusted_proxies() {
        for (headers, expected) in CASES {
            for peer in ["10.0.0.1", "::ffff:10.0.0.1", "fd00::1"] {
                let expected = match *expected {
                    "unknown" => None,
                    "peer" => Some(peer.parse::<IpAddr>().unwrap().to_canonical()),
                    address => Some(address.parse().unwrap()),
                };
                assert_eq!(found(peer, headers), expected, "{peer}: {headers:?}");
            }
        }
    }

    #[test]
    fn only_addresses_are_claimed() {
        let nine = ["192.0.2.1"; 9].join(",");
        let eight = ["192.0.2.1"; 8].join(", ");
        for (value, expected) in [
            (
                "192.0.2.66, token=secret, 10.0.0.1:9",
                Some("192.0.2.66, 10.0.0.1"),
            ),
            ("secret", None),
            (&nine, Some(eight.as_str())),
        ] {
            let headers = [(X_FORWARDED_FOR, value.parse().unwrap())];
            let claimed = claimed_addresses(&headers.into_iter().collect());
            assert_eq!(claimed.as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_stranger_says_nothing_about_itself() {
        for (headers, _) in CASES {
            for peer in ["192.0.2.200", "2001:db8::200"] {
                let expected = Some(peer.parse().unwrap());
                assert_eq!(found(peer, headers), expected, "{headers:?}");
            }
        }
    }
}
