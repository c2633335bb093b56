//! The bundled providers in the sandbox that serves. Each input is a delivery of one of the provider's
//! cases with another body, which is signed as the case says: what a sender may send who knows the secret.

mod altered;
mod cdevents;
mod promises;
mod replayed;
mod world;

use std::sync::LazyLock;

use crate::FuzzTarget;
use replayed::Replayed;

macro_rules! of_providers {
    ($($provider:literal)*) => {
        &[$(FuzzTarget {
            name: concat!("provider-", $provider),
            run: |input| {
                static REPLAYED: LazyLock<Replayed> = LazyLock::new(|| Replayed::new($provider));
                REPLAYED.run(input);
            },
        },)* cdevents::TARGET]
    };
}

/// One for each folder of `tests/cases`, and one for the modes of CloudEvents.
pub(crate) const TARGETS: &[FuzzTarget] = of_providers![
    "acr" "aws-eventbridge" "aws-sns" "azure-devops" "bitbucket" "cdevents" "circleci" "dockerhub"
    "forgejo" "gcr" "generic" "generic-hmac" "generic-oidc" "gitea" "github" "gitlab" "gogs" "harbor"
    "jenkins" "nexus" "quay" "travis"
];

#[cfg(test)]
mod tests {
    use bellpull_tests::cases::provider_folders;

    use super::*;

    #[test]
    fn every_provider_has_a_target() {
        let targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        for folder in provider_folders() {
            let provider = folder.file_name().expect("a name").to_string_lossy();
            let name = format!("provider-{provider}");
            assert!(targets.contains(&name.as_str()), "{name} is missing");
        }
    }
}
