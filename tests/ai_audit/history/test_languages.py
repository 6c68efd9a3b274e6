"""What the history tells in the language of whoever reads it, and the log in its organization's."""

from dataclasses import replace

import pytest
from django.utils import translation

from ai_audit import verdicts, workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Suggestion
from ai_audit.presenters import timeline
from ai_audit.verdicts import groups
from eventflow.text.bidi import isolate, ltr
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HISTORY = "/admin/ai_audit/suggestion/"

ENGLISH = (
    f"{isolate('חדר A')} is taken by “{isolate('טקס פתיחה')}” (30 Jan 2038, {ltr('11:00–12:00')})."
)
HEBREW = (
    f"החדר «{isolate('חדר A')}» תפוס על ידי «{isolate('טקס פתיחה')}»"
    f" (30 ינו 2038, {ltr('11:00–12:00')})."
)
IN = {"en": ENGLISH, "he": HEBREW}


@pytest.fixture
def failed(event, noa, suggest):
    """Makes a suggestion that fails, with an organization whose rows are kept in a language."""

    def make(settings="{}", acting_in="en") -> Suggestion:
        f.run("update organizations set settings = %s::jsonb", settings)
        f.session(event=event, room="חדר A", start=f.at(11), end=f.at(12))
        suggestion = suggest()
        with translation.override(acting_in):
            workflow.approve(
                suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
            )
        return Suggestion.objects.get(pk=suggestion.pk)

    return make


@pytest.mark.parametrize("acting_in", ["en", "he"])
@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ("{}", HEBREW),
        (None, HEBREW),
        ('{"language": "en"}', ENGLISH),
        ('{"language": "he"}', HEBREW),
        ('{"language": "xx"}', HEBREW),
        ('{"language": ["en"]}', HEBREW),
        ("[1e400]", HEBREW),
    ],
)
def test_log_in_organizations_language(failed, acting_in, settings, kept):
    assert failed(settings, acting_in).execution_error == kept


def test_messages_in_actors_language(event, noa, failed):
    suggestion = failed()
    with translation.override("en"):
        outcome = workflow.approve(
            suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
        )

    assert ENGLISH in outcome.sentence
    assert f.whole_row(suggestion)["execution_error"] == HEBREW


@pytest.mark.parametrize("reading_in", ["en", "he"])
def test_history_keeps_code_and_parameters(failed, reading_in):
    suggestion = failed()
    entry = HistoryEntry.objects.get(to_status="failed")
    with translation.override(reading_in):
        step = timeline.steps(suggestion)[-1]

    assert entry.seen[-1] == {
        "said": [
            {
                "code": "room_taken",
                "room": "חדר A",
                "sessions": [
                    "Asia/Jerusalem",
                    ["טקס פתיחה", "2038-01-30T09:00:00+00:00", "2038-01-30T10:00:00+00:00"],
                ],
            }
        ]
    }
    assert step.detail == IN[reading_in]
    assert chain.find_break() is None


def test_failure_code_in_chain(failed):
    suggestion = failed()
    f.run("alter table backoffice.decision_history disable trigger user")
    f.run(
        "update backoffice.decision_history set seen = replace(seen::text, 'room_taken', 'gone')"
        "::jsonb where to_status = 'failed'"
    )

    found = chain.find_break()

    assert (found.suggestion_id, found.number) == (suggestion.pk, 2)


def test_failure_before_retry_still_told(event, noa, failed):
    suggestion = failed()
    f.run("delete from schedules")
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    steps = timeline.steps(Suggestion.objects.get(pk=suggestion.pk))
    assert [(step.what, step.detail) for step in steps][1:] == [
        ("Approved", ""),
        ("Failed", ENGLISH),
        ("Approved", ""),
        ("Executed", ""),
    ]


def told(seen, suggestion):
    """A failure as something else than this version might have told it."""
    f.run(
        "select set_config('eventflow.decision', %s, true)",
        f'{{"suggestion": "{suggestion.pk}", "seen": {seen}}}',
    )
    f.run("update ai_insights_log set execution_status = 'failed', execution_error = 'בעיה'")
    return Suggestion.objects.get()


@pytest.mark.parametrize(
    "seen",
    [
        "null",
        "[]",
        "7",
        "{}",
        '[{"kind": "room", "severity": "error", "ids": []}]',
        '[{"said": 7}]',
        '[{"said": [{"code": "of another version"}]}]',
        '[{"said": [{"code": "room_taken"}]}]',
    ],
)
def test_failure_without_code_as_stored(browser, noa, suggest, seen):
    suggestion = told(seen, suggest(execution_status="approved", approved_by=noa.profile))

    assert timeline.steps(suggestion)[-1].detail == "בעיה"
    assert '<bdi class="quiet">בעיה</bdi>' in browser.get(HISTORY).content.decode()
    assert (
        "Failed: <bdi>בעיה</bdi>"
        in browser.get(f"{HISTORY}{suggestion.pk}/change/").content.decode()
    )


@pytest.mark.parametrize("language", ["en", "he"])
def test_failure_in_readers_language(browser, failed, language):
    suggestion = failed()
    browser.post("/i18n/setlang/", {"language": language})

    row = browser.get(HISTORY).content.decode()
    page = browser.get(f"{HISTORY}{suggestion.pk}/change/").content.decode()

    assert f'<bdi class="quiet">{IN[language]}</bdi>' in row
    assert f": <bdi>{IN[language]}</bdi></p>" in page


def test_typed_reason_untranslated(noa, suggest):
    suggestion = suggest()
    workflow.reject(suggestion_id=suggestion.pk, by=noa, reason="No room, sorry")
    with translation.override("he"):
        step = timeline.steps(Suggestion.objects.get())[-1]

    assert step.detail == "No room, sorry"


def test_group_approval_in_readers_language(event, noa, suggest):
    f.run("update organizations set settings = null")
    one = suggest(f.create_data(title="One"))
    suggest(f.create_data(title="Two", room="B"))
    found = [*Suggestion.objects.select_related("event", "user")]
    judged = groups.judge_group(found)
    digests = {s.pk: verdicts.digest(s, judged[s.pk]) for s in found}
    workflow.approve_group(
        digests=digests,
        by=noa,
        confirmed={
            pk: replace(f.EVERY_TICK, reason="Both fit" if pk == one.pk else "") for pk in digests
        },
    )

    details = {}
    for language in IN:
        with translation.override(language):
            details[language] = timeline.steps(Suggestion.objects.get(pk=one.pk))[-1].detail

    kept = HistoryEntry.objects.get(suggestion=one, to_status="executed").reason
    assert details == {
        "en": f"Both fit Approved together with “{isolate('Two')}”.",
        "he": f"Both fit אושרה יחד עם «{isolate('Two')}».",
    }
    assert kept == "Both fit"


def test_replacement_in_readers_language(event, noa, suggest):
    f.run("update organizations set settings = null")
    suggestion = suggest()
    workflow.amend(suggestion_id=suggestion.pk, by=noa, values={"room": "B"})

    entry = HistoryEntry.objects.get(suggestion=suggestion)
    steps = timeline.steps(Suggestion.objects.get(pk=suggestion.pk))

    assert entry.reason == "הוחלפה בהצעה ערוכה."
    assert steps[-1].detail == "Replaced by an amended suggestion."
