use crate::{Entry, Filters, Route, Routes, Targets, Verify};
use bellpull_core::{Notify, Timestamp};

/// Everything that deliveries are judged, filtered and notified by, as one type.
pub trait Host: Send + Sync + 'static {
    /// Runs components.
    type Verify: Verify;

    /// Evaluates filters.
    type Filters: Filters;

    /// Knows targets.
    type Targets: Targets;

    /// Notifies targets.
    type Notify: Notify;

    /// What runs components.
    fn verifier(&self) -> &Self::Verify;

    /// What evaluates filters.
    fn filters(&self) -> &Self::Filters;

    /// What knows targets.
    fn targets(&self) -> &Self::Targets;

    /// What notifies targets.
    fn notifier(&self) -> &Self::Notify;

    /// The time that a delivery is judged by which arrives now.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The components of a host.
pub type ComponentOf<H> = <<H as Host>::Verify as Verify>::Component;

/// A Receiver that a host serves.
pub type RouteOf<H> = Route<ComponentOf<H>, <H as Host>::Filters>;

/// What answers a path of a host.
pub type EntryOf<H> = Entry<ComponentOf<H>, <H as Host>::Filters>;

/// Every path of a host.
pub type RoutesOf<H> = Routes<ComponentOf<H>, <H as Host>::Filters>;
