//! The providers that ship with Bellpull: their components, compiled for this binary's target when
//! it was built, and the deliveries that `bellpull send` knows how to sign.

/// One bundled provider.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// Its folder in `plugins/`.
    pub provider: &'static str,
    /// Every name that `spec.type` may have for it.
    pub names: &'static [&'static str],
    /// The component.
    pub wasm: &'static [u8],
    /// What the compiler made of it.
    pub artefact: &'static [u8],
    /// Its samples.
    pub samples: &'static [Sample],
}

/// A case that can be signed with a live Receiver's credentials.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Its folder's name.
    pub name: &'static str,
    /// Its `case.yaml`.
    pub case: &'static str,
    /// The files beside it, by name.
    pub files: &'static [(&'static str, &'static [u8])],
}

/// Every bundled provider, sorted by name.
pub const BUNDLED: &[Bundled] = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));
