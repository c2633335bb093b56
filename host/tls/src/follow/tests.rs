use std::fs;
use std::path::Path;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tempfile::TempDir;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::*;
use crate::{PairFiles, ShownCertificate};

/// The PEM texts of a certificate and its key.
struct Pem {
    certificate: String,
    key: String,
}

fn pem_within(name: &str, from: i32, until: i32) -> Pem {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    Pem {
        certificate: params.self_signed(&key).unwrap().pem(),
        key: key.serialize_pem(),
    }
}

fn pem_from(name: &str, year: i32) -> Pem {
    pem_within(name, year, 4000)
}

fn pem_until(name: &str, year: i32) -> Pem {
    pem_within(name, 2020, year)
}

fn pem(name: &str) -> Pem {
    pem_until(name, 4000)
}

fn write(dir: &Path, pem: &Pem) {
    fs::write(dir.join("tls.crt"), &pem.certificate).unwrap();
    fs::write(dir.join("tls.key"), &pem.key).unwrap();
}

fn files(dir: &Path) -> TlsFiles {
    TlsFiles {
        pairs: vec![PairFiles {
            certificate: dir.join("tls.crt"),
            key: dir.join("tls.key"),
        }],
        client_authorities: None,
    }
}

fn load(files: TlsFiles) -> Result<FollowedFiles, TlsError> {
    FollowedFiles::load(files, TlsMetrics::default())
}

/// The names that the served certificate is for, as the metrics have them.
fn served(followed: &FollowedFiles) -> String {
    let mut registry = prometheus_client::registry::Registry::default();
    followed.metrics.register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    text
}

fn assert_serves(followed: &FollowedFiles, name: &str, results: &str) {
    let text = served(followed);
    assert!(text.contains(&format!("name=\"{name}\"")), "{name}: {text}");
    let lines = text.lines();
    let counted = lines.filter_map(|line| line.strip_prefix("bellpull_tls_reloads_total"));
    let mut counted: Vec<&str> = counted.collect();
    counted.sort_unstable();
    assert_eq!(counted.join(" "), results, "{name}");
}

#[test]
fn a_changed_pair_is_taken() {
    let dir = TempDir::new().unwrap();
    write(dir.path(), &pem("one.test"));
    let mut followed = load(files(dir.path())).unwrap();
    let before = followed.server().config();
    followed.look();
    assert!(Arc::ptr_eq(&before, &followed.server().config()));
    write(dir.path(), &pem("two.test"));
    followed.look();
    assert_serves(&followed, "two.test", "{result=\"reloaded\"} 1");
    // Sessions of the time before cannot be resumed.
    assert!(!Arc::ptr_eq(&before, &followed.server().config()));
}

#[test]
fn a_pair_behind_a_link_that_is_swapped_is_taken() {
    let dir = TempDir::new().unwrap();
    let of = |name: &str| {
        let data = dir.path().join(name);
        fs::create_dir(&data).unwrap();
        write(&data, &pem(&format!("{name}.test")));
    };
    of("one");
    of("two");
    let point_to = |name: &str| {
        let new = dir.path().join("..new");
        std::os::unix::fs::symlink(name, &new).unwrap();
        fs::rename(new, dir.path().join("..data")).unwrap();
    };
    point_to("one");
    for file in ["tls.crt", "tls.key"] {
        let target = Path::new("..data").join(file);
        std::os::unix::fs::symlink(target, dir.path().join(file)).unwrap();
    }
    let mut followed = load(files(dir.path())).unwrap();
    assert_serves(&followed, "one.test", "");
    point_to("two");
    followed.look();
    assert_serves(&followed, "two.test", "{result=\"reloaded\"} 1");
}

#[test]
fn what_cannot_be_used_is_told_once_and_the_last_pair_is_kept() {
    let (good, other) = (pem("one.test"), pem("other.test"));
    let no_pair = Pem {
        certificate: other.certificate.clone(),
        key: good.key.clone(),
    };
    let nonsense = Pem {
        certificate: "nonsense".into(),
        key: good.key.clone(),
    };
    for bad in [
        no_pair,
        nonsense,
        pem_until("late.test", 2021),
        pem_from("early.test", 3999),
    ] {
        let dir = TempDir::new().unwrap();
        write(dir.path(), &good);
        let mut followed = load(files(dir.path())).unwrap();
        write(dir.path(), &bad);
        followed.look();
        // A certificate and its key are not written at the same time.
        assert_serves(&followed, "one.test", "");
        followed.look();
        followed.look();
        assert_serves(&followed, "one.test", "{result=\"kept\"} 1");
        write(dir.path(), &other);
        followed.look();
        assert_serves(
            &followed,
            "other.test",
            "{result=\"kept\"} 1 {result=\"reloaded\"} 1",
        );
    }
}

#[test]
fn a_file_that_is_gone_is_not_missed_until_it_is_back() {
    let dir = TempDir::new().unwrap();
    write(dir.path(), &pem("one.test"));
    let mut followed = load(files(dir.path())).unwrap();
    fs::remove_file(dir.path().join("tls.crt")).unwrap();
    followed.look();
    followed.look();
    assert_serves(&followed, "one.test", "{result=\"kept\"} 1");
}

