//! The tasks of one interleaving.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use shuttle::current::try_get_current_task;
use tokio::sync::Notify;

type AtTheEnd = Box<dyn FnOnce()>;

thread_local! {
    /// Tasks that have not ended.
    static LIVE: Cell<usize> = const { Cell::new(0) };
    /// Whether the running task has just begun: it was chosen, and has used nothing yet.
    static BEGUN: Cell<bool> = const { Cell::new(false) };
    static AT_THE_END: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
    /// Tells the clock that a task sleeps, or that no other is left.
    static CHANGED: RefCell<Arc<Notify>> = RefCell::default();
}

/// Lets the scheduler of a model choose who goes on.
pub(crate) fn interleave() {
    if try_get_current_task().is_some() && !BEGUN.take() {
        // It does not sleep. Unlike `yield_now` it wakes nobody, which would hide a wake that is missing.
        shuttle::thread::sleep(Duration::ZERO);
    }
}

/// Spawns a task, in a model or on tokio.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    if try_get_current_task().is_none() {
        tokio::spawn(task);
        return;
    }
    LIVE.set(LIVE.get() + 1);
    let handle = shuttle::future::spawn(async {
        BEGUN.set(true);
        task.await;
        one_has_ended();
    });
    // Dropped, it would let the interleaving end before the task.
    std::mem::forget(handle);
}

/// Runs the first task, and all that it spawns, to their ends.
pub(super) fn run(first: impl Future<Output = ()>) {
    CHANGED.take();
    AT_THE_END.take();
    LIVE.set(1);
    BEGUN.set(true);
    shuttle::future::block_on(async {
        first.await;
        one_has_ended();
    });
}

/// What the last task is to check when all have ended.
pub(super) fn at_the_end(check: impl FnOnce() + 'static) {
    AT_THE_END.set(Some(Box::new(check)));
}

/// Whether all tasks have ended but one.
pub(super) fn others_have_ended() -> bool {
    LIVE.get() == 1
}

/// Wakes whoever waits for [`change`].
pub(super) fn changed() {
    CHANGED.with_borrow(|changed| changed.notify_one());
}

/// Waits until a task sleeps, or no other is left.
pub(super) async fn change() {
    let changed = CHANGED.with_borrow(Arc::clone);
    changed.notified().await;
}

fn one_has_ended() {
    LIVE.set(LIVE.get() - 1);
    if others_have_ended() {
        changed();
    }
    if LIVE.get() == 0
        && let Some(check) = AT_THE_END.take()
    {
        check();
    }
}
