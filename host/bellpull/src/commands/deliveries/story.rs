use anyhow::Result;
use bellpull_records::DeliveryView;

use crate::output;

/// Longest line, bytes.
const MOST: usize = 64 << 10;

/// Prints one delivery from its request to the last attempt, as `receivers --explain` does.
pub(super) fn print(delivery: &DeliveryView) -> Result<()> {
    let provider = delivery.provider.as_deref().unwrap_or("no provider");
    output::line(&format!("Receiver {} ({provider})", delivery.receiver))?;
    request(delivery)?;
    component(delivery)?;
    outcome(delivery)?;
    if let Some(events) = &delivery.events {
        row("event", &serde_json::to_string(events)?)?;
    }
    if !delivery.claims.is_empty() {
        row("claims", &delivery.claims.join(", "))?;
    }
    references(delivery)?;
    attempts(delivery)?;
    if let Some(body) = &delivery.request.body {
        output::line("  body")?;
        for line in body.lines() {
            row("", line)?;
        }
    }
    Ok(())
}

fn request(delivery: &DeliveryView) -> Result<()> {
    let request = &delivery.request;
    row(
        "delivery",
        &format!("{}, received {}", delivery.id, delivery.received),
    )?;
    if let Some(trace) = &delivery.trace_id {
        row("trace", trace)?;
    }
    if let Some(earlier) = &delivery.replay_of {
        row("replay of", earlier)?;
    }
    let client = &request.client;
    let address = client.address.as_deref().unwrap_or("an unknown address");
    let certificate = client.subject.as_deref();
    let certificate = certificate.map(|subject| format!(", certificate {subject}"));
    row(
        "client",
        &format!("{address}{}", certificate.unwrap_or_default()),
    )?;
    row(
        "request",
        &format!("{}, {} bytes", request.method, request.body_bytes),
    )?;
    for (name, value) in &request.query {
        row("", &format!("?{name}={value}"))?;
    }
    for (name, value) in &request.headers {
        row("", &format!("{name}: {value}"))?;
    }
    Ok(())
}

fn component(delivery: &DeliveryView) -> Result<()> {
    let Some(digest) = &delivery.component_digest else {
        return Ok(());
    };
    let version = delivery.provider_version.as_deref().unwrap_or_default();
    row("component", &format!("{version} {digest}"))
}

fn outcome(delivery: &DeliveryView) -> Result<()> {
    let reason = delivery.reason.as_ref().unwrap_or(&delivery.message);
    let class = delivery.class.as_deref().map(|class| format!(" ({class})"));
    let class = class.unwrap_or_default();
    row("outcome", &format!("{}{class}: {reason}", delivery.outcome))?;
    row(
        "answer",
        &format!("{}, {}", delivery.status, delivery.message),
    )?;
    let steps = delivery.steps.iter();
    let steps: Vec<String> = steps
        .map(|at| format!("{} at {} µs", at.step, at.began_us))
        .collect();
    if !steps.is_empty() {
        row("steps", &steps.join(", "))?;
    }
    let verify = delivery.verify_us.map(|us| format!("{us} µs to verify, "));
    let verify = verify.unwrap_or_default();
    row("time", &format!("{verify}{} µs in all", delivery.total_us))
}

fn attempts(delivery: &DeliveryView) -> Result<()> {
    for attempt in &delivery.attempts {
        let ended = match &attempt.error {
            None => format!("notified in {} µs", attempt.took_us),
            Some(error) => format!("failed after {} µs: {error}", attempt.took_us),
        };
        row(
            "attempt",
            &format!("{} at {}: {ended}", attempt.target, attempt.began),
        )?;
    }
    for given_up in &delivery.given_up {
        let (target, at, why) = (&given_up.target, &given_up.at, &given_up.why);
        row("given up", &format!("{target} at {at}: {why}"))?;
    }
    Ok(())
}

fn references(delivery: &DeliveryView) -> Result<()> {
    for reference in &delivery.references {
        row(&format!("resources[{}]", reference.index), &reference.names)?;
        let mut targets = output::Table::plain();
        match &reference.invalid {
            Some(why) => targets.note(&format!("    cannot be resolved: {why}")),
            None if reference.targets.is_empty() => targets.note("    names no object"),
            None => {}
        }
        for target in &reference.targets {
            targets.row([format!("    {}", target.target), target.decision.clone()]);
        }
        targets.print()?;
    }
    if delivery.more_targets > 0 {
        row("", &format!("and {} targets more", delivery.more_targets))?;
    }
    Ok(())
}

/// One line, whose text may be a stranger's.
fn row(name: &str, text: &str) -> Result<()> {
    let text = bellpull_core::text::printable(text, MOST);
    Ok(output::line(&format!("  {name:<12} {text}"))?)
}
