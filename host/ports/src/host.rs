use crate::{Entry, Filters, Route, Routes, Targets, Verify};
use bellpull_core::{Notify, Timestamp};

/// The adapters that verify, filter and notify, as one type.
pub trait Host: Send + Sync + 'static {
    /// Runs components.
    type Verify: Verify;

    /// Evaluates filters.
    type Filters: Filters;

    /// Knows targets.
    type Targets: Targets;

    /// Notifies targets.
    type Notify: Notify;

    /// The adapter that runs components.
    fn verifier(&self) -> &Self::Verify;

    /// The adapter that evaluates filters.
    fn filters(&self) -> &Self::Filters;

    /// The adapter that knows targets.
    fn targets(&self) -> &Self::Targets;

    /// The adapter that notifies targets.
    fn notifier(&self) -> &Self::Notify;

    /// The current time, by which the timestamps of a delivery are checked.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The type of a host's components.
pub type ComponentOf<H> = <<H as Host>::Verify as Verify>::Component;

/// A Receiver that a host serves.
pub type RouteOf<H> = Route<ComponentOf<H>, <H as Host>::Filters>;

/// The entry of a path in a host's routes.
pub type EntryOf<H> = Entry<ComponentOf<H>, <H as Host>::Filters>;

/// The routes of a host.
pub type RoutesOf<H> = Routes<ComponentOf<H>, <H as Host>::Filters>;
