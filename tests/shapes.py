"""What depends on the shape of the stand-in: TEST_SHAPE, `first` or `production`."""

from collections.abc import Mapping

import pytest
from django.conf import settings

from tests.factories import run

IN_PRODUCTION = settings.TEST_SHAPE == "production"
of_the_first_shape = pytest.mark.skipif(
    IN_PRODUCTION,
    reason="about helpers, policies and tables as the product's first schema has them",
)


def besides_notes(tables: Mapping) -> dict:
    """By table, without what the product itself notes of each update, as in production."""
    return {name: found for name, found in tables.items() if name != "public.schedule_changes"}


def let_sessions_only_be_read() -> None:
    """Drop the policies that let anybody write sessions; those for reading stay."""
    run("drop policy schedules_own_organization on schedules")
    run("drop policy if exists schedules_everybody on schedules")
