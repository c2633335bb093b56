use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Metadata, ReceiverPluginStatus, SecretReference, schema};

// `kubectl explain` prints the comments of `ReceiverPluginSpec` and everything below it, so they address
// the author of a ReceiverPlugin.

/// A ReceiverPlugin: where a component comes from, who must have signed it, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiverPlugin {
    pub metadata: Metadata,
    pub spec: ReceiverPluginSpec,
}

/// The source of a component, the signatures that it must have, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, CustomResource)]
// An unknown field is refused: its author may have meant it to restrict something.
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[kube(
    group = "bellpull.dev",
    version = "v1alpha1",
    kind = "ReceiverPlugin",
    root = "DefinedReceiverPlugin",
    doc = "A component that adds providers: where it comes from, who must have signed it, and what it may do.",
    status = "ReceiverPluginStatus",
    category = "bellpull",
    annotation("kustomize.toolkit.fluxcd.io/substitute", "disabled"),
    printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    printcolumn = r#"{"name": "Ready", "type": "string",
        "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name": "Status", "type": "string",
        "jsonPath": ".status.conditions[?(@.type==\"Ready\")].message"}"#,
    printcolumn = r#"{"name": "Version", "type": "string", "priority": 1,
        "jsonPath": ".status.artifact.version"}"#
)]
#[schemars(extend("x-kubernetes-validations" = schema::plugin_rules()))]
pub struct ReceiverPluginSpec {
    /// Where the component comes from: a registry, or a ConfigMap.
    pub source: ArtefactSource,
    /// The signatures that the artefact must have. It is required unless `digest` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<SignatureRules>,
    /// The digest that the artefact must have: of the manifest in a registry, or of the component in a
    /// ConfigMap. It is required unless `verify` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^sha256:[a-f0-9]{64}$"))]
    pub digest: Option<String>,
    /// The provider names that the component may claim. If it claims another one, it does not serve.
    #[schemars(
        length(min = 1, max = 32),
        inner(length(min = 1, max = 63), regex(pattern = "^[a-z0-9-]+$"))
    )]
    pub providers: Vec<String>,
    /// Whether the component may serve the names of bundled providers in their place.
    #[serde(
        default,
        rename = "override",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub overrides_bundled: bool,
    /// The namespaces whose Receivers may use the component. The default is every namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_namespaces: Option<NamespaceSelection>,
    /// What the component may do beyond judging deliveries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<PluginGrants>,
    /// Limits of each call of the component. They lower those of the process, and never raise them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<PluginLimits>,
    /// Whether a new version must pass the cases that its author has attached to it, before it serves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_test: bool,
    /// Whether no new version is looked for. The version that serves goes on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspend: bool,
}

/// A registry, or a ConfigMap: one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArtefactSource {
    /// An artefact of an OCI registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oci: Option<OciSource>,
    /// A component in `binaryData` of a ConfigMap, which holds at most 1 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_map: Option<ConfigMapSource>,
}

/// A repository of a registry, and one of `tag`, `semver` and `digest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OciSource {
    /// The repository, as `oci://HOST/REPOSITORY`.
    #[schemars(length(max = 2048), regex(pattern = "^oci://[^/]+/.+$"))]
    pub url: String,
    /// The tag. It is asked for again at each interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// A range of versions, such as `>=1.4 <2`. The newest tag within it is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub semver: Option<String>,
    /// The digest of the artefact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^sha256:[a-f0-9]{64}$"))]
    pub digest: Option<String>,
    /// A Secret of the type `kubernetes.io/dockerconfigjson`, in Bellpull's own namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
    /// A Secret in Bellpull's own namespace with `ca.crt`, the authorities of the registry's
    /// certificate, and with `tls.crt` and `tls.key`, a certificate to show to the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert_secret_ref: Option<SecretReference>,
    /// Whether the registry is asked by plain HTTP. The operator must allow it too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insecure: bool,
    /// How often the registry is asked, such as `1h` or `30m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"),
        extend("default" = "1h")
    )]
    pub interval: Option<String>,
}

/// A key of a ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigMapSource {
    /// The ConfigMap's name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The ConfigMap's namespace. The default is Bellpull's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub namespace: Option<String>,
    /// The key in `binaryData` that holds the component.
    #[schemars(length(min = 1, max = 253))]
    pub key: String,
}

/// Whose signatures count, and how many there must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignatureRules {
    /// Public keys whose signatures count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub keys: Vec<SignatureKey>,
    /// Identities whose keyless signatures count. They need `trustedRootRef`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub identities: Vec<SignatureIdentity>,
    /// A ConfigMap in Bellpull's own namespace with Sigstore's `trusted_root.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_root_ref: Option<KeyReference>,
    /// How many distinct keys and identities must have signed. The default is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 32))]
    pub minimum: Option<usize>,
    /// Whether signatures by keys must be in a transparency log of the trusted root too, as those of
    /// identities must.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log_entry: bool,
}

/// A public key: its PEM, or a Secret that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignatureKey {
    /// How the key is called in status and in errors.
    #[schemars(length(min = 1, max = 63))]
    pub name: String,
    /// The key as PEM: ECDSA on P-256, or Ed25519.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 4096))]
    pub pem: Option<String>,
    /// A Secret in Bellpull's own namespace. The default of `key` is `cosign.pub`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<KeyReference>,
}

/// A key of a Secret or of a ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyReference {
    /// The object's name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The key within it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub key: Option<String>,
}

/// An identity of a certificate: its issuer, and its subject by one of the two ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignatureIdentity {
    /// The OIDC issuer, such as `https://token.actions.githubusercontent.com`.
    #[schemars(length(min = 1, max = 2048))]
    pub issuer: String,
    /// The subject, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub subject: Option<String>,
    /// A regular expression that the whole subject must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub subject_reg_exp: Option<String>,
}

/// Namespaces by name, or by their labels. A namespace that fits either is selected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamespaceSelection {
    /// Names of namespaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1024))]
    pub names: Vec<String>,
    /// The labels that a namespace must have, all of them. An empty map selects every namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_labels: Option<BTreeMap<String, String>>,
}

/// What a component may do beyond judging deliveries. Nothing is granted by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PluginGrants {
    /// Whether it may have the tokens of issuers verified, whose keys Bellpull fetches.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub jwt: bool,
    /// The hosts that it may have documents fetched from, as it asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub fetch_hosts: Vec<String>,
    /// The keys of Receivers' Secrets whose values it may read. Such values are not secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub setting_keys: Vec<String>,
}

/// Limits of each call of a component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PluginLimits {
    /// Most memory, such as `8Mi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[1-9][0-9]*(Ki|Mi)?$"))]
    pub memory: Option<String>,
    /// Most time, such as `100ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^([0-9]+(\.[0-9]+)?(ms|s))+$"))]
    pub time: Option<String>,
}
