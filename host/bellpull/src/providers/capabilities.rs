use bellpull_sandbox::{Grants, LoadedComponent};

/// Everything that a component asks for, as `--grant` names it, and whether that is granted.
pub(crate) fn capabilities(component: &LoadedComponent, grants: &Grants) -> Vec<(String, bool)> {
    let description = component.description();
    let hosts = grants.fetch_hosts(description);
    let keys = grants.settings(description);
    let jwt = component
        .verifies_tokens()
        .then(|| ("jwt".to_owned(), grants.jwt(description)));
    let fetch = description
        .fetch_hosts
        .iter()
        .map(|host| (format!("fetch:{host}"), hosts.contains(host)));
    let read = description
        .setting_keys
        .iter()
        .map(|key| (format!("read:{key}"), keys.contains(key)));
    jwt.into_iter().chain(fetch).chain(read).collect()
}
