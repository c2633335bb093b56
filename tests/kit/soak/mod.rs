//! Two replicas in a cluster, under deliveries of every provider, while one thing after another fails.
//! An oracle that is no part of Bellpull accounts for each delivery.

mod awaits;
mod certificates;
mod checkout;
mod connections;
mod faults;
mod gauges;
mod load;
mod oracle;
mod receivers;
mod replicas;
mod report;
mod samples;
mod senders;
mod site;
mod sns;
mod upgrade;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::runtime::Runtime;

use checkout::Checkout;
use faults::Fault;
use load::Load;
use oracle::{Oracle, Phase};
use receivers::{Habit, SoakReceiver};
use replicas::{Disk, Replica};
pub use report::Report;
use site::{Site, VERSIONS};
pub use upgrade::upgrade;

/// Deliveries before anything is measured.
const WARM_UP: u64 = 600;

/// How a soak runs.
#[derive(Clone, Debug)]
pub struct SoakSettings {
    /// How long faults are repeated. The first round is always whole.
    pub time: Duration,
    /// Deliveries a second, bursts apart.
    pub rate: u32,
    /// Parts of the names of faults; none are all.
    pub faults: Vec<String>,
    /// More flags of both replicas.
    pub flags: Vec<String>,
    /// Whether the processor may be short. A replica may then say that it had no time for a delivery (503
    /// `unavailable`), which has its sender send again.
    pub may_starve: bool,
}

/// A running soak.
pub(crate) struct Soak {
    // The order is that of their ends.
    replicas: [Replica; 2],
    receivers: Vec<SoakReceiver>,
    oracle: Oracle,
    phase: Mutex<Phase>,
    site: Site,
}

/// Runs a soak to its end.
///
/// # Errors
/// When something around the replicas fails. What the replicas do wrong is in the report.
pub fn run(settings: &SoakSettings) -> Result<Report> {
    let faults = Fault::chosen(&settings.faults)?;
    let runtime = Runtime::new()?;
    let soak = Arc::new(Soak::new(settings, &Checkout::current(), Disk::Small)?);
    under_load(&runtime, &soak, settings.rate, faults, |report| {
        soak.strike(&runtime, settings.time, report);
    })
}

/// What happens while deliveries of every provider flow, and what came of them.
fn under_load(
    runtime: &Runtime,
    soak: &Arc<Soak>,
    rate: u32,
    faults: Vec<Fault>,
    happens: impl FnOnce(&mut Report),
) -> Result<Report> {
    let written = Arc::clone(soak);
    let reading = runtime.spawn(async move { awaits::read_writes(&written).await });
    soak.create(runtime)?;

    let warm_up = Load::start(runtime, soak, rate);
    let warm = soak.until_answered(WARM_UP);
    warm_up.stop(runtime)?;
    warm?;
    soak.settles()?;

    let mut report = Report::new(soak, faults);
    let load = Load::start(runtime, soak, rate);
    happens(&mut report);
    load.stop(runtime)?;
    if let Err(error) = soak.settles() {
        soak.oracle.fails(format!("{error:#}"));
    }
    ensure!(!reading.is_finished(), "etcd is not followed any more");
    report.end(soak);
    Ok(report)
}

impl Soak {
    fn new(settings: &SoakSettings, checkout: &Checkout, disk: Disk) -> Result<Self> {
        let samples = samples::samples()?;
        let site = Site::start(&samples, checkout)?;
        let replica = |name| Replica::start(name, &site, &checkout.binary, disk, &settings.flags);
        // The second one leads, and is the one that is replaced first: the Lease moves.
        let second = replica("B")?;
        let replicas = [replica("A")?, second];
        let receivers = receivers::all(&site.namespace, samples);
        let targets = receivers
            .iter()
            .map(|one| (one.name.clone(), one.habit == Habit::Notifies));
        Ok(Self {
            replicas,
            oracle: Oracle::new(targets, settings.may_starve),
            receivers,
            phase: Mutex::new(Phase::Calm),
            site,
        })
    }

    /// Creates all objects and waits until every Receiver is served by both replicas.
    fn create(&self, runtime: &Runtime) -> Result<()> {
        self.site.declare_plugin(VERSIONS[0])?;
        let mut objects = Vec::new();
        for receiver in &self.receivers {
            objects.extend(receiver.objects(&self.site.senders)?);
        }
        self.site.apply(&objects)?;
        self.until_plugin(VERSIONS[0], "serving")?;
        // A version that has served may be rolled back to.
        self.site.declare_plugin(VERSIONS[1])?;
        self.until_plugin(VERSIONS[1], "serving")?;
        for receiver in &self.receivers {
            let path = receiver.path(receiver.token().as_ref());
            let is_served = |status| status != 404 && status != 503;
            self.until_path(
                runtime,
                &path,
                &format!("{} served", receiver.name),
                is_served,
            )?;
        }
        Ok(())
    }

    /// One fault after another, until the time is over and each has been, or until one does not pass: what
    /// comes after that says nothing.
    fn strike(&self, runtime: &Runtime, time: Duration, report: &mut Report) {
        let began = Instant::now();
        loop {
            let is_over = |rounds: usize| rounds > 0 && began.elapsed() >= time;
            if is_over(report.rounds) {
                return;
            }
            report.round_begins();
            for fault in report.faults.clone() {
                if is_over(report.rounds) {
                    return;
                }
                self.enter(fault.phase());
                let struck = fault.strike(self, runtime);
                self.enter(Phase::Calm);
                if !report.struck(fault, struck, self) {
                    return;
                }
                report.calm(self);
            }
            report.rounds += 1;
        }
    }

    fn phase(&self) -> Phase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }
}
