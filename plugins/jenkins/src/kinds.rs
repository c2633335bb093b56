/// The events of the plugins that name theirs. Those of generic-event and of pipelines are the
/// user's own.
pub(crate) const EVENTS: &[&str] = &[
    // notification: the phase of a build.
    "COMPLETED",
    "FINALIZED",
    "QUEUED",
    "STARTED",
    // outbound-webhook.
    "failure",
    "start",
    "success",
    "unstable",
    // cloudevents-plugin.
    "org.jenkinsci.job.completed",
    "org.jenkinsci.job.created",
    "org.jenkinsci.job.failed",
    "org.jenkinsci.job.finalized",
    "org.jenkinsci.job.started",
    "org.jenkinsci.job.updated",
    "org.jenkinsci.node.offline",
    "org.jenkinsci.node.online",
    "org.jenkinsci.queue.entered_waiting",
    "org.jenkinsci.queue.left",
];
