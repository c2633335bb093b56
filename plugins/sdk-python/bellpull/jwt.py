"""Tokens of issuers. The world needs `import bellpull:provider/jwt@0.1.0;`, and who serves the
component must grant it: `--grant NAME=jwt`.

Bind by `Binding.token(issuers, Source.bearer("authorization"))`.
"""

from componentize_py_types import Err
from wit_world.imports import document, jwt

from bellpull import refusal


def claims(issuers: list[str], audiences: list[str]) -> document.Json:
    """The claims of the token that the delivery presents, once its signature, issuer, audience and
    times are right; `Selection.of` asks them. `issuers` are among those that the binding lists.
    Raises `unauthenticated`, and `unavailable` when the issuer's keys could not be had."""
    try:
        return jwt.verify(jwt.Expectation(issuers, audiences))
    except Err as error:
        unavailable = isinstance(error.value, jwt.Failure_Unavailable)
        refuse = refusal.unavailable if unavailable else refusal.unauthenticated
        raise refuse(error.value.value) from error
