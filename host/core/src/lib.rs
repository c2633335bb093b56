//! Bellpull's plain types, ports and plan. No I/O, no runtime, no Kubernetes client, no wasmtime.
//!
//! A delivery's way (see the README's diagram) is told by the types here: [`Delivery`] →
//! [`Routes`] → [`Verdict`] → [`Target`]s → [`Outcome`]. What a step needs from outside it asks
//! through a port ([`ports`]).

mod acceptance;
mod binding;
mod challenge;
mod change;
mod credentials;
mod delivery;
mod description;
mod disinterest;
mod event;
mod event_set;
mod facts;
mod filter;
mod hmac;
mod id;
pub mod json;
pub mod limits;
pub mod matching;
mod message;
pub mod names;
mod objects;
mod outcome;
pub mod plan;
pub mod ports;
mod redaction;
mod reference;
mod route;
pub mod signature;
mod source;
mod target;
pub mod text;
mod token;
mod verdict;

pub use acceptance::{Acceptance, ToldEvent, ToldEvents};
pub use binding::{Authentication, Binding, CredentialUse, Encoding, Methods};
pub use challenge::{is_challenge, is_of_one_piece};
pub use change::{ArtifactChange, Change, GitChange, OtherChange, Paths, RequestChange};
pub use credentials::{CredentialError, Credentials, SecretBytes, SecretData, sign};
pub use delivery::Delivery;
pub use description::{Description, DescriptionError, is_provider_name};
pub use disinterest::{Disinterest, IgnoreClass};
pub use event::Event;
pub use event_set::EventSet;
pub use facts::{Fact, WrongFact};
pub use filter::{
    Effort, FilterError, FilterField, IssuerFilter, NamedExpression, RouteFilters, Said, Uncompiled,
};
pub use hmac::{Algorithm, MacEncoding};
pub use id::{DeliveryId, ReceiverId};
pub use message::{Part, covers_content, message_parts};
pub use objects::{
    LAST_APPLIED_ANNOTATION, NotBase64, ReceiverFacts, ReceiverObject, SecretObject,
};
pub use outcome::{Outcome, OutcomeKind, UnavailableCause, Unreadable};
pub use redaction::{Redaction, Spent};
pub use reference::{KindKey, Wanted, detail_of, kind_of, kinds_of, wanted};
pub use route::{BoundReceiver, Entry, ReceiverView, Route, Routes};
pub use source::Source;
pub use target::{Detail, Found, Target, TargetError, TargetObject, default_api_version};
pub use token::{Claims, TokenError, TokenExpectation};
pub use verdict::{Fault, Problem, Refusal, Response, Usage, Verdict, VerifyError};

// What types of this crate are made of, so that others need not agree on a version themselves.
pub use bytes::Bytes;
pub use http;
pub use jiff::Timestamp;
