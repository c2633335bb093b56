use bellpull_core::{Binding, Bytes, Source, limits};
use bellpull_engine::wasmtime::{self, component::Resource};
use bellpull_proof::json;

use super::answer::plain_answer;
use super::delivery::BEFORE_PROOF;
use crate::host_call::HostCall;
use crate::store::{Phase, StoreData};
use crate::v0_1::bindings::bellpull::provider::document::{Host, HostJson, Value};
use crate::v0_1::document::Document;
use crate::violation::Violation;

/// The error when a body is read as a form although its credential is a member of JSON, or the reverse.
const HIDDEN_FORM: &str = "a part of the body is a credential: a form that carries one is not read, \
                           nor a JSON body as a form, nor a form as JSON";
/// Documents that a guest may hold.
const HANDLES: usize = 64;

impl StoreData {
    /// Gives the guest a handle of a document.
    pub(super) fn open(&mut self, document: Document) -> wasmtime::Result<Resource<Document>> {
        if self.documents == HANDLES {
            return Err(Violation::Memory {
                what: "handles",
                wanted: HANDLES + 1,
                limit: HANDLES,
            })?;
        }
        self.documents += 1;
        Ok(self.table.push(document)?)
    }

    /// The bytes of a document, with the pointers of the members that carry a credential.
    fn read(&self, document: &Document) -> Result<(Bytes, Vec<String>), Violation> {
        Ok(match (document, &self.phase) {
            (Document::Body, Phase::Receive(call)) => (
                call.delivery.body.clone(),
                credential_members(&call.receiver.binding),
            ),
            (Document::Body, _) => return Err(Violation::contract("no delivery in hand")),
            (Document::Field(bytes) | Document::Claims(bytes) | Document::Bytes(bytes), _) => {
                (bytes.clone(), Vec::new())
            }
            (Document::Config(config), _) => {
                (Bytes::copy_from_slice(config.as_bytes()), Vec::new())
            }
        })
    }
}

impl Host for HostCall<'_> {
    fn from_body(&mut self) -> wasmtime::Result<Result<Resource<Document>, String>> {
        let store = self.store()?;
        let call = store.receive_call()?;
        if !call.may_read_body() {
            return Ok(Err(BEFORE_PROOF.to_owned()));
        }
        // The members of JSON are redacted one by one, but a form field may be any text to a JSON parser.
        if carries_credential_in_form(&call.receiver.binding) {
            return Ok(Err(HIDDEN_FORM.to_owned()));
        }
        Ok(Ok(store.open(Document::Body)?))
    }

    fn from_form(&mut self, field: String) -> wasmtime::Result<Result<Resource<Document>, String>> {
        let store = self.store()?;
        let call = store.receive_call()?;
        if !call.may_read_body() {
            return Ok(Err(BEFORE_PROOF.to_owned()));
        }
        if call.receiver.binding.hides_body() {
            return Ok(Err(HIDDEN_FORM.to_owned()));
        }
        let length = call.delivery.body.len();
        store.budget.parse(length)?;
        let call = store.receive_call()?;
        let mut values = call.delivery.form_values(&field);
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value,
            (None, _) => return Ok(Err("the form has no such field".to_owned())),
            (Some(_), Some(_)) => return Ok(Err("the form has the field twice".to_owned())),
        };
        drop(values);
        Ok(Ok(store.open(Document::Field(Bytes::from(value)))?))
    }

    fn from_bytes(&mut self, bytes: Vec<u8>) -> wasmtime::Result<Resource<Document>> {
        let store = self.store()?;
        store.receive_call()?;
        if bytes.len() > limits::EVENT_BYTES {
            return Err(Violation::contract("from-bytes over 128 KiB"))?;
        }
        store.open(Document::Bytes(Bytes::from(bytes)))
    }

    fn from_config(&mut self) -> wasmtime::Result<Resource<Document>> {
        let store = self.store()?;
        let config = match &store.phase {
            Phase::Configure { config } => config.clone(),
            Phase::Receive(call) => call.receiver.view.config.as_str().into(),
            Phase::Describe => return Err(Violation::contract("`describe` has no config"))?,
        };
        store.open(Document::Config(config))
    }
}

impl HostJson for HostCall<'_> {
    fn select(
        &mut self,
        document: Resource<Document>,
        pointers: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<Vec<Value>>, String>> {
        let store = self.store()?;
        let document = store.table.get(&document)?.clone();
        let (bytes, hidden) = store.read(&document)?;
        let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
        let hidden: Vec<&str> = hidden.iter().map(String::as_str).collect();
        let selector = match json::Pointers::parse(&pointers, &hidden) {
            Ok(selector) => selector,
            Err(error) => return Ok(Err(error.to_string())),
        };
        store
            .budget
            .parse(bytes.len().saturating_mul(selector.max_reads()))?;
        let answers = match selector.select(&bytes) {
            Ok(answers) => answers,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let place = match &document {
            Document::Body | Document::Field(_) => Some("the body"),
            Document::Claims(_) => Some("the token"),
            Document::Bytes(_) | Document::Config(_) => None,
        };
        let shown = answers.into_iter().map(|list| {
            let list = list.into_iter();
            list.map(|answer| match place {
                Some(place) => store.redacted_answer(answer, place),
                None => Ok(plain_answer(answer)),
            })
            .collect::<wasmtime::Result<Vec<_>>>()
        });
        Ok(Ok(shown.collect::<wasmtime::Result<_>>()?))
    }

    fn drop(&mut self, document: Resource<Document>) -> wasmtime::Result<()> {
        let store = self.store()?;
        store.table.delete(document)?;
        store.documents = store.documents.saturating_sub(1);
        Ok(())
    }
}

fn carries_credential_in_form(binding: &Binding) -> bool {
    let mut carriers = binding.credential_places();
    carriers.any(|carrier| matches!(carrier, Source::Form(_)))
}

/// The pointers of the members that carry a credential.
fn credential_members(binding: &Binding) -> Vec<String> {
    let members = binding
        .credential_places()
        .filter_map(|carrier| match carrier {
            Source::Member(pointer) => Some(pointer.clone()),
            _ => None,
        });
    members.collect()
}
