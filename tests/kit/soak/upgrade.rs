//! Two replicas go from a commit of Bellpull to another one and back, one after the other, under load.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::checkout::Checkout;
use super::oracle::Phase;
use super::receivers::PLUGIN;
use super::replicas::{Disk, Replica};
use super::report::Report;
use super::site::VERSIONS;
use super::{Soak, SoakSettings, under_load};
use crate::serve::said;

/// Records of a replica that its successor must know.
const RECORDS: usize = 50;

/// Upgrades from the commit in this folder, whose binary is there too, to this one, and goes back. The
/// registry is down all the while: what plugins there are come from the cache of the other commit.
///
/// # Errors
/// When something around the replicas fails. What the replicas do wrong is in the report.
pub fn upgrade(from: &Path, settings: &SoakSettings) -> Result<Report> {
    let runtime = Runtime::new()?;
    let (former, current) = (Checkout::of(from)?, Checkout::current());
    let soak = Arc::new(Soak::new(settings, &former, Disk::Kept)?);
    under_load(&runtime, &soak, settings.rate, Vec::new(), |_| {
        if let Err(error) = there_and_back(&soak, &former, &current) {
            soak.oracle.fails(format!("{error:#}"));
        }
    })
}

fn there_and_back(soak: &Soak, former: &Checkout, current: &Checkout) -> Result<()> {
    let [first, second] = &soak.replicas;
    soak.until("every status written", || statuses(soak).is_ok())?;
    let statuses = statuses(soak)?;
    soak.site.registry.stop();
    current.install(&soak.site.plane)?;
    soak.until_all_notify().context("the newer definitions")?;
    for (step, replica, to) in [
        ("the newer one beside the older one", second, current),
        ("the newer one alone", first, current),
        ("the older one again beside the newer one", second, former),
        ("the older one again alone", first, former),
    ] {
        is_succeeded(soak, replica, to)
            .and_then(|()| same(&statuses, &self::statuses(soak)?))
            .and_then(|()| lists_deliveries(&soak.replicas, [former, current]))
            .context(step)?;
    }
    former.install(&soak.site.plane)?;
    soak.until_all_notify().context("the older definitions")?;
    soak.site.registry.resume()?;
    soak.site.ring_plugin()?;
    soak.until_plugin(VERSIONS[1], "serving")
}

/// A replica is another commit from now on, which knows what the one before it has left.
fn is_succeeded(soak: &Soak, replica: &Replica, to: &Checkout) -> Result<()> {
    let before = records(replica);
    ensure!(before.len() == RECORDS, "{} records", before.len());
    soak.enter(Phase::ReplicaTerminated);
    let replaced = replica.is_replaced_by(&to.binary);
    soak.enter(Phase::Calm);
    replaced?;
    soak.until_all_notify()?;
    for (id, outcome) in before {
        let (status, record) = replica.asked(&format!("/v1/deliveries/{id}"));
        ensure!(
            status == 200 && record["outcome"] == outcome,
            "the record of {id}, {outcome}: {status} {record}"
        );
    }
    let plugin = replica.plugin(PLUGIN);
    let serves = plugin["state"] == "serving" || plugin["state"] == "outdated";
    ensure!(plugin["version"] == VERSIONS[1] && serves, "{plugin}");
    let complaints = replica.complaints();
    for lost in ["cannot be read", "not reading", "moved aside"] {
        ensure!(!complaints.contains(lost), "{complaints}");
    }
    Ok(())
}

/// The newest records of a replica, each with its outcome.
fn records(replica: &Replica) -> Vec<(String, Value)> {
    let (_, page) = replica.asked(&format!("/v1/deliveries?limit={RECORDS}"));
    let rows = page["deliveries"].as_array().into_iter().flatten();
    rows.map(|row| {
        let id = row["id"].as_str().unwrap_or_default();
        (id.to_owned(), row["outcome"].clone())
    })
    .collect()
}

/// Of each Receiver its path, and since when it is in which condition.
type Statuses = BTreeMap<String, (Value, Vec<[Value; 3]>)>;

fn statuses(soak: &Soak) -> Result<Statuses> {
    let namespace = &soak.site.namespace;
    let get = [
        "get",
        "receivers",
        "--namespace",
        namespace,
        "--output=json",
    ];
    let (code, list, stderr) = said(&soak.site.kubectl.run(&get));
    ensure!(code == Some(0), "kubectl get receivers: {stderr}");
    let list: Value = serde_json::from_str(&list)?;
    let items = list["items"].as_array().into_iter().flatten();
    let statuses = items.map(|item| {
        let (name, status) = (&item["metadata"]["name"], &item["status"]);
        let conditions = status["conditions"].as_array().into_iter().flatten();
        let conditions = conditions.map(|condition| {
            ["type", "status", "lastTransitionTime"].map(|key| condition[key].clone())
        });
        let name = name.as_str().unwrap_or_default().to_owned();
        (name, (status["webhookPath"].clone(), conditions.collect()))
    });
    let statuses: Statuses = statuses.collect();
    ensure!(
        statuses.len() == soak.receivers.len(),
        "{} Receivers",
        statuses.len()
    );
    for (name, (path, conditions)) in &statuses {
        ensure!(
            path.is_string() && !conditions.is_empty(),
            "{name}: no status"
        );
    }
    Ok(statuses)
}

fn same(before: &Statuses, after: &Statuses) -> Result<()> {
    for (name, status) in before {
        let now = after.get(name);
        ensure!(now == Some(status), "{name}: {now:?}, and was {status:?}");
    }
    Ok(())
}

/// Whoever has the older command or the newer one may ask any replica.
fn lists_deliveries(replicas: &[Replica; 2], checkouts: [&Checkout; 2]) -> Result<()> {
    for replica in replicas {
        let admin = format!("http://{}", replica.admin());
        for checkout in checkouts {
            let listed = Command::new(&checkout.binary)
                .args(["deliveries", "--admin", &admin])
                .output()?;
            let (code, stdout, stderr) = said(&listed);
            ensure!(
                code == Some(0) && stdout.contains("notified"),
                "{}: {stderr}{stdout}",
                checkout.binary.display()
            );
        }
    }
    Ok(())
}
