//! Different forms of one repository match, and different repositories never do.

use proptest::prelude::*;
use serde_json::json;

use super::super::repository::Relation;
use super::super::{Difference, Match, git_url, registry};
use super::{artifact, compare, push, read};

/// A repository, without the form of its URL.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    host: &'static str,
    path: Vec<String>,
}

/// No segment of a path is one that a server drops, such as Gerrit's `a` and the `v1` of Docker Hub's index.
fn place(hosts: &'static [&'static str]) -> impl Strategy<Value = Place> {
    let path = prop::collection::vec("[b-z][a-z0-9-]{2,6}", 2..4);
    (prop::sample::select(hosts), path).prop_map(|(host, path)| Place { host, path })
}

const GIT_HOSTS: &[&str] = &[
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "git.example.com",
];
const REGISTRIES: &[&str] = &[
    "ghcr.io",
    "quay.io",
    "docker.io",
    "registry.example.com:5000",
];

/// Hosts of one label, hosts with several names, and others.
const BASES: &[&str] = &[
    "localhost",
    "harbor",
    "harbor:8080",
    "harbor.harbor.svc",
    "harbor.example.com",
    "docker.io",
    "registry-1.docker.io",
    "gcr.io",
    "eu.gcr.io",
    "us-docker.pkg.dev",
    "123456789012.dkr-ecr.eu-west-1.on.aws",
    "acme.azurecr.io",
];

fn recased(text: &str, upper: bool) -> String {
    if upper {
        text.to_uppercase()
    } else {
        text.to_owned()
    }
}

/// One of the ways to write the URL of `place`.
fn git_form(place: Place) -> impl Strategy<Value = String> {
    let start = prop::sample::select(
        &[
            "https://",
            "http://",
            "https://jane@",
            "https://jane:pass%2Fword@",
            "ssh://git@",
            "git+ssh://git@",
            "git://",
            "SSH://git@",
            "git@",
        ][..],
    );
    let end = prop::sample::select(&["", ".git", "/", ".git/", "//", ".GIT"][..]);
    let port = prop::sample::select(&["", ":22", ":443", ":7999", ":3000"][..]);
    let slash = prop::sample::select(&["/", "//"][..]);
    (start, end, port, slash, any::<bool>(), any::<bool>()).prop_map(
        move |(start, end, port, slash, upper_host, upper_path)| {
            let path = recased(&place.path.join(slash), upper_path);
            let host = recased(place.host, upper_host);
            match start {
                "git@" => format!("git@{host}:{path}{end}"),
                _ => format!("{start}{host}{port}{slash}{path}{end}"),
            }
        },
    )
}

/// One of the ways to write the name of `place`.
fn registry_form(place: Place) -> impl Strategy<Value = String> {
    let hub: &[&str] = &[
        "docker.io/",
        "index.docker.io/",
        "registry-1.docker.io/",
        "https://hub.docker.com/",
        "",
    ];
    // Docker Hub has no names of three segments, so the first of three is a host.
    let hub = match place.path.len() {
        2 => hub,
        _ => hub.split_last().unwrap().1,
    };
    let own: &[&str] = &["{}/", "oci://{}/", "https://{}/", "oci://{}//"];
    let start = prop::sample::select(if place.host == "docker.io" { hub } else { own });
    let end = prop::sample::select(&["", "/", ":latest", ":v1@sha256:0123", "@sha256:0123"][..]);
    (start, end, any::<bool>()).prop_map(move |(start, end, upper)| {
        let start = start.replace("{}", place.host);
        recased(
            &[&start, place.path.join("/").as_str(), end].concat(),
            upper,
        )
    })
}

