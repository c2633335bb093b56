use bellpull_core::text::printable;
use serde::Deserialize;

use super::error::LayoutError;

/// Longest name that is told, bytes.
const MAX_TOLD: usize = 128;

/// What the config of an artefact says that its component imports and exports, by the names of WIT:
/// `wasi:io/error@0.2.6`. Tools that do not look into a component say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ClaimedShape {
    imports: Option<Vec<String>>,
    exports: Option<Vec<String>>,
}

impl ClaimedShape {
    /// Compares the claim with what the component imports and exports, in any order.
    ///
    /// # Errors
    /// The first name that is only in one of them.
    pub fn compare(&self, imports: &[String], exports: &[String]) -> Result<(), LayoutError> {
        for (what, claimed, real) in [
            ("import", &self.imports, imports),
            ("export", &self.exports, exports),
        ] {
            let claimed = claimed.as_deref().unwrap_or(real);
            if let Some(name) = claimed.iter().find(|name| !real.contains(name)) {
                let name = printable(name, MAX_TOLD);
                return Err(LayoutError::Config(format!(
                    "it names the {what} {name:?}, which the component does not have"
                )));
            }
            if let Some(name) = real.iter().find(|name| !claimed.contains(name)) {
                let name = printable(name, MAX_TOLD);
                return Err(LayoutError::Config(format!(
                    "it leaves out the {what} {name:?} of the component"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_what_the_component_has() {
        let [imports, exports] = [["a", "b"].as_slice(), &["c"]].map(|names| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        });
        for (claim, expected) in [
            (
                r#"{"imports": ["b", "a"], "exports": ["c"], "target": null}"#,
                None,
            ),
            ("{}", None),
            (r#"{"imports": null, "exports": ["c"]}"#, None),
            (
                r#"{"imports": ["a"], "exports": ["c"]}"#,
                Some("leaves out the import \"b\""),
            ),
            (
                r#"{"imports": [], "exports": ["c"]}"#,
                Some("leaves out the import \"a\""),
            ),
            (
                r#"{"imports": ["a", "b", "x"]}"#,
                Some("names the import \"x\""),
            ),
            (r#"{"exports": []}"#, Some("leaves out the export \"c\"")),
            (r#"{"exports": ["c", "d"]}"#, Some("names the export \"d\"")),
        ] {
            let claimed: ClaimedShape = serde_json::from_str(claim).unwrap();
            let got = claimed
                .compare(&imports, &exports)
                .map_err(|error| error.to_string());
            match (got, expected) {
                (Ok(()), None) => {}
                (Err(error), Some(part)) if error.contains(part) => {}
                (got, _) => panic!("{claim}: {got:?}, not {expected:?}"),
            }
        }
    }
}
