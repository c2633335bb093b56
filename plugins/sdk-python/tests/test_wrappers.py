import unittest
from unittest import mock

from componentize_py_types import Err
from wit_world.imports import jwt as host_jwt

from bellpull import crypto, fetch, jwt, parts
from tests.refused import Refused

RIGHT = mock.Mock(return_value=True)


class Crypto(Refused):
    def check(self, answer: mock.Mock) -> None:
        with mock.patch("wit_world.imports.crypto.verify_signature", answer):
            crypto.check(crypto.pem("key"), "ed25519", [parts.body()], b"signature")

    def test_a_signature_is_right_or_refused(self) -> None:
        self.check(RIGHT)
        RIGHT.assert_called_once_with(
            crypto.PublicKey("pem", b"key"), "ed25519", [parts.body()], b"signature"
        )
        reason = "the signature does not match under the public key"
        with self.refused("Unauthenticated", reason):
            self.check(mock.Mock(return_value=False))
        with self.refused("Unavailable", "no key"):
            self.check(mock.Mock(side_effect=Err("no key")))


class Tokens(Refused):
    def test_a_failure_is_a_refusal(self) -> None:
        for failure, case in [
            (host_jwt.Failure_Unauthenticated("why"), "Unauthenticated"),
            (host_jwt.Failure_Unavailable("why"), "Unavailable"),
        ]:
            with (
                mock.patch("wit_world.imports.jwt.verify", side_effect=Err(failure)),
                self.refused(case, "why"),
            ):
                jwt.claims(["https://issuer.example.com"], ["audience"])


class Fetched(Refused):
    def test_what_cannot_be_had_is_unavailable(self) -> None:
        with mock.patch("wit_world.imports.fetch.get", return_value=b"key"):
            self.assertEqual(fetch.get("https://example.com/key"), b"key")
        with (
            mock.patch("wit_world.imports.fetch.get", side_effect=Err("no route")),
            self.refused("Unavailable", "no route"),
        ):
            fetch.get("https://example.com/key")


if __name__ == "__main__":
    unittest.main()
