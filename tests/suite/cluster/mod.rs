//! Against a real Kubernetes API server.

mod flux;
mod kit;
mod serving;
mod world;
