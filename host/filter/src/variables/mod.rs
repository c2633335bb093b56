//! The variables that expressions read, and what each is made from.

mod bindings;
mod delivery;
mod event;
mod event_facts;
mod lookup;
mod receiver;
mod request_body;
mod resource;

pub use bindings::Bindings;
pub use delivery::DeliveryVariable;
pub use event_facts::EventFacts;
pub(crate) use lookup::VariableLookup;
pub use receiver::ReceiverVariable;
pub use request_body::{RequestBody, RequestBodyError};
pub use resource::Resource;
