//! Every order in which objects change, components answer, an answer becomes overdue, and a delivery looks
//! up its path. Shuttle chooses who goes on. The planner and the routes are the real ones.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use futures_util::FutureExt as _;
use shuttle::scheduler::DfsScheduler;
use shuttle::{Config, Runner, thread};

use super::*;

type Routes = bellpull_ports::Routes<u32, Fake>;
type Route = bellpull_ports::Route<u32, Fake>;

/// One state of the cluster: the nth spec of the Receiver, the token of its Secret, its component.
#[derive(Clone, Copy)]
struct Cluster {
    spec: usize,
    token: &'static str,
    component: u32,
    serves: bool,
}

const FIRST: Cluster = Cluster {
    spec: 0,
    token: "first",
    component: 1,
    serves: true,
};

/// What is planned, what is served, and what was served last.
struct Control {
    planner: Planner<u32, Fake>,
    routes: Arc<ArcSwap<Routes>>,
    newest: Cluster,
    served: (usize, u32),
}

impl Control {
    /// Takes objects as the publisher does, and publishes. Returns the questions.
    fn take(&mut self, cluster: Cluster) -> Vec<Question<u32, Fake>> {
        let events = [format!("v{}", cluster.spec)];
        let spec = serde_json::json!({"events": events, "suspend": !cluster.serves});
        let whole = objects(&[receiver("a", spec)], &[("token", cluster.token)]);
        let mut providers = Fake::new();
        providers.component = Arc::new(cluster.component);
        let questions = self.planner.take(&whole, &providers);
        self.newest = cluster;
        self.publish();
        questions
    }

    /// Publishes, as every delivery from now on sees it.
    fn publish(&mut self) {
        self.routes.store(Arc::new(self.planner.publish().routes));
        let routes = self.routes.load_full();
        let Cluster { token, serves, .. } = self.newest;
        for other in ["first", "second"].iter().filter(|other| **other != token) {
            assert!(routes.get(&path("a", other)).is_none(), "a withdrawn token");
        }
        match routes.get(&path("a", token)) {
            Some(Entry::Serving(route)) => {
                assert!(serves, "a suspended Receiver is served");
                is_whole(route);
                let serving = (spec_of(route), *route.component);
                let (before, now) = (self.served, serving);
                assert!(
                    before.0 <= now.0 && before.1 <= now.1,
                    "{before:?}, {now:?}"
                );
                self.served = serving;
            }
            Some(Entry::Unavailable { .. }) => {}
            None => panic!("a known Receiver is unknown"),
        }
    }
}

/// Which spec it was planned from.
fn spec_of(route: &Route) -> usize {
    let events = route.bound.object.spec.events.iter();
    let mut numbers = events.filter_map(|event| event.strip_prefix('v')?.parse().ok());
    numbers.next().unwrap()
}

/// The component that verifies is the one that bound.
fn is_whole(route: &Route) {
    let bound_by = &*route.bound.component.digest;
    assert_eq!(bound_by, format!("sha256:{}", route.component), "a mixture");
}

/// Lets another thread come between.
fn interleave() {
    thread::sleep(Duration::ZERO);
}

/// Goes through a history of the cluster in one interleaving.
fn goes_through(history: &[Cluster]) {
    let routes = Arc::new(ArcSwap::from_pointee(Routes::default()));
    let mut control = Control {
        planner: Planner::new(),
        routes: Arc::clone(&routes),
        newest: FIRST,
        served: (0, 0),
    };
    for question in control.take(FIRST) {
        control.planner.settle(answer(question));
    }
    control.publish();
    let control = Arc::new(Mutex::new(control));

    let mut threads = vec![thread::spawn(move || {
        let held = routes.load().get(&path("a", "first")).cloned();
        interleave();
        if let Some(Entry::Serving(route)) = held {
            is_whole(&route);
        }
    })];
    let overdue = Arc::clone(&control);
    threads.push(thread::spawn(move || {
        let mut control = overdue.lock().unwrap();
        if control.planner.give_up(&ReceiverId::new("default", "a")) {
            control.publish();
        }
    }));
    for cluster in history {
        interleave();
        let questions = control.lock().unwrap().take(*cluster);
        for question in questions {
            let control = Arc::clone(&control);
            threads.push(thread::spawn(move || {
                let answer = answer(question);
                let mut control = control.lock().unwrap();
                if control.planner.settle(answer) {
                    control.publish();
                }
            }));
        }
    }
    for thread in threads {
        thread.join().unwrap();
    }
    let control = control.lock().unwrap();
    let Cluster {
        spec,
        component,
        serves,
        ..
    } = control.newest;
    if serves {
        assert_eq!(control.served, (spec, component), "the newest is served");
    }
    assert!(!control.planner.waits(&ReceiverId::new("default", "a")));
}

fn answer(question: Question<u32, Fake>) -> Answer<u32, Fake> {
    let (providers, filters) = (Fake::new(), Fake::new());
    let asked = question.ask(&providers, &filters);
    asked.now_or_never().unwrap()
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever asks sees how much was tried")]
fn no_order_of_answers_serves_a_withdrawn_token_an_older_plan_or_a_mixture() {
    let listed = Cluster { spec: 1, ..FIRST };
    let rotated = Cluster {
        token: "second",
        ..listed
    };
    let swapped = Cluster {
        component: 2,
        ..listed
    };
    let suspended = Cluster {
        serves: false,
        ..listed
    };
    let histories = [
        ("two specs", vec![listed, Cluster { spec: 2, ..FIRST }]),
        ("a token rotated", vec![listed, rotated]),
        ("a component exchanged", vec![listed, swapped]),
        ("suspended and resumed", vec![listed, suspended, swapped]),
    ];
    for (what, history) in histories {
        let tried = Runner::new(DfsScheduler::new(None, false), Config::new())
            .run(move || goes_through(&history));
        println!("{what}: {tried} interleavings");
        assert!(tried > 1, "{what}: nothing was interleaved");
    }
}
