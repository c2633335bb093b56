use std::collections::BTreeMap;

use bellpull_core::SecretObject;
use serde_json::json;

use super::*;

/// A Receiver that names a Secret and GitRepositories of some namespaces.
fn receiver(name: &str, secret: &str, namespaces: &[&str]) -> WatchedReceiver {
    let resources: Vec<_> = namespaces
        .iter()
        .map(|namespace| json!({"kind": "GitRepository", "name": "a", "namespace": namespace}))
        .collect();
    serde_json::from_value(json!({
        "metadata": {"namespace": "apps", "name": name, "generation": 1},
        "spec": {"type": "github", "secretRef": {"name": secret}, "resources": resources},
    }))
    .unwrap()
}

fn secret(name: &str) -> ObjectKey {
    ("apps".to_owned(), name.to_owned())
}

fn kind(namespace: Option<&str>) -> KindKey {
    KindKey {
        api_version: "source.toolkit.fluxcd.io/v1".into(),
        kind: "GitRepository".into(),
        namespace: namespace.map(ToOwned::to_owned),
    }
}

fn present(name: &str) -> SecretState {
    SecretState::Present(Arc::new(SecretObject {
        namespace: "apps".into(),
        name: name.into(),
        data: BTreeMap::new(),
    }))
}

/// Whether whoever plans would be woken.
fn news(changed: &mut watch::Receiver<()>) -> bool {
    let news = changed.has_changed().unwrap();
    changed.mark_unchanged();
    news
}

#[test]
fn what_receivers_share_is_needed_until_the_last_has_gone() {
    let index = Index::new(Scope::All);
    let first = index.see(&receiver("one", "s", &["apps", "other"]));
    assert_eq!(first.secrets.begun, [secret("s")]);
    assert_eq!(
        first.kinds.begun,
        [kind(None)],
        "one watch for all namespaces"
    );
    assert_eq!(
        index.see(&receiver("two", "s", &["apps"])),
        Needs::default()
    );
    let moved = index.see(&receiver("one", "t", &[]));
    assert_eq!(moved.secrets.begun, [secret("t")]);
    assert!(moved.secrets.ended.is_empty() && moved.kinds.ended.is_empty());
    let last = index.lose(&ReceiverId::new("apps", "two"));
    assert_eq!(last.secrets.ended, [secret("s")]);
    assert_eq!(last.kinds.ended, [kind(None)]);
}

#[test]
fn with_namespaces_of_its_own_each_is_watched_apart() {
    let index = Index::new(Scope::Namespaces(["apps".to_owned()].into()));
    let mut needs = index.see(&receiver("one", "s", &["apps", "other"]));
    needs.kinds.begun.sort();
    assert_eq!(needs.kinds.begun, [kind(Some("apps")), kind(Some("other"))]);
}

#[test]
fn names_that_are_none_are_not_asked_for() {
    let index = Index::new(Scope::All);
    let needs = index.see(&receiver("one", "../../victim/secrets/s", &[]));
    assert_eq!(needs, Needs::default());
    let named = index.see(&receiver("two", "s", &["../victim"]));
    assert!(named.kinds.begun.is_empty(), "{named:?}");
}

#[test]
fn only_what_a_plan_is_made_of_is_news() {
    let index = Index::new(Scope::All);
    let mut changed = index.subscribe();
    let one = receiver("one", "s", &[]);
    index.see(&one);
    assert!(news(&mut changed), "a new Receiver");
    let mut status = one.clone();
    status.metadata.resource_version = Some("2".into());
    status.status = serde_json::from_value(json!({"webhookPath": "/hook/1"})).unwrap();
    index.see(&status);
    assert!(!news(&mut changed), "its status");
    index.take_secret(&secret("s"), present("s"));
    assert!(news(&mut changed), "its Secret");
    index.take_secret(&secret("s"), present("s"));
    assert!(!news(&mut changed), "the same values");
    index.take_secret(&secret("other"), present("other"));
    assert!(!news(&mut changed), "a Secret that nobody names");
    index.take_kind(&kind(None), KindReport::Pending);
    assert!(news(&mut changed), "a kind");
    index.take_kind(&kind(None), KindReport::Pending);
    assert!(!news(&mut changed), "the same of it");
}

#[test]
fn secrets_are_complete_when_each_that_is_named_has_an_answer() {
    let index = Index::new(Scope::All);
    let synced = |index: &Index| {
        let synced = index.objects().1;
        (synced.receivers, synced.secrets)
    };
    index.see(&receiver("one", "s", &[]));
    assert_eq!(synced(&index), (false, false));
    index.secrets_listed();
    index.receivers_listed();
    assert_eq!(synced(&index), (true, false));
    index.take_secret(&secret("s"), SecretState::not_found("s"));
    assert_eq!(synced(&index), (true, true));
}

#[test]
fn a_spec_that_nobody_understands_is_unreadable_and_no_other() {
    let index = Index::new(Scope::All);
    let mut odd = receiver("odd", "s", &[]);
    odd.spec =
        Some(serde_json::from_value(json!({"type": "github", "mayRing": "nobody"})).unwrap());
    index.see(&odd);
    index.see(&receiver("one", "s", &[]));
    let none = json!({"metadata": {"namespace": "apps", "name": "none"}});
    index.see(&serde_json::from_value(none).unwrap());
    let (mut objects, _) = index.objects();
    assert_eq!(objects.receivers.len(), 1);
    objects.unreadable.sort_by(|a, b| b.id.cmp(&a.id));
    assert_eq!(objects.unreadable.len(), 2);
    let problem = objects.unreadable[0].problem.as_ref().unwrap();
    assert!(problem.message.contains("mayRing"), "{}", problem.message);
}

#[test]
fn a_receiver_that_is_being_deleted_is_gone() {
    let index = Index::new(Scope::All);
    let one = receiver("one", "s", &[]);
    index.see(&one);
    let mut going = one;
    going.metadata.deletion_timestamp =
        serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
    assert_eq!(index.see(&going).secrets.ended, [secret("s")]);
    assert!(index.objects().0.receivers.is_empty());
}
