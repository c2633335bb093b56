use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Error, Result, Store};

use crate::artefact::Artefact;
use crate::engine::Engine;

/// Ticks until a call is ended: a minute.
const PATIENCE: u64 = 60_000;

/// The value of a member of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// A string.
    Text(String),
    /// A list of strings.
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
    /// Calls a function of a component that has no parameters and calls no import. It returns a record
    /// of strings and lists of strings, here by the names of its members. Only for trusted components:
    /// nothing is bounded but the time. An artefact for another machine is compiled again for this one.
    ///
    /// # Errors
    /// When there is no such function, when it fails, or when it returns something else.
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
            return Err(Error::msg("returns no record"));
        };
        let named = members.into_iter().map(|(name, value)| {
            let value = member(value).ok_or_else(|| {
                Error::msg(format!("{name} is neither a string nor a list of strings"))
            })?;
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
