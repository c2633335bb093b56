"""MACs that deliveries present."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from componentize_py_types import Err
from wit_world.imports import credentials, types

from bellpull import refusal

LENGTHS = {"sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}
"""The hash functions by their names in the contract, with the bytes of a digest."""


@dataclass(frozen=True)
class Mac:
    """A MAC that a delivery presents. It is decoded and as long as its digest, but not yet checked."""

    digest: str
    value: bytes

    @classmethod
    def hex(cls, header: str, prefix: str, digest: str, values: list[bytes]) -> Mac:
        """Reads a MAC in hexadecimal, after `prefix`, from the one value of `header`. The prefix
        compares exactly, the digits without case. `digest` is one of `LENGTHS`.

        Raises `unauthenticated` when the header is missing, empty or repeated, does not begin with
        the prefix, or does not hold hexadecimal digits of exactly one digest after it.
        """
        return _whole(header, digest, _unhex(_after(header, prefix, _only(header, values))))

    @classmethod
    def base64(cls, header: str, prefix: str, digest: str, values: list[bytes]) -> Mac:
        """As `hex`, in standard padded base64 (RFC 4648, section 4)."""
        return _whole(header, digest, _unbase64(_after(header, prefix, _only(header, values))))

    @classmethod
    def named_hex(cls, header: str, digests: list[str], values: list[bytes]) -> Mac:
        """Reads a MAC in hexadecimal after the name of one of `digests` and `=`, as in `sha256=0f…`.
        Raises as `hex`, and for the name of any other digest."""
        value = _only(header, values)
        for digest in digests:
            prefix = f"{digest}=".encode()
            if value.startswith(prefix):
                return _whole(header, digest, _unhex(value[len(prefix) :]))
        raise _flaw(header, "names no algorithm that is accepted")

    def matches(self, key: str, message: list[types.Part]) -> bool:
        """Whether this is the MAC of `message` under any active value of the credential `key`. Asks
        the host."""
        return credentials.verify_hmac(key, self.digest, message, self.value)

    def check(self, key: str, message: list[types.Part]) -> None:
        """Raises `unauthenticated`, with the name of the key, unless the MAC matches."""
        if not self.matches(key, message):
            raise refusal.unauthenticated(f"the signature does not match under '{key}'")


def _only(header: str, values: list[bytes]) -> bytes:
    if not values:
        raise _flaw(header, "is missing")
    if len(values) > 1:
        raise _flaw(header, "is repeated")
    if not values[0]:
        raise _flaw(header, "is empty")
    return values[0]


def _after(header: str, prefix: str, value: bytes) -> bytes:
    begin = prefix.encode()
    if not value.startswith(begin):
        raise _flaw(header, "does not begin with its prefix")
    return value[len(begin) :]


def _unhex(encoded: bytes) -> bytes | None:
    try:
        return binascii.unhexlify(encoded)
    except binascii.Error:
        return None


def _unbase64(encoded: bytes) -> bytes | None:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    # The decoder passes over bits and padding that no encoder writes.
    return decoded if base64.b64encode(decoded) == encoded else None


def _whole(header: str, digest: str, decoded: bytes | None) -> Mac:
    if decoded is None:
        raise _flaw(header, "cannot be decoded")
    if len(decoded) != LENGTHS[digest]:
        raise _flaw(header, "is not as long as its digest")
    return Mac(digest, decoded)


def _flaw(header: str, flaw: str) -> Err[types.Refusal]:
    return refusal.unauthenticated(f"signature header {header} {flaw}")
