//! What Receivers notify.

use super::expected::{READY, answered, with, without};
use super::request::hmac;
use super::row::{Lines, Row, foreign_repository, labelled_repository};

const APP: &str = "annotated: GitRepository app";
const ELSEWHERE: &str = "annotated: GitRepository else/there";

fn row(name: &'static str, resources: &str) -> Row {
    let spec =
        format!("{{type: generic-hmac, secretRef: {{name: token}}, resources: [{resources}]}}");
    Row::new(name, &spec).send(hmac())
}

/// A target that cannot be notified is reported in an Event of the Receiver.
fn unreachable(row: Row, target: &str, why: &str) -> Row {
    let event =
        format!("event: Warning TargetUnreachable: a delivery could not notify {target}: {why}");
    row.differs(
        "what cannot be notified is told in an Event, and not in a log alone",
        &[],
        &[&event],
    )
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = kinds();
    rows.extend(selections());
    rows.extend(failures());
    rows.extend(other_namespaces());
    rows
}

fn object(api_version: &str, kind: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: app, namespace: $NS}}, \
         spec: {spec}}}"
    )
}

const SOURCE: &str = "source.toolkit.fluxcd.io/v1";

fn kinds() -> Vec<Row> {
    let blank = "{apiVersion: '', kind: GitRepository, name: app}";
    vec![
        of_default_versions(),
        of_a_generator(),
        of_named_versions(),
        row("version-blank", blank).expect(answered(200)),
    ]
}

/// References to the objects `app` of these kinds.
fn references(kinds: &[&str]) -> String {
    let references = kinds.iter();
    references
        .map(|kind| format!("{{kind: {kind}, name: app}}, "))
        .collect()
}

/// A delivery is answered with 200, and the objects `app` of these kinds are notified.
fn all_told(kinds: &[&str]) -> Lines {
    let told = kinds.iter().map(|kind| format!("annotated: {kind} app"));
    let told: Vec<String> = told.collect();
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    with(without(answered(200), &[APP]), &told)
}

fn of_default_versions() -> Row {
    let images = "image.toolkit.fluxcd.io/v1";
    let objects = [
        (
            SOURCE,
            "Bucket",
            "{bucketName: app, endpoint: example.org, interval: 1h}",
        ),
        (
            SOURCE,
            "HelmChart",
            "{chart: app, interval: 1h, sourceRef: {kind: GitRepository, name: app}}",
        ),
        (
            SOURCE,
            "HelmRepository",
            "{url: 'https://example.org', interval: 1h}",
        ),
        (
            SOURCE,
            "OCIRepository",
            "{url: 'oci://example.org/app', interval: 1h}",
        ),
        (
            images,
            "ImageRepository",
            "{image: example.org/app, interval: 1h}",
        ),
    ];
    let kinds = objects.map(|(_, kind, _)| kind);
    let row = row("kinds-default", &references(&kinds)).expect(all_told(&kinds));
    with_objects(row, &objects)
}

fn of_a_generator() -> Row {
    let kinds = ["ArtifactGenerator"];
    let spec = "{artifacts: [{name: app, copy: [{from: '@app/**', to: '@artifact/'}]}], \
                 sources: [{alias: app, kind: GitRepository, name: app}]}";
    let version = "source.extensions.fluxcd.io/v1beta1";
    let row = row("kind-generator", &references(&kinds)).expect(all_told(&kinds));
    with_objects(row, &[(version, kinds[0], spec)])
}

fn of_named_versions() -> Row {
    let objects = [
        (
            "kustomize.toolkit.fluxcd.io/v1",
            "Kustomization",
            "{interval: 1h, prune: true, sourceRef: {kind: GitRepository, name: app}}",
        ),
        (
            "helm.toolkit.fluxcd.io/v2",
            "HelmRelease",
            "{interval: 1h, chartRef: {kind: HelmChart, name: app}}",
        ),
        (
            "image.toolkit.fluxcd.io/v1",
            "ImagePolicy",
            "{imageRepositoryRef: {name: app}, policy: {semver: {range: '1.x'}}}",
        ),
        (
            SOURCE,
            "ExternalArtifact",
            "{sourceRef: {kind: GitRepository, name: app}}",
        ),
    ];
    let references: String = objects
        .iter()
        .map(|(version, kind, _)| format!("{{apiVersion: {version}, kind: {kind}, name: app}}, "))
        .collect();
    let kinds = objects.map(|(_, kind, _)| kind);
    with_objects(
        row("kinds-versioned", &references).expect(all_told(&kinds)),
        &objects,
    )
}

/// With objects of these versions, kinds and specs.
fn with_objects(row: Row, objects: &[(&str, &str, &str)]) -> Row {
    objects.iter().fold(row, |row, (version, kind, spec)| {
        row.with(object(version, kind, spec))
    })
}

