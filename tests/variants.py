"""Variants of one test: the first are tried soon, and all of them by `make test-all`."""

from collections.abc import Iterable

import pytest


def first_soon(values: Iterable, soon: int = 1) -> list:
    """Values for `parametrize`, those after the first ones marked `long`."""
    values = list(values)
    return [
        *values[:soon],
        *(pytest.param(value, marks=pytest.mark.long) for value in values[soon:]),
    ]
