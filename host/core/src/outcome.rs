use crate::{IgnoreClass, OutcomeKind, Response, limits};

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Verified; every selected target was notified.
    Notified {
        targets: usize,
        /// Targets that a reference names and that have no manifest.
        without_manifest: usize,
    },
    /// Verified, but some targets cannot be notified as things stand.
    Incomplete {
        notified: usize,
        /// Targets that cannot be notified as things stand.
        unreachable: usize,
        /// Targets among the notified that have no manifest.
        without_manifest: usize,
    },
    /// Verified; no notification has failed, and some still run or wait.
    Accepted {
        running: usize,
        /// Targets that wait for the least interval since their last notification.
        postponed: usize,
        /// Targets, running and postponed ones included, that have no manifest.
        without_manifest: usize,
    },
    /// Authentic, but not an event that the Receiver acts on.
    Ignored {
        class: IgnoreClass,
        /// Whether `spec.events` lists the event or is empty.
        listed: bool,
    },
    /// The component replied to a handshake.
    Replied(Response),
    /// Not a delivery as the provider sends it.
    Malformed,
    /// A filter cannot read the body.
    Unfilterable(UnreadableBody),
    /// The body has a content coding, so that neither the provider nor a filter can read it.
    EncodedBody {
        /// Whether the provider took it, and a filter could not read it.
        unfilterable: bool,
    },
    /// The proof is missing, wrong or stale.
    Unauthenticated,
    /// The Receiver takes no deliveries from where it comes from.
    Forbidden,
    /// It proves nothing, and neither did too many others from the same address.
    Limited {
        /// Seconds until another one is answered as it is.
        retry_after: u64,
    },
    /// The path never belonged to a Receiver.
    Unknown,
    /// The binding does not allow the method.
    WrongMethod {
        /// The value of the `Allow` header.
        allow: String,
    },
    /// The body is larger than the limit.
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The body did not arrive in time.
    TooSlow,
    /// Some notification failed for a temporary reason and is retried.
    Failed { failing: usize },
    /// The delivery cannot be verified or served now.
    Unavailable(UnavailableCause),
}

/// Why a filter cannot read a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadableBody {
    /// It is not a JSON object.
    NotAnObject,
    /// Its values are nested too deep.
    TooDeep,
}

impl UnreadableBody {
    fn message(self) -> String {
        match self {
            Self::NotAnObject => {
                "the body is not a JSON object that a filter of this receiver can read".to_owned()
            }
            Self::TooDeep => format!(
                "the JSON of the body is nested more than {} deep, too deep for a filter of this \
                 receiver",
                limits::FILTERED_DEPTH
            ),
        }
    }
}

/// The part of a message that counts the notifications to come.
fn accepted(running: usize, postponed: usize) -> String {
    let running = match running {
        0 => None,
        1 => Some("1 notification still runs".to_owned()),
        some => Some(format!("{some} notifications still run")),
    };
    let postponed = match postponed {
        0 => None,
        1 => Some("1 notification waits for the least interval of its target".to_owned()),
        some => Some(format!(
            "{some} notifications wait for the least interval of their targets"
        )),
    };
    let parts: Vec<String> = running.into_iter().chain(postponed).collect();
    parts.join(", ")
}

/// The part of a message that counts targets without a manifest.
fn manifest_note(without_manifest: usize) -> String {
    match without_manifest {
        0 => String::new(),
        some => format!(" ({some} without a manifest)"),
    }
}

/// Why a delivery cannot be verified or served now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnavailableCause {
    /// The Receiver is suspended, not ready or without usable credentials.
    NotReady,
    /// The component failed on this delivery.
    Faulted,
    /// The component failed too often and is paused.
    BrokenOff,
    /// No permit or no memory for the body became free in time.
    Busy,
    /// The keys of an issuer could not be fetched.
    Keys,
    /// The targets are not yet known.
    TargetsUnknown,
    /// The filters were not evaluated for every target in time.
    Filters,
    /// Too many targets wait for their notification.
    Pending,
    /// The process is shutting down.
    Draining,
}

impl UnavailableCause {
    fn message(self) -> &'static str {
        match self {
            Self::NotReady => "the receiver is not ready",
            Self::Faulted => "the provider failed on this delivery",
            Self::BrokenOff => "the provider failed too often and rests",
            Self::Busy => "too busy, send again",
            Self::Keys => "the keys to verify with cannot be had now",
            Self::TargetsUnknown => "the targets are not known yet",
            Self::Filters => "the filters of this receiver took too long",
            Self::Pending => "too many notifications wait",
            Self::Draining => "shutting down, send again",
        }
    }
}

impl Outcome {
    /// Why an authentic delivery is of no interest, if that is the outcome.
    #[must_use]
    pub fn class(&self) -> Option<IgnoreClass> {
        match self {
            Self::Ignored { class, .. } => Some(*class),
            _ => None,
        }
    }

