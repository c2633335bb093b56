use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bellpull_sandbox::{ComponentLimits, Granted, Grants, LoadError, LoadedComponent};
use bellpull_signature::SignaturePolicy;
use bellpull_trust::{ArtefactPlace, PluginFloor, PluginProblem, PluginReason, PluginRules};

use super::context::KeeperContext;
use super::inputs::PluginInputs;
use super::store::StoredArtefact;

/// The rules of an object with its keys looked up: what it trusts, and what a component may do under it.
pub(super) struct PreparedRules {
    pub(super) rules: PluginRules,
    pub(super) applied: Arc<AppliedRules>,
    pub(super) inputs: PluginInputs,
    /// All of them must hold.
    signatures: Vec<SignaturePolicy>,
    /// Whether the object demands signatures by itself. Else the digest that it names is what it trusts.
    demands_signatures: bool,
    floor: Option<PluginFloor>,
}

/// What a component may do.
pub(super) struct AppliedRules {
    pub(super) grants: Grants,
    limits: ComponentLimits,
    pub(super) overrides: BTreeSet<String>,
    pub(super) namespaces: Option<Arc<BTreeSet<String>>>,
}

impl PreparedRules {
    pub(super) fn of(
        inputs: &PluginInputs,
        context: &KeeperContext,
    ) -> Result<Self, PluginProblem> {
        let policy = &context.policy;
        let rules = PluginRules::of(&inputs.object, policy.floor.as_ref(), &context.own)?;
        let spec = inputs
            .object
            .spec
            .as_ref()
            .and_then(|spec| spec.as_ref().ok());
        let verify = spec.and_then(|spec| spec.verify.as_ref());
        let material = inputs.material(&context.own);
        let own = verify.map(|verify| material.policy(verify)).transpose()?;
        // What a ConfigMap holds has no signature. The floor names its digest instead.
        let of_floor = match rules.place {
            ArtefactPlace::Registry { .. } => policy.signatures.clone(),
            ArtefactPlace::ConfigMap { .. } => None,
        };
        Ok(Self {
            applied: Arc::new(AppliedRules::of(&rules, &inputs.declared.namespaces)),
            inputs: inputs.clone(),
            demands_signatures: own.is_some(),
            signatures: own.into_iter().chain(of_floor).collect(),
            floor: policy.floor.clone(),
            rules,
        })
    }

    /// Whether signatures decide.
    pub(super) fn need_signatures(&self) -> bool {
        !self.signatures.is_empty()
    }

    /// Who has signed an artefact that serves, or has served, if it may serve under these rules. `was_named`
    /// says that the object has named it by its digest since this process began.
    pub(super) fn trusts(
        &self,
        artefact: &StoredArtefact,
        was_named: bool,
    ) -> Result<Vec<String>, PluginProblem> {
        let digest = &artefact.served.digest;
        let is_named = self.rules.digest.as_ref() == Some(digest);
        if !self.demands_signatures && !is_named && !was_named {
            let named = self.rules.digest.as_deref().unwrap_or_default();
            return Err(PluginProblem::new(
                PluginReason::VerificationFailed,
                format!("{digest} is not the artefact that digest names: {named}"),
            ));
        }
        if let Some(floor) = &self.floor {
            let allowed = match &self.rules.place {
                ArtefactPlace::Registry { .. } => floor.allows_repository(&artefact.origin),
                ArtefactPlace::ConfigMap { .. } => floor.allows_unsigned(digest),
            };
            if !allowed {
                return Err(PluginProblem::new(
                    PluginReason::PolicyDenied,
                    format!(
                        "--plugin-policy does not allow it: {digest} from {}",
                        artefact.origin
                    ),
                ));
            }
        }
        self.verify(digest, &artefact.bundles)
    }

    /// Who has signed the artefact of a digest by these bundles.
    pub(super) fn verify(
        &self,
        digest: &str,
        bundles: &[String],
    ) -> Result<Vec<String>, PluginProblem> {
        let bundles: Vec<Vec<u8>> = bundles
            .iter()
            .map(|text| text.clone().into_bytes())
            .collect();
        let mut signers = BTreeSet::new();
        for policy in &self.signatures {
            let signed = policy.verify(digest, &bundles).map_err(|error| {
                PluginProblem::new(
                    PluginReason::VerificationFailed,
                    format!("{digest} is not trusted: {error}"),
                )
            })?;
            signers.extend(signed.iter().map(ToString::to_string));
        }
        Ok(signers.into_iter().collect())
    }

    /// The component within these rules.
    pub(super) fn apply(
        &self,
        loaded: &LoadedComponent,
    ) -> Result<Arc<LoadedComponent>, PluginProblem> {
        let AppliedRules { grants, limits, .. } = &*self.applied;
        let granted = loaded
            .granted(grants)
            .map_err(|error| load_problem(&error))?;
        Ok(Arc::new(granted.limited(*limits)))
    }
}

impl AppliedRules {
    fn of(rules: &PluginRules, namespaces: &BTreeMap<String, BTreeMap<String, String>>) -> Self {
        let granted = Granted {
            keys: rules.grants.setting_keys.iter().cloned().collect(),
            jwt: rules.grants.jwt,
            hosts: rules.grants.fetch_hosts.iter().cloned().collect(),
        };
        let names = rules.providers.iter();
        Self {
            grants: Grants::Listed(names.map(|name| (name.clone(), granted.clone())).collect()),
            limits: ComponentLimits {
                memory: rules.memory,
                time: rules.time,
            },
            overrides: rules.overrides.clone(),
            namespaces: rules.namespaces(namespaces).map(Arc::new),
        }
    }
}

/// Why a component does not load, in the words of a ReceiverPlugin.
pub(super) fn load_problem(error: &LoadError) -> PluginProblem {
    match error {
        LoadError::NotGranted {
            interface, grant, ..
        } => PluginProblem::new(
            PluginReason::CapabilityNotGranted,
            format!("the component imports {interface}: grant it {grant} in spec.grants"),
        ),
        other => PluginProblem::new(PluginReason::ComponentInvalid, other.to_string()),
    }
}
