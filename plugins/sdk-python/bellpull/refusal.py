"""Why a delivery is not accepted: `raise refusal.malformed("why")`.

A reason reaches the operator's log and never the sender. It must not hold what the delivery presented
as a credential.
"""

from componentize_py_types import Err
from wit_world.imports import types


# componentize-py makes its exception frozen, but whoever shows a traceback, as unittest does, sets it.
setattr(Err, "__setattr__", Exception.__setattr__)


def unauthenticated(reason: str) -> Err[types.Refusal]:
    """No proof, or a wrong one: 401."""
    return Err(types.Refusal_Unauthenticated(reason))


def malformed(reason: str) -> Err[types.Refusal]:
    """Not what this provider sends: 400."""
    return Err(types.Refusal_Malformed(reason))


def stale(reason: str) -> Err[types.Refusal]:
    """Signed, but too old or too new: 401."""
    return Err(types.Refusal_Stale(reason))


def unavailable(reason: str) -> Err[types.Refusal]:
    """Keys or certificates could not be had; worth sending again: 503."""
    return Err(types.Refusal_Unavailable(reason))


def misconfigured(reason: str) -> Err[types.Refusal]:
    """The Receiver cannot work as it stands: 503."""
    return Err(types.Refusal_Misconfigured(reason))


def problems(*found: types.Problem) -> Err[list[types.Problem]]:
    """What is wrong with a Receiver; `configure` raises it."""
    return Err(list(found))
