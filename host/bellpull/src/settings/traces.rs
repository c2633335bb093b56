use clap::Args;

use super::switch::Switch as _;

/// The traces of deliveries.
#[derive(Clone, Debug, Args)]
pub struct TraceArgs {
    /// URL of a collector that takes traces by OTLP over HTTP, such as http://collector:4318 [default: that
    /// of OTEL_EXPORTER_OTLP_ENDPOINT; without either, nothing is traced]
    ///
    /// Traces go to /v1/traces below it, as protobuf. OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME,
    /// OTEL_RESOURCE_ATTRIBUTES and OTEL_TRACES_SAMPLER are followed.
    #[arg(
        long,
        value_name = "URL",
        env = "BELLPULL_OTLP_ENDPOINT",
        hide_env_values = true
    )]
    pub otlp_endpoint: Option<String>,
    /// Continue the trace that a delivery names in its header traceparent
    ///
    /// Any sender may write it: it chooses the trace, and whether the delivery is traced.
    #[arg(long, switch(), env = "BELLPULL_TRUST_TRACEPARENT")]
    pub trust_traceparent: bool,
}

impl TraceArgs {
    /// Where traces go. `None`: nowhere.
    pub(crate) fn endpoint(&self) -> Option<String> {
        self.endpoint_among(&of_environment)
    }

    /// What is asked for and is not done.
    #[cfg(feature = "traces")]
    pub(crate) fn warnings(&self) -> Vec<String> {
        warnings_about(&of_environment)
    }

    /// As <https://opentelemetry.io/docs/specs/otel/protocol/exporter/> says, for traces.
    fn endpoint_among(&self, variable: &impl Fn(&str) -> Option<String>) -> Option<String> {
        let is_off =
            variable("OTEL_SDK_DISABLED").is_some_and(|off| off.eq_ignore_ascii_case("true"));
        let below = |base: &String| format!("{}/v1/traces", base.trim_end_matches('/'));
        let own = self.otlp_endpoint.as_ref().map(below);
        let shared = || variable("OTEL_EXPORTER_OTLP_ENDPOINT").as_ref().map(below);
        let told = || variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(shared);
        own.or_else(|| told().filter(|_| !is_off))
    }
}

/// Traces are spoken one way alone.
#[cfg(feature = "traces")]
fn warnings_about(variable: &impl Fn(&str) -> Option<String>) -> Vec<String> {
    let names = [
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
    ];
    let told = names.iter().find_map(|name| Some((name, variable(name)?)));
    let other = told.filter(|(_, protocol)| protocol != "http/protobuf");
    let warning = other.map(|(name, _)| {
        format!("{name} is not followed: traces are sent by http/protobuf, usually to port 4318")
    });
    warning.into_iter().collect()
}

fn of_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among<'a>(set: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + use<'a> {
        |name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn the_flag_counts_before_the_variables_of_opentelemetry() {
        let shared = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://shared:4318/");
        let traces = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/as-is");
        let off = ("OTEL_SDK_DISABLED", "TRUE");
        for (flag, variables, expected) in [
            (None, &[][..], None),
            (Some("http://c:4318"), &[], Some("http://c:4318/v1/traces")),
            (
                Some("http://c/x/"),
                &[traces, off],
                Some("http://c/x/v1/traces"),
            ),
            (None, &[shared], Some("http://shared:4318/v1/traces")),
            (None, &[shared, traces], Some("http://traces/as-is")),
            (None, &[shared, traces, off], None),
        ] {
            let arguments = TraceArgs {
                otlp_endpoint: flag.map(str::to_owned),
                trust_traceparent: false,
            };
            let endpoint = arguments.endpoint_among(&among(variables));
            assert_eq!(endpoint.as_deref(), expected, "{flag:?} {variables:?}");
        }
    }

    #[cfg(feature = "traces")]
    #[test]
    fn a_protocol_that_is_not_spoken_is_told() {
        let traces = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
        let shared = "OTEL_EXPORTER_OTLP_PROTOCOL";
        for (variables, named) in [
            (&[][..], None),
            (&[(shared, "http/protobuf")], None),
            (&[(shared, "grpc")], Some(shared)),
            (&[(shared, "grpc"), (traces, "http/protobuf")], None),
            (&[(traces, "http/json")], Some(traces)),
        ] {
            let warnings = warnings_about(&among(variables));
            let begins = |name| warnings.len() == 1 && warnings[0].starts_with(name);
            assert!(named.map_or(warnings.is_empty(), begins), "{warnings:?}");
        }
    }
}
