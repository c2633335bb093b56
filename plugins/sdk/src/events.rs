//! Comparing a delivery's event with `spec.events`.

/// Whether `event` is wanted: an empty list wants all, names compare without ASCII case, as Flux's
/// receiver does.
pub fn wanted(listed: &[String], event: &str) -> bool {
    listed.is_empty() || listed.iter().any(|name| name.eq_ignore_ascii_case(event))
}

/// A warning for every listed name that `known` does not have. Filtering goes on all the same: such
/// a name matches nothing today, and perhaps an event that the sender adds tomorrow.
pub fn unknown(listed: &[String], known: &[&str]) -> Vec<String> {
    listed
        .iter()
        .filter(|name| !known.iter().any(|event| event.eq_ignore_ascii_case(name)))
        .map(|name| ["spec.events: this provider knows no event '", name, "'"].concat())
        .collect()
}

/// The warning of a provider whose sender names no events: the list is not looked at.
pub fn ignored(listed: &[String]) -> Vec<String> {
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
    fn warns_of_names_nobody_sends() {
        let warnings = unknown(&names(&["PUSH", "psuh"]), &["push"]);
        assert_eq!(
            warnings,
            ["spec.events: this provider knows no event 'psuh'"]
        );
        assert!(unknown(&[], &["push"]).is_empty());
    }

    #[test]
    fn warns_once_where_no_event_has_a_name() {
        assert!(ignored(&[]).is_empty());
        assert_eq!(ignored(&names(&["a", "b"])).len(), 1);
    }
}
