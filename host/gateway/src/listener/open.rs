use std::net::IpAddr;

use bellpull_core::{DeliveryClient, Networks};
use tokio::net::TcpStream;

use super::proxy_header::{ProxyHeaderError, read_proxy_header};

/// Which peers begin a connection with a header of the PROXY protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProxyProtocol {
    /// None of them.
    #[default]
    Off,
    /// All of them.
    Everybody,
    /// Those in these networks. Others are served as they are.
    From(Networks),
}

impl ProxyProtocol {
    fn is_spoken_by(&self, peer: IpAddr) -> bool {
        match self {
            Self::Off => false,
            Self::Everybody => true,
            Self::From(networks) => networks.contain(peer),
        }
    }
}

/// Makes a connection ready for requests.
pub(super) async fn open(
    stream: &mut TcpStream,
    peer: IpAddr,
    proxy_protocol: &ProxyProtocol,
) -> Result<DeliveryClient, ProxyHeaderError> {
    let mut address = peer;
    if proxy_protocol.is_spoken_by(peer) {
        address = read_proxy_header(stream).await?.unwrap_or(peer);
    }
    Ok(DeliveryClient {
        address: Some(address.to_canonical()),
        certificate: None,
    })
}
