//! What registries of components answer, and the names and credentials that people write for them.

use std::sync::LazyLock;

use bellpull_core::http::header::{LINK, WWW_AUTHENTICATE};
use bellpull_registry::{
    ArtefactReference, ArtefactRepository, Challenge, CredentialSource as _, ManifestContent,
    PullSecret, check_config, layer_of, next_page,
};
use url::Url;

use crate::FuzzTarget;
use crate::input::{hides_canary, is_readable, line, text_line, text_lines};

pub(crate) const TARGETS: &[FuzzTarget] = &[MANIFESTS, ANSWERS, NAMES, PULL_SECRETS];

/// A media type in the first line, a config in the second, the rest a manifest.
const MANIFESTS: FuzzTarget = FuzzTarget {
    name: "oci-manifests",
    run: run_manifest,
};

/// Headers of an answer, one a line.
const ANSWERS: FuzzTarget = FuzzTarget {
    name: "registry-headers",
    run: run_headers,
};

/// A name of an artefact in the first line, a tag in the second.
const NAMES: FuzzTarget = FuzzTarget {
    name: "oci-references",
    run: run_name,
};

/// A host in the first line, the rest is what a pull secret holds.
const PULL_SECRETS: FuzzTarget = FuzzTarget {
    name: "pull-secrets",
    run: run_pull_secret,
};

const LIMIT: u64 = 64 << 20;

static FROM: LazyLock<Url> = LazyLock::new(|| {
    let text = "https://registry.example:5000/v2/acme/a/tags/list?n=2";
    text.parse().expect("a URL")
});

fn run_manifest(input: &[u8]) {
    let Some((media_type, rest)) = text_line(input) else {
        return;
    };
    let (config, manifest) = line(rest);
    let is_digest = |digest: &str| {
        let hex = digest.strip_prefix("sha256:");
        hex.is_some_and(|hex| {
            hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
    };
    let layer = match layer_of(media_type, manifest, LIMIT) {
        Ok(ManifestContent::Component(layer)) => layer,
        Ok(ManifestContent::Elsewhere(digest)) => {
            return assert!(is_digest(&digest), "{digest}");
        }
        Err(error) => return is_readable(&error.to_string()),
    };
    assert!(layer.size <= LIMIT && is_digest(&layer.digest), "{layer:?}");
    assert!(
        layer
            .config
            .as_ref()
            .is_none_or(|(digest, _)| is_digest(digest)),
        "{layer:?}"
    );
    match check_config(config, &layer) {
        Ok(claimed) => {
            let names = ["a".to_owned()];
            if let Err(error) = claimed.compare(&names, &names) {
                is_readable(&error.to_string());
            }
            let text = String::from_utf8_lossy(config);
            assert!(
                text.contains("architecture"),
                "a config without an architecture"
            );
        }
        Err(error) => is_readable(&error.to_string()),
    }
}

fn run_headers(input: &[u8]) {
    let Some((lines, _)) = text_lines(input) else {
        return;
    };
    let headers = crate::input::headers(&lines);
    match next_page(&headers, &FROM) {
        None => {}
        Some(Ok(url)) => assert_eq!(url.origin(), FROM.origin(), "{url} is elsewhere"),
        Some(Err(reason)) => is_readable(&reason),
    }
    if let Some(Challenge::Bearer { realm, .. }) = Challenge::of(&headers, WWW_AUTHENTICATE) {
        let asked = headers.get_all(WWW_AUTHENTICATE).iter().any(|value| {
            let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
            value.contains("bearer") && value.contains("realm")
        });
        assert!(asked, "nobody asks for a token of {realm}");
    }
    assert!(headers.contains_key(LINK) || next_page(&headers, &FROM).is_none());
}

fn run_name(input: &[u8]) {
    let Some((text, rest)) = text_line(input) else {
        return;
    };
    let tag = text_line(rest).map_or("", |(tag, _)| tag);
    if let Ok(repository) = text.parse::<ArtefactRepository>() {
        assert_eq!(repository.to_string().parse(), Ok(repository.clone()));
        if let Ok(tagged) = repository.with_tag(tag) {
            assert_eq!((tagged.tag(), tagged.digest()), (Some(tag), None));
            assert_eq!(*tagged.repository(), repository);
            // A tag is a part of a path and of a header.
            assert!(
                tag.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)),
                "{tag:?}"
            );
            assert!((1..=128).contains(&tag.len()));
        }
        assert!(
            text.parse::<ArtefactReference>().is_err(),
            "{text} has a version and has none"
        );
    }
    let reference = match text.parse::<ArtefactReference>() {
        Ok(reference) => reference,
        Err(error) => {
            assert!(error.to_string().len() <= text.len() * 10 + 512);
            return;
        }
    };
    assert_eq!(reference.to_string().parse(), Ok(reference.clone()));
    assert!(reference.tag().is_some() || reference.digest().is_some());
    assert!(!reference.name().is_empty() && !reference.name().contains('/'));
    let (host, path) = (reference.host(), reference.repository().path());
    // What is asked stays below the repository of the host that was named.
    let url = format!("https://{host}/v2/{path}/manifests/x");
    let url = Url::parse(&url).unwrap_or_else(|error| panic!("{text}: {url}: {error}"));
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let reached = url.host_str().unwrap_or_default();
    // An address may be written in other ways.
    let is_address = matches!(url.host(), Some(url::Host::Ipv4(_)));
    assert!(
        is_address || name.eq_ignore_ascii_case(reached),
        "{text} leads to {reached}"
    );
    assert_eq!(url.path(), format!("/v2/{path}/manifests/x"), "{text}");
    assert!(url.username().is_empty() && url.query().is_none() && url.fragment().is_none());
}

fn run_pull_secret(input: &[u8]) {
    let Some((host, json)) = text_line(input) else {
        return;
    };
    let secret = match PullSecret::from_json(json) {
        Ok(secret) => secret,
        Err(error) => {
            hides_canary(&error);
            return is_readable(&error);
        }
    };
    hides_canary(&format!("{secret:?}"));
    match secret.credential(host) {
        Ok(credential) => hides_canary(&format!("{credential:?}")),
        Err(error) => {
            if !host.contains(crate::input::CANARY) {
                hides_canary(&error);
            }
            is_readable(&error);
        }
    }
}
