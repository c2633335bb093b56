//! What a verification takes of each provider: its own genuine deliveries, the one that takes longest.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and a panic is how it fails"
)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull::cases::{self, Case, CaseOutcome, PreparedCase};
use bellpull::egress::RecordedEgress;
use bellpull::providers::Loader;
use bellpull::settings::{CacheArgs, VerifyArgs};
use bellpull_bundle::BUNDLED;
use bellpull_core::{Authentication, Egress, Encoding, SecretBytes, limits};
use bellpull_ports::Providers as _;
use bellpull_proof::signature::PublicKey;
use bellpull_proof::{HmacAlgorithm, signature};
use bellpull_sandbox::Catalog;
use support::{percentile, us};

/// Replays of one case.
const REPLAYS: usize = 300;
/// Bodies longer than this are cases of limits, not what a sender sends, bytes.
const GENUINE: usize = 256 << 10;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let network = Arc::new(RecordedEgress::new());
        let egress: Arc<dyn Egress> = Arc::clone(&network) as _;
        let (verify, cache) = (VerifyArgs::default(), CacheArgs::default());
        let loader = Loader::with_egress(&verify, &cache, egress).expect("a sandbox");
        let bench = Bench {
            catalog: loader.bundled_catalog().await.expect("components"),
            network,
            rsa: rsa(),
        };
        println!(
            "p50 in µs. native: the proof alone, in Rust; verified: in the sandbox, of an event that \
             is not listed;\nbeyond: what the sandbox adds to the proof; event: with the event that \
             is made of it"
        );
        println!(
            "{:15} {:9} {:>10} {:>6} {:>6} {:>8} {:>6} {:>6} {:>6}  case",
            "provider", "proof", "component", "body", "native", "verified", "beyond", "event", "p99"
        );
        for bundled in BUNDLED {
            let size = format!("{} KiB", bundled.wasm.len().div_ceil(1024));
            for row in bench.rows(bundled.names).await {
                println!("{:15} {}", bundled.provider, row.shown(&size));
            }
        }
    });
}

struct Bench {
    catalog: Catalog,
    network: Arc<RecordedEgress>,
    /// What Google and Amazon sign with: RSA of 2048 bits.
    rsa: PublicKey,
}

/// The genuine delivery that takes longest of those that are proven in one way.
struct Row {
    proof: Authentication,
    body: usize,
    native: Option<Duration>,
    verified: Option<Duration>,
    event: Duration,
    p99: Duration,
    case: String,
}

impl Row {
    fn shown(&self, size: &str) -> String {
        let shown = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), us);
        let beyond = self.verified.zip(self.native);
        let beyond = beyond.map(|(verified, native)| verified.saturating_sub(native));
        let case = self.case.split_once('/').map_or("", |(_, case)| case);
        format!(
            "{:9} {size:>10} {:>6} {:>6} {:>8} {:>6} {:>6} {:>6}  {case}",
            self.proof.as_str(),
            self.body,
            shown(self.native),
            shown(self.verified),
            shown(beyond),
            us(self.event),
            us(self.p99),
        )
    }
}

