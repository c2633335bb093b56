//! The `terraform` provider: run and workspace notifications of HCP Terraform and Terraform
//! Enterprise, destination *Webhook* with a token. Protocol:
//! <https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations>.

mod notice;
mod triggers;
mod verify;

use bellpull_sdk::{
    Binding, Description, Part, Problem, Provider, Receiver, Refusal, Selection, Verdict, body,
    events, headers, names,
};

const KEY: &str = "token";

struct Terraform;

impl Provider for Terraform {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/examples/provider-rust"
                .into(),
            events: names(triggers::ALL),
            credential_keys: names(&[KEY]),
            ..Description::new("terraform", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            warnings: events::unknown_warnings(&receiver.events, triggers::ALL),
            ..Binding::signature(KEY)
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        verify::presented(&headers::values(verify::HEADER))?.check(KEY, &[Part::body()])?;
        let payload = Selection::of(&body::json()?, notice::POINTERS)?;
        notice::verdict(&payload, &receiver.events)
    }
}

bellpull_sdk::export!(Terraform);
