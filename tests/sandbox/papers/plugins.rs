//! The ReceiverPlugins and the policy in the pages are valid.

use bellpull_api::ReceiverPlugin;
use bellpull_house::{files_below, read, root, shown};
use bellpull_trust::{PluginFloor, PluginObject, PluginRules};

/// The YAML blocks of a page.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    let parts = page.split("```yaml\n").skip(1);
    parts.filter_map(|part| Some(part.split_once("```")?.0))
}

#[test]
fn the_objects_of_the_pages_are_valid() {
    let mut seen = 0;
    let files = files_below(root()).into_iter();
    for file in files.filter(|file| file.extension().is_some_and(|end| end == "md")) {
        let (page, shown) = (read(&file), shown(&file));
        for block in blocks(&page).filter(|block| block.contains("kind: ReceiverPlugin\n")) {
            let plugin: ReceiverPlugin =
                serde_saphyr::from_str(block).unwrap_or_else(|error| panic!("{shown}: {error}"));
            let object = PluginObject {
                name: plugin.metadata.name,
                spec: Some(Ok(plugin.spec)),
                ..PluginObject::default()
            };
            let rules = PluginRules::of(&object, None, "flux-system");
            assert!(rules.is_ok(), "{shown}: {rules:?}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen} objects in the pages");
}

#[test]
fn the_policy_of_the_page_is_valid() {
    let page = read(&root().join("host/README.md"));
    let policy = blocks(&page).find(|block| block.contains("requireDigest"));
    let policy = policy.expect("a policy in the page");
    // The page abbreviates a digest.
    let policy = policy.replace("sha256:…", &format!("sha256:{}", "0".repeat(64)));
    let floor: PluginFloor = serde_saphyr::from_str(&policy).expect("a policy");
    assert_eq!(floor.check(), Ok(()));
}
