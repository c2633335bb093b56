//! The cases of one provider, and their deliveries with other bodies.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bellpull::cases::{self, BoundCase, Case, CaseOutcome, CaseResult, PreparedCase};
use bellpull_core::{Bytes, Delivery, limits};
use serde_json::Value;

use super::altered::Altered;
use super::promises;
use super::world::World;

/// Longer bodies than that are about limits, which cases hold.
const LONGEST: usize = 64 << 10;

/// A case whose Receiver is bound.
pub(super) struct KnownCase {
    pub(super) case: Case,
    /// The name of its folder.
    folder: String,
    bound: BoundCase,
    /// Its own body.
    body: Bytes,
    document: Option<Value>,
    /// Whether a delivery with another body proves its sender by what the case says of signing.
    is_signed_anew: bool,
}

/// The genuine cases of a provider.
pub(super) struct Replayed(Mutex<Vec<KnownCase>>);

impl Replayed {
    /// Reads and binds the cases that end as genuine.
    pub(super) fn new(provider: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases");
        let mut cases = cases::find(&[folder.join(provider)]).expect("cases");
        cases.retain(|case| {
            let genuine = [
                CaseOutcome::Notified,
                CaseOutcome::Ignored,
                CaseOutcome::Replied,
            ];
            genuine.contains(&case.expect.outcome) && case.body().len() <= LONGEST
        });
        let world = World::enter();
        let known = cases.into_iter().map(|case| KnownCase::new(case, &world));
        Self(Mutex::new(known.collect()))
    }

    /// Sends what the input says, and holds the provider to its promises.
    pub(super) fn run(&self, input: &[u8]) {
        let altered = Altered::read(input);
        self.with_case(altered.case, |known| {
            let body = altered.body(known.document());
            let world = World::enter();
            let Some(delivery) = known.delivery(body.clone()) else {
                return;
            };
            let result = known.replay(delivery, &world);
            match body {
                Some(_) => promises::of_altered(known, &result),
                None => {
                    let differences = known.case.expect.differences(&result);
                    assert!(differences.is_empty(), "{}: {differences:?}", known.folder);
                }
            }
        });
    }

    /// Takes the case of a folder, or the first.
    pub(super) fn with_case(&self, folder: &[u8], take: impl FnOnce(&mut KnownCase)) {
        let mut cases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = cases
            .iter()
            .position(|known| known.folder.as_bytes() == folder);
        let known = cases.get_mut(at.unwrap_or_default());
        take(known.expect("a provider has cases"));
    }
}

impl KnownCase {
    fn new(case: Case, world: &World) -> Self {
        let binding = BoundCase::new(case.receiver(), case.secret(), &world.replays.catalog);
        let body = case.body().clone();
        let mut known = Self {
            folder: case.name.rsplit('/').next().unwrap_or_default().to_owned(),
            bound: world
                .runtime
                .block_on(binding)
                .expect("a plan has its Receiver"),
            document: serde_json::from_slice(&body).ok(),
            is_signed_anew: false,
            body: body.clone(),
            case,
        };
        let longer = Bytes::from([&body[..], b" "].concat());
        let delivery = known.delivery(Some(longer));
        let result = delivery.map(|delivery| known.replay(delivery, world));
        known.is_signed_anew =
            result.is_some_and(|result| result.outcome == known.case.expect.outcome);
        known
    }

    /// Its own body, if it is JSON.
    pub(super) fn document(&self) -> Option<&Value> {
        self.document.as_ref()
    }

    /// The delivery with another body, signed. `None`: it cannot be signed, since what is signed is not in
    /// the body.
    pub(super) fn delivery(&mut self, body: Option<Bytes>) -> Option<Delivery> {
        self.case
            .replace_body(body.unwrap_or_else(|| self.body.clone()));
        self.case.delivery().ok()
    }

    /// How a delivery ends. It ends so each time, and its component never faults.
    pub(super) fn replay(&self, delivery: Delivery, world: &World) -> CaseResult {
        let World { runtime, replays } = world;
        replays.network.replay(self.case.network());
        let prepared = self
            .bound
            .prepare(delivery, &replays.catalog, limits::MAX_BODY);
        let once = || runtime.block_on(prepared.replay(&replays.catalog)).0;
        let before = self.faults();
        let result = once();
        let reason = result.reason.as_deref().unwrap_or_default();
        assert_eq!(
            self.faults(),
            before,
            "{}: it faults: {reason}",
            self.folder
        );
        if let PreparedCase::AtComponent(_) = prepared {
            let again = once();
            assert_eq!(result.outcome, again.outcome, "{}", self.folder);
            assert_eq!(result.reason, again.reason, "{}", self.folder);
            assert_eq!(result.events(), again.events(), "{}", self.folder);
        }
        result
    }

    /// How often its component has faulted.
    fn faults(&self) -> u64 {
        match &self.bound {
            BoundCase::Serving(route) => route.component.faults().map(|(_, count)| count).sum(),
            BoundCase::NotReady(_) => 0,
        }
    }

    /// Whether a delivery with another body may be refused as unproven: a signature that is recorded, or
    /// that covers members of the body by a key that nobody has.
    pub(super) fn may_be_refused(&self) -> bool {
        let covers_members = ["aws-sns", "travis"];
        !self.is_signed_anew || covers_members.contains(&self.case.provider.as_str())
    }
}
