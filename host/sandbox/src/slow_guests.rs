use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread;

use async_task::{Builder, ScheduleInfo, WithInfo};
use tokio::runtime::Handle;

use crate::fair_queue::{FairQueue, Flow};
use crate::guest_time::thread_cpu_time;

/// Ticks that a guest may compute on a serving thread. A well-behaved guest needs none.
const QUICK_POLLS: u32 = 2;

/// The run of a guest, which can move between threads.
type Run<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A run that goes on for one tick.
type Runnable = async_task::Runnable<Owner>;

/// The flow that a run belongs to, and the runtime of its timers.
struct Owner {
    flow: Flow,
    timers: Handle,
}

/// A thread for guests that take longer than a tick or two. A serving thread looks for new requests
/// only between many polls, so guests that fill each poll would keep all requests waiting. On a thread
/// of their own, the operating system shares the processor between them and the serving threads, and
/// they take turns of a tick.
pub(crate) struct SlowGuests(Arc<SharedRuns>);

struct SharedRuns {
    runs: Mutex<RunQueue>,
    woken: Condvar,
}

struct RunQueue {
    waiting: FairQueue<Runnable>,
    is_closed: bool,
}

impl SlowGuests {
    pub(crate) fn new() -> io::Result<Self> {
        let shared = Arc::new(SharedRuns {
            runs: Mutex::new(RunQueue {
                waiting: FairQueue::new(),
                is_closed: false,
            }),
            woken: Condvar::new(),
        });
        let running = Arc::clone(&shared);
        thread::Builder::new()
            .name("slow-guests".to_owned())
            .spawn(move || running.run())?;
        Ok(Self(shared))
    }

    /// Runs a guest on this thread at first, and on the other once it is slow. `None` when the run was
    /// lost with its thread. Must be called within a tokio runtime.
    pub(crate) async fn run<T: Send + 'static>(&self, flow: &Flow, mut run: Run<T>) -> Option<T> {
        let mut polls = 0;
        let quick = poll_fn(|context| match run.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => {
                polls += 1;
                if polls > QUICK_POLLS {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                }
            }
        })
        .await;
        if quick.is_some() {
            return quick;
        }
        let shared = Arc::clone(&self.0);
        let owner = Owner {
            flow: flow.clone(),
            timers: Handle::current(),
        };
        let schedule =
            WithInfo(move |run, info: ScheduleInfo| shared.push(run, info.woken_while_running));
        let (runnable, task) = Builder::new().metadata(owner).spawn(move |_| run, schedule);
        runnable.schedule();
        task.fallible().await
    }
}

impl SharedRuns {
    /// A run that gave way at a tick comes before later runs of its Receiver.
    fn push(&self, run: Runnable, gave_way: bool) {
        let mut runs = self.locked();
        if runs.is_closed {
            drop(runs);
            return;
        }
        let flow = run.metadata().flow.clone();
        runs.waiting.push(&flow, run, gave_way);
        drop(runs);
        self.woken.notify_one();
    }

    fn run(&self) {
        while let Some(run) = self.next() {
            let flow = run.metadata().flow.clone();
            let timers = run.metadata().timers.clone();
            let _context = timers.enter();
            let before = thread_cpu_time();
            // When the run panics, its caller gets `None`; the other runs go on.
            drop(catch_unwind(AssertUnwindSafe(|| run.run())));
            let taken = thread_cpu_time().saturating_sub(before);
            self.locked().waiting.served(&flow, taken);
        }
    }

    fn next(&self) -> Option<Runnable> {
        let mut runs = self.locked();
        loop {
            if runs.is_closed {
                return None;
            }
            if let Some(run) = runs.waiting.pop(usize::MAX) {
                return Some(run);
            }
            runs = self
                .woken
                .wait(runs)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn locked(&self) -> MutexGuard<'_, RunQueue> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SlowGuests {
    fn drop(&mut self) {
        let mut runs = self.0.locked();
        runs.is_closed = true;
        let waiting = std::mem::replace(&mut runs.waiting, FairQueue::new());
        drop(runs);
        drop(waiting);
        self.0.woken.notify_one();
    }
}
