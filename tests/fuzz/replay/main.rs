//! Every target on what is kept of its corpus, and on every input that ever ended in a crash.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "in tests a panic is how a failure is told"
)]

use std::fs;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use bellpull_fuzz::targets;

/// Whether anything has panicked, on any thread and in any task. libFuzzer ends the process then.
static PANICKED: AtomicBool = AtomicBool::new(false);

fn files_of(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join(target);
    let listed = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = listed
        .map(|entry| entry.expect("the corpus can be listed").path())
        .collect();
    files.sort();
    files
}

#[test]
fn nothing_that_is_kept_breaks_a_target() {
    let told = take_hook();
    set_hook(Box::new(move |panic| {
        PANICKED.store(true, Ordering::SeqCst);
        told(panic);
    }));
    let mut broken = Vec::new();
    for target in targets() {
        let kept = files_of("corpus", target.name);
        assert!(
            !kept.is_empty(),
            "tests/fuzz/corpus/{} is empty",
            target.name
        );
        for file in kept.into_iter().chain(files_of("crashes", target.name)) {
            let input = fs::read(&file).expect("a file of the corpus can be read");
            let run = catch_unwind(|| (target.run)(&input));
            let panicked = PANICKED.swap(false, Ordering::SeqCst);
            if run.is_err() || panicked {
                broken.push(format!("{}: {}", target.name, file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
