use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use bellpull_core::{DeliveryClient, Networks};
use bellpull_tls::{ShownCertificate, TlsServer, VALIDATION_PROTOCOL};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::connection_stream::ConnectionStream;
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

/// What comes before the requests of a connection.
#[derive(Clone, Default)]
pub(crate) struct Opening {
    pub(crate) proxy_protocol: ProxyProtocol,
    pub(crate) tls: Option<Arc<TlsServer>>,
}

/// A connection after what comes before its requests.
pub(super) enum Opened {
    Requests(ConnectionStream, ConnectedClient),
    /// It was an authority's that has validated a server name. It sends nothing more.
    Validated,
}

/// The other end of a connection.
#[derive(Clone)]
pub(super) struct ConnectedClient {
    /// `None`: a proxy does not tell it.
    address: Option<IpAddr>,
    shown: Option<(ShownCertificate, Arc<TlsServer>)>,
}

impl ConnectedClient {
    /// The client of a request that comes now.
    pub(super) fn now(&self) -> DeliveryClient {
        let shown = self.shown.as_ref();
        DeliveryClient {
            address: self.address,
            certificate: shown.and_then(|(shown, server)| shown.now(server)),
        }
    }
}

/// Why a connection takes no requests.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    #[error(transparent)]
    ProxyHeader(#[from] ProxyHeaderError),
    #[error("the TLS handshake failed: {0}")]
    Handshake(#[from] io::Error),
    #[error("the client's certificate cannot be taken: {0}")]
    Certificate(String),
}

impl Opening {
    /// Whether a peer has to send something before its first request.
    pub(super) fn is_none(&self) -> bool {
        self.proxy_protocol == ProxyProtocol::Off && self.tls.is_none()
    }

    /// Makes a connection ready for requests.
    pub(super) async fn open(
        &self,
        mut stream: TcpStream,
        peer: IpAddr,
    ) -> Result<Opened, OpenError> {
        let mut address = Some(peer);
        if self.proxy_protocol.is_spoken_by(peer) {
            // A proxy that does not say whom it stands for vouches for no header either.
            address = read_proxy_header(&mut stream).await?;
        }
        let (stream, shown) = match &self.tls {
            None => (ConnectionStream::Plain(stream), None),
            Some(tls) => {
                let authority = tls.client_authority();
                let mut stream = TlsAcceptor::from(tls.config()).accept(stream).await?;
                if stream.get_ref().1.alpn_protocol() == Some(VALIDATION_PROTOCOL) {
                    // The authority has seen the certificate, and may be gone already.
                    drop(stream.shutdown().await);
                    return Ok(Opened::Validated);
                }
                let chain = stream.get_ref().1.peer_certificates();
                let shown = ShownCertificate::of(chain, authority);
                let shown = shown.map_err(OpenError::Certificate)?;
                let shown = shown.map(|shown| (shown, Arc::clone(tls)));
                (ConnectionStream::Tls(Box::new(stream)), shown)
            }
        };
        let client = ConnectedClient {
            address: address.map(|address| address.to_canonical()),
            shown,
        };
        Ok(Opened::Requests(stream, client))
    }
}
