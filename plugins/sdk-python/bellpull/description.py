"""What a component is."""

from dataclasses import dataclass, field

from wit_world.imports import types


@dataclass
class Description(types.Description):
    """The contract's `description`. What is left out is empty: no events, no credentials, no
    `spec.config`, nothing to fetch.

    `providers` are the names that `spec.type` may say. Only keys in `credential_keys` can be checked.
    """

    documentation: str = ""
    events: list[str] = field(default_factory=list)
    credential_keys: list[str] = field(default_factory=list)
    setting_keys: list[str] = field(default_factory=list)
    config_schema: str = ""
    fetch_hosts: list[str] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)
