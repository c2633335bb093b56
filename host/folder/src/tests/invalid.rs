use super::{folder, receiver, shown};
use crate::Folder;

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
const RECEIVER: &str =
    "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {name: r}\nspec:\n";

fn errors(text: &str) -> Vec<String> {
    let dir = folder(&[("a.yaml", text)]);
    let loaded = Folder::new(dir.path()).load();
    assert!(loaded.objects.receivers.is_empty(), "{text}");
    assert!(loaded.objects.secrets.is_empty(), "{text}");
    shown(dir.path(), &loaded)
}

/// Documents that are no objects, or whose header is wrong, and their errors.
fn documents_without_identity() -> Vec<(String, &'static str)> {
    vec![
        (
            "- a\n".to_owned(),
            "a.yaml:1:1: document 1: is not an object: expected apiVersion, kind and metadata",
        ),
        (
            "kind: A\n".to_owned(),
            "a.yaml:1:1: document 1: apiVersion is missing: every object has apiVersion, kind and metadata.name",
        ),
        (
            "\n\napiVersion: v1\nkind: 7\n".to_owned(),
            "a.yaml:4:7: document 1: kind is not text: put it in quotes",
        ),
        (
            "apiVersion: v1\nkind: A\n".to_owned(),
            "a.yaml:1:1: document 1: metadata.name is missing: name the object",
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  namespace: a\n".to_owned(),
            "a.yaml:4:3: document 1: metadata.name is missing: name the object",
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  labels:\n    x: 1\n".to_owned(),
            "a.yaml:6:8: document 1: metadata.labels.x: invalid type: integer `1`, expected a string",
        ),
        (
            "apiVersion: v1\nkind: List\n".to_owned(),
            "a.yaml:1:1: document 1: items is missing: a List holds a sequence of objects",
        ),
        (
            "apiVersion: v1\nkind: List\nitems:\n- kind: A\n".to_owned(),
            "a.yaml:4:3: document 1: apiVersion is missing: every object has apiVersion, kind and metadata.name",
        ),
        (
            format!("# x\n---\n{}---\nkind: A\n", receiver("a")),
            "a.yaml:8:1: document 2: apiVersion is missing: every object has apiVersion, kind and metadata.name",
        ),
        (
            format!("{}---\n---\nkind: A\n", receiver("a")),
            "a.yaml:7:1: document 3: apiVersion is missing: every object has apiVersion, kind and metadata.name",
        ),
    ]
}

/// Receivers that are wrong, and text that is not YAML, and their errors.
fn documents_of_wrong_shape() -> Vec<(String, &'static str)> {
    vec![
        (
            receiver("a").replace("/v1", "/v1beta2"),
            "a.yaml:1:13: document 1: apiVersion \"notification.toolkit.fluxcd.io/v1beta2\" of a Receiver is not read: write notification.toolkit.fluxcd.io/v1",
        ),
        (
            format!("{RECEIVER}  type: github\n"),
            "a.yaml:5:3: document 1: spec: missing field `resources`",
        ),
        (
            format!("{RECEIVER}  type: github\n  resources:\n  - kind: A\n    nam: b\n"),
            "a.yaml:8:10: document 1: spec.resources[0].nam: unknown field `nam`, expected one of `apiVersion`, `kind`, `name`, `namespace`, `matchLabels`, `filter`, `matchEvent`",
        ),
        (
            format!("{RECEIVER}  type: github\n  events: push\n"),
            "a.yaml:6:11: document 1: spec.events: invalid type: string \"push\", expected a sequence",
        ),
        (
            "kind: A\nkind: B\n".to_owned(),
            "a.yaml:2:1: document 1: \"kind\" is there twice: keep one",
        ),
        (
            "kind: [A\n".to_owned(),
            "a.yaml:1:7: document 1: is not valid YAML: unclosed bracket '['",
        ),
        (
            "kind: *A\n".to_owned(),
            "a.yaml:1:7: document 1: an alias without its anchor: put text that begins with '*' in quotes",
        ),
        (
            format!("{0}---\n{0}", receiver("a")),
            "a.yaml:6:1: document 2: Receiver default/a is already in a.yaml:1, document 1: remove one of the two",
        ),
    ]
}

