//! The components of the providers that ship with Bellpull, compiled for the target of this build.

/// One bundled provider.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// Its folder in `plugins/`.
    pub provider: &'static str,
    /// Every name of `spec.type` that it serves.
    pub names: &'static [&'static str],
    /// The component.
    pub wasm: &'static [u8],
    /// SHA-256 of the component.
    pub digest: [u8; 32],
    /// Its description.
    pub description: Described,
    /// The compiled code; empty in a build without the feature `precompiled`.
    pub artefact: &'static [u8],
}

/// The description of a component. It was asked during the build, so the component need not be
/// loaded for it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The names of `spec.type` that it serves.
    pub providers: &'static [&'static str],
    /// The version of the component.
    pub version: &'static str,
    /// The https URL of its page.
    pub documentation: &'static str,
    /// The names that `spec.events` may list.
    pub events: &'static [&'static str],
    /// The keys of the Secret that it may have checked.
    pub credential_keys: &'static [&'static str],
    /// The keys of the Secret that it asks to read.
    pub setting_keys: &'static [&'static str],
    /// The JSON Schema of `spec.config`. Empty: there is no config.
    pub config_schema: &'static str,
    /// The host patterns that it asks to fetch from.
    pub fetch_hosts: &'static [&'static str],
}

/// Every bundled provider, sorted by name.
pub static BUNDLED: &[Bundled] = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));
