//! The listener for webhooks over a real connection, whose bytes are the input: HTTP/1.1, or HTTP/2 by prior
//! knowledge. Any connection is answered or closed, holds no memory once it is gone, and notifies only by
//! a delivery that is genuine, however TCP cuts the bytes.

mod connection;
mod genuine;
mod served;
mod watched;

use std::sync::LazyLock;

use bellpull_gateway::ProxyProtocol;

use crate::FuzzTarget;
use served::Served;

/// Bytes of a peer, and bytes of a proxy in front of one. A first line `every 7` has so many bytes written
/// at once.
pub(crate) const TARGETS: &[FuzzTarget] = &[
    FuzzTarget {
        name: "http",
        run: |input| {
            static SERVED: LazyLock<Served> = LazyLock::new(|| Served::new(ProxyProtocol::Off));
            SERVED.run(input);
        },
    },
    FuzzTarget {
        name: "http-proxied",
        run: |input| {
            static SERVED: LazyLock<Served> =
                LazyLock::new(|| Served::new(ProxyProtocol::Everybody));
            SERVED.run(input);
        },
    },
];
