"""Two people: the first press is kept and waits, the second, by somebody else, decides."""

import pytest

from ai_audit import workflow
from ai_audit.models import ApprovalRule, SecondFor, SuggestionAct
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(ours):
    """Somebody else who decides, of the same organization."""
    return f.staff(profile=f.profile(organization=ours, full_name="דנה לוי"))


@pytest.fixture
def rule(ours):
    def set_to(second_for):
        ApprovalRule.objects.update_or_create(
            organization=ours, defaults={"second_for": second_for}
        )

    return set_to


def approve(suggestion, by, **said):
    return workflow.approve(
        suggestion_id=suggestion.pk, by=by, **{"confirmed": f.EVERY_TICK, **said}
    )


def status(suggestion):
    return f.whole_row(suggestion)["execution_status"]


def test_the_first_press_is_kept_and_the_second_decides(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(title="two", room="A"))

    first = approve(suggestion, noa)

    assert (first.status, first.first) == ("suggested", True)
    assert first.sentence == (
        "Approved, 1 of 2: nothing is carried out until somebody else of the organization has "
        "approved it too."
    )
    assert status(suggestion) == "suggested"
    (act,) = SuggestionAct.objects.all()
    assert (act.kind, act.profile_id, act.staff_member_id) == (
        "first_approval",
        noa.profile_id,
        noa.pk,
    )
    second = approve(suggestion, dana)
    assert (second.status, second.first) == ("executed", False)
    assert f.whole_row(suggestion)["approved_by"] == str(dana.profile_id)
