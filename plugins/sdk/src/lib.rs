//! Everything an author needs to write a Bellpull provider in Rust.
//!
//! A provider is a type that implements [`Provider`], handed to [`export!`]:
//!
//! ```
//! use bellpull_sdk::{
//!     Binding, Description, Digest, Event, Mac, Part, Problem, Provider, Receiver, Refusal,
//!     Verdict, headers, names,
//! };
//!
//! struct Example;
//!
//! impl Provider for Example {
//!     fn describe() -> Description {
//!         Description {
//!             credential_keys: names(&["token"]),
//!             ..Description::new("example", "1.0.0")
//!         }
//!     }
//!
//!     fn configure(_: &Receiver) -> Result<Binding, Vec<Problem>> {
//!         Ok(Binding::signature("token"))
//!     }
//!
//!     fn receive(_: &Receiver) -> Result<Verdict, Refusal> {
//!         let sent = headers::values("x-example-signature");
//!         Mac::hex("x-example-signature", "sha256=", Digest::Sha256, &sent)?
//!             .check("token", &[Part::body()])?;
//!         Ok(Verdict::accept(Event::new("example")))
//!     }
//! }
//!
//! bellpull_sdk::export!(Example);
//! # fn main() {}
//! ```
//!
//! What touches the host (a header, a check, the body) works only inside a component. Every helper
//! therefore has its decision as a function over plain values, and those are what a provider's own
//! unit tests call.

#![deny(missing_docs)]

pub mod artifacts;
pub mod aws;
#[doc(hidden)]
#[rustfmt::skip]
pub mod bindings;
pub mod body;
mod construct;
pub mod events;
pub mod factors;
pub mod git;
pub mod headers;
mod image;
mod mac;
mod paths;
mod provider;
pub mod requests;
mod selection;
mod shorten;
pub mod time;

pub use bindings::bellpull::provider::types::{
    Acceptance, ArtifactChange, Binding, Change, Credential, Description, Disinterest, Event,
    GitChange, OtherChange, Part, Paths, Piece, Problem, Receiver, Refusal, ReplyMac, ReplyPart,
    RequestChange, Response, Source, Verdict,
};
pub use construct::{Authentication, names};
pub use image::{ImageReference, is_tag, without_scheme};
pub use mac::{Digest, Mac};
pub use paths::TouchedPaths;
pub use provider::Provider;
pub use selection::{Selection, Shape};

/// Hands out memory from end to end and takes none back, which is quicker and smaller than to look for
/// what is free: an instance lives for one delivery, and the host bounds what it takes.
#[cfg(all(feature = "leaking-allocator", target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::LeakingAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::LeakingAllocator::new());

/// Makes a [`Provider`] the component that this crate builds to. Once per crate.
#[macro_export]
macro_rules! export {
    ($provider:ident) => {
        const _: fn() -> $crate::Description = <$provider as $crate::Provider>::describe;
        // Elsewhere than in a component, linkers stumble over the names of the contract.
        #[cfg(target_family = "wasm")]
        $crate::bindings::export_component!($provider);
    };
}

/// What the host offers, exactly as the contract (`wit/v0.1/provider.wit`) has it.
///
/// Outside a component every function here panics.
pub mod host {
    pub use crate::bindings::bellpull::provider::{
        clock, credentials, crypto, delivery, document, fetch, jwt, log,
    };
}
