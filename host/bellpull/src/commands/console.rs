//! `bellpull console`: pages about running servers.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bellpull_admin::AdminRoutes;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use super::current_replicas::CurrentReplicas;
use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{ConsoleArgs, LogLevel};

pub(crate) fn run(arguments: ConsoleArgs) -> Result<Exit> {
    OfflineSetup::run(LogLevel::OFFLINE, serve(arguments))
}

/// Serves the pages until the process is ended.
async fn serve(arguments: ConsoleArgs) -> Result<Exit> {
    let ConsoleArgs {
        listen,
        no_open,
        admin,
    } = arguments;
    let replicas = Arc::new(CurrentReplicas::new(admin).await?);
    let listener = TcpListener::bind(listen).await;
    let listener = listener.with_context(|| {
        format!(
            "cannot listen on {listen}: end what listens there, or choose another with --listen"
        )
    })?;
    let url = url(listener.local_addr()?);
    output::line(&url)?;
    if !no_open {
        open(url);
    }
    let routes =
        AdminRoutes::new(Arc::clone(&replicas), None).with(bellpull_console::pages(replicas));
    bellpull_gateway::serve_pages(listener, routes).await;
    Ok(Exit::Success)
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
}

/// Opens the page in a browser. One in the terminal goes on until it is left.
fn open(url: String) {
    spawn_blocking(move || {
        if let Err(error) = webbrowser::open(&url) {
            output::note(&format!("no browser opens ({error}): open {url}"));
        }
    });
}
