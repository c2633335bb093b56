//! Fuzz targets: each gives one reader of hostile text any bytes, and panics where a promise of the
//! reader is broken. `make fuzz` drives them by libFuzzer; the test `corpus` gives them what is kept.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a target tells what it has found"
)]

mod input;
mod targets;

/// One reader under any input.
#[derive(Clone, Copy)]
pub struct FuzzTarget {
    /// As `make fuzz TARGETS=…` and the folders of the corpus name it.
    pub name: &'static str,
    /// Reads the bytes. Panics where a promise is broken.
    pub run: fn(&[u8]),
}

/// Every target.
pub fn targets() -> impl Iterator<Item = FuzzTarget> {
    targets::FAMILIES.iter().copied().flatten().copied()
}

/// The target of that name.
#[must_use]
pub fn target(name: &str) -> Option<FuzzTarget> {
    targets().find(|target| target.name == name)
}
