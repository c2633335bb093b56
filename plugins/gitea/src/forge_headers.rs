//! What the three call their headers. Each also sends the older ones' headers, so that the Receiver's
//! type decides which of them count.

/// The headers of one sender, its own first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Headers {
    /// Bare hexadecimal HMAC-SHA256. Where the first is there, right or wrong, the next is not looked
    /// at.
    pub(crate) signature: &'static [&'static str],
    /// The event.
    pub(crate) event: &'static [&'static str],
    /// What exactly happened: of the event `pull_request` it says `pull_request_sync`.
    pub(crate) exact_event: &'static [&'static str],
    pub(crate) delivery: &'static [&'static str],
}

pub(crate) const PROVIDERS: [&str; 3] = ["gitea", "forgejo", "gogs"];

/// The headers of the sender that `spec.type` names.
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

/// Its own names came late: versions before have Gitea's.
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
