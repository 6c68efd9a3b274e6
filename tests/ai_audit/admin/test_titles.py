"""After a decision the session that was written is named, whatever the suggestion calls it."""

import csv
import io
import json

import pytest
from django.contrib.admin.models import LogEntry

from ai_audit import history, verdicts, workflow
from ai_audit.models import HistoryEntry, Suggestion
from ai_audit.presenters import timeline
from ai_audit.reports import exports
from ai_audit.reports.exports import Format
from ai_audit.reports.filters import Filters
from ai_audit.verdicts import groups
from eventflow.text.bidi import isolate
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"


@pytest.fixture
def browser(ours):
    return signed_in(
        f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION).user
    )


@pytest.fixture
def lying(event, suggest):
    """A change, a removal and a change of title whose content calls the session “Lunch”."""

    def make(action, title="Keynote"):
        session = f.session(event=event, title=title)
        if action == "remove":
            data, action_type = f.delete_data(session), "schedule_delete"
        else:
            changes = {"title": "Opening"} if action == "retitle" else {"track": "AI"}
            data, action_type = f.update_data(session, **changes), "schedule_update"
        data["current_state"]["title"] = "Lunch"
        if data["proposed_state"] and action != "retitle":
            data["proposed_state"]["title"] = "Lunch"
        return suggest(data, action_type)

    return make


@pytest.mark.parametrize(
    ("action", "title"), [("change", "Keynote"), ("remove", "Keynote"), ("retitle", "Opening")]
)
def test_written_title_in_message_list_exports_log(browser, ours, lying, action, title):
    suggestion = lying(action)
    address = f"{QUEUE}{suggestion.pk}/change/"
    page = browser.get(address)

    answer = browser.post(address, pages.form(page) | pages.ticks(page) | {"_approve": "1"})

    (said,) = pages.messages(answer)
    assert pages.words(said).startswith(f"“ {title} ”: Approved and carried out. It is ")
    assert LogEntry.objects.latest("pk").object_repr == title
    told = [pages.text(browser.get(HISTORY + path)) for path in ("", f"{suggestion.pk}/change/")]
    assert all(title in text for text in told)
    assert "Lunch" not in told[0]
    asked = Filters().within(ours.pk)
    written = {form: "".join(t for _n, t in exports.pieces(asked, form)) for form in Format}
    (row,) = csv.DictReader(io.StringIO(written[Format.CSV].removeprefix("\ufeff"), newline=""))
    assert row["Title"] == title
    assert json.loads(written[Format.JSON_LINES])["title"] == title


def test_written_title_in_bulk_report(browser, lying):
    chosen = [lying("change", "One"), lying("change", "Two")]
    ids = {"_selected_action": [str(suggestion.pk) for suggestion in chosen]}
    page = browser.post(QUEUE, {"action": "approve_selected"} | ids)

    report = pages.confirm(browser, page, tick=chosen)

    assert pages.report(report) == dict.fromkeys(["One", "Two"], "Approved and carried out.")


def test_written_title_in_group(noa, lying):
    chosen = [lying("change", "One"), lying("change", "Two")]
    found = list(
        Suggestion.objects.select_related("event", "user").filter(pk__in=[s.pk for s in chosen])
    )
    judged = groups.judge_group(found)

    workflow.approve_group(digests={s.pk: verdicts.digest(s, judged[s.pk]) for s in found}, by=noa)

    told = {
        entry.suggestion_id: history.retold(entry.seen)
        for entry in HistoryEntry.objects.filter(to_status="approved")
    }
    assert told == {
        chosen[0].pk: f"Approved together with “{isolate('Two')}”.",
        chosen[1].pk: f"Approved together with “{isolate('One')}”.",
    }


def test_written_title_of_undone(browser, noa, lying):
    suggestion = lying("change")
    workflow.approve(suggestion_id=suggestion.pk, by=noa)
    undoing = workflow.undo(suggestion_id=suggestion.pk, by=noa).suggestion_id

    (relation,) = timeline.relations(Suggestion.objects.get(pk=undoing))

    assert relation.suggestion.called == "Keynote"


def test_title_of_unwritten_as_suggested(browser, noa, lying):
    suggestion = lying("change")
    workflow.reject(suggestion_id=suggestion.pk, by=noa)

    assert history.titles([suggestion.pk]) == {}
    assert "Lunch" in pages.text(browser.get(HISTORY))
