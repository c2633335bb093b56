"""Everything an author needs to write a Bellpull provider in Python.

A provider is a class `Guest` in the module that componentize-py is given:

    from bellpull import Binding, Description, Event, Mac, Provider, headers, parts, verdict

    class Guest(Provider):
        def describe(self):
            return Description(["example"], "1.0.0", credential_keys=["token"])

        def configure(self, receiver):
            return Binding.signature("token")

        def receive(self, receiver):
            sent = headers.values("x-example-signature")
            Mac.hex("x-example-signature", "sha256=", "sha256", sent).check("token", [parts.body()])
            return verdict.accept(Event("example"))

A refusal is raised: `raise refusal.malformed("why")`. Any other exception is a fault of the
component, and its traceback is in the log.

The modules `crypto`, `jwt` and `fetch` are imported by name, since each needs an import of the world
of the component: `from bellpull import jwt`.

Functions that ask the host work only inside a component. Helpers that decide something are
therefore functions over plain values, and the unit tests of a provider call those.
"""

from wit_world.exports import Guest as Provider
from wit_world.imports.types import (
    Change_Artifact,
    Change_Git,
    Change_Other,
    Change_Request,
    Paths_Complete,
    Paths_Truncated,
    Paths_Unknown,
    Problem,
    Receiver,
    Verdict,
)

from bellpull import body, events, headers, parts, refusal, replies, times, verdict
from bellpull.binding import Binding, Credential, Source
from bellpull.description import Description
from bellpull.event import (
    Acceptance,
    ArtifactChange,
    Event,
    GitChange,
    OtherChange,
    RequestChange,
)
from bellpull.mac import Mac
from bellpull.selection import Selection

__all__ = [
    "Acceptance",
    "ArtifactChange",
    "Binding",
    "Change_Artifact",
    "Change_Git",
    "Change_Other",
    "Change_Request",
    "Credential",
    "Description",
    "Event",
    "GitChange",
    "Mac",
    "OtherChange",
    "Paths_Complete",
    "Paths_Truncated",
    "Paths_Unknown",
    "Problem",
    "Provider",
    "Receiver",
    "RequestChange",
    "Selection",
    "Source",
    "Verdict",
    "body",
    "events",
    "headers",
    "parts",
    "refusal",
    "replies",
    "times",
    "verdict",
]
