//! Against a real Kubernetes API server.

mod kit;
