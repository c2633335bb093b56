//! The script of the quickstart, on a repository of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request};

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(arguments)
        .current_dir(folder)
        .status()
        .expect("git runs");
    assert!(status.success(), "git {arguments:?}");
}

fn commit(folder: &Path, version: &str) {
    fs::write(folder.join("VERSION"), version).unwrap();
    git(folder, &["add", "VERSION"]);
    git(folder, &["commit", "--quiet", "--message", version]);
    git(folder, &["push", "--quiet", "origin", "HEAD:main"]);
}

#[test]
fn a_push_is_pulled_and_restarted_and_a_restart_that_fails_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let bare = ["init", "--quiet", "--bare", "--initial-branch=main"];
    git(dir.path(), &[&bare[..], &["app.git"]].concat());
    git(dir.path(), &["clone", "--quiet", "app.git", "work"]);
    commit(&at("work"), "1.0");
    git(dir.path(), &["clone", "--quiet", "app.git", "live"]);

    // Two targets ring at once; the script is for one of them.
    let spec = "{type: github, secretRef: {name: token}, resources: [\
        {kind: GitRepository, name: app}, {kind: GitRepository, name: other}]}";
    fs::create_dir(at("manifests")).unwrap();
    put(
        &at("manifests"),
        "all.yaml",
        &(receiver("app", spec) + &token()),
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/quickstart/deploy.sh");
    let restart = "[ -e failed ] || { touch failed; exit 1; }; cp VERSION restarted";
    let command = format!(
        "'{}' GitRepository/default/app '{}' sh -c '{restart}'",
        script.display(),
        at("live").display()
    );
    let served = Served::start(&at("manifests"), &["--on-notify", &command]);
    let deliver = || {
        let (headers, body) = push(TOKEN);
        let path = path("app", TOKEN);
        request(served.receiver, "POST", &path, &headers, &body);
    };
    for (version, lines) in [("1.1", 2), ("1.2", 4)] {
        commit(&at("work"), version);
        deliver();
        served.until("deployed", || served.notifications().len() == lines);
        let restarted = fs::read_to_string(at("live/restarted")).unwrap();
        assert_eq!(restarted, version);
    }
    assert!(at("live/failed").exists(), "the first restart failed");
    fs::remove_file(at("live/restarted")).unwrap();
    deliver();
    served.until("done", || served.notifications().len() == 6);
    assert!(!at("live/restarted").exists(), "nothing was new");
}
