use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::ReceiverId;

/// The number of remembered flows above which idle ones are forgotten.
const FORGET_ABOVE: usize = 256;

/// Whose turn it is, in the sense of fair queueing: a namespace, a component in it, and a Receiver of
/// that component.
#[derive(Clone, Debug)]
pub(crate) struct Flow([Arc<str>; 3]);

impl Flow {
    pub(crate) fn new(receiver: &ReceiverId, component: &Arc<str>) -> Self {
        let [namespace, name] =
            [&receiver.namespace, &receiver.name].map(|name| Arc::from(&**name));
        Self([namespace, Arc::clone(component), name])
    }

    /// The flow of a component that the host calls for itself, not for a Receiver.
    pub(crate) fn of_host(component: &Arc<str>) -> Self {
        let nobody: Arc<str> = Arc::from("");
        Self([Arc::clone(&nobody), Arc::clone(component), nobody])
    }
}

/// A queue that is fair at three levels: between namespaces, between the components of a namespace, and
/// between the Receivers of a component. At each level the next is the flow that has been served for the
/// least time, however many items it has in the queue. A flow that is new, or that was idle, begins at
/// the time of the others (start-time fair queueing), so that no flow saves up time.
#[derive(Debug)]
pub(crate) struct FairQueue<T>(Level<T>);

/// A flow at one level, with the flows within it.
#[derive(Debug)]
struct Level<T> {
    within: HashMap<Arc<str>, Self>,
    queue: VecDeque<T>,
    /// Items that wait here and within.
    waiting: usize,
    /// Items that are being served, here and within.
    serving: usize,
    /// Nanoseconds for which it was served, counted from where it began.
    taken: u64,
    /// Where new flows within begin: the time taken of the flow that was served last.
    begin: u64,
}

impl<T> Level<T> {
    fn new(taken: u64) -> Self {
        Self {
            within: HashMap::new(),
            queue: VecDeque::new(),
            waiting: 0,
            serving: 0,
            taken,
            begin: 0,
        }
    }

    fn flow(&mut self, name: &Arc<str>) -> &mut Self {
        let begin = self.begin;
        let flow = self.within.entry(Arc::clone(name));
        let flow = flow.or_insert_with(|| Self::new(begin));
        if flow.waiting == 0 {
            flow.taken = flow.taken.max(begin);
        }
        flow
    }

    /// Whether it can be forgotten: it would begin at `begin` again.
    fn is_forgettable(&self, begin: u64) -> bool {
        self.waiting == 0 && self.serving == 0 && self.taken <= begin
    }

    fn pop(&mut self, free: usize) -> Option<T> {
        let next = if self.within.is_empty() {
            self.queue.pop_front()?
        } else {
            let flows = self.within.values_mut();
            let waiting = flows.filter(|it| it.waiting > 0 && it.serving < free.max(1));
            let mut waiting: Vec<&mut Self> = waiting.collect();
            waiting.sort_unstable_by_key(|flow| flow.taken);
            // The flows within the first one may all be at their limit.
            let (item, taken) = waiting.into_iter().find_map(|flow| {
                let taken = flow.taken;
                Some((flow.pop(free.saturating_sub(flow.serving))?, taken))
            })?;
            self.begin = self.begin.max(taken);
            item
        };
        self.waiting -= 1;
        self.serving += 1;
        Some(next)
    }
}

impl<T> FairQueue<T> {
    pub(crate) fn new() -> Self {
        Self(Level::new(0))
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.waiting
    }

    /// Queues an item as the first or the last of its flow.
    pub(crate) fn push(&mut self, flow: &Flow, item: T, first: bool) {
        let mut level = &mut self.0;
        for name in &flow.0 {
            level.waiting += 1;
            level = level.flow(name);
        }
        level.waiting += 1;
        if first {
            level.queue.push_front(item);
        } else {
            level.queue.push_back(item);
        }
    }

    /// Takes the next item. `free` is how many more items can be served at once. A flow that floods leaves as many
    /// places free as it takes. So a namespace gets another item only while it holds fewer than `free`, a
    /// component while it holds fewer than its namespace leaves, and a Receiver while it holds fewer than
    /// its component leaves. Each may always hold one.
    pub(crate) fn pop(&mut self, free: usize) -> Option<T> {
        self.0.pop(free)
    }

