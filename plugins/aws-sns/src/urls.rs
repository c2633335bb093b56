use bellpull_sdk::Refusal;

/// The hosts of SNS, as narrow as host patterns can be. The host refuses any other.
pub(crate) const HOSTS: [&str; 2] = ["*.amazonaws.com", "*.amazonaws.com.cn"];

/// Checks that the URL of a certificate is one of SNS. An envelope must not choose who signs it:
/// other paths of the same host answer with content of AWS customers.
///
/// # Errors
/// `unauthenticated` when it is another URL.
pub(crate) fn check_certificate(url: &str) -> Result<(), Refusal> {
    let name = after_host(url)
        .and_then(|path| path.strip_prefix("/SimpleNotificationService-"))
        .and_then(|file| file.strip_suffix(".pem"));
    match name {
        Some(name) if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Ok(())
        }
        _ => Err(Refusal::Unauthenticated(
            "SigningCertURL is not that of a certificate of Amazon SNS".into(),
        )),
    }
}

/// Checks that the URL of a verified envelope confirms a subscription. It is signed, but it is
/// visited only if it has the expected form.
///
/// # Errors
/// `malformed` when it has another form.
pub(crate) fn check_subscription(url: &str) -> Result<(), Refusal> {
    let query = after_host(url).and_then(|path| path.strip_prefix("/?Action=ConfirmSubscription&"));
    match query {
        Some(query)
            if query
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'#') =>
        {
            Ok(())
        }
        _ => Err(Refusal::Malformed(
            "SubscribeURL is not one that confirms a subscription".into(),
        )),
    }
}

/// The part of the URL after `https://sns.<region>.amazonaws.com`, or the same in China. The
/// characters before the path have no special meaning, so every parser of URLs finds the same host.
fn after_host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://sns.")?;
    let (region, rest) = rest.split_once('.')?;
    let named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if region.len() < 3 || !region.bytes().all(named) {
        return None;
    }
    let path = rest
        .strip_prefix("amazonaws.com.cn")
        .or_else(|| rest.strip_prefix("amazonaws.com"))?;
    path.starts_with('/').then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_those_of_sns_alone() {
        for url in [
            "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-9c6465fa.pem",
            "https://sns.us-gov-west-1.amazonaws.com/SimpleNotificationService-A1.pem",
            "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-test.pem",
        ] {
            assert_eq!(check_certificate(url), Ok(()), "{url}");
        }
        for url in [
            "",
            "http://sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem",
            "HTTPS://sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.us-west-2.amazonaws-malicious.com/SimpleNotificationService-1.pem",
            "https://sns.us-west-2.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
            "https://other.us-west-2.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.us-west-2.s3.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.us.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.us-west-2.amazonaws.com:8443/SimpleNotificationService-1.pem",
            "https://sns.us-west-2.amazonaws.com@evil.example/SimpleNotificationService-1.pem",
            "https://a@sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.evil@us-west-2.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.evil/us-west-2.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.us-west-2.amazonaws.com\\evil/SimpleNotificationService-1.pem",
            "https://sns.us-west-2.amazonaws.com/x.pem",
            "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-.pem",
            "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem?a=b",
            "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem#a",
            "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-/../x.pem",
            "https://sns.us-west-2.amazonaws.com/?SimpleNotificationService-1.pem",
            "https://sns.us-west-2.amazonaws.com//SimpleNotificationService-1.pem",
        ] {
            let found = check_certificate(url);
            assert!(matches!(found, Err(Refusal::Unauthenticated(_))), "{url}");
        }
    }

    #[test]
    fn subscriptions_are_confirmed_at_sns_alone() {
        for url in [
            "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:a&Token=2",
            "https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription&Token=2",
        ] {
            assert_eq!(check_subscription(url), Ok(()), "{url}");
        }
        for url in [
            "",
            "http://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2",
            "https://evil.example/?Action=ConfirmSubscription&Token=2",
            "https://sns.us-west-2.amazonaws.com/?Action=DeleteTopic&Token=2",
            "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscriptions&Token=2",
            "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
            "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2 3",
            "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2#3",
            "https://sns.us-west-2.amazonaws.com/a?Action=ConfirmSubscription&Token=2",
        ] {
            let found = check_subscription(url);
            assert!(matches!(found, Err(Refusal::Malformed(_))), "{url}");
        }
    }
}
