//! Receivers, Secrets and targets from a directory of YAML manifests, in place of a cluster.
//!
//! [`Folder`] reads the directory: `listing` lists its files, `yaml` and `manifest` read them, `watch`
//! follows changes. Deliveries use [`FolderTargets`] and [`Notifications`], which runs a command
//! (`command`) and writes lines of JSON. [`ListedDirectory`] follows a directory of other files.

mod attempt;
mod command;
mod folder;
mod json_lines;
mod listed_directory;
mod listing;
mod manifest;
mod manifest_error;
mod notifications;
mod target_index;
mod targets;
mod watch;
mod yaml;

#[cfg(test)]
mod tests;

pub use command::OnNotify;
pub use folder::{Folder, LoadedFolder};
pub use json_lines::JsonLines;
pub use listed_directory::ListedDirectory;
pub use listing::{Listing, Stamp};
pub use manifest_error::{DocumentPlace, ManifestError};
pub use notifications::Notifications;
pub use target_index::TargetIndex;
pub use targets::FolderTargets;
