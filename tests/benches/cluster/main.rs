//! Bellpull and Flux's own notification-controller on one API server, side by side in one run: each
//! figure is of the same machine within the same minutes, one of them running at a time. Needs `wrk`
//! and what the tests against a cluster need. Arguments name the phases that are run; else all are.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and a panic is how it fails"
)]

#[path = "../support/mod.rs"]
mod support;

mod contender;
mod fanout;
mod many;
mod objects;
mod rates;
mod start;
mod table;

use bellpull_tests::cluster::api::Api;
use bellpull_tests::cluster::{ControlPlane, Identity, flux, install_role};

/// What every phase works on.
struct Bench {
    plane: ControlPlane,
    api: Api,
}

const PHASES: [&str; 6] = ["start", "verified", "hot", "requests", "fanout", "many"];

fn main() {
    // Cargo adds a flag of its own to those of a benchmark.
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    for phase in &asked {
        assert!(
            PHASES.contains(&phase.as_str()),
            "{phase:?} is none of the phases {PHASES:?}"
        );
    }
    support::wrk::required();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let bench = Bench::start();
    for phase in PHASES {
        if asked.is_empty() || asked.iter().any(|asked| asked == phase) {
            runtime.block_on(async {
                match phase {
                    "start" => start::run(&bench).await,
                    "verified" => rates::verified(&bench).await,
                    "hot" => rates::hot(&bench).await,
                    "requests" => rates::requests(&bench).await,
                    "fanout" => fanout::run(&bench).await,
                    _ => many::run(&bench).await,
                }
            });
        }
    }
}

impl Bench {
    fn start() -> Self {
        let plane = ControlPlane::start().expect("a control plane");
        flux::install_flux_crds(&plane).expect("Flux's kinds");
        install_role(&plane);
        // In an installation it has these rights and more.
        plane.kubectl().ok(&[
            "create",
            "clusterrolebinding",
            "notification-controller",
            "--clusterrole=cluster-admin",
            &format!("--user={}", Identity::NotificationController.user()),
        ]);
        let api = Api::new(&plane);
        Self { plane, api }
    }
}
