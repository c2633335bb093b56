use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::Args;

use super::admin::AdminArgs;
use super::values::loopback;

/// Where the console is found by itself.
const CONSOLE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9442);

#[derive(Debug, Args)]
pub struct ConsoleArgs {
    /// Address on loopback of the pages
    #[arg(long, value_name = "ADDR", default_value_t = CONSOLE, value_parser = loopback, env = "BELLPULL_CONSOLE_LISTEN")]
    pub listen: SocketAddr,
    /// Open no browser
    #[arg(long)]
    pub no_open: bool,
    #[command(flatten)]
    pub admin: AdminArgs,
}
