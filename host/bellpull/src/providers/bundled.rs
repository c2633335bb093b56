use bellpull_bundle::{BUNDLED, Bundled};
use bellpull_core::Description;

/// The bundled component that serves this provider name.
#[must_use]
pub(crate) fn find_bundled(provider: &str) -> Option<&'static Bundled> {
    let mut bundled = BUNDLED.iter();
    bundled.find(|bundled| bundled.names.contains(&provider))
}

/// The description that the component gave of itself when this binary was built.
pub(super) fn description(bundled: &Bundled) -> Description {
    let texts = |texts: &[&str]| texts.iter().copied().map(String::from).collect();
    let described = bundled.description;
    Description {
        providers: texts(described.providers),
        version: described.version.to_owned(),
        documentation: described.documentation.to_owned(),
        events: texts(described.events),
        credential_keys: texts(described.credential_keys),
        setting_keys: texts(described.setting_keys),
        config_schema: described.config_schema.to_owned(),
        fetch_hosts: texts(described.fetch_hosts),
    }
}
