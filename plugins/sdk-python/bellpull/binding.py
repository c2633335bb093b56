"""How a Receiver authenticates its deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field

from wit_world.imports import types


@dataclass
class Source(types.Source):
    """Where a delivery carries a credential."""

    @classmethod
    def header(cls, name: str) -> Source:
        """A header's whole value."""
        return cls("header", [name])

    @classmethod
    def bearer(cls, header: str) -> Source:
        """The text after `Bearer ` in a header (RFC 6750, section 2.1), usually `authorization`."""
        return cls("bearer", [header])

    @classmethod
    def scheme(cls, header: str, scheme: str) -> Source:
        """The text after another scheme in a header (RFC 9110, section 11.4)."""
        return cls("scheme", [header, scheme])

    @classmethod
    def basic_username(cls) -> Source:
        """The user name of a Basic `authorization` (RFC 7617)."""
        return cls("basic-username", [])

    @classmethod
    def basic_password(cls) -> Source:
        """The password of a Basic `authorization` (RFC 7617)."""
        return cls("basic-password", [])

    @classmethod
    def cookie(cls, name: str) -> Source:
        """The value of a cookie (RFC 6265, section 4.2)."""
        return cls("cookie", [name])

    @classmethod
    def query(cls, name: str) -> Source:
        """A query parameter, percent-decoded."""
        return cls("query", [name])

    @classmethod
    def member(cls, pointer: str) -> Source:
        """A text in the JSON body, by an RFC 6901 pointer that passes only through objects."""
        return cls("member", [pointer])

    @classmethod
    def form(cls, field: str) -> Source:
        """A field of an `application/x-www-form-urlencoded` body, decoded."""
        return cls("form", [field])


@dataclass
class Credential(types.Credential):
    """A required key of the Secret. `encoding` is `text`, `base64`, `hex` or `whsec`."""

    encoding: str = "text"
    proves: bool = False
    presented: list[types.Source] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def proving(cls, key: str, encoding: str = "text") -> Credential:
        """A key of MACs. A check of it must succeed before a delivery is accepted."""
        return cls(key, encoding, proves=True)

    @classmethod
    def presented_at(cls, key: str, *places: types.Source) -> Credential:
        """A key whose text a delivery presents at exactly one of these places. A check of it must
        succeed before a delivery is accepted."""
        return cls(key, proves=True, presented=list(places))


@dataclass
class Binding(types.Binding):
    """The contract's `binding`. Only POST is answered unless `methods` says otherwise."""

    methods: list[str] = field(default_factory=lambda: ["POST"])
    tokens: list[types.Source] = field(default_factory=list)
    issuers: list[str] = field(default_factory=list)
    parses_before_verify: bool = False
    answers_handshakes: bool = False
    warnings: list[str] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def signature(cls, key: str, *, warnings: list[str] | None = None) -> Binding:
        """Deliveries carry a MAC whose key is the text of `key`."""
        return cls("signature", [Credential.proving(key)], warnings=warnings or [])

    @classmethod
    def secret(
        cls, key: str, place: types.Source, *, warnings: list[str] | None = None
    ) -> Binding:
        """Deliveries present the text of `key` at `place`, which reads as redacted."""
        return cls("secret", [Credential.presented_at(key, place)], warnings=warnings or [])

    @classmethod
    def token(
        cls, issuers: list[str], place: types.Source, *, warnings: list[str] | None = None
    ) -> Binding:
        """Deliveries present a token of one of these issuers at `place`; see `bellpull.jwt`."""
        return cls("token", [], tokens=[place], issuers=issuers, warnings=warnings or [])

    @classmethod
    def certificate(cls, names: str, *, warnings: list[str] | None = None) -> Binding:
        """Deliveries come over a connection whose client certificate has one of these names, one a
        line; see `with_client_names`."""
        return cls("certificate", [], warnings=warnings or []).with_client_names(names)

    @classmethod
    def path_only(cls, *, warnings: list[str] | None = None) -> Binding:
        """Whoever knows the path is believed."""
        return cls("path-only", [], warnings=warnings or [])

    def with_reply_macs(self) -> Binding:
        """The same binding, but handshakes are answered before the checks, with MACs that the host
        computes (`bellpull.replies`). Give such a Receiver a Secret of its own."""
        self.answers_handshakes = True
        self.extensions.append(("reply-macs", "true"))
        return self

    def with_client_names(self, names: str) -> Binding:
        """The same binding, and deliveries must also come over a connection whose client certificate
        has one of these names, one a line: a subject alternative name, or the whole subject as in
        RFC 4514, such as `CN=sender,O=Acme`. The host refuses every other delivery and does not call
        the component. A binding by the path alone cannot have names."""
        self.extensions.append(("client-names", names))
        return self
