"""What the tests that commit need: the tables of the product left as empty as they were."""

import pytest
from django.db import connection

from tests import factories as f


@pytest.fixture
def committing(transactional_db):
    """The test commits; Django empties its own tables afterwards, and this the product's."""
    yield
    assert connection.settings_dict["NAME"].startswith("test_")
    f.run(
        "truncate ai_insights_log, participant_schedules, schedules, participants, events,"
        " user_profiles, organizations cascade"
    )
    f.run("delete from auth.users")
