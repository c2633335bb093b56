"""Answers to handshakes, and the MACs in them that the host computes."""

from dataclasses import dataclass, field

from wit_world.imports import types


@dataclass
class Response(types.Response):
    """An answer in the component's words: 200 and no headers unless said otherwise."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: list[types.ReplyPart] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)


def text(text: str) -> types.ReplyPart:
    """A text of the component's own."""
    return types.ReplyPart_Bytes(text.encode())


def hex(key: str, digest: str, message: list[types.Part]) -> types.ReplyPart:
    """The HMAC of a message under the current value of `key`, in hexadecimal. Before the bound checks
    have succeeded the message must be one piece of the delivery."""
    return types.ReplyPart_Mac(types.ReplyMac(key, digest, "hex", message))


def base64(key: str, digest: str, message: list[types.Part]) -> types.ReplyPart:
    """As `hex`, in base64."""
    return types.ReplyPart_Mac(types.ReplyMac(key, digest, "base64", message))