    /// Ends the service of an item of the flow, which took `time`.
    pub(crate) fn served(&mut self, flow: &Flow, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let mut level = &mut self.0;
        level.serving = level.serving.saturating_sub(1);
        for name in &flow.0 {
            if level.within.len() > FORGET_ABOVE {
                let begin = level.begin;
                level
                    .within
                    .retain(|known, it| known == name || !it.is_forgettable(begin));
            }
            let Some(within) = level.within.get_mut(name) else {
                return;
            };
            level = within;
            level.serving = level.serving.saturating_sub(1);
            level.taken = level.taken.saturating_add(time);
        }
        if self.0.waiting == 0 && self.0.serving == 0 {
            // No flow is left to be fair to.
            self.0 = Level::new(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const ALL_FREE: usize = usize::MAX;

    fn flow(text: &str) -> Flow {
        let mut words = text.split('/').map(Arc::from);
        Flow(std::array::from_fn(|_| words.next().unwrap()))
    }

    /// Serves all items, each for a millisecond, and returns the flows in the order of their turns.
    fn order(queue: &mut FairQueue<&'static str>) -> Vec<&'static str> {
        let mut order = Vec::new();
        while let Some(next) = queue.pop(ALL_FREE) {
            queue.served(&flow(next), MS);
            order.push(next);
        }
        order
    }

    #[test]
    fn turns_go_round_at_each_level_however_many_wait() {
        let tables: [(&[(&str, usize)], &str); 3] = [
            (&[("a/c/r", 5), ("b/c/r", 1)], "b/c/r"),
            (&[("a/c/r", 5), ("a/d/r", 1)], "a/d/r"),
            (&[("a/c/r", 5), ("a/c/s", 1)], "a/c/s"),
        ];
        for (waiting, late) in tables {
            let mut queue = FairQueue::new();
            for (who, times) in waiting {
                for _ in 0..*times {
                    queue.push(&flow(who), *who, false);
                }
            }
            let order = order(&mut queue);
            let place = order.iter().position(|who| *who == late);
            assert!(place.is_some_and(|place| place < 2), "{late}: {order:?}");
        }
    }

    #[test]
    fn a_flow_that_takes_longer_has_fewer_turns() {
        let mut queue = FairQueue::new();
        for _ in 0..40 {
            queue.push(&flow("a/c/r"), "a/c/r", false);
            queue.push(&flow("b/c/r"), "b/c/r", false);
        }
        let mut long = 0;
        for _ in 0..40 {
            let who = queue.pop(ALL_FREE).unwrap();
            let is_long = who == "a/c/r";
            long += u32::from(is_long);
            queue.served(&flow(who), if is_long { 3 * MS } else { MS });
        }
        assert!((9..=11).contains(&long), "{long} of 40");
    }

    #[test]
    fn no_flow_saves_up_time() {
        let mut queue = FairQueue::new();
        queue.push(&flow("a/c/r"), "a/c/r", false);
        for _ in 0..100 {
            queue.push(&flow("b/c/r"), "b/c/r", false);
        }
        let first: Vec<_> = (0..50)
            .map(|_| {
                let who = queue.pop(ALL_FREE).unwrap();
                queue.served(&flow(who), MS);
                who
            })
            .collect();
        assert_eq!(first.iter().filter(|who| **who == "a/c/r").count(), 1);
        for _ in 0..10 {
            queue.push(&flow("a/c/r"), "a/c/r", false);
        }
        let next = order(&mut queue);
        let among = |turns: usize| {
            next.iter()
                .take(turns)
                .filter(|who| **who == "a/c/r")
                .count()
        };
        assert!(among(10) <= 6, "{next:?}");
    }

    #[test]
    fn a_flow_that_floods_leaves_as_much_as_it_takes() {
        let floods: [(&[&str], usize); 4] = [
            (&["a/c/r"], 16),
            (&["a/c/r", "a/c/s"], 20),
            (&["a/c/r", "a/d/r"], 24),
            (&["a/c/r", "b/c/r"], 28),
        ];
        for (who, most) in floods {
            let mut queue = FairQueue::new();
            for who in who {
                for _ in 0..64 {
                    queue.push(&flow(who), *who, false);
                }
            }
            let mut free = 64;
            while queue.pop(free).is_some() {
                free -= 1;
            }
            assert!(64 - free <= most, "{who:?} take {}", 64 - free);
            for late in ["a/z/r", "z/c/r"] {
                queue.push(&flow(late), late, false);
                assert_eq!(queue.pop(free), Some(late), "beside {who:?}");
                free -= 1;
            }
        }
    }

    #[test]
    fn an_idle_flow_is_forgotten() {
        let mut queue = FairQueue::new();
        for name in 0..FORGET_ABOVE + 50 {
            let who = flow(&format!("a/c/{name}"));
            queue.push(&who, name, false);
            queue.pop(ALL_FREE).unwrap();
            queue.served(&who, MS);
        }
        assert!(queue.0.within.is_empty());
    }
}
