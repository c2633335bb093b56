//! Against a real Kubernetes API server.

mod definition;
mod flux;
mod kit;
mod serving;
mod world;
