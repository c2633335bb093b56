use k8s_openapi::api::authentication::v1::{
    TokenReview, TokenReviewSpec, TokenReviewStatus, UserInfo,
};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::api::{Api, PostParams};

use crate::{ClusterClients, api_error};

/// The group of the resources that reviews are about. They exist in no API server: rights to them are
/// bound as to any other resource.
const GROUP: &str = "bellpull.dev";

/// What somebody wants to do, as rights are bound to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewedAccess {
    pub verb: &'static str,
    /// `resource` or `resource/subresource`.
    pub resource: &'static str,
    /// `None`: in all namespaces.
    pub namespace: Option<String>,
}

/// Why access is not known to be allowed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The API server knows no user by the token.
    #[error("the API server does not know the bearer token")]
    Unknown,
    /// The user has no such right.
    #[error("user {user:?} cannot {verb} {resource} of {GROUP} {place}")]
    Denied {
        user: String,
        verb: &'static str,
        resource: &'static str,
        place: String,
    },
    /// The API server does not say.
    #[error("the API server does not say who may: {0}")]
    Silent(String),
}

/// Asks the API server who somebody is (TokenReview) and what he may do (SubjectAccessReview). Needs the
/// rights of the ClusterRole `system:auth-delegator`.
#[derive(Clone)]
pub struct AccessReviews {
    tokens: Api<TokenReview>,
    accesses: Api<SubjectAccessReview>,
}

impl AccessReviews {
    #[must_use]
    pub fn new(clients: &ClusterClients) -> Self {
        Self {
            tokens: Api::all(clients.calling.clone()),
            accesses: Api::all(clients.calling.clone()),
        }
    }

    /// # Errors
    /// When whoever has the token may not, or the API server does not say.
    pub async fn check(&self, token: &str, wanted: ReviewedAccess) -> Result<(), ReviewError> {
        let user = self.user(token).await?;
        let name = user.username.clone().unwrap_or_default();
        let (resource, subresource) = match wanted.resource.split_once('/') {
            Some((resource, subresource)) => (resource, Some(subresource.to_owned())),
            None => (wanted.resource, None),
        };
        let review = SubjectAccessReview {
            spec: SubjectAccessReviewSpec {
                user: user.username,
                uid: user.uid,
                groups: user.groups,
                extra: user.extra,
                resource_attributes: Some(ResourceAttributes {
                    group: Some(GROUP.to_owned()),
                    resource: Some(resource.to_owned()),
                    subresource,
                    verb: Some(wanted.verb.to_owned()),
                    namespace: wanted.namespace.clone(),
                    ..ResourceAttributes::default()
                }),
                ..SubjectAccessReviewSpec::default()
            },
            ..SubjectAccessReview::default()
        };
        let reviewed = self.accesses.create(&PostParams::default(), &review).await;
        let reviewed = reviewed.map_err(|error| silent(&error))?;
        if reviewed.status.is_some_and(|status| status.allowed) {
            return Ok(());
        }
        Err(ReviewError::Denied {
            user: name,
            verb: wanted.verb,
            resource: wanted.resource,
            place: match wanted.namespace {
                Some(namespace) => format!("in namespace {namespace:?}"),
                None => "in all namespaces".to_owned(),
            },
        })
    }

    async fn user(&self, token: &str) -> Result<UserInfo, ReviewError> {
        let review = TokenReview {
            spec: TokenReviewSpec {
                token: token.to_owned(),
                ..TokenReviewSpec::default()
            },
            ..TokenReview::default()
        };
        let reviewed = self.tokens.create(&PostParams::default(), &review).await;
        match reviewed.map_err(|error| silent(&error))?.status {
            Some(TokenReviewStatus {
                authenticated: Some(true),
                user: Some(user),
                ..
            }) => Ok(user),
            _ => Err(ReviewError::Unknown),
        }
    }
}

fn silent(error: &kube::Error) -> ReviewError {
    ReviewError::Silent(api_error::describe(error))
}
