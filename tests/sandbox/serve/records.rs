//! Records that survive the process.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, get, run, said, try_request};
use serde_json::Value;
use tempfile::TempDir;

/// A directory of manifests, and one below it for records.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let app = "{type: github, secretRef: {name: token}, resources: []}";
        put(
            folder.path(),
            "all.yaml",
            &[receiver("app", app), token()].concat(),
        );
        fs::create_dir(folder.path().join(".records")).expect("made");
        Self { folder }
    }

    fn records(&self) -> PathBuf {
        self.folder.path().join(".records")
    }

    fn serve(&self) -> Served {
        let records = self.records();
        let records = records.to_str().expect("a path in UTF-8");
        let ours = ["--admin-addr", "127.0.0.1:0", "--records-dir", records];
        Served::start(self.folder.path(), &ours)
    }
}

/// Sends a delivery, and returns its id, if there is an answer.
fn deliver(served: &Served, signed_by: &str) -> Option<String> {
    let (headers, body) = push(signed_by);
    let answer = try_request(
        served.receiver,
        "POST",
        &path("app", TOKEN),
        &headers,
        &body,
    );
    let answer: Value = serde_json::from_str(&answer.ok()?.1).ok()?;
    Some(answer["delivery"].as_str()?.to_owned())
}

fn ids(served: &Served) -> Vec<String> {
    let records = served.deliveries("?limit=60000");
    let ids = records.iter().filter_map(|record| record["id"].as_str());
    ids.map(str::to_owned).collect()
}

fn stored(served: &Served) -> u64 {
    let page = get(served.metrics, "/metrics").1;
    let mut lines = page.lines();
    let stored = lines.find_map(|line| line.strip_prefix("bellpull_records_stored_total "));
    stored
        .and_then(|count| count.parse().ok())
        .expect("a number")
}

fn end(mut served: Served) {
    served.terminate();
    assert!(served.wait().success(), "{}", served.stderr());
}

#[test]
fn what_is_recorded_when_the_process_ends_is_told_by_the_next_one() {
    let site = Site::new();
    let served = site.serve();
    let mut delivered = vec![];
    for signed_by in [TOKEN, "forged", TOKEN] {
        delivered.push(deliver(&served, signed_by).expect("an answer"));
    }
    end(served);
    let served = site.serve();
    delivered.push(deliver(&served, TOKEN).expect("an answer"));
    delivered.reverse();
    assert_eq!(ids(&served), delivered, "the newest come first");
    let admin = format!("http://{}", served.admin());
    let (code, story, _) = said(&run(&[
        "deliveries",
        "show",
        &delivered[1],
        "--admin",
        &admin,
    ]));
    assert_eq!(code, Some(0), "{story}");
    assert!(story.contains("x-github-event: push"), "{story}");
    for status in ["200", "404"] {
        let id = if status == "200" {
            &*delivered[2]
        } else {
            "nothing"
        };
        let (got, text) = get(served.admin(), &format!("/v1/deliveries/{id}"));
        assert_eq!(got.to_string(), status, "{text}");
    }
}

#[test]
fn a_process_that_is_killed_under_load_has_lost_the_last_records_alone() {
    let site = Site::new();
    let served = site.serve();
    let delivered: BTreeSet<String> = (0..20).filter_map(|_| deliver(&served, TOKEN)).collect();
    served.until("written", || stored(&served) >= 20);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let load = scope.spawn(|| {
            let ids = (0..).map_while(|_| match is_over.load(Ordering::Acquire) {
                false => Some(deliver(&served, TOKEN)),
                true => None,
            });
            ids.flatten().count()
        });
        served.until("written under load", || stored(&served) >= 60);
        served.kill();
        is_over.store(true, Ordering::Release);
        assert!(load.join().expect("no panic") >= 40);
    });
    drop(served);
    let served = site.serve();
    let left: BTreeSet<String> = ids(&served).into_iter().collect();
    assert!(left.is_superset(&delivered), "{} are left", left.len());
    assert!(left.len() >= 60, "{} are left", left.len());
    assert!(!served.stderr().contains("moved aside"));
}

#[test]
fn a_broken_database_is_moved_aside_and_named_while_deliveries_are_served() {
    let site = Site::new();
    let file = site.records().join("records.db");
    fs::write(
        &file,
        "this is no database, whatever its name says".repeat(99),
    )
    .expect("written");
    let served = site.serve();
    let id = deliver(&served, TOKEN).expect("an answer");
    let file = file.display().to_string();
    served.until_log(&format!("{file}.broken-"));
    served.until_log("remove it when nobody needs it");
    end(served);
    assert_eq!(ids(&site.serve()), [id]);
}

#[test]
fn a_directory_that_cannot_keep_records_is_a_mistake_of_the_command_line() {
    let site = Site::new();
    let folder = site.folder.path().to_str().expect("a path in UTF-8");
    let below_a_file = format!("{folder}/all.yaml/records");
    let admin = ["--admin-addr", "127.0.0.1:0"];
    for (arguments, expected) in [
        (
            &[&admin[..], &["--records-dir", &below_a_file]].concat()[..],
            &[&*below_a_file, "name a directory"][..],
        ),
        (
            &[&admin[..], &["--records-dir", "/proc/self"]].concat(),
            &["/proc/self", "cannot be written", "name a directory"],
        ),
        (&["--records-dir", folder], &["--admin-addr"]),
        (
            &[&admin[..], &["--records-max-size", "1MiB"]].concat(),
            &["--records-max-size", "1MiB", "at least 4MiB"],
        ),
    ] {
        let free = ["127.0.0.1:0"; 3];
        let flags = ["--receiver-addr", "--health-addr", "--metrics-addr"];
        let addresses: Vec<&str> = flags
            .into_iter()
            .zip(free)
            .flat_map(|it| [it.0, it.1])
            .collect();
        let serve = ["serve", "--manifests", folder];
        let (code, _, stderr) = said(&run(&[&serve, &addresses[..], arguments].concat()));
        assert_eq!(code, Some(64), "{arguments:?}: {stderr}");
        for part in expected {
            assert!(
                stderr.contains(part),
                "{arguments:?}: {part} not in {stderr}"
            );
        }
    }
}