fn selections() -> Vec<Row> {
    let both = |row: Row| {
        row.with(labelled_repository("near", "{team: a, tier: one}"))
            .with(labelled_repository("far", "{team: b}"))
    };
    let near = "annotated: GitRepository near";
    vec![
        both(row(
            "labels",
            "{kind: GitRepository, name: '*', matchLabels: {team: a}}",
        ))
        .expect(with(answered(200), &[near])),
        both(row(
            "labels-all",
            "{kind: GitRepository, name: '*', matchLabels: {team: a, tier: one}}",
        ))
        .expect(with(without(answered(200), &[APP]), &[near])),
        both(row(
            "labels-of-none",
            "{kind: GitRepository, name: '*', matchLabels: {team: c}}",
        ))
        .expect(without(answered(200), &[APP])),
        both(row(
            "labels-empty",
            "{kind: GitRepository, name: '*', matchLabels: {}}",
        ))
        .expect(with(answered(200), &[near, "annotated: GitRepository far"])),
        both(row(
            "labels-beside-name",
            "{kind: GitRepository, name: app, matchLabels: {team: c}}",
        ))
        .expect(answered(200)),
        row(
            "twice",
            "{kind: GitRepository, name: app}, {kind: GitRepository, name: app}",
        )
        .expect(answered(200)),
        row(
            "twice-selected",
            "{kind: GitRepository, name: app}, \
             {kind: GitRepository, name: '*', matchLabels: {team: a}}",
        )
        .expect(answered(200)),
    ]
}

/// A reference to the GitRepository `app` beside another.
fn beside_app(other: &str) -> String {
    format!("{other}, {{kind: GitRepository, name: app}}")
}

fn failures() -> Vec<Row> {
    let missing = "{kind: GitRepository, name: missing}";
    let of_missing = |row: Row| {
        let why = "gitrepositories.source.toolkit.fluxcd.io \"missing\" not found";
        unreachable(row, "GitRepository/$NS/missing", why)
    };
    let beside =
        |name, other: &str| row(name, &beside_app(other)).expect(with(answered(500), &[APP]));
    let of_version = |name, version: &str, why: &str| {
        let reference = format!("{{apiVersion: {version}, kind: GitRepository, name: app}}");
        let row = row(name, &reference).expect(answered(500)).differs(
            "a kind that cannot be notified is told of where a Receiver is looked at",
            &[READY],
            &[&format!("{READY}; {why}")],
        );
        unreachable(row, "GitRepository/$NS/app", why)
    };
    vec![
        of_missing(row("missing", missing).expect(answered(500))),
        of_missing(beside("missing-beside", missing)),
        unreachable(
            beside("unversioned", "{kind: Kustomization, name: app}"),
            "Kustomization/$NS/app",
            "Kustomization app: apiVersion is required",
        ),
        unreachable(
            beside("unlabelled", "{kind: GitRepository, name: '*'}"),
            "GitRepository/$NS/*",
            "GitRepository *: matchLabels is required",
        ),
        of_version(
            "unserved",
            "source.toolkit.fluxcd.io/v9",
            "the API server knows no GitRepository of source.toolkit.fluxcd.io/v9",
        ),
        of_version(
            "foreign-group",
            "example.org/v1",
            "example.org/GitRepository is not a kind of Flux: start with --allow-target \
             example.org/GitRepository to allow it",
        ),
    ]
}

const THERE: &str = "{kind: GitRepository, name: there, namespace: $NS-else}";
const LABELLED_THERE: &str =
    "{kind: GitRepository, name: '*', matchLabels: {team: a}, namespace: $NS-else}";

fn other_namespaces() -> Vec<Row> {
    let row = |name, reference: &str| row(name, reference).with(foreign_repository("there"));
    let elsewhere = || with(without(answered(200), &[APP]), &[ELSEWHERE]);
    let missing = "{kind: GitRepository, name: missing, namespace: $NS-else}";
    vec![
        row("elsewhere", THERE).expect(elsewhere()),
        row("elsewhere-labels", LABELLED_THERE).expect(elsewhere()),
        unreachable(
            row("elsewhere-missing", missing).expect(answered(500)),
            "GitRepository/$NS-else/missing",
            "gitrepositories.source.toolkit.fluxcd.io \"missing\" not found",
        ),
    ]
}

/// Rows for programs that keep every Receiver to its namespace.
pub(super) fn rows_of_one_namespace() -> Vec<Row> {
    let row = |name, reference: &str| row(name, reference).with(foreign_repository("there"));
    let kept_out = |row: Row, name: &str| {
        let target = format!("GitRepository/$NS-else/{name}");
        let why = format!(
            "GitRepository $NS-else/{name}: references to other namespaces are not allowed"
        );
        unreachable(row, &target, &why)
    };
    vec![
        kept_out(
            row("kept-out", &beside_app(THERE)).expect(with(answered(500), &[APP])),
            "there",
        ),
        kept_out(
            row("kept-out-labels", LABELLED_THERE).expect(answered(500)),
            "*",
        ),
        row(
            "kept-in",
            "{kind: GitRepository, name: app, namespace: $NS}",
        )
        .expect(answered(200)),
    ]
}
