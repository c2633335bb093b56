//! Polls and errors. A pollable is ready or is an alarm, so nothing here waits.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bellpull_engine::wasmtime::{self, component::Resource};
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi_io::bindings::wasi::io::error::{self, Error};
use wasmtime_wasi_io::bindings::wasi::io::poll;

use crate::host_call::HostCall;
use crate::store::StoreData;

impl StoreData {
    /// Polls until a pollable is ready. While none is, the clock is set forward to the next alarm.
    fn poll_until_ready<T>(
        &mut self,
        mut poll: impl AsyncFnMut(&mut Self) -> wasmtime::Result<T>,
    ) -> wasmtime::Result<T> {
        loop {
            self.time.forget_alarm();
            if let Some(ready) = without_waiting(poll(self)) {
                return ready;
            }
            self.time.sleep_until_alarm()?;
        }
    }
}

/// The output of the future, if it is ready.
fn without_waiting<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

impl poll::Host for HostCall<'_> {
    async fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> wasmtime::Result<Vec<u32>> {
        let store = self.store()?;
        // The work grows with the list, so the list counts as calls too.
        for _ in &pollables {
            store.budget.host_call()?;
        }
        store.poll_until_ready(async |store| {
            let again = pollables.iter().map(|it| Resource::new_borrow(it.rep()));
            poll::Host::poll(&mut store.table, again.collect()).await
        })
    }
}

impl poll::HostPollable for HostCall<'_> {
    async fn block(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        self.store()?.poll_until_ready(async |store| {
            let again = Resource::new_borrow(pollable.rep());
            store.table.block(again).await
        })
    }

    async fn ready(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<bool> {
        let table = self.table()?;
        table.ready(pollable).await
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        poll::HostPollable::drop(self.table()?, pollable)
    }
}

impl error::Host for HostCall<'_> {}

impl error::HostError for HostCall<'_> {
    fn to_debug_string(&mut self, error: Resource<Error>) -> wasmtime::Result<String> {
        self.table()?.to_debug_string(error)
    }

    fn drop(&mut self, error: Resource<Error>) -> wasmtime::Result<()> {
        error::HostError::drop(self.table()?, error)
    }
}
