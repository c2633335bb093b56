//! The pages over an [`Admin`] that tells what a hostile sender wrote.

mod fake;

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::pages;
use fake::{FakeAdmin, HOSTILE, ID};

const HOST: &str = "127.0.0.1:9441";

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn ask(
    admin: &Arc<FakeAdmin>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    form: &str,
) -> Answered {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header("host", HOST);
    request = request.header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(form.to_owned())).unwrap();
    let response = pages(Arc::clone(admin)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answered {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(body.to_vec()).unwrap(),
    }
}

async fn get(admin: &Arc<FakeAdmin>, path: &str) -> Answered {
    ask(admin, "GET", path, &[], "").await
}

async fn post(admin: &Arc<FakeAdmin>, path: &str, form: &str) -> Answered {
    let origin = format!("http://{HOST}");
    ask(admin, "POST", path, &[("origin", &origin)], form).await
}

/// Every page.
fn all_pages() -> Vec<String> {
    vec![
        "/".into(),
        "/receivers".into(),
        "/deliveries".into(),
        "/deliveries/tail?after=x".into(),
        format!("/deliveries/{ID}"),
        format!("/filter?delivery={}&expression={0}", encoded(HOSTILE)),
    ]
}

/// What changes or discloses something, with its form.
fn all_forms() -> Vec<(String, &'static str)> {
    vec![
        (format!("/deliveries/{ID}/replay"), ""),
        ("/receivers/apps/web/notify".into(), "target="),
        ("/receivers/apps/web/path".into(), ""),
    ]
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn what_strangers_wrote_shows_as_text() {
    let admin = Arc::new(FakeAdmin::default());
    for page in all_pages() {
        let answered = get(&admin, &page).await;
        assert_eq!(answered.status, StatusCode::OK, "{page}: {}", answered.text);
        assert!(
            !answered.text.contains("<img") && !answered.text.contains("<script>"),
            "{page}: {}",
            answered.text
        );
        let escaped = HOSTILE.replace('<', "&lt;").replace('>', "&gt;");
        assert!(
            answered.text.contains(&escaped),
            "{page}: {}",
            answered.text
        );
    }
}

#[tokio::test]
async fn a_page_runs_scripts_and_styles_of_the_console_alone() {
    let admin = Arc::new(FakeAdmin::default());
    for page in all_pages() {
        let answered = get(&admin, &page).await;
        let policy = answered.headers["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(!answered.text.contains(" style="), "{page}");
        assert!(!answered.text.contains(" onclick="), "{page}");
    }
}

#[tokio::test]
async fn a_get_changes_and_discloses_nothing() {
    let admin = Arc::new(FakeAdmin::default());
    for page in all_pages() {
        get(&admin, &page).await;
    }
    for (form, _) in all_forms() {
        let answered = get(&admin, &form).await;
        assert_eq!(answered.status, StatusCode::METHOD_NOT_ALLOWED, "{form}");
    }
    assert_eq!(admin.done(), Vec::<String>::new());
}

#[tokio::test]
async fn a_form_is_taken_from_a_page_of_the_console_alone() {
    let admin = Arc::new(FakeAdmin::default());
    for origin in [
        None,
        Some("null"),
        Some("http://evil.example"),
        Some("https://127.0.0.1:9441"),
    ] {
        let headers: Vec<_> = origin
            .map(|origin| ("origin", origin))
            .into_iter()
            .collect();
        for (form, fields) in all_forms() {
            let answered = ask(&admin, "POST", &form, &headers, fields).await;
            assert_eq!(answered.status, StatusCode::FORBIDDEN, "{form} {origin:?}");
        }
    }
    assert_eq!(admin.done(), Vec::<String>::new());
    for (form, fields) in all_forms() {
        let answered = post(&admin, &form, fields).await;
        assert_eq!(answered.status, StatusCode::OK, "{form}: {}", answered.text);
    }
    assert_eq!(admin.done().len(), all_forms().len());
}

#[tokio::test]
async fn htmx_gets_a_part_and_a_browser_without_script_a_page() {
    let admin = Arc::new(FakeAdmin::default());
    let origin = format!("http://{HOST}");
    for (form, fields) in all_forms() {
        for (headers, is_page) in [
            (vec![("origin", origin.as_str())], true),
            (
                vec![("origin", origin.as_str()), ("hx-request", "true")],
                false,
            ),
        ] {
            let answered = ask(&admin, "POST", &form, &headers, fields).await;
            let has_head = answered.text.starts_with("<!DOCTYPE html>");
            assert_eq!(has_head, is_page, "{form}: {}", answered.text);
        }
    }
}

#[tokio::test]
async fn what_fails_says_why() {
    let admin = Arc::new(FakeAdmin::default());
    let answered = get(&admin, "/deliveries/unknown").await;
    assert_eq!(answered.status, StatusCode::NOT_FOUND);
    assert!(
        answered.text.contains("no record has this id"),
        "{}",
        answered.text
    );
    let answered = post(&admin, "/deliveries/unknown/replay", "").await;
    assert!(
        answered.text.contains("no record has this id"),
        "{}",
        answered.text
    );
}

#[tokio::test]
async fn what_is_answered_to_a_form_shows_as_text() {
    let admin = Arc::new(FakeAdmin::default());
    let filter = format!("delivery={ID}&expression={}", encoded(HOSTILE));
    for (form, fields) in [
        (format!("/deliveries/{ID}/replay"), ""),
        ("/receivers/apps/web/notify".into(), "target=Kind%2Fname"),
        ("/filter".into(), filter.as_str()),
    ] {
        let answered = post(&admin, &form, fields).await;
        assert_eq!(answered.status, StatusCode::OK, "{form}");
        assert!(!answered.text.contains("<img"), "{form}: {}", answered.text);
        assert!(
            answered.text.contains("&lt;img"),
            "{form}: {}",
            answered.text
        );
    }
}

#[tokio::test]
async fn a_webhook_path_is_in_no_page_until_it_is_asked_for() {
    let admin = Arc::new(FakeAdmin::default());
    for page in all_pages() {
        let answered = get(&admin, &page).await;
        assert!(!answered.text.contains("/hook/"), "{page}");
    }
    let answered = post(&admin, "/receivers/apps/web/path", "").await;
    assert!(answered.text.contains("/hook/secret"), "{}", answered.text);
}

#[tokio::test]
async fn a_receiver_is_notified_of_the_target_that_is_named() {
    let admin = Arc::new(FakeAdmin::default());
    for (fields, expected) in [
        ("target=", "notify apps/web: all"),
        ("target=+Bucket%2Fa+", "notify apps/web: Bucket/a"),
    ] {
        post(&admin, "/receivers/apps/web/notify", fields).await;
        assert_eq!(admin.done().last().map(String::as_str), Some(expected));
    }
}

#[tokio::test]
async fn a_tail_without_news_has_no_content() {
    let admin = Arc::new(FakeAdmin::default());
    let answered = get(&admin, "/deliveries/tail?after=nothing-new").await;
    assert_eq!(answered.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_id_leads_to_its_page() {
    let admin = Arc::new(FakeAdmin::default());
    let answered = get(&admin, "/deliveries/find?id=+a%2Fb%3Fc+").await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER);
    assert_eq!(answered.headers["location"], "/deliveries/a%2Fb%3Fc");
}

#[tokio::test]
async fn a_file_is_kept_for_good_under_its_version_alone() {
    let admin = Arc::new(FakeAdmin::default());
    let page = get(&admin, "/deliveries").await.text;
    for (name, content_type) in [
        ("console.css", "text/css"),
        ("console.js", "text/javascript"),
        ("htmx.min.js", "text/javascript"),
    ] {
        let end = page.find(&format!("/{name}\"")).unwrap();
        let start = page[..end].rfind("\"/assets/").unwrap() + 1;
        let url = format!("{}/{name}", &page[start..end]);
        let answered = get(&admin, &url).await;
        assert_eq!(answered.status, StatusCode::OK, "{url}");
        let kept = answered.headers["cache-control"].to_str().unwrap();
        assert!(kept.contains("immutable"), "{kept}");
        let its = answered.headers["content-type"].to_str().unwrap();
        assert!(its.starts_with(content_type), "{its}");
        let other = get(&admin, &format!("/assets/0/{name}")).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
    }
}
