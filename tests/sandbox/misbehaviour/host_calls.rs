//! What a component pays for its calls of the host.

mod imports;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bellpull::plan_types::SandboxRoute;
use bellpull_api::Metadata;
use bellpull_core::{
    Bytes, Delivery, DeliveryId, Fault, ReceiverObject, SecretBytes, SecretObject, Timestamp,
    Verdict, VerifyError, http, limits,
};
use bellpull_engine::{Artefact, Compiler, Digest};
use bellpull_sandbox::{Catalog, Grants, Sandbox, SandboxSettings};
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::{guest, verify};
use wit_parser::{Resolve, TypeDefKind, WorldItem};

use imports::IMPORTS;

async fn route(sandbox: &Arc<Sandbox>, wasm: &[u8]) -> Arc<SandboxRoute> {
    let artefact = Compiler::new(None).compile(wasm).unwrap();
    let artefact = Artefact::trusted(&artefact).unwrap();
    let loaded = sandbox.load(artefact, Digest::of(wasm), &Grants::All).await;
    let catalog = Catalog::of_one(Arc::clone(sandbox), &loaded.unwrap());
    let metadata = Metadata {
        name: "r".to_owned(),
        ..Metadata::default()
    };
    let spec = serde_json::json!({
        "type": "caller", "secretRef": {"name": "s"}, "resources": [],
    });
    let receiver = ReceiverObject::new(&metadata, serde_json::from_value(spec).unwrap());
    let token = SecretBytes::new(b"the-token".to_vec());
    let secret = SecretObject {
        namespace: "default".into(),
        name: "s".into(),
        data: [("token".to_owned(), token)].into(),
    };
    guest::routes(vec![receiver], secret, &catalog)
        .await
        .remove(0)
}

fn delivery(length: u32) -> Arc<Delivery> {
    Arc::new(Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::now(),
        method: http::Method::POST,
        target: "/hook/secret-path".to_owned(),
        headers: http::HeaderMap::new(),
        body: Bytes::from(vec![b'a'; length as usize]),
        client: Default::default(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_import_is_charged_as_one_host_call() {
    let settings = SandboxSettings {
        verify_timeout: Duration::from_secs(10),
        ..SandboxSettings::default()
    };
    let sandbox = Arc::new(Sandbox::new(settings, Arc::new(Nowhere)).unwrap());
    for import in IMPORTS {
        let name = format!("{}#{}", import.interface, import.function);
        let route = route(&sandbox, &import.component()).await;
        let left = limits::HOST_CALLS - import.calls;
        let got = verify(&sandbox, &route, &delivery(left)).await;
        assert!(matches!(got, Ok(Verdict::Accept(_))), "{name}: {got:?}");
        let got = verify(&sandbox, &route, &delivery(left + 1)).await;
        assert!(
            matches!(got, Err(VerifyError::Faulted(Fault::Budget, _))),
            "{name}, one call more: {got:?}"
        );
    }
}

#[test]
fn every_import_of_the_contract_is_in_the_table() {
    let mut resolve = Resolve::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit/v0.1");
    let (package, _) = resolve.push_dir(folder).unwrap();
    let world = resolve.select_world(&[package], Some("provider")).unwrap();
    let mut contract = BTreeSet::new();
    for (key, item) in &resolve.worlds[world].imports {
        let WorldItem::Interface { id, .. } = item else {
            continue;
        };
        let interface = resolve.name_world_key(key);
        let functions = resolve.interfaces[*id].functions.keys().cloned();
        contract.extend(functions.map(|function| format!("{interface}#{function}")));
        let types = &resolve.interfaces[*id].types;
        let resources = types
            .iter()
            .filter(|(_, id)| matches!(resolve.types[**id].kind, TypeDefKind::Resource));
        contract.extend(resources.map(|(name, _)| format!("{interface}#[resource-drop]{name}")));
    }
    let table = IMPORTS
        .iter()
        .filter(|import| import.interface.starts_with("bellpull:"))
        .map(|import| format!("{}#{}", import.interface, import.function))
        .collect::<BTreeSet<_>>();
    assert_eq!(table, contract);
}
