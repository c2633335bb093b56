"""The `teamcity` provider: webhooks of JetBrains TeamCity. Protocol:
https://www.jetbrains.com/help/teamcity/teamcity-webhooks.html
"""

import re

from componentize_py_types import Err
from wit_world.imports import credentials, document
from wit_world.imports.types import (
    Acceptance,
    Binding,
    Change_Git,
    Credential,
    Description,
    Disinterest,
    Event,
    GitChange,
    Paths_Unknown,
    Receiver,
    Refusal_Malformed,
    Refusal_Unauthenticated,
    Source,
    Verdict_Accept,
    Verdict_Ignore,
)

USERNAME = "username"
PASSWORD = "password"

EVENTS = [
    "BUILD_TYPE_ADDED_TO_QUEUE",
    "CHANGES_LOADED",
    "BUILD_STARTED",
    "BUILD_FINISHED",
    "BUILD_INTERRUPTED",
    "BUILD_PROBLEMS_CHANGED",
    # TeamCity's own spelling.
    "AGENT_REGISTRED",
    "AGENT_UNREGISTERED",
    "AGENT_REMOVED",
]

KIND = "/eventType"
STATUS = "/payload/status"
BRANCH = "/payload/revisions/revision/*/vcsBranchName"
VERSION = "/payload/revisions/revision/*/version"

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Guest:
    def describe(self) -> Description:
        return Description(
            providers=["teamcity"],
            version="0.1.0",
            documentation="https://github.com/bellpull/bellpull/tree/main/examples/provider-python",
            events=EVENTS,
            credential_keys=[USERNAME, PASSWORD],
            setting_keys=[],
            config_schema="",
            fetch_hosts=[],
            extensions=[],
        )

    def configure(self, receiver: Receiver) -> Binding:
        unknown = [name for name in receiver.events if not lists(EVENTS, name)]
        return Binding(
            authentication="secret",
            credentials=[
                presented(USERNAME, Source("basic-username", [])),
                presented(PASSWORD, Source("basic-password", [])),
            ],
            methods=[],
            tokens=[],
            issuers=[],
            parses_before_verify=False,
            answers_handshakes=False,
            warnings=[
                f"spec.events: this provider knows no event '{name}'" for name in unknown
            ],
            extensions=[],
        )

    def receive(self, receiver: Receiver) -> Verdict_Accept | Verdict_Ignore:
        check()
        facts = select([KIND, STATUS, BRANCH, VERSION])
        [kind] = facts[KIND]
        if not kind:
            raise Err(Refusal_Malformed("the body has no text 'eventType'"))
        if receiver.events and not lists(receiver.events, kind):
            reason = f"event {kind} is not listed"
            return Verdict_Ignore(Disinterest("not-listed", reason, event=None))
        [status] = facts[STATUS]
        revisions = zip(facts[BRANCH], facts[VERSION], strict=True)
        event = Event(
            kind=kind,
            # Of a build that still runs it says SUCCESS for want of a failure.
            action=status if kind == "BUILD_FINISHED" else None,
            changes=[Change_Git(change) for change in map(moved, revisions) if change],
            payload=None,
            extensions=[],
        )
        acceptance = Acceptance(events=[event], complete=True, delivery_id=None, signed_at=None)
        return Verdict_Accept(acceptance)


def presented(key: str, place: Source) -> Credential:
    return Credential(key, "text", proves=True, presented=[place], extensions=[])


def check() -> None:
    """Both are asked, so that a refusal does not tell which was wrong."""
    username = credentials.matches(USERNAME)
    password = credentials.matches(PASSWORD)
    if not (username and password):
        reason = "Authorization has no Basic credentials, or wrong ones"
        raise Err(Refusal_Unauthenticated(reason))


def select(pointers: list[str]) -> dict[str, list[str | None]]:
    """The texts at the pointers; None for what is missing or no text."""
    try:
        answers = document.from_body().select(pointers)
    except Err as error:
        raise Err(Refusal_Malformed(error.value)) from error
    return {
        pointer: [
            value.value if isinstance(value, document.Value_Text) else None
            for value in values
        ]
        for pointer, values in zip(pointers, answers, strict=True)
    }


def moved(revision: tuple[str | None, str | None]) -> GitChange | None:
    """What a revision tells: a ref and its commit. TeamCity names VCS roots, not repositories' URLs;
    and where the VCS is not Git there is no ref.
    """
    branch, version = revision
    if branch is None or not branch.startswith("refs/"):
        return None
    return GitChange(
        repositories=[],
        ref=branch,
        before=None,
        after=version if version and COMMIT.fullmatch(version) else None,
        deleted=False,
        paths=Paths_Unknown(),
    )


def lists(names: list[str], wanted: str) -> bool:
    return wanted.casefold() in (name.casefold() for name in names)
