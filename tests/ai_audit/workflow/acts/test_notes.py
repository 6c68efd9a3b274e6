"""Notes: what is kept of them, who may leave one, and that nothing is cut or kept twice."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, transaction

from ai_audit import workflow
from ai_audit.models import Status, Suggestion, SuggestionAct
from ai_audit.presenters import timeline
from tests import factories as f

pytestmark = pytest.mark.django_db


def noted(suggestion, by, text="שימו לב"):
    return workflow.leave_note(suggestion_id=suggestion.pk, by=by, text=text)


def told(suggestion):
    """What its page tells that people said of it: what, who, and the words."""
    read = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    return [(step.what, step.who, step.detail) for step in timeline.steps(read) if step.detail]


@pytest.mark.parametrize("status", Status.values)
def test_note_anywhere_changes_nothing(noa, suggest, status):
    suggestion = suggest(execution_status=status)
    before = f.whole_row(suggestion)

    outcome = noted(suggestion, noa, " first line\r\nsecond line \n\n\n\n third ")

    assert (outcome.status, outcome.sentence) == (status, "The note is kept.")
    assert f.whole_row(suggestion) == before
    (act,) = SuggestionAct.objects.all()
    assert (act.kind, act.said, act.profile_id, act.staff_member_id) == (
        "note",
        "first line\nsecond line \n\n third",
        noa.profile_id,
        noa.pk,
    )
    assert act.at == f.JUST_NOW
    assert told(suggestion) == [("Note", "נועה כהן", act.said)]
    assert LogEntry.objects.get().change_message == "Noted."


def test_note_of_greatest_length_kept_whole(noa, suggest):
    suggestion = suggest()
    longest = "א" * workflow.LONGEST_SAID

    noted(suggestion, noa, f"  {longest}\n")

    assert told(suggestion) == [("Note", "נועה כהן", longest)]


@pytest.mark.parametrize("text", ["א" * 1001, "x " * 5000, "\n" + "a" * 600 + "\n" * 500 + "b"])
def test_what_is_longer_is_refused_and_not_cut(noa, suggest, text):
    with pytest.raises(workflow.NotSaid, match=r"at most 1,000 can be kept.*is not lost"):
        noted(suggest(), noa, text)
    assert not SuggestionAct.objects.exists()


@pytest.mark.parametrize(
    "text", ["", "  \r\n\t", "\u200f\u200e", "\u2066\u2069\ufeff", "\0\0", "\ud800", "\u0301"]
)
def test_what_says_nothing_is_refused(noa, suggest, text):
    with pytest.raises(workflow.NotSaid, match="write something first"):
        noted(suggest(), noa, text)
    assert not SuggestionAct.objects.exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\0b\x1b[2J", "a�b�[2J"),
        ("\ud800!", "�!"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202eהפוך", "\u202eהפוך"),
        ("👍", "👍"),
        ("50%", "50%"),
        ("?", "?"),
    ],
)
def test_hostile_text_is_kept_as_legible_text(noa, suggest, text, kept):
    noted(suggest(), noa, text)

    assert SuggestionAct.objects.get().said == kept


def test_the_same_sent_twice_is_kept_once(noa, ours, suggest):
    suggestion = suggest()
    noted(suggestion, noa, "same")

    with pytest.raises(workflow.NotSaid, match="says just that already"):
        noted(suggestion, noa, " same\n")
    noted(suggestion, f.staff(profile=f.profile(organization=ours)), "same")
    noted(suggestion, noa, "same")
    assert SuggestionAct.objects.count() == 3


@pytest.mark.parametrize("say", [workflow.leave_note, workflow.ask])
def test_another_organization_says_nothing(theirs, suggest, say):
    stranger = f.staff(profile=f.profile(organization=theirs))

    with pytest.raises(workflow.NotYours):
        say(suggestion_id=suggest().pk, by=stranger, text="x")
    assert not SuggestionAct.objects.exists()


@pytest.mark.parametrize("say", [workflow.leave_note, workflow.ask])
def test_note_on_eventless_by_requesters_organization(noa, theirs, suggest, say):
    own, other = suggest(event=None), suggest(event=None, user=f.profile(organization=theirs))

    say(suggestion_id=own.pk, by=noa, text="x")
    with pytest.raises(workflow.NotYours):
        say(suggestion_id=other.pk, by=noa, text="x")
    assert [act.suggestion_id for act in SuggestionAct.objects.all()] == [own.pk]


# The table, for whoever comes past the workflow


def refused(suggestion, kind, by, said):
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        f.run("select backoffice.act_on(%s, %s, %s, %s)", suggestion.pk, kind, by.pk, said)
    return error.value.__cause__.sqlstate


@pytest.mark.parametrize("kind", ["note", "asked"])
def test_note_blank_or_too_long_refused(noa, suggest, kind):
    suggestion = suggest()

    assert refused(suggestion, kind, noa, "") == "23514"
    assert refused(suggestion, kind, noa, "x" * 1001) == "23514"
    assert refused(suggestion, "shouted", noa, "x") == "23514"


def test_act_function_checks_speaker_and_status(noa, theirs, suggest):
    stranger = f.staff(profile=f.profile(organization=theirs))

    for kind in ("note", "asked"):
        assert refused(suggest(), kind, stranger, "x") == "EF005"
    assert refused(suggest(execution_status="rejected"), "asked", noa, "x") == "EF004"


@pytest.mark.parametrize("kind", ["answered", "first_approval_taken_back"])
def test_act_kinds_known_to_table(noa, suggest, kind):
    f.said(suggest(), noa, kind, None)

    assert SuggestionAct.objects.get().kind == kind
