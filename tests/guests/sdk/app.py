"""A provider in Python that uses everything of the SDK. The header x-do says what to do."""

from bellpull import (
    Acceptance,
    ArtifactChange,
    Binding,
    Change_Artifact,
    Change_Git,
    Change_Other,
    Change_Request,
    Description,
    Event,
    GitChange,
    Mac,
    OtherChange,
    Paths_Complete,
    Problem,
    Provider,
    Receiver,
    RequestChange,
    Selection,
    Source,
    Verdict,
    body,
    crypto,
    events,
    fetch,
    headers,
    jwt,
    parts,
    refusal,
    replies,
    times,
    verdict,
)
from wit_world.imports import delivery, document

KEY = "token"
ISSUERS = ["https://issuer.example.com"]
REPOSITORY = "https://example.com/app.git"


class Guest(Provider):
    def describe(self) -> Description:
        return Description(
            ["sdk-guest"],
            "1.0.0",
            events=["push"],
            credential_keys=[KEY],
            config_schema='{"type": "object", "properties": {"problem": {"type": "string"}}}',
            fetch_hosts=["documents.example.com"],
        )

    def configure(self, receiver: Receiver) -> Binding:
        problem = Selection.of(document.from_config(), ["/problem"]).text("/problem")
        if problem is not None:
            raise refusal.problems(Problem("/config/problem", problem))
        warnings = events.unknown_warnings(receiver.events, ["push"])
        binding = Binding.signature(KEY, warnings=warnings).with_reply_macs()
        binding.issuers, binding.tokens = ISSUERS, [Source.bearer("x-bearer")]
        return binding

    def receive(self, receiver: Receiver) -> Verdict:
        what = headers.required("x-do")
        if what == "reply":
            mac = replies.hex(KEY, "sha256", [parts.parameter("challenge")])
            sent = [("content-type", "text/plain")]
            return verdict.reply(
                replies.Response(headers=sent, body=[replies.text("the MAC is "), mac])
            )
        mac = Mac.hex("x-signature", "sha256=", "sha256", headers.values("x-signature"))
        mac.check(KEY, [parts.header("x-do"), parts.text("."), parts.body()])
        if not events.wanted(receiver.events, "push"):
            return verdict.not_listed("push")
        return do(what)


def do(what: str) -> Verdict:
    match what:
        case "changes":
            event = Event("push", action="pushed", changes=every_change(), payload='{"a": 1}')
            delivery_id = f"delivery at {times.rfc3339(times.now())}"
            return verdict.accept(Acceptance([event], delivery_id=delivery_id))
        case "too-much":
            change = GitChange([REPOSITORY], paths=Paths_Complete(["a" * 1000]))
            return verdict.accept(Event("push", changes=[Change_Git(change)] * 600))
        case "body":
            return told(answers())
        case "form":
            payload = Selection.of(body.json_or_form("payload"), ["/ref"])
            return told(f"{body.form_text('note')} {payload.text('/ref')}")
        case "fetch":
            return told(fetch.get("https://documents.example.com/one").decode())
        case "token":
            jwt.claims(ISSUERS, ["bellpull"])
        case "signature":
            crypto.check(crypto.ed25519(bytes(32)), "ed25519", [parts.body()], bytes(64))
        case "no-key":
            crypto.check(crypto.pem("no key"), "ed25519", [parts.body()], bytes(64))
        case "old":
            times.check_age(times.now(), times.now() - 3600, 60)
        case "ping":
            return verdict.ping("push", f"asked for {delivery.method()}")
    raise AssertionError(f"{what} is not refused")


def told(text: str) -> Verdict:
    return verdict.accept(Event("push", action=text))


def every_change() -> list:
    git = GitChange(
        [REPOSITORY, "git@example.com:app.git"],
        ref="refs/heads/main",
        before="1111111",
        after="2222222",
        paths=Paths_Complete(["a.yaml"]),
    )
    return [
        Change_Git(git),
        Change_Artifact(ArtifactChange(["example.com/app"], tag="v1", deleted=True)),
        Change_Request(RequestChange([REPOSITORY], number="17", merged=True, labels=[])),
        Change_Other(OtherChange("bucket", name="b", attributes=[("a", "1")])),
    ]


def answers() -> str:
    found = Selection.of(
        body.json(), ["/text", "/number", "/boolean", "/null", "/list/*/name"]
    )
    words = [found.text("/text"), found.number("/number")]
    words += [str(found.boolean("/boolean")).lower(), str(found.is_set("/null")).lower()]
    words += [name or "-" for (name,) in found.rows("/list/*/name")]
    return " ".join(map(str, words))
