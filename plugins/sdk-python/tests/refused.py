"""Expects a refusal, by its case in the contract and its reason."""

import unittest
from collections.abc import Iterator
from contextlib import contextmanager

from componentize_py_types import Err
from wit_world.imports import types


class Refused(unittest.TestCase):
    @contextmanager
    def refused(self, case: str, reason: str, what: object = None) -> Iterator[None]:
        with self.subTest(what=what):
            raised = None
            try:
                yield
            except Err as error:
                raised = error.value
            expected = getattr(types, f"Refusal_{case}")(reason)
            self.assertEqual(raised, expected)
