//! One delivery in one fresh instance.

use bellpull_core::{Refusal, Usage, Verdict};
use bellpull_engine::wasmtime::{self, Store};
use bellpull_ports::BoundReceiver;

use crate::state::State;
use crate::time::{Time, metered};
use crate::v0_1;

/// What the component says of the delivery in the store, and what it took. What it has printed, and
/// which of its facts are dropped, goes to the log.
pub(crate) async fn run(
    mut store: Store<State>,
    guest: &v0_1::Guest,
    receiver: &BoundReceiver,
    time: &Time,
) -> (wasmtime::Result<Result<Verdict, Refusal>>, Usage) {
    let answer = metered(time, guest.receive(&mut store, &receiver.view)).await;
    store.data_mut().log_output();
    if let Ok(Ok(verdict)) = &answer {
        for fact in verdict.wrong_facts() {
            let line = format!("dropped of what the component says of a delivery: {fact}");
            store.data_mut().log(tracing::Level::WARN, &line);
        }
    }
    let usage = Usage {
        time: time.used(),
        peak_memory: store.data().peak_memory,
    };
    (answer, usage)
}
