use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::*;

/// Files in memory. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct MemoryFiles(Arc<Mutex<HashMap<String, Vec<u8>>>>);

impl StateStore for MemoryFiles {
    fn read(&self, file: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(file).cloned()
    }

    fn write(&self, file: &str, content: &[u8]) -> Result<(), String> {
        let mut files = self.0.lock().unwrap();
        files.insert(file.to_owned(), content.to_owned());
        Ok(())
    }
}

pub(crate) fn settings(domains: &[&str]) -> AcmeSettings {
    AcmeSettings {
        domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        email: None,
        directory: "https://acme.example.com/directory".to_owned(),
    }
}

/// A certificate that is its own issuer.
pub(crate) fn certificate(names: &[&str]) -> KeptCertificate {
    certificate_until(names, 4000)
}

/// The same, which expires at the beginning of a year.
pub(crate) fn certificate_until(names: &[&str], year: i32) -> KeptCertificate {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_after = date_time_ymd(year, 1, 1);
    let certificate = params.self_signed(&key);
    KeptCertificate {
        chain: certificate.unwrap().pem(),
        key: key.serialize_pem(),
    }
}

const NAMES: [&str; 2] = ["a.example", "b.example"];

#[test]
fn a_certificate_is_kept_for_its_names_and_its_authority() {
    let files = MemoryFiles::default();
    let store = AcmeStore::new(files.clone(), &settings(&NAMES));
    store.keep_certificate(&certificate(&NAMES)).unwrap();
    let elsewhere = AcmeSettings {
        directory: "https://acme.example.net/directory".to_owned(),
        ..settings(&NAMES)
    };
    for (settings, kept) in [
        (settings(&NAMES), true),
        (settings(&["b.example", "a.example", "a.example"]), true),
        (settings(&["a.example"]), false),
        (settings(&["a.example", "c.example"]), false),
        (elsewhere, false),
    ] {
        let found = AcmeStore::new(files.clone(), &settings).certificate();
        assert_eq!(found.is_some(), kept, "{settings:?}");
    }
}

#[test]
fn what_is_damaged_is_not_used() {
    let files = MemoryFiles::default();
    let store = AcmeStore::new(files.clone(), &settings(&NAMES));
    let (whole, other) = (certificate(&NAMES), certificate(&NAMES));
    let json = |chain: &str, key: &str| {
        let (chain, key) = (chain.to_owned(), key.to_owned());
        serde_json::to_vec(&KeptCertificate { chain, key }).unwrap()
    };
    for (damage, content, used) in [
        ("none", json(&whole.chain, &whole.key), true),
        ("no JSON", b"{".to_vec(), false),
        ("another key", json(&whole.chain, &other.key), false),
        ("no certificate", json("", &whole.key), false),
        ("no key", json(&whole.chain, ""), false),
        (
            "another name",
            json(&certificate(&["c.example"]).chain, &whole.key),
            false,
        ),
    ] {
        files.write(&store.certificate_file, &content).unwrap();
        files.write(&store.account_file, &content).unwrap();
        assert_eq!(store.certificate().is_some(), used, "{damage}");
        assert!(store.account().is_none(), "{damage}");
    }
}
