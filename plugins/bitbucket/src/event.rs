use bellpull_sdk::{Change, Event, GitChange, Selection, git};

use crate::{cloud, data_center};

/// The pointers for every payload of either product.
pub(crate) const POINTERS: &[&str] = &[
    "/commit_status/state",
    cloud::REPOSITORY,
    cloud::PULL_REQUEST[0],
    cloud::PULL_REQUEST[1],
    cloud::PULL_REQUEST[2],
    cloud::PULL_REQUEST[3],
    cloud::PULL_REQUEST[4],
    cloud::PULL_REQUEST[5],
    cloud::PULL_REQUEST[6],
    cloud::PULL_REQUEST[7],
    data_center::REPOSITORY[0],
    data_center::REPOSITORY[1],
    data_center::PULL_REQUEST[0],
    data_center::PULL_REQUEST[1],
    data_center::PULL_REQUEST[2],
    data_center::PULL_REQUEST[3],
    data_center::PULL_REQUEST[4],
    data_center::PULL_REQUEST[5],
    data_center::PULL_REQUEST[6],
    data_center::PULL_REQUEST[7],
    data_center::PULL_REQUEST[8],
    data_center::REF_LIMIT_EXCEEDED,
    data_center::MODIFIED[0],
    data_center::MODIFIED[1],
    data_center::MODIFIED[2],
    data_center::NAMES[0],
    data_center::NAMES[1],
];

/// The names of the repository in payloads of either product.
const REPOSITORY: [&str; 3] = [
    data_center::REPOSITORY[0],
    data_center::REPOSITORY[1],
    cloud::REPOSITORY,
];

/// A push may be of very many refs, so that these answers pass the bounds of the host. The
/// repository is still known then.
pub(crate) const BULKY: &[&str] = &[
    cloud::CHANGES[0],
    cloud::CHANGES[1],
    cloud::CHANGES[2],
    cloud::CHANGES[3],
    cloud::CHANGES[4],
    cloud::CHANGES[5],
    data_center::CHANGES[0],
    data_center::CHANGES[1],
    data_center::CHANGES[2],
    data_center::CHANGES[3],
];

/// The facts of an event. The event keys of the two products do not clash.
pub(crate) fn of(kind: &str, payload: &Selection) -> Event {
    let changes = match kind {
        _ if kind.starts_with("pullrequest:") => cloud::pull_request(kind, payload),
        _ if kind.starts_with("pr:") => data_center::pull_request(kind, payload),
        _ => moved(kind, payload).into_iter().map(Change::Git).collect(),
    };
    Event {
        action: payload.text("/commit_status/state").map(String::from),
        changes,
        ..Event::new(kind)
    }
}

fn moved(kind: &str, payload: &Selection) -> Vec<GitChange> {
    match kind {
        "repo:push" => cloud::push(payload),
        "repo:refs_changed" => data_center::push(payload),
        "mirror:repo_synchronized" => data_center::synchronized(payload),
        "repo:modified" => somewhere(payload, &data_center::MODIFIED),
        _ => somewhere(payload, &REPOSITORY),
    }
}

/// A change of the repository without further facts.
fn somewhere(payload: &Selection, pointers: &[&'static str]) -> Vec<GitChange> {
    let change = GitChange::in_repository(git::repositories(payload, pointers));
    Some(change).filter(git::has_facts).into_iter().collect()
}

#[cfg(test)]
mod tests;
