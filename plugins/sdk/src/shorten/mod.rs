//! Shortens an acceptance to the bounds of the contract. To pass them is a fault of the component, and a
//! sender must not be able to cause one with a long delivery. First the details of changes are left
//! out, then the changes.

mod acceptance;
mod event;
mod length;
