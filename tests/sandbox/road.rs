//! One road: however a recorded delivery is taken along it, it ends the same way.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use arc_swap::ArcSwap;
use bellpull::cases::{self, Case, CaseOutcome};
use bellpull::offline::{NotifyNobody, OfflineHost};
use bellpull::plan_types::{SandboxPlanner, SandboxRoutes};
use bellpull_core::{Delivery, Timestamp};
use bellpull_filter::CelFilters;
use bellpull_folder::FolderTargets;
use bellpull_gateway::{
    Gateway, GatewayMetrics, GatewaySettings, ListenerRole, Listeners, Readiness, Shutdown, serve,
};
use bellpull_plan::Objects;
use bellpull_ports::Host;
use bellpull_sandbox::Sandbox;
use bellpull_tests::cases::{Replays, provider_folders};
use bellpull_tests::serve::{request, run, said};
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tokio::sync::watch;

/// How a delivery ended: the outcome as cases name it, and the status where there is one.
type End = (String, Option<u16>);

/// A host whose clock stands at the time of a recorded delivery.
struct Recorded {
    offline: OfflineHost,
    now: ArcSwap<Timestamp>,
}

impl Host for Recorded {
    type Verify = Sandbox;
    type Filters = CelFilters;
    type Targets = FolderTargets;
    type Notify = NotifyNobody;

    fn verifier(&self) -> &Sandbox {
        self.offline.verifier()
    }

    fn filters(&self) -> &CelFilters {
        self.offline.filters()
    }

    fn targets(&self) -> &FolderTargets {
        self.offline.targets()
    }

    fn notifier(&self) -> &NotifyNobody {
        self.offline.notifier()
    }

    fn now(&self) -> Timestamp {
        **self.now.load()
    }
}

/// The gateway on a port of its own, which serves one Receiver at a time.
struct Served {
    replays: Replays,
    host: Arc<Recorded>,
    routes: Arc<ArcSwap<SandboxRoutes>>,
    receiver: SocketAddr,
    /// Serves until it is dropped.
    _shutdown: watch::Sender<Shutdown>,
}

impl Served {
    async fn start() -> Self {
        let replays = Replays::new().await;
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listeners = Listeners::bind(free, free, free).unwrap();
        let receiver = listeners.address(ListenerRole::Receiver).unwrap();
        let host = Arc::new(Recorded {
            offline: OfflineHost::without_targets(&replays.catalog),
            now: ArcSwap::from_pointee(Timestamp::now()),
        });
        let routes = Arc::new(ArcSwap::default());
        let gateway = Gateway::new(
            GatewaySettings::default(),
            Arc::clone(&routes),
            Arc::clone(&host),
            Arc::new(Readiness::new()),
            GatewayMetrics::default(),
        );
        let (shutdown, told) = watch::channel(Shutdown::No);
        let registry = Arc::new(Registry::default());
        tokio::spawn(serve(
            listeners,
            Arc::new(gateway),
            registry,
            None::<Infallible>,
            told,
        ));
        Self {
            replays,
            host,
            routes,
            receiver,
            _shutdown: shutdown,
        }
    }

    /// The gateway's answer to the delivery of a case, sent as it was recorded and at its time.
    async fn answer(&self, case: &Case) -> End {
        let Replays { catalog, network } = &self.replays;
        network.replay(case.network());
        let objects = Objects::new([case.receiver()], [case.secret()]);
        let plan = SandboxPlanner::new()
            .plan(&objects, catalog, &CelFilters::default())
            .await;
        let state = Arc::clone(&plan.receivers[0]);
        let Some((_, entry)) = plan.routes.iter().next() else {
            assert!(!state.ready, "{}: ready, and without a path", case.name);
            return (CaseOutcome::NotReady.to_string(), Some(503));
        };
        let delivery = case.delivery().unwrap();
        // Some records are signed with the path that they were sent to.
        let routes = HashMap::from([(delivery.path().into(), entry.clone())]);
        self.routes.store(Arc::new(SandboxRoutes::new(routes)));
        self.host.now.store(Arc::new(delivery.received));
        let to = self.receiver;
        let posted = tokio::task::spawn_blocking(move || post(to, &delivery));
        let (status, body) = posted.await.unwrap();
        let outcome = match serde_json::from_str::<Value>(&body) {
            Ok(answer) if answer["delivery"].is_string() => answer["outcome"].clone(),
            _ => json!(CaseOutcome::Replied.as_str()),
        };
        let outcome = match outcome.as_str().unwrap() {
            "unavailable" if !state.ready => CaseOutcome::NotReady.as_str(),
            outcome => outcome,
        };
        (outcome.to_owned(), Some(status))
    }
}

