use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use bellpull_core::ReceiverId;
use bellpull_plan::ReceiverState;
use kube::runtime::reflector::ObjectRef;
use tokio::sync::mpsc::UnboundedSender;

use crate::watched_receiver::WatchedReceiver;

/// The state of each Receiver in the last plan.
#[derive(Default)]
pub(crate) struct PlannedStates {
    states: RwLock<HashMap<ReceiverId, Arc<ReceiverState>>>,
}

impl PlannedStates {
    /// Takes a plan, and sends every Receiver whose state has changed to `touched`.
    pub(crate) fn take(
        &self,
        planned: &[Arc<ReceiverState>],
        touched: &UnboundedSender<ObjectRef<WatchedReceiver>>,
    ) {
        let now: HashMap<ReceiverId, Arc<ReceiverState>> = planned
            .iter()
            .map(|state| (state.id.clone(), Arc::clone(state)))
            .collect();
        let mut states = self.states.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *states, now);
        for state in planned {
            let same = before.get(&state.id).is_some_and(|known| known == state);
            if !same {
                // The status writer ends only with the process.
                drop(touched.send(WatchedReceiver::reference(&state.id)));
            }
        }
    }

    pub(crate) fn get(&self, id: &ReceiverId) -> Option<Arc<ReceiverState>> {
        let states = self.states.read().unwrap_or_else(PoisonError::into_inner);
        states.get(id).map(Arc::clone)
    }
}
