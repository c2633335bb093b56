//! A network without sockets and names. Runtimes are linked against the interfaces whether they use them
//! or not. A socket would be a file descriptor of the host.

use bellpull_engine::wasmtime::{self, component::Resource};
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{self, ResolveAddressStream};
use wasmtime_wasi::p2::bindings::sockets::network::{
    self, ErrorCode, IpAddress, IpAddressFamily, Network,
};
use wasmtime_wasi::p2::bindings::sockets::{
    instance_network, tcp_create_socket, udp_create_socket,
};
use wasmtime_wasi::p2::{DynPollable, SocketError, SocketResult, TcpSocket, UdpSocket};
use wasmtime_wasi::sockets::WasiSocketsView as _;

use crate::host_call::HostCall;

impl HostCall<'_> {
    fn no_socket<T>(&mut self) -> SocketResult<T> {
        self.store().map_err(SocketError::trap)?;
        Err(ErrorCode::NotSupported.into())
    }
}

impl network::Host for HostCall<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn network_error_code(
        &mut self,
        _error: Resource<network::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        self.store()?;
        Ok(None)
    }
}

impl network::HostNetwork for HostCall<'_> {
    fn drop(&mut self, network: Resource<Network>) -> wasmtime::Result<()> {
        self.table()?.delete(network)?;
        Ok(())
    }
}

impl instance_network::Host for HostCall<'_> {
    fn instance_network(&mut self) -> wasmtime::Result<Resource<Network>> {
        instance_network::Host::instance_network(&mut self.store()?.sockets())
    }
}

impl tcp_create_socket::Host for HostCall<'_> {
    fn create_tcp_socket(&mut self, _family: IpAddressFamily) -> SocketResult<Resource<TcpSocket>> {
        self.no_socket()
    }
}

impl udp_create_socket::Host for HostCall<'_> {
    async fn create_udp_socket(
        &mut self,
        _family: IpAddressFamily,
    ) -> SocketResult<Resource<UdpSocket>> {
        self.no_socket()
    }
}

impl ip_name_lookup::Host for HostCall<'_> {
    fn resolve_addresses(
        &mut self,
        _network: Resource<Network>,
        _name: String,
    ) -> SocketResult<Resource<ResolveAddressStream>> {
        self.no_socket()
    }
}

impl ip_name_lookup::HostResolveAddressStream for HostCall<'_> {
    fn resolve_next_address(
        &mut self,
        _stream: Resource<ResolveAddressStream>,
    ) -> SocketResult<Option<IpAddress>> {
        self.no_socket()
    }

    fn subscribe(
        &mut self,
        stream: Resource<ResolveAddressStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        wasmtime_wasi::p2::subscribe(self.table()?, stream)
    }

    fn drop(&mut self, stream: Resource<ResolveAddressStream>) -> wasmtime::Result<()> {
        self.table()?.delete(stream)?;
        Ok(())
    }
}
