use anyhow::Result;
use bellpull_api::{receiver_crd, receiver_plugin_crd};

use crate::exit::Exit;
use crate::output;
use crate::settings::{CrdsArgs, Definition};

const ALL: [Definition; 2] = [Definition::Receivers, Definition::Receiverplugins];

pub(crate) fn run(arguments: &CrdsArgs) -> Result<Exit> {
    let wanted = match arguments.definitions.as_slice() {
        [] => ALL.as_slice(),
        named => named,
    };
    let texts = wanted.iter().map(|definition| {
        serde_saphyr::to_string(&match definition {
            Definition::Receivers => receiver_crd(),
            Definition::Receiverplugins => receiver_plugin_crd(),
        })
    });
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    output::line(texts.join("---\n").trim_end())?;
    Ok(Exit::Success)
}