/// The errors of each text that differ from the expected ones.
fn wrong(
    cases: impl IntoIterator<Item = (String, &'static str)>,
) -> Vec<(Vec<String>, &'static str)> {
    cases
        .into_iter()
        .map(|(text, expected)| (errors(&text), expected))
        .filter(|(got, expected)| *got != [*expected])
        .collect()
}

#[test]
fn says_where_what_and_what_to_do() {
    let cases = documents_without_identity()
        .into_iter()
        .chain(documents_of_wrong_shape());
    let wrong = wrong(cases);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Values of a Secret that are wrong, and the errors, which do not show them.
const WRONG_SECRETS: [(&str, &str); 13] = [
    (
        "data: {token: hunter2!}\n",
        "a.yaml:4:15: document 1: data.token: is not base64: encode it, or write it as text below stringData",
    ),
    (
        "stringData:\n  token: 12345678\n",
        "a.yaml:5:10: document 1: stringData.token: is not what belongs there: values of a Secret are text, so put numbers and words such as true and yes in quotes",
    ),
    (
        "stringData: hunter2\n",
        "a.yaml:4:13: document 1: stringData: is not what belongs there: values of a Secret are text, so put numbers and words such as true and yes in quotes",
    ),
    (
        "stringData: {token: [hunter2]}\n",
        "a.yaml:4:21: document 1: stringData.token: is not what belongs there: values of a Secret are text, so put numbers and words such as true and yes in quotes",
    ),
    (
        "stringData:\n  token: *hunter2\n",
        "a.yaml:5:10: document 1: an alias without its anchor: put text that begins with '*' in quotes",
    ),
    (
        "stringData:\n  token: 'hunter2\n",
        "a.yaml:5:10: document 1: is not valid YAML; what stands there is not shown, since the file names a Secret",
    ),
    (
        "stringData:\n  token: %hunter2\n",
        "a.yaml:5:10: document 1: is not valid YAML; what stands there is not shown, since the file names a Secret",
    ),
    (
        "stringData:\n  token: !hunter2!x y\n",
        "a.yaml:5:10: document 1: is not valid YAML; what stands there is not shown, since the file names a Secret",
    ),
    (
        "stringData:\n  token: .inf\n",
        "a.yaml:5:10: document 1: is not valid YAML; what stands there is not shown, since the file names a Secret",
    ),
    (
        "stringData:\n  token: \"\\hunter2\"\n",
        "a.yaml:5:10: document 1: is not valid YAML; what stands there is not shown, since the file names a Secret",
    ),
    (
        "stringData:\n  token: a\n  token: b\n",
        "a.yaml:6:3: document 1: \"token\" is there twice: keep one",
    ),
    (
        "data:\n  a: ENC[AES256_GCM,data:hunter2,type:str]\n",
        "a.yaml:5:6: document 1: data.a: is still encrypted, as SOPS leaves it: decrypt the file first",
    ),
    (
        "stringData:\n  a: b\n hunter2\n",
        "a.yaml:6:2: document 1: is not valid YAML; what stands there is not shown, since the file names a Secret",
    ),
];

#[test]
fn shows_nothing_of_a_secret() {
    for (text, expected) in WRONG_SECRETS {
        let got = errors(&format!("{SECRET}{text}"));
        assert!(!got[0].contains("hunter"), "{text}");
        assert_eq!(got, [expected], "{text}");
    }
    let metadata = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, labels: hunter2}\n";
    assert_eq!(
        errors(metadata),
        ["a.yaml:3:29: document 1: metadata.labels: is not what belongs there"]
    );
}

#[test]
fn refuses_aliases_that_stand_for_too_much() {
    let mut text = format!(
        "apiVersion: v1\nkind: A\nmetadata: {{name: a}}\nx: &a {}\ny:\n",
        "x".repeat(1000)
    );
    text.push_str(&"- *a\n".repeat(101));
    let errors = errors(&text);
    assert!(
        errors[0].ends_with("its aliases stand for too much: write out what they stand for"),
        "{errors:?}"
    );
}

#[test]
fn a_bound_is_named_once_with_its_file() {
    let documents = "---\nkind: A\n".repeat(50_001);
    let errors = errors(&documents);
    let message = "has more than 50000 documents: split it into several files";
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].starts_with("a.yaml:") && errors[0].ends_with(message),
        "{errors:?}"
    );
}

#[test]
fn a_file_that_nests_too_deep_is_refused_within_the_stack_of_its_thread() {
    let text = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let reading = std::thread::Builder::new()
        .stack_size(crate::watch::STACK)
        .spawn(move || errors(&text));
    let errors = reading.unwrap().join().unwrap();
    let message = "nests values more than 64 deep: nothing that is read here does";
    assert_eq!(errors, [format!("a.yaml:1:65: document 1: {message}")]);
}

#[test]
fn a_file_of_many_documents_is_read() {
    let many: String = (0..2_000)
        .map(|number| format!("{}---\n", receiver(&format!("r{number}"))))
        .collect();
    let dir = folder(&[("a.yaml", &many)]);
    let loaded = Folder::new(dir.path()).load();
    assert_eq!(shown(dir.path(), &loaded), Vec::<String>::new());
    assert_eq!(loaded.objects.receivers.len(), 2_000);
}

#[test]
fn a_broken_file_leaves_the_others_alone() {
    let dir = folder(&[
        ("a.yaml", &receiver("a")),
        (
            "b.yaml",
            &format!("{}---\n{}", receiver("b"), receiver("a")),
        ),
        ("c.yaml", &receiver("c")),
    ]);
    let loaded = Folder::new(dir.path()).load();
    assert_eq!(
        shown(dir.path(), &loaded),
        [
            "b.yaml:6:1: document 2: Receiver default/a is already in a.yaml:1, document 1: remove one of the two"
        ]
    );
    assert_eq!(super::receivers(&loaded), ["default/a", "default/c"]);
    assert_eq!(super::unreadable(&loaded), ["default/b"]);
}

#[test]
fn files_that_are_not_text_are_named() {
    let dir = folder(&[("big.yaml", ""), ("latin.yaml", "")]);
    std::fs::File::create(dir.path().join("big.yaml"))
        .unwrap()
        .set_len((16 << 20) + 1)
        .unwrap();
    std::fs::write(dir.path().join("latin.yaml"), b"caf\xe9").unwrap();
    let loaded = Folder::new(dir.path()).load();
    assert_eq!(
        shown(dir.path(), &loaded),
        [
            "big.yaml: has more than 16777216 bytes: split it",
            "latin.yaml: is not UTF-8: save it as UTF-8"
        ]
    );
}
