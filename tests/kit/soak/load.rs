//! Deliveries of every provider at a steady rate, with bursts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, anyhow};
use bellpull_core::{Delivery, Timestamp};
use http_body_util::Full;
use hyper::Request;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;

use super::Soak;
use super::connections::Protocol;
use super::oracle::{Ended, Intent};
use super::receivers::{Habit, SoakReceiver};
use crate::patience::PATIENCE;

/// Deliveries that are under way at most.
const AT_ONCE: usize = 512;
/// Deliveries of a burst, to one Receiver.
const BURST: usize = 20;
/// Rounds through the Receivers from one burst to the next.
const BETWEEN_BURSTS: usize = 4;

/// Senders at work.
pub(super) struct Load {
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Load {
    /// Sends so many deliveries a second, bursts apart.
    pub(super) fn start(runtime: &Runtime, soak: &Arc<Soak>, rate: u32) -> Self {
        let (stop, stopped) = watch::channel(false);
        let running = runtime.spawn(run(Arc::clone(soak), rate, stopped));
        Self { stop, running }
    }

    /// Sends nothing more, and waits until all has been answered.
    pub(super) fn stop(self, runtime: &Runtime) -> Result<()> {
        self.stop.send_replace(true);
        runtime
            .block_on(self.running)
            .map_err(|error| anyhow!("the load: {error}"))
    }
}

async fn run(soak: Arc<Soak>, rate: u32, mut stopped: watch::Receiver<bool>) {
    // Counts on over pauses.
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            _ = ticks.tick() => {}
        }
        while let Some(ended) = sent.try_join_next() {
            tell(&soak, ended);
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        for plan in Plan::of(number, &soak.receivers) {
            let permit = Arc::clone(&permits).acquire_owned().await;
            let soak = Arc::clone(&soak);
            sent.spawn(async move {
                let sent = send(&soak, plan).await;
                drop(permit);
                sent
            });
        }
    }
    while let Some(ended) = sent.join_next().await {
        tell(&soak, ended);
    }
    for replica in &soak.replicas {
        replica.connections.close().await;
    }
}

fn tell(soak: &Soak, ended: Result<Result<()>, tokio::task::JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => soak.oracle.fails(format!("a sender: {error:#}")),
        Err(error) => soak.oracle.fails(format!("a sender: {error}")),
    }
}

/// One delivery to be sent.
#[derive(Clone, Copy)]
struct Plan {
    receiver: usize,
    replica: usize,
    protocol: Protocol,
    intent: Intent,
}

impl Plan {
    /// What is sent next. All pairs of a Receiver and a replica come in turn.
    fn of(number: usize, receivers: &[SoakReceiver]) -> Vec<Self> {
        let (round, receiver) = (number / receivers.len(), number % receivers.len());
        let pair = round / 2;
        let habit = &receivers[receiver];
        let intent = match habit.habit {
            Habit::Notifies if !habit.asks_for_proof() => Intent::Genuine,
            Habit::Notifies if (round + receiver) % 5 == 3 => Intent::Forged,
            Habit::Notifies if (round + receiver) % 5 == 4 => Intent::Former,
            Habit::Notifies => Intent::Genuine,
            _ if pair.is_multiple_of(2) => Intent::Forged,
            _ => Intent::Unselected,
        };
        let one = Self {
            receiver,
            replica: round % 2,
            protocol: Protocol::ALL[pair % Protocol::ALL.len()],
            intent,
        };
        let bursts = round.is_multiple_of(BETWEEN_BURSTS)
            && receiver == (round / BETWEEN_BURSTS) % receivers.len();
        vec![one; if bursts { BURST } else { 1 }]
    }
}

async fn send(soak: &Soak, plan: Plan) -> Result<()> {
    let receiver = &soak.receivers[plan.receiver];
    // Whoever is out of rotation is stood in for.
    let replicas = [plan.replica, 1 - plan.replica];
    let mut at = replicas.into_iter().filter_map(|index| {
        let address = soak.replicas[index].in_rotation()?;
        Some((index, address))
    });
    let Some((replica, address)) = at.next() else {
        return Err(anyhow!("no replica is in rotation"));
    };
    let phase = soak.phase();
    // Until the answer, so that credentials do not change under a delivery.
    let credentials = receiver.credentials.read().await;
    let intent = match plan.intent {
        Intent::Former if credentials.former.is_none() => Intent::Genuine,
        intent => intent,
    };
    let delivery = receiver.delivery(intent, &credentials, &soak.site.senders)?;
    let request = request(delivery, plan.protocol, &address.to_string())?;
    let began = Timestamp::now();
    let connections = &soak.replicas[replica].connections;
    let answer = connections.send(address, plan.protocol, request);
    let (answer, said) = match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok((status, body))) => {
            let told: Value = serde_json::from_slice(&body).unwrap_or_default();
            let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
            (Some((status, text("outcome"))), text("message"))
        }
        Ok(Err(error)) => (None, format!("{error:#}")),
        Err(_) => (None, format!("nothing after {PATIENCE:?}")),
    };
    soak.oracle.ended(&Ended {
        receiver: plan.receiver,
        replica,
        intent,
        began,
        ended: Timestamp::now(),
        phases: [phase, soak.phase()],
        answer,
        said,
    });
    Ok(())
}

fn request(
    delivery: Delivery,
    protocol: Protocol,
    host: &str,
) -> Result<Request<Full<bytes::Bytes>>> {
    let target = match protocol {
        Protocol::Shared => format!("https://{host}{}", delivery.target),
        Protocol::Kept | Protocol::Once => delivery.target,
    };
    let mut request = Request::builder().method(delivery.method).uri(target);
    if let Some(headers) = request.headers_mut() {
        *headers = delivery.headers;
        // What a connection has of its own.
        for name in [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING] {
            headers.remove(name);
        }
        match protocol {
            Protocol::Shared => {}
            Protocol::Kept => drop(headers.insert(HOST, host.parse()?)),
            Protocol::Once => {
                headers.insert(HOST, host.parse()?);
                headers.insert(CONNECTION, "close".parse()?);
            }
        }
    }
    Ok(request.body(Full::new(delivery.body))?)
}
