//! URLs of repositories, names of images and locations, in the forms that senders and objects use.

use bellpull_core::{Acceptance, ArtifactChange, Change, Event, GitChange, OtherChange};
use bellpull_matching::{Difference, Match, Matcher, TargetSpec};
use serde_json::{Value, json};

use crate::FuzzTarget;
use crate::input::{CANARY, hides_canary, text_line};

/// Two URLs, one a line.
pub(crate) const TARGET: FuzzTarget = FuzzTarget { name: "urls", run };

/// Segments of which a server drops or rewrites some.
const REWRITTEN: [&str; 13] = [
    "a",
    "api",
    "browse",
    "defaultcollection",
    "projects",
    "repos",
    "repositories",
    "scm",
    "users",
    "v3",
    "_full",
    "_git",
    "_optimized",
];
const SOURCE: &str = "source.toolkit.fluxcd.io/v1";

/// How an object of a kind names what it follows, and how an event names a change of it.
struct Followed {
    kind: &'static str,
    spec: fn(&str) -> Value,
    change: fn(&str) -> Change,
}

const KINDS: [Followed; 5] = [
    Followed {
        kind: "GitRepository",
        spec: |url| json!({"url": url, "ref": {"branch": "main"}}),
        change: |url| {
            Change::Git(GitChange {
                repositories: vec![url.to_owned()],
                reference: Some("refs/heads/main".to_owned()),
                ..GitChange::default()
            })
        },
    },
    Followed {
        kind: "OCIRepository",
        spec: |url| json!({"url": url, "ref": {"tag": "v1"}}),
        change: image,
    },
    Followed {
        kind: "HelmRepository",
        spec: |url| json!({"url": url}),
        change: |url| location("chart-index", url),
    },
    Followed {
        kind: "HelmRepository",
        spec: |url| json!({"url": url}),
        change: image,
    },
    Followed {
        kind: "Bucket",
        spec: |url| json!({"endpoint": url, "bucketName": "bucket"}),
        change: |url| location("bucket", url),
    },
];

fn image(url: &str) -> Change {
    Change::Artifact(ArtifactChange {
        repositories: vec![url.to_owned()],
        tag: Some("v1".to_owned()),
        ..ArtifactChange::default()
    })
}

fn location(kind: &str, url: &str) -> Change {
    Change::Other(OtherChange {
        kind: kind.to_owned(),
        locations: vec![url.to_owned()],
        name: Some("bucket".to_owned()),
        ..OtherChange::default()
    })
}

fn run(input: &[u8]) {
    let Some((one, rest)) = text_line(input) else {
        return;
    };
    let Some((other, _)) = text_line(rest) else {
        return;
    };
    for followed in &KINDS {
        hides_credentials(followed, one);
    }
    for followed in &KINDS[..3] {
        follows_itself(followed, one);
    }
    // Which is the object's and which the event's makes no difference.
    for followed in &KINDS[..2] {
        let differs = |spec: &str, change: &str| {
            compare(followed, spec, change) == Match::Differs(Difference::Repository)
        };
        assert_eq!(
            differs(one, other),
            differs(other, one),
            "{one} and {other}"
        );
    }
    folds_once(one);
}

fn read(followed: &Followed, url: &str) -> TargetSpec {
    TargetSpec::read(
        SOURCE,
        followed.kind,
        &json!({"spec": (followed.spec)(url)}),
    )
}

fn event(followed: &Followed, url: &str) -> Acceptance {
    Acceptance::from(Event {
        changes: vec![(followed.change)(url)],
        ..Event::default()
    })
}

fn compare(followed: &Followed, spec: &str, change: &str) -> Match {
    let event = event(followed, change);
    Matcher::new(&event).compare(&read(followed, spec), |_| None::<TargetSpec>)
}

/// The same text never names two repositories.
fn follows_itself(followed: &Followed, url: &str) {
    let found = compare(followed, url, url);
    // The scheme decides whether it is a registry, which has no index.
    let of_charts = followed.kind == "HelmRepository";
    let is_of_nature = found == Match::Differs(Difference::Nature);
    assert!(
        found.selects() || (of_charts && is_of_nature),
        "{}: {url}: {found}",
        followed.kind
    );
}

/// Who a URL names before the host is left out of whatever is told.
fn hides_credentials(followed: &Followed, url: &str) {
    let split = url.split_once("://");
    let Some((scheme, rest)) = split.filter(|_| !url.contains(CANARY)) else {
        return;
    };
    let url = format!("{scheme}://user:{CANARY}@{rest}");
    let spec = read(followed, &url);
    hides_canary(&spec.to_string());
    let event = event(followed, &url);
    let matcher = Matcher::new(&event);
    hides_canary(&matcher.explain(&spec, |_| None::<TargetSpec>));
}

/// What has been normalised is normal.
fn folds_once(url: &str) {
    let followed = &KINDS[0];
    let TargetSpec::Git { repository, .. } = read(followed, url) else {
        return;
    };
    let normal = repository.to_string();
    // A URL of a normal form decodes what was decoded already, has a query or a fragment again, or loses a
    // second ending or prefix.
    let is_plain =
        |letter: char| !letter.is_control() && !letter.is_whitespace() && !"%?#\\".contains(letter);
    let mut segments = normal.split('/');
    let host = normal.split('/').next().unwrap_or_default();
    if !normal.chars().all(is_plain)
        || normal.ends_with(".git")
        // Without the dots at its end, what was no address may be one.
        || host.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()))
        || segments.any(|segment| REWRITTEN.contains(&segment))
        || ["azure.com/", "visualstudio.com/"]
            .iter()
            .any(|host| normal.contains(host))
    {
        return;
    }
    assert_eq!(normal, normal.to_lowercase(), "{url}");
    let again = read(followed, &format!("https://{normal}"));
    let TargetSpec::Git { repository, .. } = again else {
        panic!("{url}: {normal} cannot be read again");
    };
    assert_eq!(repository.to_string(), normal, "{url}");
}
