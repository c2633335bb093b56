/// The events that the plugins name. Users name those of generic-event and of pipelines.
pub(crate) const EVENTS: &[&str] = &[
    // The notification plugin: the phase of a build.
    "COMPLETED",
    "FINALIZED",
    "QUEUED",
    "STARTED",
    // The outbound-webhook plugin.
    "failure",
    "start",
    "success",
    "unstable",
    // The cloudevents plugin.
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
