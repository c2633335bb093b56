use std::collections::HashMap;

/// One holder of memory, the widest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Holder {
    Namespace(String),
    Receiver(String),
    Connection(u64),
    /// A later delivery has a greater number.
    Delivery(u64),
}

/// The path from a namespace down to one delivery.
pub(super) type HolderPath = [Holder; 4];

/// What a holder holds, and the holders within it that hold it.
#[derive(Debug, Default)]
pub(super) struct Holders {
    /// In bytes.
    pub(super) held: usize,
    /// Deliveries that are not complete yet, and so may be evicted.
    unfinished: usize,
    within: HashMap<Holder, Holders>,
}

impl Holders {
    /// Bytes that the holder at `path` holds.
    pub(super) fn of(&self, path: &[Holder]) -> usize {
        self.find(path).map_or(0, |found| found.held)
    }

    pub(super) fn find(&self, path: &[Holder]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |outer, holder| outer.within.get(holder))
    }

    pub(super) fn begin(&mut self, path: &[Holder]) {
        self.unfinished += 1;
        if let [holder, rest @ ..] = path {
            self.within.entry(holder.clone()).or_default().begin(rest);
        }
    }

    pub(super) fn finish(&mut self, path: &[Holder]) {
        self.unfinished = self.unfinished.saturating_sub(1);
        if let [holder, rest @ ..] = path
            && let Some(inner) = self.within.get_mut(holder)
        {
            inner.finish(rest);
        }
    }

    pub(super) fn add(&mut self, path: &[Holder], bytes: usize) {
        self.held += bytes;
        if let [holder, rest @ ..] = path
            && let Some(inner) = self.within.get_mut(holder)
        {
            inner.add(rest, bytes);
        }
    }

    pub(super) fn subtract(&mut self, path: &[Holder], bytes: usize) {
        self.held = self.held.saturating_sub(bytes);
        if let [holder, rest @ ..] = path
            && let Some(inner) = self.within.get_mut(holder)
        {
            inner.subtract(rest, bytes);
        }
    }

    /// Forgets a delivery that holds nothing, and every holder that has no other delivery.
    pub(super) fn forget(&mut self, path: &[Holder]) {
        if let [holder, rest @ ..] = path
            && let Some(inner) = self.within.get_mut(holder)
        {
            inner.forget(rest);
            if inner.within.is_empty() {
                self.within.remove(holder);
            }
        }
    }

    /// Follows the heaviest holder down to an unfinished delivery; of equals, the youngest. The
    /// path `asking` counts as if it held `more`, and is itself the result if it is the heaviest.
    pub(super) fn heaviest(&self, asking: &[Holder], more: usize) -> Vec<Holder> {
        let mut path = Vec::new();
        let (mut holders, mut asking) = (self, Some(asking));
        loop {
            let asks = asking.and_then(<[Holder]>::first);
            let weight = |holder: &Holder, inner: &Self| {
                let asks = asks == Some(holder);
                (inner.held + if asks { more } else { 0 }, asks)
            };
            let heaviest = holders
                .within
                .iter()
                .filter(|(holder, inner)| inner.unfinished > 0 || asks == Some(*holder))
                .max_by_key(|(holder, inner)| (weight(holder, inner), *holder));
            let Some((holder, next)) = heaviest else {
                return path;
            };
            asking = asking
                .filter(|_| asks == Some(holder))
                .and_then(|asking| asking.get(1..));
            path.push(holder.clone());
            holders = next;
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.held == 0 && self.within.is_empty()
    }
}
