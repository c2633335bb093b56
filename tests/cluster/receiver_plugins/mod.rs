//! ReceiverPlugins, with a real registry: in a directory, which shows what a cluster would do, and in a cluster.

mod access;
mod certificates;
mod config_map;
mod in_cluster;
mod keyless;
mod lies;
mod many;
mod one_artefact;
mod policy;
mod restart;
mod trial;
mod trust;
mod unserved;
mod upheld;
mod versions;
mod world;

use bellpull_tests::hostile;

/// A function that ignores every delivery.
const IGNORING: &str = "(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 4100) (i32.const 1))
  (i32.const 4096))";

/// A component of this version that accepts every delivery of `acme`.
fn accepting(version: &str) -> Vec<u8> {
    hostile::component_of_version(version, "acme", "")
}

/// The same that ignores them.
fn ignoring(version: &str) -> Vec<u8> {
    hostile::component_of_version(version, "acme", IGNORING)
}
