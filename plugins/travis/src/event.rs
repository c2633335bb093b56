use bellpull_sdk::{Change, Event, GitChange, Refusal, Selection, git};

const PULL_REQUEST: &str = "pull_request";

/// The values of `type`: what triggered a build.
pub(crate) const EVENTS: &[&str] = &["api", "cron", PULL_REQUEST, "push"];

const ID: &str = "/id";
const TYPE: &str = "/type";
const STATE: &str = "/state";
const OWNER: &str = "/repository/owner_name";
const NAME: &str = "/repository/name";
const BRANCH: &str = "/branch";
const TAG: &str = "/tag";
const COMMIT: &str = "/commit";
/// A page on the host of the repository. `repository.url` is `null`.
const COMPARED: &str = "/compare_url";

/// The pointers for every payload.
pub(crate) const POINTERS: &[&str] = &[ID, TYPE, STATE, OWNER, NAME, BRANCH, TAG, COMMIT, COMPARED];

/// `owner/name` of the repository that was built.
pub(crate) fn repository(payload: &Selection) -> Result<String, Refusal> {
    match (payload.text(OWNER), payload.text(NAME)) {
        (Some(owner), Some(name)) => Ok([owner, "/", name].concat()),
        _ => Err(Refusal::Malformed(
            "the payload names no repository by owner_name and name".into(),
        )),
    }
}

/// The event's name in the payload.
pub(crate) fn kind(payload: &Selection) -> Result<&str, Refusal> {
    payload
        .text(TYPE)
        .ok_or_else(|| Refusal::Malformed("the payload has no type".into()))
}

pub(crate) fn id(payload: &Selection) -> Option<String> {
    payload.number(ID).map(|id| id.to_string())
}

/// The facts of a build.
pub(crate) fn of(kind: &str, repository: &str, payload: &Selection) -> Event {
    let url = url(repository, payload.text(COMPARED));
    let somewhere = GitChange::in_repository(url.into_iter().collect());
    // The build of a pull request has changed nothing yet.
    let built = match kind {
        PULL_REQUEST => somewhere,
        _ => GitChange {
            ref_: git::tag(payload.text(TAG)).or_else(|| git::branch(payload.text(BRANCH))),
            after: git::commit(payload.text(COMMIT)),
            ..somewhere
        },
    };
    Event {
        action: payload.text(STATE).map(String::from),
        changes: Some(built)
            .filter(git::has_facts)
            .map(Change::Git)
            .into_iter()
            .collect(),
        ..Event::new(kind)
    }
}

/// The URL of the repository: that of the page up to the name of the repository.
fn url(repository: &str, compared: Option<&str>) -> Option<String> {
    let (host, path) = compared?.strip_prefix("https://")?.split_once('/')?;
    let (head, tail) = path.split_at_checked(repository.len())?;
    (head.eq_ignore_ascii_case(repository) && tail.starts_with('/'))
        .then(|| ["https://", host, "/", head].concat())
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;

    use super::*;

    fn build(more: [(&'static str, &str); 2]) -> Selection {
        let mut payload = Selection::from([
            (OWNER, "acme"),
            (NAME, "shop"),
            (BRANCH, "main"),
            (COMMIT, "3a09"),
            (STATE, "passed"),
            (COMPARED, "https://github.com/Acme/shop/compare/9f9d...3a09"),
        ]);
        payload.extend(more.map(|(at, text)| (at, vec![Value::Text(text.into())])));
        payload.extend([(ID, vec![Value::Number("176075135".into())])]);
        payload
    }

    fn change(kind: &str, payload: &Selection) -> GitChange {
        match of(kind, "acme/shop", payload).changes.remove(0) {
            Change::Git(change) => change,
            other => panic!("a build is of git: {other:?}"),
        }
    }

    #[test]
    fn a_build_is_of_a_branch_or_a_tag() {
        for (tag, expected) in [("", "refs/heads/main"), ("v1", "refs/tags/v1")] {
            let change = change("push", &build([(TAG, tag), (TYPE, "push")]));
            assert_eq!(change.ref_.as_deref(), Some(expected));
            assert_eq!(change.repositories, ["https://github.com/Acme/shop"]);
            assert_eq!(change.after.as_deref(), Some("3a09"));
        }
    }

    #[test]
    fn a_pull_request_names_the_repository_alone() {
        let change = change(PULL_REQUEST, &build([(TAG, ""), (TYPE, PULL_REQUEST)]));
        let url = "https://github.com/Acme/shop".to_owned();
        assert_eq!(change, GitChange::in_repository(vec![url]));
    }

    #[test]
    fn tells_state_and_number() {
        let payload = build([(TAG, ""), (TYPE, "cron")]);
        let event = of("cron", "acme/shop", &payload);
        assert_eq!(event.action.as_deref(), Some("passed"));
        assert_eq!(id(&payload).as_deref(), Some("176075135"));
    }

    #[test]
    fn a_page_of_another_repository_is_no_address() {
        for compared in [
            "https://github.com/acme/shop",
            "https://github.com/acme/shop2/compare/a...b",
            "https://github.com/evil/acme/shop/compare/a...b",
            "http://github.com/acme/shop/compare/a...b",
            "acme/shop/compare",
        ] {
            assert_eq!(url("acme/shop", Some(compared)), None, "{compared}");
        }
        assert_eq!(url("acme/shop", None), None);
    }

    #[test]
    fn without_repository_or_type_it_is_no_build() {
        assert!(repository(&Selection::from([(NAME, "shop")])).is_err());
        assert!(repository(&Selection::from([(OWNER, "acme")])).is_err());
        assert!(kind(&Selection::from([])).is_err());
    }
}
