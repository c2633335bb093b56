"""The `teamcity` provider: webhooks of JetBrains TeamCity. Protocol:
https://www.jetbrains.com/help/teamcity/teamcity-webhooks.html
"""

import re

from bellpull import (
    Binding,
    Change_Git,
    Credential,
    Description,
    Event,
    GitChange,
    Provider,
    Receiver,
    Selection,
    Source,
    Verdict,
    body,
    events,
    refusal,
    verdict,
)
from wit_world.imports import credentials

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


class Guest(Provider):
    def describe(self) -> Description:
        return Description(
            ["teamcity"],
            "0.1.0",
            documentation="https://github.com/bellpull/bellpull/tree/main/examples/provider-python",
            events=EVENTS,
            credential_keys=[USERNAME, PASSWORD],
        )

    def configure(self, receiver: Receiver) -> Binding:
        return Binding(
            "secret",
            [
                Credential.presented_at(USERNAME, Source.basic_username()),
                Credential.presented_at(PASSWORD, Source.basic_password()),
            ],
            warnings=events.unknown_warnings(receiver.events, EVENTS),
        )

    def receive(self, receiver: Receiver) -> Verdict:
        check()
        facts = Selection.of(body.json(), [KIND, STATUS, BRANCH, VERSION])
        kind = facts.text(KIND)
        if kind is None:
            raise refusal.malformed("the body has no text 'eventType'")
        if not events.wanted(receiver.events, kind):
            return verdict.not_listed(kind)
        changes = [moved(*revision) for revision in facts.rows(BRANCH, VERSION)]
        return verdict.accept(
            Event(
                kind,
                # Of a build that still runs it says SUCCESS for want of a failure.
                action=facts.text(STATUS) if kind == "BUILD_FINISHED" else None,
                changes=[Change_Git(change) for change in changes if change],
            )
        )


def check() -> None:
    """Both are asked, so that a refusal does not tell which was wrong."""
    username = credentials.matches(USERNAME)
    password = credentials.matches(PASSWORD)
    if not (username and password):
        raise refusal.unauthenticated("Authorization has no Basic credentials, or wrong ones")


def moved(branch: str | None, version: str | None) -> GitChange | None:
    """What a revision tells: a ref and its commit. TeamCity names VCS roots, not repositories' URLs;
    and where the VCS is not Git there is no ref.
    """
    if branch is None or not branch.startswith("refs/"):
        return None
    return GitChange([], ref=branch, after=version if version and COMMIT.fullmatch(version) else None)
