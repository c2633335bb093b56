use std::sync::Arc;
use std::time::Duration;

use bellpull::plan_types::SandboxPlanner;
use bellpull_api::{DEFAULT_NAMESPACE, Metadata};
use bellpull_core::http::{HeaderMap, Method};
use bellpull_core::{
    Authentication, Bytes, Delivery, DeliveryClient, DeliveryId, Description, Fault,
    ReceiverObject, SecretBytes, SecretObject, Timestamp, Verdict, VerifyError, limits,
};
use bellpull_engine::{Artefact, Compiler, Digest};
use bellpull_filter::CelFilters;
use bellpull_plan::Objects;
use bellpull_ports::{Entry, Verify as _};
use bellpull_sandbox::{Catalog, Grants, LoadError, LoadedComponent, Sandbox, SandboxSettings};
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::patience::PATIENCE;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

const SECRET: &str = "fuzz-0123456789abcdef";

/// How far a component has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// It does not compile.
    Nothing,
    /// It is not loaded.
    Compiled,
    /// No Receiver is bound to it.
    Loaded,
    /// It was given a delivery.
    Called,
}

/// A sandbox that tries one component after another.
pub(super) struct Tried {
    runtime: Runtime,
    sandbox: Arc<Sandbox>,
    compiler: Compiler,
}

impl Tried {
    /// A sandbox in which a call has so much time.
    pub(super) fn new(call: Duration) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let settings = SandboxSettings {
            max_verifications: 2,
            max_guest_memory: 256 << 20,
            verify_timeout: call,
        };
        let sandbox = Sandbox::new(settings, Arc::new(Nowhere));
        Self {
            runtime: runtime.expect("a runtime"),
            sandbox: Arc::new(sandbox.expect("a sandbox")),
            compiler: Compiler::new(None),
        }
    }

    /// Compiles a component in this process, loads it, binds a Receiver to it, and sends a delivery.
    pub(super) fn attempt(&self, wasm: &[u8]) -> Reached {
        let Ok(artefact) = self.compiler.compile(wasm) else {
            return Reached::Nothing;
        };
        let artefact = Artefact::trusted(&artefact).expect("it was just written");
        let attempted = async {
            let digest = Digest::of(wasm);
            let grants = Grants::none();
            match self.sandbox.load(artefact, digest, &grants).await {
                Ok(loaded) => {
                    is_as_described(&loaded);
                    let again = self.sandbox.load(artefact, digest, &grants).await;
                    if let Ok(again) = again {
                        assert_eq!(again.description(), loaded.description());
                    }
                    self.serve(&loaded).await
                }
                Err(LoadError::Faulted { fault, reason, .. }) => {
                    assert_ne!(fault, Fault::Host, "{reason}");
                    Reached::Compiled
                }
                Err(_) => Reached::Compiled,
            }
        };
        let ended = self
            .runtime
            .block_on(async { timeout(PATIENCE, attempted).await });
        ended.expect("it ends")
    }

    /// Sends a delivery without any proof to a Receiver of the component.
    async fn serve(&self, component: &Arc<LoadedComponent>) -> Reached {
        let catalog = Catalog::of_one(Arc::clone(&self.sandbox), component);
        let providers = &component.description().providers;
        let provider = providers.first().expect("at least one name");
        let (receiver, secret) = objects(provider);
        let objects = Objects::new([receiver], [secret]);
        let filters = CelFilters::default();
        let plan = SandboxPlanner::new()
            .plan(&objects, &catalog, &filters)
            .await;
        let Some((_, Entry::Serving(route))) = plan.routes.iter().next() else {
            return Reached::Loaded;
        };
        let delivery = Arc::new(unproven());
        let verified = self
            .sandbox
            .verify(&route.component, &route.bound, &delivery);
        match verified.await.0 {
            Ok(Verdict::Accept(told)) => {
                let by = route.bound.binding.authentication;
                assert_eq!(
                    by,
                    Authentication::PathOnly,
                    "an unproven delivery is accepted"
                );
                let changes = told.events.iter().map(|event| event.changes.len());
                assert!(changes.sum::<usize>() <= limits::CHANGES);
                assert!((1..=limits::EVENTS).contains(&told.events.len()));
                let mut checked = *told;
                checked.drop_wrong_facts();
                assert_eq!(checked.wrong_facts().count(), 0);
            }
            Ok(Verdict::Reply(reply)) => {
                assert!((200..300).contains(&reply.status), "{reply:?}");
                assert!(reply.body.len() <= limits::REPLY_BODY, "{reply:?}");
                assert!(reply.headers.len() <= limits::REPLY_HEADERS, "{reply:?}");
                let text = format!("{:?} {:?}", reply.headers, reply.body);
                assert!(!text.contains(SECRET), "a reply tells the secret");
            }
            Ok(Verdict::Ignore(_)) | Err(VerifyError::Refused(_) | VerifyError::Busy) => {}
            Err(VerifyError::Faulted(fault, reason)) => assert_ne!(fault, Fault::Host, "{reason}"),
            Err(VerifyError::BrokenOff) => panic!("one delivery has broken it off"),
        }
        Reached::Called
    }
}

/// What is kept of a component without grants.
fn is_as_described(loaded: &LoadedComponent) {
    let description = loaded.description();
    assert!(description.validate().is_ok(), "{description:?}");
    assert!(description.config_schema.len() <= limits::CONFIG_SCHEMA);
    let mut checked = Description::clone(description);
    let wrong = checked.drop_wrong_facts();
    // A version that was dropped is empty, and so no version.
    let left: Vec<_> = wrong.iter().filter(|fact| !fact.value.is_empty()).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(loaded.granted_settings().is_empty(), "{loaded:?}");
    assert!(!loaded.verifies_tokens(), "{loaded:?}");
}

fn objects(provider: &str) -> (ReceiverObject, SecretObject) {
    let metadata = Metadata {
        name: "tried".to_owned(),
        namespace: Some(DEFAULT_NAMESPACE.to_owned()),
        ..Metadata::default()
    };
    let spec = json!({"type": provider, "secretRef": {"name": "tried"}, "resources": []});
    let spec = serde_json::from_value(spec).expect("a spec");
    let value = SecretBytes::new(SECRET.as_bytes().to_vec());
    let secret = SecretObject {
        namespace: DEFAULT_NAMESPACE.to_owned(),
        name: "tried".to_owned(),
        data: [("token".to_owned(), value)].into(),
    };
    (ReceiverObject::new(&metadata, spec), secret)
}

fn unproven() -> Delivery {
    Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::now(),
        method: Method::POST,
        target: "/hook/tried".to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::from_static(br#"{"ref": "refs/heads/main", "repository": {"name": "app"}}"#),
        client: DeliveryClient::default(),
    }
}
