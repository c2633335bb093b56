//! The providers that ship with Bellpull: their components, compiled for this binary's target when
//! it was built.

/// One bundled provider.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// Its folder in `plugins/`.
    pub provider: &'static str,
    /// Every name that `spec.type` may have for it.
    pub names: &'static [&'static str],
    /// The component.
    pub wasm: &'static [u8],
    /// SHA-256 of the component.
    pub digest: [u8; 32],
    /// What it says it is.
    pub description: Described,
    /// What the compiler made of it.
    pub artefact: &'static [u8],
}

/// What a component says it is, asked when Bellpull was built: so it need not be loaded to be known.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// Names that `spec.type` may say.
    pub providers: &'static [&'static str],
    /// The component's own version.
    pub version: &'static str,
    /// Where a user reads about it.
    pub documentation: &'static str,
    /// Event names that `spec.events` may list.
    pub events: &'static [&'static str],
    /// Keys of the Secret that it may have checked.
    pub credential_keys: &'static [&'static str],
    /// Non-secret keys that it asks to read.
    pub setting_keys: &'static [&'static str],
    /// JSON Schema of `spec.config`; empty: no config.
    pub config_schema: &'static str,
    /// Host patterns that it may fetch from.
    pub fetch_hosts: &'static [&'static str],
}

/// Every bundled provider, sorted by name.
pub const BUNDLED: &[Bundled] = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));
