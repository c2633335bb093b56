//! Against a real Kubernetes API server.

mod beside;
mod definition;
mod e2e;
mod faults;
mod filters;
mod flux;
mod google;
mod kit;
mod manifests;
mod matching;
mod ours;
mod parity;
mod rbac;
mod scale;
mod selection;
mod serving;
mod tokens;
mod world;
