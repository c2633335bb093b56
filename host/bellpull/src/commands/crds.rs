use anyhow::Result;
use bellpull_api::receiver_crd;

use crate::exit::Exit;
use crate::output;

pub(crate) fn run() -> Result<Exit> {
    output::line(serde_saphyr::to_string(&receiver_crd())?.trim_end())?;
    Ok(Exit::Success)
}