fn post(to: SocketAddr, delivery: &Delivery) -> (u16, String) {
    let headers: Vec<(String, String)> = delivery
        .headers
        .iter()
        .map(|(name, value)| {
            let value = str::from_utf8(value.as_bytes()).expect("a header in UTF-8");
            (name.to_string(), value.to_owned())
        })
        .collect();
    let method = delivery.method.as_str();
    request(to, method, &delivery.target, &headers, &delivery.body)
}

/// The end of each case of a folder by `bellpull check`.
fn checked(folder: &Path) -> BTreeMap<String, End> {
    let provider = folder.file_name().unwrap().to_str().unwrap();
    let cases = folder.to_str().unwrap();
    let (_, stdout, stderr) = said(&run(&[
        "check",
        provider,
        cases,
        "-o",
        "json",
        "--verify-timeout",
        "10s",
    ]));
    let rows: Vec<Value> = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stderr}"));
    let row = |row: Value| {
        let text = |member: &str| row[member].as_str().unwrap().to_owned();
        let status = row["status"].as_u64().and_then(|s| u16::try_from(s).ok());
        (text("case"), (text("got"), status))
    };
    rows.into_iter().map(row).collect()
}

/// The end of a case by `bellpull receivers --explain`.
fn explained(case: &Case, folder: &Path) -> End {
    let manifests = tempfile::tempdir().unwrap();
    let secret = case.secret();
    let data = secret.data.iter().map(|(key, value)| {
        let value = str::from_utf8(value.expose()).expect("a credential in UTF-8");
        (key.clone(), json!(value))
    });
    let receiver = json!({
        "apiVersion": "notification.toolkit.fluxcd.io/v1", "kind": "Receiver",
        "metadata": {"name": secret.name}, "spec": case.receiver().spec,
    });
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": secret.name},
        "stringData": data.collect::<serde_json::Map<_, _>>(),
    });
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [receiver, secret]});
    fs::write(manifests.path().join("all.json"), list.to_string()).unwrap();
    let (code, stdout, stderr) = said(&run(&[
        "receivers",
        "--manifests",
        manifests.path().to_str().unwrap(),
        "--explain",
        folder.to_str().unwrap(),
    ]));
    assert_eq!(code, Some(0), "{}: {stderr}", case.name);
    let mut lines = stdout.lines().map(str::trim_start);
    let end = lines.find_map(|line| {
        let verdict = line.strip_prefix("verdict ").map(str::trim_start);
        match (line, verdict) {
            (_, Some("accepted")) => Some(CaseOutcome::Notified.as_str()),
            // What is ignored has its class behind it.
            (_, Some(verdict)) => verdict.split([':', '(']).next().map(str::trim_end),
            (line, None) if line.starts_with("not ready ") => Some(CaseOutcome::NotReady.as_str()),
            (line, None) => {
                let early = [CaseOutcome::WrongMethod, CaseOutcome::TooLarge];
                let early = early.map(CaseOutcome::as_str);
                early.into_iter().find(|end| line.starts_with(end))
            }
        }
    });
    let end = end.unwrap_or_else(|| panic!("{}: {stdout}", case.name));
    (end.to_owned(), None)
}

/// How `bellpull filter` says that a case ends: a filter is asked of what is accepted alone.
fn filtered(case: &Case, folder: &Path) -> End {
    let folder = folder.to_str().unwrap();
    let output = run(&["filter", "true", "--case", folder]);
    let (code, stdout, stderr) = said(&output);
    if code == Some(0) {
        assert!(stdout.contains("true"), "{}: {stdout}", case.name);
        return (CaseOutcome::Notified.to_string(), None);
    }
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{}", case.name);
    let end = stderr.split_once("it ends as \"");
    let end = end.and_then(|(_, rest)| rest.split_once('"'));
    let (end, _) = end.unwrap_or_else(|| panic!("{}: {stderr}", case.name));
    (end.to_owned(), None)
}

