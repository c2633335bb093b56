use super::*;

const WHOLE: [(&str, &str); 3] = [
    ("/header", "X-Sig"),
    ("/algorithm", "sha512"),
    ("/message", "{body}"),
];

fn config(said: &[(&'static str, &str)]) -> Selection {
    let text = |text: &str| Value::Text(text.into());
    let answer = |pointer: &&'static str| {
        let value = said.iter().rev().find(|(name, _)| name == pointer);
        let value = match value {
            None => Value::Missing,
            Some((_, number)) if *pointer == "/tolerance" => Value::Number((*number).into()),
            Some((_, value)) => text(value),
        };
        (*pointer, vec![value])
    };
    POINTERS.iter().map(answer).collect()
}

fn more(said: &[(&'static str, &'static str)]) -> Result<Option<Scheme>, Vec<String>> {
    let all = [WHOLE.as_slice(), said].concat();
    Scheme::read(&config(&all))
        .map_err(|problems| problems.into_iter().map(|problem| problem.at).collect())
}

#[test]
fn a_config_that_says_nothing_is_none() {
    assert_eq!(Scheme::read(&config(&[])), Ok(None));
}

#[test]
fn reads_a_scheme() {
    let scheme = more(&[]).unwrap().unwrap();
    assert_eq!(scheme.header, "x-sig");
    assert_eq!(scheme.message, [Part::body()]);
    assert_eq!(scheme.time, None);
    assert_eq!(scheme.key_encoding, "text");
    let scheme = more(&[
        ("/message", "{timestamp}.{body}"),
        ("/timestampHeader", "X-Time"),
        ("/keyEncoding", "hex"),
    ]);
    let scheme = scheme.unwrap().unwrap();
    let (header, tolerance) = ("x-time".into(), 300);
    assert_eq!(scheme.time, Some(SignedTime { header, tolerance }));
    assert_eq!(scheme.key_encoding, "hex");
}

#[test]
fn says_what_is_missing() {
    let without = |pointer: &str| {
        let kept: Vec<_> = WHOLE
            .into_iter()
            .filter(|(name, _)| *name != pointer)
            .collect();
        let problems = Scheme::read(&config(&kept)).unwrap_err();
        problems
            .into_iter()
            .map(|problem| problem.at)
            .collect::<Vec<_>>()
    };
    for pointer in ["/header", "/algorithm", "/message"] {
        assert_eq!(without(pointer), [["/config", pointer].concat()]);
    }
    let problems = Scheme::read(&config(&[("/prefix", "v1=")])).unwrap_err();
    assert_eq!(problems.len(), 3);
}

#[test]
fn says_what_cannot_be() {
    for (said, at) in [
        (vec![("/header", "Authorization")], "/header"),
        (vec![("/header", "x sig")], "/header"),
        (vec![("/algorithm", "md5")], "/algorithm"),
        (vec![("/message", "{timestamp}.{body}")], "/message"),
        (
            vec![("/message", "{timestamp}"), ("/timestampHeader", "x")],
            "/message",
        ),
        (vec![("/timestampHeader", "X-Time")], "/timestampHeader"),
        (vec![("/tolerance", "60")], "/tolerance"),
    ] {
        assert_eq!(more(&said), Err(vec![["/config", at].concat()]), "{said:?}");
    }
}

#[test]
fn decodes_what_it_describes() {
    let of = |scheme: &Scheme, value: &str| scheme.presented(&[value.as_bytes().to_vec()]);
    let hex = more(&[("/prefix", "v1=")]).unwrap().unwrap();
    let digits = ["v1=", &"0a".repeat(64)].concat();
    assert_eq!(
        of(&hex, &digits).map(|mac| mac.digest()),
        Ok(Digest::Sha512)
    );
    assert!(of(&hex, &"0a".repeat(64)).is_err());
    let base64 = more(&[("/algorithm", "sha1"), ("/encoding", "base64")]);
    let base64 = base64.unwrap().unwrap();
    assert!(of(&base64, "AAAAAAAAAAAAAAAAAAAAAAAAAA==").is_err());
    assert!(of(&base64, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=").is_ok());
}

#[test]
fn a_time_is_whole_seconds_once() {
    let time = SignedTime {
        header: "x-time".into(),
        tolerance: 300,
    };
    let of = |values: &[&str]| {
        let values: Vec<Vec<u8>> = values.iter().map(|value| value.as_bytes().into()).collect();
        time.presented(&values).ok()
    };
    assert_eq!(of(&["1674087231"]), Some(1_674_087_231));
    for values in [
        vec![],
        vec![""],
        vec!["-1"],
        vec!["1.5"],
        vec!["99999999999999999999"],
        vec!["1", "1"],
    ] {
        assert_eq!(of(&values), None, "{values:?}");
    }
}
