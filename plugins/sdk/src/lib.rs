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
//! Functions that ask the host (for a header, a check, the body) work only inside a component; outside
//! one they panic. Helpers that decide something are therefore functions over plain values, and the
//! unit tests of a provider call those.

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

/// Never frees memory. This is faster and smaller than a search for free blocks, and safe here: an
/// instance lives for one delivery, and the host bounds its memory.
#[cfg(all(feature = "leaking-allocator", target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::LeakingAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::LeakingAllocator::new());

/// Exports a [`Provider`] as the component that this crate builds. Use it once per crate.
#[macro_export]
macro_rules! export {
    ($provider:ident) => {
        const _: fn() -> $crate::Description = <$provider as $crate::Provider>::describe;
        // Linkers of other targets reject the names of the contract.
        #[cfg(target_family = "wasm")]
        $crate::bindings::export_component!($provider);
    };
}

/// The functions of the host, as the contract (`wit/v0.1/provider.wit`) declares them.
///
/// Every function here panics outside a component.
pub mod host {
    pub use crate::bindings::bellpull::provider::{
        clock, credentials, crypto, delivery, document, fetch, jwt, log,
    };
}
