use clap::Args;

use super::values::on_loopback;

/// Port of `--admin-addr` that is asked.
pub(super) const ADMIN_PORT: u16 = 9441;

/// The servers that a command asks.
#[derive(Debug, Args)]
pub struct AdminArgs {
    /// URL of a server's --admin-addr
    #[arg(
        long,
        value_name = "URL",
        default_value = on_loopback(ADMIN_PORT),
        env = "BELLPULL_ADMIN"
    )]
    pub admin: String,
}
