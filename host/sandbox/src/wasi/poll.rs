//! Polls and errors. What is polled is ready, or is an alarm: nothing here waits.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bellpull_engine::wasmtime::{self, component::Resource};
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi_io::bindings::wasi::io::error::{self, Error};
use wasmtime_wasi_io::bindings::wasi::io::poll;

use crate::state::State;

impl State {
    /// Polls until something is ready, the clock set forward to the next alarm whenever nothing is.
    fn awaited<T>(
        &mut self,
        mut poll: impl AsyncFnMut(&mut Self) -> wasmtime::Result<T>,
    ) -> wasmtime::Result<T> {
        loop {
            self.time.forget_alarm();
            if let Some(ready) = at_once(poll(self)) {
                return ready;
            }
            self.time
                .sleep_until_alarm()
                .map_err(wasmtime::Error::new)?;
        }
    }
}

/// What the future gives without waiting, if it does.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

impl poll::Host for State {
    async fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> wasmtime::Result<Vec<u32>> {
        // Each of them is looked at.
        for _ in &pollables {
            self.charged()?;
        }
        self.awaited(async |state| {
            let again = pollables.iter().map(|it| Resource::new_borrow(it.rep()));
            poll::Host::poll(state.charged()?, again.collect()).await
        })
    }
}

impl poll::HostPollable for State {
    async fn block(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        self.awaited(async |state| {
            let again = Resource::new_borrow(pollable.rep());
            state.charged()?.block(again).await
        })
    }

    async fn ready(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<bool> {
        let table = self.charged()?;
        table.ready(pollable).await
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        poll::HostPollable::drop(self.charged()?, pollable)
    }
}

impl error::Host for State {}

impl error::HostError for State {
    fn to_debug_string(&mut self, error: Resource<Error>) -> wasmtime::Result<String> {
        self.charged()?.to_debug_string(error)
    }

    fn drop(&mut self, error: Resource<Error>) -> wasmtime::Result<()> {
        error::HostError::drop(self.charged()?, error)
    }
}
