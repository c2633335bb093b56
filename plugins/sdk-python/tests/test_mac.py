import unittest

from bellpull import Mac
from tests.refused import Refused

HEX = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
GOOD = f"sha256={HEX}"


def hex_of(*values: str) -> Mac:
    return Mac.hex("x-sig", "sha256=", "sha256", [value.encode() for value in values])


class Hex(Refused):
    def test_digits_have_either_case(self) -> None:
        lower, upper = hex_of(GOOD), hex_of(f"sha256={HEX.upper()}")
        self.assertEqual(lower, upper)
        self.assertEqual((lower.digest, lower.value[0]), ("sha256", 0x75))

    def test_anything_but_one_whole_digest_is_refused(self) -> None:
        for values, flaw in [
            ([], "is missing"),
            ([""], "is empty"),
            ([GOOD, GOOD], "is repeated"),
            (["sha256="], "is not as long as its digest"),
            ([HEX], "does not begin with its prefix"),
            ([f"SHA256={HEX}"], "does not begin with its prefix"),
            ([f"sha1={HEX}"], "does not begin with its prefix"),
            ([GOOD[:-1]], "cannot be decoded"),
            ([GOOD[:-2]], "is not as long as its digest"),
            ([f"{GOOD}0"], "cannot be decoded"),
            ([f"{GOOD}00"], "is not as long as its digest"),
            ([f"sha256= {HEX}"], "cannot be decoded"),
            ([f"{GOOD} "], "cannot be decoded"),
            ([GOOD.replace("7", "g")], "cannot be decoded"),
            ([GOOD.replace("7", "é")], "cannot be decoded"),
        ]:
            with self.refused("Unauthenticated", f"signature header x-sig {flaw}", values):
                hex_of(*values)


class Base64(Refused):
    def test_it_is_strict(self) -> None:
        def of(value: str) -> Mac:
            return Mac.base64("x-sig", "v1,", "sha256", [value.encode()])

        self.assertEqual(len(of("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=").value), 32)
        for bad, flaw in [
            ("v1,", "is not as long as its digest"),
            ("v1,AAAA", "is not as long as its digest"),
            ("v1,====", "cannot be decoded"),
            ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", "cannot be decoded"),
            ("v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=", "cannot be decoded"),
            ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", "cannot be decoded"),
            ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= ", "cannot be decoded"),
            ("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "does not begin with its prefix"),
        ]:
            with self.refused("Unauthenticated", f"signature header x-sig {flaw}", bad):
                of(bad)


class Named(Refused):
    def test_the_named_digest_is_one_of_those_accepted(self) -> None:
        def of(value: str) -> Mac:
            return Mac.named_hex("x-sig", ["sha1", "sha256", "sha512"], [value.encode()])

        for digest, length in [("sha1", 20), ("sha256", 32), ("sha512", 64)]:
            self.assertEqual(of(f"{digest}={'ab' * length}"), Mac(digest, b"\xab" * length))
        unknown = "signature header x-sig names no algorithm that is accepted"
        for value in f"sha384={'ab' * 48}", "sha1", "=", HEX:
            with self.refused("Unauthenticated", unknown, value):
                of(value)
        with self.refused("Unauthenticated", "signature header x-sig is not as long as its digest"):
            of(f"sha1={HEX}")


if __name__ == "__main__":
    unittest.main()
