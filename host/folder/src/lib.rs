//! Receivers, Secrets and targets from a directory of YAML: the ports that a cluster fills, for a
//! machine without one.

mod command;
mod directory;
mod error;
mod files;
mod index;
mod lines;
mod load;
mod manifest;
mod notifications;
mod targets;
mod watch;
mod yaml;

#[cfg(test)]
mod tests;

pub use command::OnNotify;
pub use directory::Directory;
pub use error::{DocumentPlace, ManifestError};
pub use files::{Listing, Stamp};
pub use index::TargetIndex;
pub use lines::JsonLines;
pub use load::{Folder, Loaded};
pub use notifications::Notifications;
pub use targets::FolderTargets;
