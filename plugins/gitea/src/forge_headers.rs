//! The headers of the three forges. Each forge also sends the headers of the older ones, so the
//! type of the Receiver decides which count.

/// The headers of one forge, its own first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Headers {
    /// The bare hexadecimal HMAC-SHA256. If the first header is present, right or wrong, the next
    /// is not read.
    pub(crate) signature: &'static [&'static str],
    /// The event.
    pub(crate) event: &'static [&'static str],
    /// The exact event: `pull_request_sync`, where the event is `pull_request`.
    pub(crate) exact_event: &'static [&'static str],
    pub(crate) delivery: &'static [&'static str],
}

pub(crate) const PROVIDERS: [&str; 3] = ["gitea", "forgejo", "gogs"];

/// The headers of the forge that `spec.type` names.
pub(crate) fn of(provider: &str) -> &'static Headers {
    match provider {
        "forgejo" => &FORGEJO,
        "gogs" => &GOGS,
        _ => &GITEA,
    }
}

const GITEA: Headers = Headers {
    signature: &["x-gitea-signature"],
    event: &["x-gitea-event"],
    exact_event: &["x-gitea-event-type"],
    delivery: &["x-gitea-delivery"],
};

/// Older versions of Forgejo send only the names of Gitea.
const FORGEJO: Headers = Headers {
    signature: &["x-forgejo-signature", "x-gitea-signature"],
    event: &["x-forgejo-event", "x-gitea-event"],
    exact_event: &["x-forgejo-event-type", "x-gitea-event-type"],
    delivery: &["x-forgejo-delivery", "x-gitea-delivery"],
};

const GOGS: Headers = Headers {
    signature: &["x-gogs-signature"],
    event: &["x-gogs-event"],
    exact_event: &[],
    delivery: &["x-gogs-delivery"],
};
