use bellpull_tests::manifests::{put, receiver, token};
use bellpull_tests::serve::Served;

#[test]
fn leaves_no_core_and_takes_the_descriptors_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let spec = "{type: github, secretRef: {name: token}, resources: []}";
    put(
        folder.path(),
        "all.yaml",
        &(receiver("app", spec) + &token()),
    );
    let served = Served::start(folder.path(), &[]);
    let (cores, _) = served.limits("Max core file size");
    assert_eq!(cores, "0");
    let (files, most) = served.limits("Max open files");
    assert_eq!(files, most);
}
