use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bellpull_egress::EgressSettings;
use bellpull_tls::{FollowedFiles, TlsFiles, TlsMetrics};
use tokio::time::timeout;

use super::*;
use crate::renewal::Renewal;
use crate::store::tests::{MemoryFiles, certificate, certificate_until, settings};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const NAME: &str = "hooks.example.com";

/// Issues, or fails, as it is told. When nothing is left, it issues nothing more.
struct FakeAuthority {
    /// Of each order: whether it is issued, and the pause that is asked for.
    orders: VecDeque<(bool, Duration)>,
    renewals: VecDeque<Renewal>,
    ordered: Arc<Mutex<Vec<Instant>>>,
    asked_pause: Duration,
}

impl Authority for FakeAuthority {
    async fn order(&mut self) -> Result<IssuedCertificate, OrderError> {
        let Some((issued, pause)) = self.orders.pop_front() else {
            return std::future::pending().await;
        };
        self.ordered.lock().unwrap().push(Instant::now());
        self.asked_pause = pause;
        match issued {
            true => Ok(certificate(&[NAME]).read(&[NAME.to_owned()]).unwrap()),
            false => Err(OrderError::NotValidated("it cannot be reached".to_owned())),
        }
    }

    async fn renewal(&mut self, _: &IssuedCertificate) -> Renewal {
        let renewal = self.renewals.pop_front();
        renewal.unwrap_or(Renewal {
            due_in: HOUR * 24,
            ask_again_in: HOUR * 24,
        })
    }

    fn take_asked_pause(&mut self) -> Duration {
        std::mem::take(&mut self.asked_pause)
    }
}

/// When orders were made, since the beginning, and how many certificates were served.
async fn kept(orders: &[(bool, Duration)], renewals: &[Renewal]) -> (Vec<Duration>, usize) {
    let ordered = Arc::<Mutex<Vec<Instant>>>::default();
    let served = Arc::<Mutex<usize>>::default();
    let counting = Arc::clone(&served);
    let upkeep = CertificateUpkeep {
        authority: FakeAuthority {
            orders: orders.iter().copied().collect(),
            renewals: renewals.iter().copied().collect(),
            ordered: Arc::clone(&ordered),
            asked_pause: Duration::ZERO,
        },
        serve: Box::new(move |_| *counting.lock().unwrap() += 1),
        metrics: AcmeMetrics::default(),
        certificate: None,
    };
    let start = Instant::now();
    // Nothing is left to do then: the future never ends by itself.
    timeout(HOUR * 24 * 30, upkeep.keep()).await.unwrap_err();
    let ordered = ordered.lock().unwrap();
    let ordered = ordered.iter().map(|at| at.duration_since(start));
    (ordered.collect(), *served.lock().unwrap())
}

#[tokio::test]
async fn a_kept_certificate_is_served_at_the_start_unless_it_has_expired() {
    for (year, expected) in [(Some(4000), true), (Some(2020), false), (None, false)] {
        let settings = settings(&[NAME]);
        let files = MemoryFiles::default();
        if let Some(year) = year {
            let kept = certificate_until(&[NAME], year);
            let store = AcmeStore::new(files.clone(), &settings);
            store.keep_certificate(&kept).unwrap();
        }
        let followed = FollowedFiles::load(TlsFiles::default(), TlsMetrics::default()).unwrap();
        let parts = CertificateKeeperParts {
            http: AuthorityHttp::new(&EgressSettings::default(), &settings.directory).unwrap(),
            settings,
            store: files,
            certificates: followed.issued_certificates(),
            metrics: AcmeMetrics::default(),
        };
        let served = Arc::<Mutex<bool>>::default();
        let telling = Arc::clone(&served);
        let _keeper = CertificateKeeper::begin(parts, move || *telling.lock().unwrap() = true);
        assert_eq!(*served.lock().unwrap(), expected, "{year:?}");
    }
}

const ISSUED: (bool, Duration) = (true, Duration::ZERO);
const FAILED: (bool, Duration) = (false, Duration::ZERO);

#[tokio::test(start_paused = true)]
async fn failures_are_tried_again_later_and_later() {
    let (ordered, served) = kept(&[FAILED, FAILED, FAILED, FAILED, ISSUED], &[]).await;
    assert_eq!(served, 1);
    let within_an_hour = ordered.iter().filter(|at| **at < HOUR).count();
    assert_eq!((ordered.len(), within_an_hour), (5, 4), "{ordered:?}");
    // Each pause is between one and two times its least length.
    for (pair, least) in ordered.windows(2).zip([1, 4, 16, 64]) {
        let pause = pair[1] - pair[0];
        let least = MINUTE * least;
        assert!(pause >= least && pause <= least * 2, "{pause:?}, {least:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_authority_may_ask_for_a_longer_pause() {
    let (ordered, _) = kept(&[(false, HOUR * 5), ISSUED], &[]).await;
    assert_eq!(ordered, [Duration::ZERO, HOUR * 5]);
}

#[tokio::test(start_paused = true)]
async fn a_certificate_is_renewed_when_the_authority_advises() {
    let due = |due_in, ask_again_in| Renewal {
        due_in,
        ask_again_in,
    };
    for (renewals, expected) in [
        // When it is due.
        (vec![due(HOUR * 10, HOUR * 24)], HOUR * 10),
        // Sooner, when the authority is asked again and advises it.
        (
            vec![due(HOUR * 100, HOUR * 6), due(HOUR, HOUR * 6)],
            HOUR * 7,
        ),
        // Not at once after an order, whatever it advises.
        (vec![due(Duration::ZERO, HOUR)], HOUR),
    ] {
        let (ordered, served) = kept(&[ISSUED, ISSUED], &renewals).await;
        assert_eq!(served, 2, "{renewals:?}");
        assert_eq!(ordered, [Duration::ZERO, expected], "{renewals:?}");
    }
}