    #[must_use]
    pub fn kind(&self) -> OutcomeKind {
        match self {
            Self::Notified { .. } => OutcomeKind::Notified,
            Self::Incomplete { .. } => OutcomeKind::Incomplete,
            Self::Accepted { .. } => OutcomeKind::Accepted,
            Self::Ignored { .. } => OutcomeKind::Ignored,
            Self::Replied(_) => OutcomeKind::Replied,
            Self::Malformed | Self::Unfilterable(_) => OutcomeKind::Malformed,
            Self::EncodedBody { .. } => OutcomeKind::EncodedBody,
            Self::Unauthenticated => OutcomeKind::Unauthenticated,
            Self::Forbidden => OutcomeKind::Forbidden,
            Self::Limited { .. } => OutcomeKind::Limited,
            Self::Unknown => OutcomeKind::Unknown,
            Self::WrongMethod { .. } => OutcomeKind::WrongMethod,
            Self::TooLarge { .. } => OutcomeKind::TooLarge,
            Self::TooSlow => OutcomeKind::TooSlow,
            Self::Failed { .. } => OutcomeKind::Failed,
            Self::Unavailable(_) => OutcomeKind::Unavailable,
        }
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Notified { .. } | Self::Incomplete { .. } | Self::Ignored { .. } => 200,
            Self::Accepted { .. } => 202,
            Self::Replied(response) => response.status,
            Self::Malformed | Self::Unfilterable(_) => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::Limited { .. } => 429,
            Self::Unknown => 404,
            Self::WrongMethod { .. } => 405,
            Self::TooLarge { .. } => 413,
            Self::TooSlow => 408,
            Self::EncodedBody { .. } => 415,
            Self::Failed { .. } | Self::Unavailable(_) => 503,
        }
    }

    /// The status that Flux's notification-controller v1.9.3 gives
    /// (`internal/server/receiver_handlers.go`): 400 for a delivery that is not authentic or not
    /// wanted, 500 if a target failed, and 200 if all were notified. Flux looks only at the event's
    /// name, so a ping that `spec.events` lists and a delivery that reports no change are notified
    /// there.
    #[must_use]
    pub fn flux_status(&self) -> u16 {
        match self {
            Self::Ignored {
                class: IgnoreClass::NoChange,
                ..
            }
            | Self::Ignored {
                class: IgnoreClass::Ping,
                listed: true,
            } => 200,
            Self::Ignored { .. }
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::WrongMethod { .. }
            | Self::EncodedBody {
                unfilterable: false,
            } => 400,
            Self::Incomplete { .. }
            | Self::Failed { .. }
            | Self::Unfilterable(_)
            | Self::EncodedBody { unfilterable: true } => 500,
            Self::Accepted { .. } => 200,
            Self::Unavailable(
                UnavailableCause::Faulted | UnavailableCause::Keys | UnavailableCause::BrokenOff,
            ) => 400,
            other => other.status(),
        }
    }

    /// Seconds after which the sender may try again, if that may help.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Failed { .. } | Self::Unavailable(_) => Some(limits::RETRY_AFTER_SECONDS),
            Self::Limited { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// Whether the delivery has proven nothing: neither who sent it, nor that it is meant for a
    /// Receiver.
    #[must_use]
    pub fn proves_nothing(&self) -> bool {
        matches!(
            self,
            Self::Malformed
                | Self::EncodedBody {
                    unfilterable: false
                }
                | Self::Unauthenticated
                | Self::Forbidden
                | Self::Unknown
                | Self::WrongMethod { .. }
        )
    }

    /// A sentence for the sender. It has no text of a component and does not say which part of a
    /// proof was wrong.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Notified {
                targets,
                without_manifest,
            } => {
                format!("{targets} notified{}", manifest_note(*without_manifest))
            }
            Self::Incomplete {
                notified,
                unreachable,
                without_manifest,
            } => {
                let note = manifest_note(*without_manifest);
                format!("{notified} notified{note}, {unreachable} cannot be; see the Receiver")
            }
            Self::Accepted {
                running,
                postponed,
                without_manifest,
            } => accepted(*running, *postponed) + &manifest_note(*without_manifest),
            Self::Ignored { .. } => {
                "authentic, and not an event that this receiver acts on".to_owned()
            }
            Self::Replied(_) => String::new(),
            Self::Malformed => "not a delivery as this provider sends it".to_owned(),
            Self::Unfilterable(unreadable) => unreadable.message(),
            Self::EncodedBody { .. } => {
                "the body has a content-encoding, which is not undone here: send it without one"
                    .to_owned()
            }
            Self::Unauthenticated => "the delivery did not prove who sent it".to_owned(),
            Self::Forbidden => {
                "this receiver takes no deliveries from where this one comes from".to_owned()
            }
            Self::Limited { retry_after } => format!(
                "too many deliveries from this address proved nothing; try again in {retry_after} s"
            ),
            Self::Unknown => "no receiver has this path".to_owned(),
            Self::WrongMethod { allow } => format!("this receiver takes {allow}"),
            Self::TooLarge { limit } => format!("the body has more than {limit} bytes"),
            Self::TooSlow => "the body did not arrive in time".to_owned(),
            Self::Failed { failing: 1 } => "1 notification failed and is retried".to_owned(),
            Self::Failed { failing } => format!("{failing} notifications failed and are retried"),
            Self::Unavailable(cause) => cause.message().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
