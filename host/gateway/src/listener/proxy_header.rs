use std::io;
use std::net::IpAddr;

use proxy_header::{ParseConfig, ProxyHeader};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Bytes that every header has at least: those that tell the versions apart.
const FIRST: usize = 12;
const SIGNATURE_V2: [u8; FIRST] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Bytes of the fixed part of version 2. Its last two say how many follow.
const FIXED_V2: usize = 16;
/// The longest header of version 1, with its line end.
const LONGEST_V1: usize = 107;
/// The longest fields of version 2 that are read. The addresses have 216 bytes at most, and proxies add
/// what they know of a TLS session.
const LONGEST_V2: usize = 4 << 10;

/// Why a connection does not begin with a header of the PROXY protocol.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyHeaderError {
    #[error("the connection ended within the PROXY header: {0}")]
    Cut(#[from] io::Error),
    #[error("the connection does not begin with a PROXY header")]
    Absent,
    #[error("the PROXY header is longer than {LONGEST_V2} bytes")]
    TooLong,
    #[error("the PROXY header is malformed")]
    Malformed,
}

/// Reads the header of the PROXY protocol, version 1 or 2, and nothing behind it. Returns the address of
/// the client, or `None` where the proxy speaks for itself or does not know (HAProxy,
/// `doc/proxy-protocol.txt`, sections 2.1 and 2.2: `UNKNOWN`, `LOCAL`, `UNSPEC`).
pub(crate) async fn read_proxy_header(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<Option<IpAddr>, ProxyHeaderError> {
    let mut header = vec![0; FIRST];
    stream.read_exact(&mut header).await?;
    if header == SIGNATURE_V2 {
        read_v2(stream, &mut header).await?;
    } else if header.starts_with(b"PROXY ") {
        read_v1(stream, &mut header).await?;
    } else {
        return Err(ProxyHeaderError::Absent);
    }
    let parsed = ProxyHeader::parse(&header, ParseConfig::default());
    let (header, _) = parsed.map_err(|_| ProxyHeaderError::Malformed)?;
    Ok(header.proxied_address().map(|address| address.source.ip()))
}

/// Reads the rest of a header of version 1. It is a line.
async fn read_v1(
    stream: &mut (impl AsyncRead + Unpin),
    header: &mut Vec<u8>,
) -> Result<(), ProxyHeaderError> {
    // Byte by byte, so that what follows the line stays in the socket.
    while !header.ends_with(b"\r\n") && header.len() < LONGEST_V1 {
        header.push(stream.read_u8().await?);
    }
    Ok(())
}

/// Reads the rest of a header of version 2, which says how long it is.
async fn read_v2(
    stream: &mut (impl AsyncRead + Unpin),
    header: &mut Vec<u8>,
) -> Result<(), ProxyHeaderError> {
    header.resize(FIXED_V2, 0);
    let (_, fixed) = header.split_at_mut(FIRST);
    stream.read_exact(fixed).await?;
    let length = fixed.last_chunk().copied().map_or(0, u16::from_be_bytes);
    let length = usize::from(length);
    if length > LONGEST_V2 {
        return Err(ProxyHeaderError::TooLong);
    }
    header.resize(FIXED_V2 + length, 0);
    let (_, addresses) = header.split_at_mut(FIXED_V2);
    stream.read_exact(addresses).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of version 2 with this command and family.
    fn v2_header(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let mut header = SIGNATURE_V2.to_vec();
        header.extend([0x20 | command, family]);
        header.extend(u16::try_from(addresses.len()).unwrap().to_be_bytes());
        header.extend(addresses);
        header
    }

    /// What is read of the bytes, and how many are left behind it.
    async fn read(bytes: &[u8]) -> (Result<Option<IpAddr>, String>, usize) {
        let mut rest = bytes;
        let address = read_proxy_header(&mut rest).await;
        (address.map_err(|error| error.to_string()), rest.len())
    }

    const V4: [u8; 12] = [192, 0, 2, 1, 10, 0, 0, 1, 1, 187, 36, 76];

    #[tokio::test]
    async fn the_address_of_the_client_is_read_and_nothing_behind() {
        let mut v6 = [0; 36];
        v6[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        v6[15] = 1;
        // A proxy may add fields behind the addresses.
        let with_fields = [&V4[..], &[0xee, 0, 3, 1, 2, 3]].concat();
        let line = |line: &str| format!("PROXY {line}\r\n").into_bytes();
        for (header, expected) in [
            (line("TCP4 192.0.2.1 10.0.0.1 443 9292"), Some("192.0.2.1")),
            (
                line("TCP6 2001:db8::1 fd00::1 443 9292"),
                Some("2001:db8::1"),
            ),
            (line("UNKNOWN"), None),
            (line("UNKNOWN ffff::1 ffff::2 1 2"), None),
            (v2_header(1, 0x11, &V4), Some("192.0.2.1")),
            (v2_header(1, 0x11, &with_fields), Some("192.0.2.1")),
            (v2_header(1, 0x21, &v6), Some("2001:db8::1")),
            (v2_header(0, 0x11, &V4), None),
            (v2_header(0, 0, &[]), None),
            (v2_header(1, 0, &[]), None),
        ] {
            let expected = expected.map(|address| address.parse().unwrap());
            let whole = [&header[..], b"GET / HTTP/1.1\r\n"].concat();
            let (address, left) = read(&whole).await;
            assert_eq!((address, left), (Ok(expected), 16), "{header:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_refused() {
        let long = format!("PROXY TCP4 {}", "1".repeat(200));
        let mut wrong_version = v2_header(1, 0x11, &V4);
        wrong_version[12] = 0x11;
        let short = v2_header(1, 0x11, &V4[..8]);
        for (bytes, expected) in [
            (
                &b"GET / HTTP/1.1\r\n"[..],
                "does not begin with a PROXY header",
            ),
            (
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00",
                "does not begin",
            ),
            (b"PROXY TCP4 192.0.2.1 10.0.0.1 443", "ended within"),
            (&v2_header(1, 0x11, &V4)[..20], "ended within"),
            (b"PROXY", "ended within"),
            (b"", "ended within"),
            (b"PROXY TCP4 nonsense 10.0.0.1 1 2\r\n", "malformed"),
            (b"PROXY TCP4 192.0.2.1 10.0.0.1 1 99999\r\n", "malformed"),
            (long.as_bytes(), "malformed"),
            (&wrong_version, "malformed"),
            (&short, "malformed"),
            (&v2_header(1, 0x11, &[0; 5000]), "longer than 4096 bytes"),
        ] {
            let (refused, _) = read(bytes).await;
            let error = refused.unwrap_err();
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
}
