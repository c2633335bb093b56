//! Every case folder through the sandbox that serves.

use std::sync::Arc;

use bellpull::cases;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_bundle::BUNDLED;
use bellpull_core::limits;
use bellpull_engine::Digest;
use bellpull_ports::Providers as _;
use bellpull_sandbox::Grants;
use bellpull_tests::cases::{Replays, provider_folders};
use bellpull_tests::nowhere::Nowhere;

#[tokio::test(flavor = "multi_thread")]
async fn every_case_ends_as_it_says() {
    let Replays { catalog, network } = Replays::new().await;
    let mut differences = Vec::new();
    let mut replayed = 0;
    for folder in provider_folders() {
        let folder_name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for case in cases::find(std::slice::from_ref(&folder)).unwrap() {
            assert_eq!(
                case.provider, folder_name,
                "{} is in the wrong folder",
                case.name
            );
            let run = cases::run(&case, &catalog, &network, limits::MAX_BODY);
            let (got, _) = run.await.unwrap();
            let found = case.expect.differences(&got);
            if !found.is_empty() {
                differences.push(format!("{}\n  {}", case.name, found.join("\n  ")));
            }
            replayed += 1;
        }
    }
    assert!(replayed > 200, "only {replayed} cases were found");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_at_the_build_is_what_a_component_says() {
    let (verify, cache) = (VerifyArgs::default(), CacheArgs::default());
    let loader = Loader::with_egress(&verify, &cache, Arc::new(Nowhere)).unwrap();
    let catalog = loader.bundled_catalog().await.unwrap();
    for bundled in BUNDLED {
        let asked = loader.one(bundled.provider, &Grants::none()).await.unwrap();
        let known = catalog
            .find(bundled.provider, "default")
            .unwrap()
            .description;
        assert_eq!(asked.description(), &known, "{}", bundled.provider);
        assert_eq!(asked.digest(), Digest::of(bundled.wasm));
        assert!(known.validate().is_ok(), "{}", bundled.provider);
    }
}

#[test]
fn every_bundled_component_is_small() {
    const LARGEST: usize = 144 << 10;
    let large: Vec<String> = BUNDLED
        .iter()
        .filter(|bundled| bundled.wasm.len() > LARGEST)
        .map(|bundled| format!("{}: {} bytes", bundled.provider, bundled.wasm.len()))
        .collect();
    assert!(large.is_empty(), "over {LARGEST} bytes: {large:?}");
}
