//! Attacks of a tenant, a plugin or a sender on a shared server, and how a neighbour
//! fares meanwhile.

mod filters;
mod manifests;
mod neighbour;
mod plans;
mod plugins;
mod senders;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::manifests::put;
use crate::patience::comes;
use crate::serve::Served;
use neighbour::Neighbour;
pub use plans::slow_to_configure;

/// Memory that may stay after an attack, KiB: stacks of threads, warm slots of the pool.
const GROWTH: u64 = 64 << 10;
/// The least number of the neighbour's requests, and of each attacker's blows meanwhile.
const ASKED: usize = 40;
const BLOWS: usize = 2;

#[derive(Clone)]
pub struct Attack {
    /// Short and unique, for a row of a table.
    pub name: &'static str,
    /// Receivers and targets of the attacker, in YAML. They appear while the neighbour is served, so
    /// planning them is part of the attack.
    pub manifests: String,
    /// Files of `--plugins`, there from the start: name and bytes.
    pub plugins: Vec<(String, Vec<u8>)>,
    pub arguments: Vec<String>,
    /// The provider of the neighbour's Receiver.
    pub neighbour: &'static str,
    /// What an attacker repeats. Its result is ignored.
    pub blow: fn(&Served),
    /// How many attackers there are.
    pub at_once: usize,
}

/// How long an attack goes on.
#[derive(Clone, Copy, Debug)]
pub enum Siege {
    /// Until the neighbour has sent some dozen requests and each attacker has struck.
    Brief,
    For(Duration),
}

/// How the neighbour fared.
#[derive(Debug)]
pub struct Fate {
    /// How often each status answered it. 0 is a connection that broke.
    pub answers: BTreeMap<u16, usize>,
    /// How long each answer took, in ascending order.
    pub times: Vec<Duration>,
    /// Whether a new token of it took effect during the attack.
    pub rotated: bool,
    /// Resident memory before, at most and after the attack, KiB.
    pub memory: [u64; 3],
    pub memory_back: bool,
    /// Whether the server ended with 0 after SIGTERM.
    pub ended: bool,
}

impl Fate {
    /// # Errors
    /// With all that the attack has done to the neighbour.
    pub fn unharmed(&self) -> Result<(), String> {
        let Self {
            answers, memory, ..
        } = self;
        let answered = answers.keys().eq([&200]);
        let harms = [
            (!answered, format!("it was answered {answers:?}")),
            (!self.rotated, "its new token took no effect".to_owned()),
            (
                !self.memory_back,
                format!("memory did not come back: {memory:?} KiB"),
            ),
            (!self.ended, "SIGTERM did not end the server".to_owned()),
        ];
        let harms: Vec<String> = harms
            .into_iter()
            .filter_map(|(harmed, what)| harmed.then_some(what))
            .collect();
        harms
            .is_empty()
            .then_some(())
            .ok_or_else(|| harms.join("; "))
    }

    /// The time that so many of a hundred answers stayed within.
    #[must_use]
    pub fn percentile(&self, of_hundred: usize) -> Duration {
        let at = (self.times.len() * of_hundred / 100).min(self.times.len().saturating_sub(1));
        self.times.get(at).copied().unwrap_or_default()
    }
}

impl Attack {
    /// Serves a neighbour and attacks the server.
    ///
    /// # Panics
    /// When the server does not start.
    #[must_use]
    pub fn run(&self, siege: Siege) -> Fate {
        let (manifests, plugins, cache) = (folder(), folder(), folder());
        for (name, bytes) in &self.plugins {
            std::fs::write(plugins.path().join(name), bytes).expect("written");
        }
        let mut neighbour = Neighbour::new(manifests.path(), self.neighbour);
        let [plugins, cache] =
            [&plugins, &cache].map(|folder| folder.path().to_str().expect("a path in UTF-8"));
        let mut arguments = vec!["--plugins", plugins, "--cache-dir", cache];
        arguments.extend(self.arguments.iter().map(String::as_str));
        let mut served = Served::start(manifests.path(), &arguments);
        assert!(comes(|| neighbour.ask(&served).0 == 200), "before");
        let before = served.resident();
        put(
            manifests.path(),
            "attacker.yaml",
            &(manifests::shared() + &self.manifests),
        );

        let mut fate = self.besiege(&served, &mut neighbour, siege);
        let mut after = 0;
        fate.memory_back = comes(|| {
            // The allocator gives back what is free when its threads next work.
            neighbour.ask(&served);
            after = served.resident();
            after < before + GROWTH
        });
        let [at_start, _, at_end] = &mut fate.memory;
        (*at_start, *at_end) = (before, after);
        served.terminate();
        fate.ended = served.ends().is_some_and(|status| status.success());
        fate
    }

    fn besiege(&self, served: &Served, neighbour: &mut Neighbour, siege: Siege) -> Fate {
        let over = AtomicBool::new(false);
        let blows: Vec<AtomicUsize> = (0..self.at_once).map(|_| AtomicUsize::new(0)).collect();
        let struck = || blows.iter().all(|n| n.load(Ordering::Relaxed) >= BLOWS);
        let began = Instant::now();
        let mut fate = Fate {
            answers: BTreeMap::new(),
            times: Vec::new(),
            rotated: false,
            memory: [0; 3],
            memory_back: false,
            ended: false,
        };
        thread::scope(|scope| {
            for blows in &blows {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        (self.blow)(served);
                        blows.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let enough = |asked: usize| match siege {
                Siege::Brief => asked >= ASKED && struck(),
                Siege::For(time) => began.elapsed() >= time,
            };
            while !enough(fate.times.len()) {
                let (status, time) = neighbour.ask(served);
                *fate.answers.entry(status).or_default() += 1;
                fate.times.push(time);
                let [_, most, _] = &mut fate.memory;
                *most = served.resident().max(*most);
            }
            fate.rotated = neighbour.rotates(served);
            over.store(true, Ordering::Relaxed);
        });
        fate.times.sort_unstable();
        fate
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Every attack.
#[must_use]
pub fn all() -> Vec<Attack> {
    let of_tenants = [filters::attacks(), plans::attacks()].concat();
    [of_tenants, plugins::attacks(), senders::attacks()].concat()
}
