use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Error, Result, Store};

use crate::{Artefact, Engine};

/// Ticks that an answer may take: a minute.
const PATIENCE: u64 = 60_000;

/// A member of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
}

/// Why a component did not answer.
#[derive(Debug, thiserror::Error)]
#[error("{interface}#{function}: {error:#}")]
pub struct AskError {
    interface: String,
    function: String,
    error: Error,
}

impl Engine {
    /// What a function of a component gives that takes nothing and calls nothing that it imports: a
    /// record of texts and of lists of texts, by name. For components of one's own: nothing bounds
    /// what it takes but time. What was compiled for another machine is compiled once more for this.
    ///
    /// # Errors
    /// When there is no such function, or it fails or gives something else.
    pub fn ask(
        &self,
        wasm: &[u8],
        artefact: Artefact<'_>,
        interface: &str,
        function: &str,
    ) -> Result<Vec<(String, Member)>, AskError> {
        let component = self.load(artefact);
        let component = component.or_else(|_| Component::new(self.wasmtime(), wasm));
        let answer = component.and_then(|component| self.record(&component, interface, function));
        answer.map_err(|error| AskError {
            interface: interface.to_owned(),
            function: function.to_owned(),
            error,
        })
    }

    fn record(
        &self,
        component: &Component,
        interface: &str,
        function: &str,
    ) -> Result<Vec<(String, Member)>> {
        let _running = self.running();
        let mut linker = Linker::<()>::new(self.wasmtime());
        linker.define_unknown_imports_as_traps(component)?;
        let mut store = Store::new(self.wasmtime(), ());
        store.set_epoch_deadline(PATIENCE);
        let instance = linker.instantiate(&mut store, component)?;
        let missing = || Error::msg("is not exported");
        let exported = instance.get_export_index(&mut store, None, interface);
        let exported = exported.ok_or_else(missing)?;
        let index = instance.get_export_index(&mut store, Some(&exported), function);
        let function = instance.get_func(&mut store, index.ok_or_else(missing)?);
        let mut results = [Val::Bool(false)];
        function
            .ok_or_else(missing)?
            .call(&mut store, &[], &mut results)?;
        let [Val::Record(members)] = results else {
            return Err(Error::msg("gives no record"));
        };
        let named = members.into_iter().map(|(name, value)| {
            let value = member(value).ok_or_else(|| Error::msg(format!("{name} is no text")))?;
            Ok((name, value))
        });
        named.collect()
    }
}

fn member(value: Val) -> Option<Member> {
    match value {
        Val::String(text) => Some(Member::Text(text)),
        Val::List(values) => {
            let texts = values.into_iter().map(|value| match value {
                Val::String(text) => Some(text),
                _ => None,
            });
            Some(Member::Texts(texts.collect::<Option<_>>()?))
        }
        _ => None,
    }
}
