//! The real binary over real sockets.

mod commands;
mod console;
mod credentials;
mod deliveries;
mod deploy;
mod drain;
mod git_hook;
mod intervals;
mod leaks;
mod listener;
mod manifests;
mod on_notify;
mod outcomes;
mod pipes;
mod process;
mod receiver_metrics;
mod records;
mod replays;
mod send;
mod send_case;
mod tls;
mod tokens;
mod traces;
mod version;
