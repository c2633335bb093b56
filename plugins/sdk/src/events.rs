//! Compares the event of a delivery with `spec.events`.

use crate::{Disinterest, Event, Refusal, Verdict, headers};

/// Whether the list wants this event. An empty list wants every event. Names compare without ASCII case,
/// as in Flux.
pub fn wanted(listed: &[String], event: &str) -> bool {
    listed.is_empty() || listed.iter().any(|name| name.eq_ignore_ascii_case(event))
}

/// The event that the header `header` names. If the header names none and the list wants every event,
/// this is [`UNNAMED`]: like Flux, this accepts scripts that send only a body and its proof.
///
/// # Errors
/// `malformed` when the list names events and the header names none, and when the header is repeated or
/// not UTF-8.
pub fn named(listed: &[String], header: &str) -> Result<String, Refusal> {
    name_of(listed, header, headers::text(header)?)
}

fn name_of(listed: &[String], header: &str, sent: Option<String>) -> Result<String, Refusal> {
    match sent.filter(|name| !name.is_empty()) {
        Some(name) => Ok(name),
        None if listed.is_empty() => Ok(UNNAMED.into()),
        None => Err(Refusal::Malformed(
            [
                "header ",
                header,
                " names no event, but spec.events lists events",
            ]
            .concat(),
        )),
    }
}

/// A warning for every listed name that is not in `known`. The list still filters: such a name matches
/// nothing now, but it matches if the sender adds that event.
pub fn unknown_warnings(listed: &[String], known: &[&str]) -> Vec<String> {
    listed
        .iter()
        .filter(|name| !is_known(known, name))
        .map(|name| ["spec.events: this provider knows no event '", name, "'"].concat())
        .collect()
}

/// As [`wanted`], for the providers whose `spec.events` Flux ignores. If the list has a name that is not
/// in `known`, the list has no effect, as with Flux: every event is wanted.
/// [`unfiltered_warnings`] warns about such a list.
pub fn wanted_if_all_known(listed: &[String], known: &[&str], event: &str) -> bool {
    wanted(listed, event) || !listed.iter().all(|name| is_known(known, name))
}

/// As [`wanted_if_all_known`], for a delivery that does not name its event. `may_be` are the known events
/// that the delivery may be; it is wanted if one of them is. If `may_be` is empty the delivery may be
/// any event, and it is wanted whatever is listed: unknown notifies, as by Flux.
pub fn any_wanted_if_all_known(listed: &[String], known: &[&str], may_be: &[&str]) -> bool {
    may_be.is_empty()
        || may_be
            .iter()
            .any(|event| wanted_if_all_known(listed, known, event))
}

/// The kind of an event that its delivery does not name.
pub const UNNAMED: &str = "";

/// Whether the list itself names this event. Then even an event without facts, such as a ping, is
/// wanted.
pub fn is_listed(listed: &[String], event: &str) -> bool {
    !listed.is_empty() && wanted(listed, event)
}

/// A warning for every listed name because of which [`wanted_if_all_known`] does not filter.
pub fn unfiltered_warnings(listed: &[String], known: &[&str]) -> Vec<String> {
    unknown_warnings(listed, known)
        .into_iter()
        .map(|warning| [&warning, ": nothing is filtered, as by Flux"].concat())
        .collect()
}

/// The verdict on an authentic event that is not listed.
pub fn not_listed(event: &str) -> Verdict {
    let reason = ["event ", event, " is not listed"].concat();
    Verdict::Ignore(Disinterest {
        event: Some(Event::new(event)),
        ..Disinterest::new("not-listed", &reason)
    })
}

fn is_known(known: &[&str], name: &str) -> bool {
    known.iter().any(|event| event.eq_ignore_ascii_case(name))
}

/// The warning of a provider that ignores the list, because its senders name no events.
pub fn ignored_warnings(listed: &[String]) -> Vec<String> {
    if listed.is_empty() {
        return Vec::new();
    }
    vec!["spec.events is ignored: deliveries to this provider name no event".into()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;

    #[test]
    fn wants_what_is_listed_without_case() {
        assert!(wanted(&[], "push"));
        assert!(wanted(&names(&["ping", "Push"]), "push"));
        assert!(!wanted(&names(&["ping"]), "push"));
        assert!(!wanted(&names(&[""]), "push"));
    }

    #[test]
    fn only_who_wants_all_hears_what_has_no_name() {
        let name = |listed: &[&str], sent: Option<&str>| {
            name_of(&names(listed), "x-event", sent.map(String::from)).ok()
        };
        for sent in [None, Some("")] {
            assert_eq!(name(&[], sent).as_deref(), Some(UNNAMED));
            assert_eq!(name(&["push"], sent), None);
        }
        assert_eq!(name(&["ping"], Some("push")).as_deref(), Some("push"));
    }

    #[test]
    fn warns_of_names_nobody_sends() {
        let warnings = unknown_warnings(&names(&["PUSH", "psuh"]), &["push"]);
        assert_eq!(
            warnings,
            ["spec.events: this provider knows no event 'psuh'"]
        );
        assert!(unknown_warnings(&[], &["push"]).is_empty());
    }

    #[test]
    fn filters_only_by_names_that_are_known() {
        let known = ["push", "delete"];
        let wants = |listed: &[&str], event| wanted_if_all_known(&names(listed), &known, event);
        assert!(wants(&[], "push"));
        assert!(wants(&["PUSH"], "push"));
        assert!(!wants(&["Delete"], "push"));
        assert!(wants(&["delete", "psuh"], "push"));
        assert_eq!(
            unfiltered_warnings(&names(&["delete", "psuh"]), &known),
            ["spec.events: this provider knows no event 'psuh': nothing is filtered, as by Flux"]
        );
    }

    #[test]
    fn what_names_no_event_is_excluded_by_no_other() {
        let known = ["push", "delete", "quota_warning", "quota_error"];
        let wants = |listed: &[&str], may_be: &[&str]| {
            any_wanted_if_all_known(&names(listed), &known, may_be)
        };
        let quota = ["quota_warning", "quota_error"];
        for (listed, may_be, expected) in [
            (&[] as &[_], &[] as &[_], true),
            (&["push"], &[], true),
            (&["psuh"], &[], true),
            (&[], &quota, true),
            (&["push"], &quota, false),
            (&["push", "QUOTA_ERROR"], &quota, true),
            (&["push", "psuh"], &quota, true),
        ] {
            assert_eq!(wants(listed, may_be), expected, "{listed:?} {may_be:?}");
        }
    }

    #[test]
    fn an_empty_list_lists_nothing() {
        assert!(is_listed(&names(&["Ping"]), "ping"));
        assert!(!is_listed(&names(&["push"]), "ping"));
        assert!(!is_listed(&[], "ping"));
    }

    #[test]
    fn says_which_event_is_not_listed() {
        let Verdict::Ignore(told) = not_listed("push") else {
            panic!("it is ignored");
        };
        let kind = told.event.map(|event| event.kind);
        let got = (told.class.as_str(), told.reason.as_str(), kind.as_deref());
        assert_eq!(
            got,
            ("not-listed", "event push is not listed", Some("push"))
        );
    }

    #[test]
    fn warns_once_where_no_event_has_a_name() {
        assert!(ignored_warnings(&[]).is_empty());
        assert_eq!(ignored_warnings(&names(&["a", "b"])).len(), 1);
    }
}
