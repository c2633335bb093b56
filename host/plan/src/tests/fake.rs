use std::sync::Arc;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bellpull_core::{
    Acceptance, Authentication, Binding, Claims, ClientNames, CredentialUse, Delivery, Description,
    Encoding, EventSet, Methods, ReceiverId, ReceiverView, UnreadableBody,
};
use bellpull_ports::{
    BoundReceiver, ConfigureError, Effort, FilterCompileError, FilterResult, Filters,
    NamedExpression, NoProvider, Provider, Providers, TargetObject,
};
use bellpull_proof::credentials::CLIENT_NAMES;
use bellpull_schema::Schema;

/// A provider named `fake` that binds by signature, or answers as it is told.
pub(super) struct Fake {
    pub(super) component: Arc<u32>,
    refusal: Mutex<Option<ConfigureError>>,
    asked: AtomicUsize,
    compiled: AtomicUsize,
    /// What is left for the expression `large`.
    pub(super) room: AtomicUsize,
}

/// What it takes.
pub(super) const LARGE: usize = 1 << 20;

impl Fake {
    pub(super) fn new() -> Self {
        Self {
            component: Arc::new(1),
            refusal: Mutex::default(),
            asked: AtomicUsize::new(0),
            compiled: AtomicUsize::new(0),
            room: AtomicUsize::new(0),
        }
    }

    pub(super) fn compiled(&self) -> usize {
        self.compiled.load(Ordering::Relaxed)
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    pub(super) fn relent(&self) {
        *self.refusal.lock().unwrap() = None;
    }

    pub(super) fn refuse(&self, error: ConfigureError) {
        *self.refusal.lock().unwrap() = Some(error);
    }
}

/// The component that binds by the path alone.
pub(super) const WEAK: u32 = 10;
/// The one that does so where the Secret has no `key`.
pub(super) const LENIENT: u32 = 11;
/// The one that demands the client certificates that the Secret names.
pub(super) const OF_CLIENTS: u32 = 12;

const NAMES: [&str; 2] = ["fake", "generic-oidc"];
/// The namespace whose Receivers may use none of the components.
pub(super) const FORBIDDEN: &str = "forbidden";

impl Providers for Fake {
    type Component = u32;

    fn find(&self, provider: &str, namespace: &str) -> Result<Provider<u32>, NoProvider> {
        if !NAMES.contains(&provider) {
            return Err(NoProvider::NotLoaded);
        }
        if namespace == FORBIDDEN {
            return Err(NoProvider::NotAllowed);
        }
        let description = Description {
            providers: vec!["fake".into()],
            version: "1.0.0".into(),
            documentation: String::new(),
            events: Vec::new(),
            credential_keys: vec!["token".into()],
            setting_keys: Vec::new(),
            config_schema: String::new(),
            fetch_hosts: Vec::new(),
        };
        Ok(Provider {
            description: Arc::new(description),
            schema: Arc::new(Schema::parse("").expect("no config")),
            granted_settings: match *self.component {
                OF_CLIENTS => vec![CLIENT_NAMES.to_owned()],
                _ => Vec::new(),
            },
            component: Arc::clone(&self.component),
            digest: format!("sha256:{}", self.component).into(),
        })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        NAMES.into_iter()
    }

    async fn configure(
        &self,
        component: &Arc<u32>,
        _: &ReceiverId,
        receiver: &ReceiverView,
    ) -> Result<Binding, ConfigureError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if let Some(error) = self.refusal.lock().unwrap().clone() {
            return Err(error);
        }
        let token = CredentialUse {
            key: "token".into(),
            encoding: Encoding::Text,
            proves: true,
            presented: Vec::new(),
        };
        let (authentication, credentials) = match receiver.provider.as_str() {
            "fake" if **component == WEAK => (Authentication::PathOnly, Vec::new()),
            "fake" if **component == LENIENT && !receiver.keys.contains(&"key".to_owned()) => {
                (Authentication::PathOnly, Vec::new())
            }
            "fake" => (Authentication::Signature, vec![token]),
            _ => (Authentication::Token, Vec::new()),
        };
        let mut settings = receiver.settings.iter();
        let names = settings.find(|(key, _)| key == CLIENT_NAMES);
        Ok(Binding {
            authentication,
            credentials,
            methods: Methods::Any,
            tokens: Vec::new(),
            issuers: Vec::new(),
            client_names: names.and_then(|(_, names)| ClientNames::parse(names).ok()),
            parses_before_verify: false,
            answers_handshakes: false,
            reply_macs: false,
            warnings: Vec::new(),
        })
    }
}

/// Filters that compile unless they are `wrong`.
impl Filters for Fake {
    type Filter = ();
    type Validations = ();
    type Facts = ();

    fn compile_validations(
        &self,
        _: &str,
        _: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
    ) -> Result<(), FilterCompileError> {
        match validations.first() {
            Some(first) if first.expression == "wrong" => {
                Err(FilterCompileError::Wrong("it is wrong".into()))
            }
            _ => Ok(()),
        }
    }

    fn validate(&self, (): &(), _: &Claims) -> Result<(), String> {
        Ok(())
    }

    fn compile(
        &self,
        namespace: &str,
        expression: &str,
        _: bool,
    ) -> Result<(), FilterCompileError> {
        self.compiled.fetch_add(1, Ordering::Relaxed);
        match expression {
            "wrong" => Err(FilterCompileError::Wrong("it is wrong".into())),
            "large" if !self.has_room(namespace, LARGE) => Err(FilterCompileError::NoRoom {
                namespace: namespace.to_owned(),
                bytes: LARGE,
                held: 0,
                free: 0,
            }),
            _ => Ok(()),
        }
    }

    fn has_room(&self, _: &str, bytes: usize) -> bool {
        bytes <= self.room.load(Ordering::Relaxed)
    }

    fn memory(&self, (): &()) -> usize {
        0
    }

    fn memory_of_validations(&self, (): &()) -> usize {
        0
    }

    fn facts(&self, _: &BoundReceiver, _: &Delivery, _: &Arc<Acceptance>) {}

    fn weight(&self, _: &(), _: &()) -> usize {
        0
    }

    fn readable(&self, (): &(), (): &()) -> Result<(), (UnreadableBody, String)> {
        Ok(())
    }

    fn reads_object(&self, (): &()) -> bool {
        true
    }

    fn passes(
        &self,
        (): &(),
        (): &(),
        events: EventSet,
        _: &TargetObject,
        _: Effort,
    ) -> FilterResult {
        FilterResult::for_all(events, Ok(true))
    }
}
