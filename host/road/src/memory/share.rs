use std::collections::HashMap;

/// One of those among whom memory is shared, the widest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Holder {
    Namespace(String),
    Receiver(String),
    Connection(u64),
    /// One delivery; a later one has a greater number.
    Delivery(u64),
}

/// From a namespace down to one delivery.
pub(super) type Path = [Holder; 4];

/// What one of them holds, and who holds it within.
#[derive(Debug, Default)]
pub(super) struct Share {
    /// Bytes.
    pub(super) held: usize,
    /// Deliveries that may be ended: they are not whole yet.
    unfinished: usize,
    within: HashMap<Holder, Share>,
}

impl Share {
    /// Bytes that one of those within holds.
    pub(super) fn of(&self, path: &[Holder]) -> usize {
        self.find(path).map_or(0, |share| share.held)
    }

    pub(super) fn find(&self, path: &[Holder]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |share, holder| share.within.get(holder))
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
            && let Some(share) = self.within.get_mut(holder)
        {
            share.finish(rest);
        }
    }

    pub(super) fn add(&mut self, path: &[Holder], bytes: usize) {
        self.held += bytes;
        if let [holder, rest @ ..] = path
            && let Some(share) = self.within.get_mut(holder)
        {
            share.add(rest, bytes);
        }
    }

    pub(super) fn subtract(&mut self, path: &[Holder], bytes: usize) {
        self.held = self.held.saturating_sub(bytes);
        if let [holder, rest @ ..] = path
            && let Some(share) = self.within.get_mut(holder)
        {
            share.subtract(rest, bytes);
        }
    }

    /// Forgets a delivery that holds nothing any more, and whoever has no other.
    pub(super) fn forget(&mut self, path: &[Holder]) {
        if let [holder, rest @ ..] = path
            && let Some(share) = self.within.get_mut(holder)
        {
            share.forget(rest);
            if share.within.is_empty() {
                self.within.remove(holder);
            }
        }
    }

    /// The unfinished delivery of whoever holds most: the heaviest of the heaviest, the youngest of
    /// equals. `asking` counts as if it held `more`, and comes out itself if it is the heaviest.
    pub(super) fn heaviest(&self, asking: &[Holder], more: usize) -> Vec<Holder> {
        let mut path = Vec::new();
        let (mut share, mut asking) = (self, Some(asking));
        loop {
            let asks = asking.and_then(<[Holder]>::first);
            let weight = |holder: &Holder, share: &Self| {
                let asks = asks == Some(holder);
                (share.held + if asks { more } else { 0 }, asks)
            };
            let heaviest = share
                .within
                .iter()
                .filter(|(holder, share)| share.unfinished > 0 || asks == Some(*holder))
                .max_by_key(|(holder, share)| (weight(holder, share), *holder));
            let Some((holder, next)) = heaviest else {
                return path;
            };
            asking = asking
                .filter(|_| asks == Some(holder))
                .and_then(|asking| asking.get(1..));
            path.push(holder.clone());
            share = next;
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.held == 0 && self.within.is_empty()
    }
}
