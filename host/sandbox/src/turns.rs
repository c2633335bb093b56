use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::ReceiverId;

/// Parties that are remembered without a look at which still matter.
const FORGET_ABOVE: usize = 256;

/// Who is served: a namespace, a component in it, and one of its Receivers.
#[derive(Clone, Debug)]
pub(crate) struct Party([Arc<str>; 3]);

impl Party {
    pub(crate) fn new(receiver: &ReceiverId, component: &Arc<str>) -> Self {
        let [namespace, name] =
            [&receiver.namespace, &receiver.name].map(|name| Arc::from(&**name));
        Self([namespace, Arc::clone(component), name])
    }

    /// Nobody's Receiver: what the host asks a component for itself.
    pub(crate) fn host(component: &Arc<str>) -> Self {
        let nobody: Arc<str> = Arc::from("");
        Self([Arc::clone(&nobody), Arc::clone(component), nobody])
    }
}

/// A queue in which each namespace has its turns, within it each component, and within that each
/// Receiver: next is who has been served for the least time, however many of its kind wait. A party
/// that comes, or comes again, begins where the others stand (start-time fair queueing), so that
/// nobody saves up time.
#[derive(Debug)]
pub(crate) struct Turns<T>(Node<T>);

/// A party at one level, and those within it.
#[derive(Debug)]
struct Node<T> {
    within: HashMap<Arc<str>, Self>,
    queue: VecDeque<T>,
    /// Of this and all within it, how many wait.
    waiting: usize,
    /// And how many are served.
    served: usize,
    /// Nanoseconds for which it was served, as far as they count.
    taken: u64,
    /// Where those within begin: what the last one that had its turn had taken until then.
    begin: u64,
}

impl<T> Node<T> {
    fn new(taken: u64) -> Self {
        Self {
            within: HashMap::new(),
            queue: VecDeque::new(),
            waiting: 0,
            served: 0,
            taken,
            begin: 0,
        }
    }

    fn party(&mut self, name: &Arc<str>) -> &mut Self {
        let begin = self.begin;
        let party = self.within.entry(Arc::clone(name));
        let party = party.or_insert_with(|| Self::new(begin));
        if party.waiting == 0 {
            party.taken = party.taken.max(begin);
        }
        party
    }

    /// Whether nothing of it need be remembered while others are at `begin`.
    fn is_even(&self, begin: u64) -> bool {
        self.waiting == 0 && self.served == 0 && self.taken <= begin
    }

    fn pop(&mut self, room: usize) -> Option<T> {
        let next = if self.within.is_empty() {
            self.queue.pop_front()?
        } else {
            let parties = self.within.values_mut();
            let waiting = parties.filter(|it| it.waiting > 0 && it.served < room.max(1));
            let mut waiting: Vec<&mut Self> = waiting.collect();
            waiting.sort_unstable_by_key(|party| party.taken);
            // Those within the first may all be served as many as they may.
            let (item, taken) = waiting.into_iter().find_map(|party| {
                let taken = party.taken;
                Some((party.pop(room.saturating_sub(party.served))?, taken))
            })?;
            self.begin = self.begin.max(taken);
            item
        };
        self.waiting -= 1;
        self.served += 1;
        Some(next)
    }
}

impl<T> Turns<T> {
    pub(crate) fn new() -> Self {
        Self(Node::new(0))
    }