fn two<F: Strategy<Value = String> + 'static>(
    hosts: &'static [&'static str],
    form: fn(Place) -> F,
) -> impl Strategy<Value = (Place, Place, String, String)> {
    let other = prop_oneof![place(hosts).prop_map(Some), Just(None)];
    (place(hosts), other).prop_flat_map(move |(one, other)| {
        let other = other.unwrap_or_else(|| one.clone());
        (
            Just(one.clone()),
            Just(other.clone()),
            form(one),
            form(other),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn urls_are_equal_exactly_if_their_repositories_are(
        (one, other, first, second) in two(GIT_HOSTS, git_form),
    ) {
        let read = (git_url::normalize(&first), git_url::normalize(&second));
        let (Some(a), Some(b)) = &read else { panic!("{first} and {second}: {read:?}") };
        let expected = if one == other { Relation::Same } else { Relation::Other };
        prop_assert_eq!(a.relation(b), expected, "{} and {}", first, second);
        prop_assert_eq!(b.relation(a), expected, "{} and {}", second, first);
    }

    #[test]
    fn names_are_equal_exactly_if_their_repositories_are(
        (one, other, first, second) in two(REGISTRIES, registry_form),
    ) {
        let read = (registry::normalize(&first), registry::normalize(&second));
        let (Some(a), Some(b)) = &read else { panic!("{first} and {second}: {read:?}") };
        let expected = if one == other { Relation::Same } else { Relation::Other };
        prop_assert_eq!(a.relation(b), expected, "{} and {}", first, second);
        prop_assert_eq!(b.relation(a), expected, "{} and {}", second, first);
    }

    /// A chart is below the prefix of its name on every host, and a chart with another name is not.
    #[test]
    fn a_chart_is_below_the_prefix_of_its_name(
        host in prop::sample::select(BASES),
        path in prop::collection::vec("[b-z][a-z0-9]{0,6}", 0..3),
        chart in prop::collection::vec("[b-z][a-z0-9]{0,6}", 1..3),
    ) {
        let base = [&[host.to_owned()], path.as_slice()].concat().join("/");
        let chart = chart.join("/");
        let name = [&base, "/", &chart].concat();
        if let Some(base) = registry::normalize_base(&["oci://", &base].concat()) {
            let event = registry::normalize(&name).unwrap();
            prop_assert_ne!(base.relation_below(&event), Relation::Other, "{} and {}", base, name);
            let object = registry::below(&base, &chart);
            prop_assert_ne!(object.relation(&event), Relation::Other, "{} and {}", object, name);
            if host.contains(['.', ':']) || !path.is_empty() {
                prop_assert_eq!(object, event, "{}", name);
            }
        }
        let spec = read("OCIRepository", &json!({"url": format!("oci://{name}")}));
        let same = compare(vec![artifact(&name, "latest", "")], &spec);
        prop_assert!(same.selects(), "{}", name);
        let other = compare(vec![artifact(&[&name, "-2"].concat(), "latest", "")], &spec);
        prop_assert_eq!(other, Match::Differs(Difference::Repository), "{}", name);
    }

    /// Normalizing a normal form changes nothing.
    #[test]
    fn normalizing_is_idempotent(
        url in place(GIT_HOSTS).prop_flat_map(git_form),
        name in place(REGISTRIES).prop_flat_map(registry_form),
    ) {
        let normal = git_url::normalize(&url);
        let again = normal.as_ref().and_then(|git| git_url::normalize(&format!("https://{git}")));
        prop_assert_eq!(normal, again, "{}", url);
        let normal = registry::normalize(&name);
        let again = normal.as_ref().and_then(|image| registry::normalize(&image.to_string()));
        prop_assert_eq!(normal, again, "{}", name);
    }

    /// Tenants and senders may write anything.
    #[test]
    fn any_text_can_be_read(text in any::<String>(), other in ".{0,40}", reference in ".{0,20}") {
        for text in [&text, &other] {
            let git = read("GitRepository", &json!({"url": text, "ref": {"semver": reference}}));
            let image = read("ImageRepository", &json!({"image": text}));
            let filtered = json!({"url": text, "ref": {"semver": "*", "semverFilter": reference}});
            let oci = read("OCIRepository", &filtered);
            for spec in [git, image, oci] {
                // The same text never names two repositories.
                let same = compare(vec![push(text, &reference, ""), artifact(text, &reference, "")], &spec);
                prop_assert_ne!(same, Match::Differs(Difference::Repository), "{:?}", text);
            }
        }
    }
}
