//! The objects that Bellpull adds to CEL, with the members that expressions may read of each.

mod delivery;
mod event;
mod struct_type;

pub(crate) use delivery::{CLIENT, DELIVERY, RECEIVER};
pub(crate) use event::{ARTIFACT_CHANGE, EVENT, GIT_CHANGE, OTHER_CHANGE, REQUEST_CHANGE};
pub(crate) use struct_type::{FieldKind, StructType};