#[test]
fn an_expired_pair_is_served_if_there_is_no_better_one() {
    let dir = TempDir::new().unwrap();
    write(dir.path(), &pem_until("old.test", 2021));
    let mut followed = load(files(dir.path())).unwrap();
    assert_serves(&followed, "old.test", "");
    write(dir.path(), &pem_until("older.test", 2022));
    followed.look();
    assert_serves(&followed, "older.test", "{result=\"reloaded\"} 1");
}

#[test]
fn files_that_cannot_be_used_at_the_start_are_named() {
    let (one, other) = (pem("one.test"), pem("other.test"));
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let cut = one.certificate.replace("-----END", "-----AND");
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (certificate, key, expected) in [
        (
            &*one.certificate,
            &*other.key,
            "this key does not belong to the certificate in",
        ),
        ("", &one.key, "tls.crt: holds no certificate"),
        (&one.key, &one.key, "tls.crt: holds no certificate"),
        (&cut, &one.key, "tls.crt: cannot be read"),
        (garbage, &one.key, "tls.crt: cannot be used"),
        (&one.certificate, "", "tls.key: holds no private key"),
        (&one.certificate, encrypted, "tls.key: holds no private key"),
        (
            &one.certificate,
            &one.certificate,
            "tls.key: holds no private key",
        ),
    ] {
        let dir = TempDir::new().unwrap();
        fs::write(dir.path().join("tls.crt"), certificate).unwrap();
        fs::write(dir.path().join("tls.key"), key).unwrap();
        let error = load(files(dir.path())).err().map(|error| error.to_string());
        let error = error.unwrap_or_default();
        assert!(error.contains(expected), "{expected}: {error}");
        let key = one.key.lines().nth(1).unwrap();
        assert!(!error.contains(key), "{error}");
    }
    let nowhere = load(files(Path::new("nowhere"))).err().unwrap().to_string();
    assert!(
        nowhere.contains("nowhere/tls.crt: cannot be read"),
        "{nowhere}"
    );
}

#[test]
fn authorities_of_clients_are_needed_if_a_file_is_named() {
    let dir = TempDir::new().unwrap();
    let one = pem("one.test");
    write(dir.path(), &one);
    let authorities = dir.path().join("ca.crt");
    for (text, expected) in [
        (Some(&*one.certificate), ""),
        (Some(""), "ca.crt: holds no certificate of an authority"),
        (
            Some(&*one.key),
            "ca.crt: holds no certificate of an authority",
        ),
        (None, "ca.crt: cannot be read"),
    ] {
        match text {
            Some(text) => fs::write(&authorities, text).unwrap(),
            None => fs::remove_file(&authorities).unwrap(),
        }
        let files = TlsFiles {
            client_authorities: Some(authorities.clone()),
            ..files(dir.path())
        };
        let error = load(files).err().map(|error| error.to_string());
        assert!(
            error.clone().unwrap_or_default().contains(expected),
            "{error:?}"
        );
        assert_eq!(error.is_none(), expected.is_empty(), "{error:?}");
    }
}

#[test]
fn one_pair_that_cannot_be_used_keeps_no_other_from_its_renewal() {
    let (first, second) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(first.path(), &pem("first.test"));
    // It has expired while it is served, and nobody renews it.
    write(second.path(), &pem_until("second.test", 2021));
    let pairs = [&first, &second].map(|dir| files(dir.path()).pairs.remove(0));
    let files = TlsFiles {
        pairs: pairs.to_vec(),
        client_authorities: None,
    };
    let mut followed = load(files).unwrap();
    for (broken, name) in [(false, "renewed.test"), (true, "again.test")] {
        if broken {
            fs::write(second.path().join("tls.crt"), "nonsense").unwrap();
        }
        write(first.path(), &pem(name));
        followed.look();
        let text = served(&followed);
        for name in [name, "second.test"] {
            assert!(text.contains(&format!("name=\"{name}\"")), "{name}: {text}");
        }
    }
}

#[test]
fn a_shown_certificate_counts_while_it_holds_and_its_authority_is_trusted() {
    let dir = TempDir::new().unwrap();
    let (one, other) = (pem("one.test"), pem("other.test"));
    write(dir.path(), &one);
    let authorities = dir.path().join("ca.crt");
    fs::write(&authorities, &one.certificate).unwrap();
    let files = TlsFiles {
        client_authorities: Some(authorities.clone()),
        ..files(dir.path())
    };
    let mut followed = load(files).unwrap();
    let server = Arc::clone(followed.server());
    let shown = |pem: &Pem, times: usize| {
        let certificate = CertificateDer::from_pem_slice(pem.certificate.as_bytes()).unwrap();
        ShownCertificate::of(Some(&vec![certificate; times]), server.client_authority())
    };
    let held = shown(&one, 1).unwrap().unwrap();
    let expired = shown(&pem_until("late.test", 2021), 1).unwrap().unwrap();
    assert!(held.now(&server).is_some());
    assert!(expired.now(&server).is_none());
    let too_long = shown(&one, 100).err().unwrap_or_default();
    assert!(too_long.contains("more than 16384 bytes"), "{too_long}");
    // Another certificate of the server changes nothing for its clients.
    write(dir.path(), &other);
    followed.look();
    assert!(held.now(&server).is_some());
    fs::write(&authorities, &other.certificate).unwrap();
    followed.look();
    assert!(held.now(&server).is_none());
}
