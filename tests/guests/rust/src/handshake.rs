//! Handshakes that ask for a MAC, as Zoom's (`endpoint.url_validation`) and X's (challenge-response
//! check) do, and what a component might try with them.

use bellpull_sdk::{
    Authentication, Binding, Credential, Digest, Event, Part, Refusal, ReplyPart, Response,
    Selection, Verdict, host, names,
};

/// The provider name under which deliveries are signed.
pub(crate) const PROVIDER: &str = "handshakes";
/// The provider name under which nothing proves them.
pub(crate) const BY_PATH: &str = "handshakes-by-path";

const TOKEN: &str = "token";

pub(crate) fn is_of(provider: &str) -> bool {
    [PROVIDER, BY_PATH].contains(&provider)
}

pub(crate) fn bind(provider: &str) -> Option<Binding> {
    let (authentication, credential) = match provider {
        PROVIDER => (
            Authentication::Signature,
            Credential::proving(TOKEN, "text"),
        ),
        BY_PATH => (Authentication::PathOnly, Credential::needed(TOKEN)),
        _ => return None,
    };
    Some(Binding {
        methods: names(&["POST", "GET"]),
        parses_before_verify: true,
        ..Binding::new(authentication, vec![credential]).with_reply_macs()
    })
}

pub(crate) fn receive() -> Result<Verdict, Refusal> {
    match super::text("x-do").as_str() {
        "" => {}
        "sign-own-bytes" => return signed(vec![Part::bytes("abc")]),
        "sign-nothing" => return signed(Vec::new()),
        "sign-body" => return signed(vec![Part::body()]),
        "sign-query" => return signed(vec![Part::query()]),
        "sign-target" => return signed(vec![Part::target()]),
        "sign-two" => return signed(vec![Part::header("x-a"), Part::header("x-b")]),
        "sign-after-empty" => return signed(vec![Part::bytes(""), Part::header("x-a")]),
        "sign-header" => return signed(vec![Part::header("x-a")]),
        "sign-form" => return signed(vec![Part::form("a")]),
        "sign-often" => return answer(vec![mac(TOKEN, vec![Part::header("x-a")]); 17]),
        "sign-by-another" => return answer(vec![mac("second", vec![Part::header("x-a")])]),
        "sign-as-text" => {
            let mut mac = mac(TOKEN, vec![Part::header("x-a")]);
            if let ReplyPart::Mac(mac) = &mut mac {
                mac.encoding = "text".into();
            }
            return answer(vec![mac]);
        }
        "prove-and-sign" => {
            verified(&[Part::body()]);
            return signed(vec![Part::bytes("v0:"), Part::body()]);
        }
        "tell-in-two" => {
            let told = super::text("x-a");
            let (start, end) = told.split_at(told.len() / 2);
            let mac = mac(TOKEN, vec![Part::header("x-b")]);
            let parts = [start, end].map(ReplyPart::text);
            return answer(parts.into_iter().chain([mac]).collect());
        }
        other => return Err(Refusal::Malformed(["cannot ", other].concat())),
    }
    if host::delivery::method() == "GET" {
        return check_of_x();
    }
    if let Some(handshake) = validation_of_zoom()? {
        return Ok(handshake);
    }
    let time = Part::header("x-time");
    let of_zoom = [Part::bytes("v0:"), time, Part::bytes(":"), Part::body()];
    if verified(&of_zoom) || verified(&[Part::body()]) {
        return Ok(Verdict::accept(Event::new("done")));
    }
    Err(Refusal::Unauthenticated("no MAC matches".into()))
}

/// `{"response_token":"sha256=…"}` to `GET ?crc_token=…`.
fn check_of_x() -> Result<Verdict, Refusal> {
    let mac = ReplyPart::base64(TOKEN, Digest::Sha256, vec![Part::parameter("crc_token")]);
    let (start, end) = (r#"{"response_token":"sha256="#, r#""}"#);
    json(vec![ReplyPart::text(start), mac, ReplyPart::text(end)])
}

/// `{"plainToken":"…","encryptedToken":"…"}` to a body of the event `endpoint.url_validation`.
fn validation_of_zoom() -> Result<Option<Verdict>, Refusal> {
    const TOKEN_OF_ZOOM: &str = "/payload/plainToken";
    let Ok(document) = host::document::from_body() else {
        return Ok(None);
    };
    let Ok(body) = Selection::of(&document, &["/event", TOKEN_OF_ZOOM]) else {
        return Ok(None);
    };
    if body.text("/event") != Some("endpoint.url_validation") {
        return Ok(None);
    }
    let plain = body.text(TOKEN_OF_ZOOM).unwrap_or_default();
    json(vec![
        ReplyPart::text(&[r#"{"plainToken":""#, plain, r#"","encryptedToken":""#].concat()),
        mac(TOKEN, vec![Part::member(TOKEN_OF_ZOOM)]),
        ReplyPart::text(r#""}"#),
    ])
    .map(Some)
}

fn verified(message: &[Part]) -> bool {
    host::credentials::verify_hmac(TOKEN, "sha256", message, &super::mac())
}

fn mac(key: &str, message: Vec<Part>) -> ReplyPart {
    ReplyPart::hex(key, Digest::Sha256, message)
}

fn signed(message: Vec<Part>) -> Result<Verdict, Refusal> {
    answer(vec![mac(TOKEN, message)])
}

fn answer(body: Vec<ReplyPart>) -> Result<Verdict, Refusal> {
    Ok(Verdict::Reply(Response::of("text/plain", body)))
}

fn json(body: Vec<ReplyPart>) -> Result<Verdict, Refusal> {
    Ok(Verdict::Reply(Response::of("application/json", body)))
}
