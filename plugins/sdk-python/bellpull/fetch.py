"""The one way out. The world needs `import bellpull:provider/fetch@0.1.0;`, and who serves the
component must grant it: `--grant NAME=fetch:HOST`.
"""

from componentize_py_types import Err
from wit_world.imports import fetch

from bellpull import refusal


def get(url: str) -> bytes:
    """The body of one GET by https, at most 64 KiB, from a host that the description lists. Raises
    `unavailable` when it could not be had."""
    try:
        return fetch.get(url)
    except Err as error:
        raise refusal.unavailable(error.value) from error