    /// How many wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.0.waiting
    }

    /// Queues for a party, behind what it has in the queue or before it.
    pub(crate) fn push(&mut self, party: &Party, item: T, first: bool) {
        let mut node = &mut self.0;
        for name in &party.0 {
            node.waiting += 1;
            node = node.party(name);
        }
        node.waiting += 1;
        if first {
            node.queue.push_front(item);
        } else {
            node.queue.push_back(item);
        }
    }

    /// Takes whose turn it is. With room for so many more, no namespace is served so many or more at
    /// once, nor a component so many as its namespace would leave, nor a Receiver so many as its
    /// component would: whoever floods leaves as much as it takes, at each level. One is always
    /// allowed.
    pub(crate) fn pop(&mut self, room: usize) -> Option<T> {
        self.0.pop(room)
    }

    /// Whoever was taken for the party has been served, for so long.
    pub(crate) fn served(&mut self, party: &Party, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let mut node = &mut self.0;
        node.served = node.served.saturating_sub(1);
        for name in &party.0 {
            if node.within.len() > FORGET_ABOVE {
                let begin = node.begin;
                node.within
                    .retain(|known, it| known == name || !it.is_even(begin));
            }
            let Some(party) = node.within.get_mut(name) else {
                return;
            };
            node = party;
            node.served = node.served.saturating_sub(1);
            node.taken = node.taken.saturating_add(time);
        }
        if self.0.waiting == 0 && self.0.served == 0 {
            // Nobody is there to be fair to.
            self.0 = Node::new(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const ROOM: usize = usize::MAX;

    fn party(text: &str) -> Party {
        let mut words = text.split('/').map(Arc::from);
        Party(std::array::from_fn(|_| words.next().unwrap()))
    }

    /// Serves until nobody waits; each takes a millisecond. Who had the turns, in order.
    fn order(turns: &mut Turns<&'static str>) -> Vec<&'static str> {
        let mut order = Vec::new();
        while let Some(next) = turns.pop(ROOM) {
            turns.served(&party(next), MS);
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
            let mut turns = Turns::new();
            for (who, times) in waiting {
                for _ in 0..*times {
                    turns.push(&party(who), *who, false);
                }
            }
            let order = order(&mut turns);
            let place = order.iter().position(|who| *who == late);
            assert!(place.is_some_and(|place| place < 2), "{late}: {order:?}");
        }
    }

    #[test]
    fn who_takes_longer_has_fewer_turns() {
        let mut turns = Turns::new();
        for _ in 0..40 {
            turns.push(&party("a/c/r"), "a/c/r", false);
            turns.push(&party("b/c/r"), "b/c/r", false);
        }
        let mut long = 0;
        for _ in 0..40 {
            let who = turns.pop(ROOM).unwrap();
            let is_long = who == "a/c/r";
            long += u32::from(is_long);
            turns.served(&party(who), if is_long { 3 * MS } else { MS });
        }
        assert!((9..=11).contains(&long), "{long} of 40");
    }

    #[test]
    fn nobody_saves_up_time() {
        let mut turns = Turns::new();
        turns.push(&party("a/c/r"), "a/c/r", false);
        for _ in 0..100 {
            turns.push(&party("b/c/r"), "b/c/r", false);
        }
        let first: Vec<_> = (0..50)
            .map(|_| {
                let who = turns.pop(ROOM).unwrap();
                turns.served(&party(who), MS);
                who
            })
            .collect();
        assert_eq!(first.iter().filter(|who| **who == "a/c/r").count(), 1);
        for _ in 0..10 {
            turns.push(&party("a/c/r"), "a/c/r", false);
        }
        let next = order(&mut turns);
        let among = |turns: usize| {
            next.iter()
                .take(turns)
                .filter(|who| **who == "a/c/r")
                .count()
        };
        assert!(among(10) <= 6, "{next:?}");
    }

    #[test]
    fn whoever_floods_leaves_as_much_as_it_takes() {
        let floods: [(&[&str], usize); 4] = [
            (&["a/c/r"], 16),
            (&["a/c/r", "a/c/s"], 20),
            (&["a/c/r", "a/d/r"], 24),
            (&["a/c/r", "b/c/r"], 28),
        ];
        for (who, most) in floods {
            let mut turns = Turns::new();
            for who in who {
                for _ in 0..64 {
                    turns.push(&party(who), *who, false);
                }
            }
            let mut free = 64;
            while turns.pop(free).is_some() {
                free -= 1;
            }
            assert!(64 - free <= most, "{who:?} take {}", 64 - free);
            for late in ["a/z/r", "z/c/r"] {
                turns.push(&party(late), late, false);
                assert_eq!(turns.pop(free), Some(late), "beside {who:?}");
                free -= 1;
            }
        }
    }

    #[test]
    fn who_is_gone_is_forgotten() {
        let mut turns = Turns::new();
        for name in 0..FORGET_ABOVE + 50 {
            let who = party(&format!("a/c/{name}"));
            turns.push(&who, name, false);
            turns.pop(ROOM).unwrap();
            turns.served(&who, MS);
        }
        assert!(turns.0.within.is_empty());
    }
}
