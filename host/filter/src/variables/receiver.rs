use std::collections::BTreeMap;

use bellpull_ports::BoundReceiver;

use crate::declared::RECEIVER;
use crate::value::{DeclaredObject, SharedValue};

/// The Receiver, as expressions see it in `receiver`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverVariable {
    pub name: String,
    pub namespace: String,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
}

impl ReceiverVariable {
    pub(super) fn object(&self) -> DeclaredObject {
        DeclaredObject::new(&RECEIVER, |field| match field {
            "name" => Some(SharedValue::text(self.name.as_str())),
            "namespace" => Some(SharedValue::text(self.namespace.as_str())),
            "labels" => SharedValue::text_map(self.labels.iter()),
            "annotations" => SharedValue::text_map(self.annotations.iter()),
            _ => None,
        })
    }
}

impl From<&BoundReceiver> for ReceiverVariable {
    fn from(receiver: &BoundReceiver) -> Self {
        let facts = &receiver.object.facts;
        Self {
            name: receiver.id().name.clone(),
            namespace: receiver.id().namespace.clone(),
            labels: facts.labels.clone(),
            annotations: facts.annotations.clone(),
        }
    }
}