impl Bench {
    async fn rows(&self, names: &[&str]) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for name in names {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("cases")
                .join(name);
            for case in cases::find(&[folder]).expect("cases") {
                let Some(row) = self.row(&case).await else {
                    continue;
                };
                match rows.iter_mut().find(|known| known.proof == row.proof) {
                    Some(known) if known.event < row.event => *known = row,
                    Some(_) => {}
                    None => rows.push(row),
                }
            }
        }
        for row in &mut rows {
            self.complete(row).await;
        }
        rows
    }

    /// Of a case that is notified, how long that takes.
    async fn row(&self, case: &Case) -> Option<Row> {
        if case.expect.outcome != CaseOutcome::Notified {
            return None;
        }
        let prepared = self.prepared(case).await;
        let PreparedCase::AtComponent(passage) = &prepared else {
            return None;
        };
        let (proof, body) = (
            passage.route().bound.binding.authentication,
            passage.delivery().body.len(),
        );
        if body > GENUINE {
            return None;
        }
        let mut times = self.replay(&prepared, CaseOutcome::Notified).await?;
        Some(Row {
            proof,
            body,
            native: None,
            verified: None,
            event: percentile(&mut times, 0.5),
            p99: percentile(&mut times, 0.99),
            case: case.name.clone(),
        })
    }

    /// Adds what the proof takes alone, and the verification without the event.
    async fn complete(&self, row: &mut Row) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("cases")
            .join(&row.case);
        let case = Case::load(&folder).expect("a case");
        row.native = self.native(&case, row);
        let provider = self
            .catalog
            .find(&case.provider, "team")
            .expect("a provider");
        let events = &provider.description.events;
        for event in events.iter().filter(|event| !case.is_sample(event)) {
            let mut other = Case::load(&folder).expect("a case");
            other.events = vec![event.clone()];
            let prepared = self.prepared(&other).await;
            if let Some(mut times) = self.replay(&prepared, CaseOutcome::Ignored).await {
                row.verified = Some(percentile(&mut times, 0.5));
                return;
            }
        }
    }

    fn native(&self, case: &Case, row: &Row) -> Option<Duration> {
        let body = case.delivery().expect("a delivery").body;
        let key = SecretBytes::new(vec![7; 32]);
        let digest = match case.provider.as_str() {
            "nexus" => HmacAlgorithm::Sha1,
            _ => HmacAlgorithm::Sha256,
        };
        let hmac = || bellpull_proof::sign(&key, "token", Encoding::Text, digest, &[&body]).is_ok();
        let rsa = || {
            let algorithm = signature::SignatureAlgorithm::RsaPkcs1Sha256;
            self.rsa.verify(algorithm, &[&body], &[1; 256]).is_ok()
        };
        match (row.proof, case.provider.as_str()) {
            (Authentication::Signature, "aws-sns") | (Authentication::Token, _) => Some(timed(rsa)),
            (Authentication::Signature, _) => Some(timed(hmac)),
            (
                Authentication::Certificate | Authentication::Secret | Authentication::PathOnly,
                _,
            ) => None,
        }
    }

    async fn prepared(&self, case: &Case) -> PreparedCase {
        let prepared = PreparedCase::new(case, &self.catalog, &self.network, limits::MAX_BODY);
        prepared.await.expect("a case")
    }

    /// How long each replay takes, if it ends as it is to end.
    async fn replay(&self, prepared: &PreparedCase, outcome: CaseOutcome) -> Option<Vec<Duration>> {
        // The first has keys to be asked for, and code to be brought in.
        let (first, _) = prepared.replay(&self.catalog).await;
        if first.outcome != outcome {
            return None;
        }
        let mut times = Vec::with_capacity(REPLAYS);
        for _ in 0..REPLAYS {
            // All that a delivery waits for: the store and the permits too.
            let start = Instant::now();
            std::hint::black_box(prepared.replay(&self.catalog).await);
            times.push(start.elapsed());
        }
        Some(times)
    }
}

fn timed(proof: impl Fn() -> bool) -> Duration {
    let mut times = Vec::with_capacity(REPLAYS);
    for _ in 0..REPLAYS {
        let start = Instant::now();
        assert!(std::hint::black_box(proof()), "it can be tried");
        times.push(start.elapsed());
    }
    percentile(&mut times, 0.5)
}

/// The key of the certificate of a case.
fn rsa() -> PublicKey {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/aws-sns/ecr-push/case.yaml");
    let yaml = std::fs::read_to_string(file).expect("a case");
    let case: serde_json::Value = serde_saphyr::from_str(&yaml).expect("YAML");
    let answers = case["network"].as_object().expect("answers");
    let certificate = answers.values().find_map(|answer| answer["text"].as_str());
    PublicKey::from_certificate(certificate.expect("a certificate").as_bytes()).expect("a key")
}