/// Every case with its folder.
fn every_case() -> Vec<(Case, PathBuf)> {
    let cases = provider_folders().into_iter().flat_map(|folder| {
        let found = cases::find(std::slice::from_ref(&folder)).unwrap();
        found.into_iter().map(move |case| {
            let name = Path::new(&case.name).file_name().expect("a name");
            let folder = folder.join(name);
            (case, folder)
        })
    });
    cases.collect()
}

/// How a command says that a case ends. Where many processes run at once a component may be out of
/// time: then it is asked again.
fn in_time(case: &Case, folder: &Path, end: fn(&Case, &Path) -> End) -> End {
    const ASKED: usize = 5;
    let late = |(outcome, _): &End| {
        outcome == CaseOutcome::Unavailable.as_str()
            && case.expect.outcome != CaseOutcome::Unavailable
    };
    let mut ends = (1..ASKED).map(|_| end(case, folder));
    ends.find(|end| !late(end))
        .unwrap_or_else(|| end(case, folder))
}

/// How a command says that each case ends, by a process for each, as many at once as there are
/// processors.
fn each(cases: &[(Case, PathBuf)], end: fn(&Case, &Path) -> End) -> Vec<End> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let shares = cases.chunks(cases.len().div_ceil(workers));
        let running: Vec<_> = shares
            .map(|share| {
                let ends = move || {
                    share
                        .iter()
                        .map(|(case, folder)| in_time(case, folder, end))
                        .collect()
                };
                scope.spawn::<_, Vec<End>>(ends)
            })
            .collect();
        let ends = running.into_iter().map(|worker| worker.join().unwrap());
        ends.flatten().collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_ends_a_case_as_the_gateway_does() {
    let mut cases = every_case();
    // The gateway listens without TLS here.
    cases.retain(|(case, _)| case.delivery().unwrap().client.certificate.is_none());
    assert!(cases.len() > 1000, "only {} cases were found", cases.len());
    let served = Served::start().await;
    let folders = provider_folders();
    let checked: BTreeMap<String, End> =
        folders.iter().flat_map(|folder| checked(folder)).collect();
    let (explained, filtered) = (each(&cases, explained), each(&cases, filtered));
    let mut differences = Vec::new();
    for (((case, _), explained), filtered) in cases.iter().zip(explained).zip(filtered) {
        let answered = served.answer(case).await;
        let ends = [
            ("check", checked.get(&case.name).cloned().expect("checked")),
            ("receivers --explain", explained),
            ("filter", filtered),
        ];
        for (command, (outcome, status)) in ends {
            let same = outcome == answered.0 && (status.is_none() || status == answered.1);
            if !same {
                let name = &case.name;
                differences.push(format!(
                    "{name}: {command} {outcome}, the gateway {answered:?}"
                ));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_filter_reads_the_claims_of_a_case_that_brings_a_token() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let filtered = |case: &str| {
        let case = cases.join(case);
        let filter = "claims.repository == 'acme/app'";
        said(&run(&["filter", filter, "--case", case.to_str().unwrap()]))
    };
    let (code, stdout, stderr) = filtered("generic-oidc/github-actions");
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.contains("true"), "{stdout}");
    let (code, stdout, stderr) = filtered("github/push-branch");
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(
        stderr.contains("undeclared reference to 'claims'"),
        "{stderr}"
    );
}

#[test]
fn no_filter_is_asked_of_a_token_that_may_not_ring() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/generic-oidc/validations-all");
    let filter = "event.kind == \"generic-oidc\"";
    let output = run(&["filter", filter, "--case", case.to_str().unwrap()]);
    let (code, stdout, stderr) = said(&output);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    for part in ["\"unauthenticated\"", "not them; no admin"] {
        assert!(stderr.contains(part), "{part:?} is not in {stderr}");
    }
}
