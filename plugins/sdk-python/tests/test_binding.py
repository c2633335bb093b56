import unittest

from bellpull import Binding

NAMES = "sender.example\nCN=sender"


class ClientNames(unittest.TestCase):
    def test_they_are_demanded_alone_or_beside_another_proof(self) -> None:
        for binding, authentication, extensions in [
            (Binding.certificate(NAMES), "certificate", [("client-names", NAMES)]),
            # The host refuses an empty list. To leave it out would demand less.
            (Binding.certificate(""), "certificate", [("client-names", "")]),
            (
                Binding.signature("token").with_reply_macs().with_client_names(NAMES),
                "signature",
                [("reply-macs", "true"), ("client-names", NAMES)],
            ),
        ]:
            self.assertEqual(binding.authentication, authentication)
            self.assertEqual(binding.extensions, extensions)


if __name__ == "__main__":
    unittest.main()
