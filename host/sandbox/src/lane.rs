use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread;

use async_task::{Builder, ScheduleInfo, WithInfo};
use tokio::runtime::Handle;

use crate::time::processor;
use crate::turns::{Party, Turns};

/// Ticks that a guest may compute on a serving thread. A well-behaved one needs none.
const QUICK_POLLS: u32 = 2;

/// A guest's run that can move between threads.
type Run<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A run that goes on for a tick.
type Runnable = async_task::Runnable<Owner>;

/// Whose run it is, and where its timers are.
struct Owner {
    party: Party,
    timers: Handle,
}

/// Where guests go that take longer than a tick or two. A serving thread looks for new requests
/// only between many polls, so guests that fill each poll would keep everyone waiting; here the
/// operating system shares the processor between them and the serving threads, and they have their
/// turns among themselves.
pub(crate) struct SlowLane(Arc<Lane>);

struct Lane {
    queue: Mutex<Queue>,
    woken: Condvar,
}

struct Queue {
    turns: Turns<Runnable>,
    is_closed: bool,
}

impl SlowLane {
    pub(crate) fn new() -> io::Result<Self> {
        let lane = Arc::new(Lane {
            queue: Mutex::new(Queue {
                turns: Turns::new(),
                is_closed: false,
            }),
            woken: Condvar::new(),
        });
        let running = Arc::clone(&lane);
        thread::Builder::new()
            .name("slow-guests".to_owned())
            .spawn(move || running.run())?;
        Ok(Self(lane))
    }

    /// Runs here while it is quick, and there once it is not. `None` when the run was lost. Must be
    /// called within a tokio runtime.
    pub(crate) async fn run<T: Send + 'static>(&self, party: &Party, mut run: Run<T>) -> Option<T> {
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
        let lane = Arc::clone(&self.0);
        let owner = Owner {
            party: party.clone(),
            timers: Handle::current(),
        };
        let schedule =
            WithInfo(move |run, info: ScheduleInfo| lane.push(run, info.woken_while_running));
        let (runnable, task) = Builder::new().metadata(owner).spawn(move |_| run, schedule);
        runnable.schedule();
        task.fallible().await
    }
}

impl Lane {
    /// A guest that gave way at a tick goes on before what its Receiver sends later.
    fn push(&self, run: Runnable, gave_way: bool) {
        let mut queue = self.locked();
        if queue.is_closed {
            drop(queue);
            return;
        }
        let party = run.metadata().party.clone();
        queue.turns.push(&party, run, gave_way);
        drop(queue);
        self.woken.notify_one();
    }

    fn run(&self) {
        while let Some(run) = self.next() {
            let party = run.metadata().party.clone();
            let timers = run.metadata().timers.clone();
            let _context = timers.enter();
            let before = processor();
            // Whoever waits for the run learns that it is lost; the others go on.
            drop(catch_unwind(AssertUnwindSafe(|| run.run())));
            let taken = processor().saturating_sub(before);
            self.locked().turns.served(&party, taken);
        }
    }

    fn next(&self) -> Option<Runnable> {
        let mut queue = self.locked();
        loop {
            if queue.is_closed {
                return None;
            }
            if let Some(run) = queue.turns.pop(usize::MAX) {
                return Some(run);
            }
            queue = self
                .woken
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn locked(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SlowLane {
    fn drop(&mut self) {
        let mut queue = self.0.locked();
        queue.is_closed = true;
        let waiting = std::mem::replace(&mut queue.turns, Turns::new());
        drop(queue);
        drop(waiting);
        self.0.woken.notify_one();
    }
}
