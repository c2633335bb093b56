//! Keeps what a provider accepts within the bounds of the contract, so that a sender cannot make a
//! delivery fail by telling much. What is too long is told in brief: a change without its details, an
//! event without its changes.

mod acceptance;
mod event;
mod length;
