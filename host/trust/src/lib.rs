//! What a ReceiverPlugin may run, and what is told of it. Pure: objects, files and digests in, rules and
//! conditions out.
//!
//! Two policies hold at once: that of the object, and the [floor](PluginFloor) of whoever runs Bellpull. The
//! object can tighten the floor, and never loosen it.

mod declared;
mod floor;
mod reason;
mod rules;
mod signatures;
pub mod status;
mod values;

pub use declared::{ConfigMapContent, DeclaredPlugins, MaterialKey, MaterialKind, PluginObject};
pub use floor::{FloorKey, FloorSignatures, PluginFloor};
pub use reason::{PluginProblem, PluginReason};
pub use rules::{ArtefactPlace, ArtefactVersion, PluginRules};
pub use signatures::SignatureMaterial;
