//! The types that every other crate shares: deliveries, verdicts, events, targets and outcomes.
//! Also the ports that need no other type: [`Notify`] with [`Patch`], and [`Egress`].
//!
//! A delivery passes through these types: [`Delivery`] → [`Verdict`] → [`Acceptance`] → [`Target`]s
//! → [`Outcome`].

mod acceptance;
mod annotations;
mod binding;
mod change;
mod client;
mod client_names;
mod delivery;
mod description;
mod disinterest;
#[deny(missing_docs)]
mod egress;
mod event;
mod event_set;
mod extensions;
mod facts;
mod id;
pub mod limits;
mod min_interval;
pub mod names;
mod networks;
#[deny(missing_docs)]
mod notify;
mod outcome;
mod outcome_kind;
mod receiver;
mod receiver_view;
mod reference;
mod secret;
mod source;
mod target;
pub mod text;
mod token;
#[deny(missing_docs)]
mod trace;
mod verdict;

pub use acceptance::{Acceptance, ReportedEvent, ReportedEvents};
pub use binding::{Authentication, Binding, CredentialUse, Encoding, Methods};
pub use change::{ArtifactChange, Change, GitChange, OtherChange, Paths, RequestChange};
pub use client::{DeliveryClient, VerifiedCertificate};
pub use client_names::{ClientNames, ClientNamesError, ClientRefusal};
pub use delivery::Delivery;
pub use description::{Description, DescriptionError, is_provider_name, never_readable};
pub use disinterest::{Disinterest, IgnoreClass};
pub use egress::Egress;
pub use event::Event;
pub use event_set::EventSet;
pub use extensions::Extensions;
pub use facts::{Fact, WrongFact};
pub use id::{DeliveryId, ReceiverId};
pub use min_interval::min_interval;
pub use networks::{Networks, NetworksError};
pub use notify::{GivenUp, HeldMemory, Notification, Notify, Patch, PatchError, Progress};
pub use outcome::{Outcome, UnavailableCause, UnreadableBody};
pub use outcome_kind::OutcomeKind;
pub use receiver::{LAST_APPLIED_ANNOTATION, ReceiverFacts, ReceiverObject};
pub use receiver_view::ReceiverView;
pub use reference::{
    KindKey, ResolvedReference, detail_of, is_filter, kind_of, kinds_of, resolve_reference,
};
pub use secret::{NotBase64, SecretBytes, SecretData, SecretObject, is_encrypted};
pub use source::Source;
pub use target::{Detail, Target, TargetError, default_api_version, has_no_namespace};
pub use token::{Claims, TokenError, TokenExpectation};
pub use trace::{TraceContext, TraceId};
pub use verdict::{Fault, Problem, Refusal, Response, Usage, Verdict, VerifyError};

// Types of other crates that appear in this crate's interface.
pub use bytes::Bytes;
pub use http;
pub use jiff::Timestamp;
