use std::fs;

use bellpull_tests::manifests::{TOKEN, path, put, receiver, secret, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request};

const SPEC: &str = "{type: github, secretRef: {name: token}, resources: []}";

fn status(served: &Served, receiver: &str, token: &str) -> u16 {
    let (headers, body) = push(token);
    request(
        served.receiver,
        "POST",
        &path(receiver, token),
        &headers,
        &body,
    )
    .0
}

#[test]
fn an_edit_takes_effect_while_serving() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "a.yaml", &(receiver("a", SPEC) + &token()));
    let served = Served::start(folder.path(), &[]);
    assert_eq!(status(&served, "a", TOKEN), 200);
    assert_eq!(status(&served, "b", TOKEN), 404);

    put(folder.path(), "b.yaml", &receiver("b", SPEC));
    served.until("serving the added Receiver", || {
        status(&served, "b", TOKEN) == 200
    });

    fs::remove_file(folder.path().join("b.yaml")).unwrap();
    served.until("forgetting the removed Receiver", || {
        status(&served, "b", TOKEN) == 404
    });
    assert_eq!(status(&served, "a", TOKEN), 200, "the other goes on");
}

#[test]
fn a_broken_file_closes_its_receivers_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "a.yaml", &(receiver("a", SPEC) + &token()));
    put(folder.path(), "b.yaml", &receiver("b", SPEC));
    let served = Served::start(folder.path(), &[]);
    assert_eq!(status(&served, "b", TOKEN), 200);

    put(
        folder.path(),
        "b.yaml",
        &receiver("b", "{type: github, resorces: []}"),
    );
    served.until("closing the broken one", || {
        status(&served, "b", TOKEN) == 503
    });
    assert_eq!(status(&served, "a", TOKEN), 200, "the other goes on");
    served.until_log("b.yaml");
    let log = served.stderr();
    let line = log
        .lines()
        .find(|line| line.contains("b.yaml"))
        .expect("a line about the file");
    for part in ["document 1", "resorces"] {
        assert!(line.contains(part), "{part:?} is not in {line}");
    }

    put(folder.path(), "b.yaml", &receiver("b", SPEC));
    served.until("serving the mended one", || {
        status(&served, "b", TOKEN) == 200
    });
}

#[test]
fn tokens_rotate_and_end() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "receiver.yaml", &receiver("a", SPEC));
    put(
        folder.path(),
        "secret.yaml",
        &secret("token", "{token: first-token}"),
    );
    let served = Served::start(folder.path(), &[]);
    assert_eq!(status(&served, "a", "first-token"), 200);

    let both = secret("token", "{token: second-token, previousToken: first-token}");
    put(folder.path(), "secret.yaml", &both);
    served.until("serving the new token", || {
        status(&served, "a", "second-token") == 200
    });
    assert_eq!(
        status(&served, "a", "first-token"),
        200,
        "the previous one still counts"
    );

    put(
        folder.path(),
        "secret.yaml",
        &secret("token", "{token: second-token}"),
    );
    served.until("ending the old token", || {
        status(&served, "a", "first-token") == 404
    });
    assert_eq!(status(&served, "a", "second-token"), 200);

    fs::remove_file(folder.path().join("secret.yaml")).unwrap();
    served.until("closing without a Secret", || {
        status(&served, "a", "second-token") == 503
    });
}
