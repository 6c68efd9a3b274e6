"""What you see is what you approve: what changed after the page was opened is never approved."""

import pytest
from django.urls import reverse

from ai_audit import proposals, verdicts
from ai_audit.models import Suggestion
from ai_audit.verdicts import snapshot
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

CHANGED = (
    "Nothing was changed: the suggestion, the session or what it collides with has changed since "
    "you opened the page. This is how it stands now."
)
SET_CHANGED = (
    "Nothing was changed: some of it has changed since you opened the page. "
    "This is how it stands now."
)
QUEUE = reverse("admin:ai_audit_pendingsuggestion_changelist")


@pytest.fixture
def noa_in(client, noa):
    client.force_login(noa.user)
    return client


def page_of(suggestion):
    return reverse("admin:ai_audit_pendingsuggestion_change", args=[suggestion.pk])


@pytest.fixture
def session(event):
    return f.session(event=event, title="טקס", room="חדר A")


@pytest.fixture
def suggestion(event, noa, session):
    data = f.update_data(session, room="חדר B", title="פתיחה")
    return f.suggestion(user=noa.profile, event=event, action_type="schedule_update", data=data)


def everything():
    return [
        *f.whole_table("schedules"),
        *f.whole_table("ai_insights_log"),
        *f.whole_table("backoffice.decision_history"),
    ]


def moved_by_hand(session, **fields):
    type(session).objects.filter(pk=session.pk).update(**fields)


def taken_by_another(session):
    f.session(event=session.event, title="אחר", room="חדר B")


STALE = "new: Changed since the AI looked"


def rewritten(suggestion):
    """Only whoever may switch the guard off can do that."""
    f.run("alter table ai_insights_log disable trigger guard_suggestion")
    f.run(
        "update ai_insights_log set action_data = jsonb_set(action_data, '{changes,title}',"
        " '\"אחרת\"') where id = %s",
        suggestion.pk,
    )
    f.run("alter table ai_insights_log enable always trigger guard_suggestion")


@pytest.mark.parametrize(
    ("change", "words", "marked"),
    [
        (lambda s, _: moved_by_hand(s, title="שם אחר"), f"Title, {STALE}", 2),
        (lambda s, _: moved_by_hand(s, room="חדר C", title="שם אחר"), f"Title, Room, {STALE}", 3),
        (lambda s, _: moved_by_hand(s, description="חדש"), "Description", 0),
        (lambda s, _: moved_by_hand(s, start_time=f.at(8), end_time=f.at(9)), "Start, End", 0),
        (lambda s, _: taken_by_another(s), "new: Room", 1),
        (lambda _, suggestion: rewritten(suggestion), "the suggestion", 0),
    ],
)
def test_snapshot_change_not_approved_and_marked(
    noa_in, session, suggestion, change, words, marked
):
    form = pages.form(noa_in.get(page_of(suggestion)))
    change(session, suggestion)
    before = everything()

    answer = noa_in.post(page_of(suggestion), form | {"_approve": "1"})

    assert everything() == before
    assert pages.messages(answer) == [CHANGED]
    assert f"Changed since you opened the page: {words}." in pages.text(answer)
    assert pages.source(answer).count('class="differs"') == marked

    if words != "new: Room":
        again = noa_in.post(
            page_of(suggestion), pages.form(answer) | pages.ticks(answer) | {"_approve": "1"}
        )
        assert again.status_code == 302
        assert f.whole_row(suggestion)["execution_status"] == "executed"


def test_snapshot_gone_conflict_told(noa_in, event, noa):
    speaking = f.session(event=event, speaker_name="מיכל", start=f.at(11), end=f.at(12))
    suggestion = f.suggestion(
        user=noa.profile, event=event, data=f.create_data(speaker_name="מיכל")
    )
    form = pages.form(noa_in.get(page_of(suggestion)))
    speaking.delete()

    answer = noa_in.post(page_of(suggestion), form | {"_approve_only": "1"})

    assert "Changed since you opened the page: gone: Speaker." in pages.text(answer)
    assert f.whole_row(suggestion)["execution_status"] == "suggested"


def test_snapshot_other_holder_is_other_conflict(noa_in, session, suggestion):
    first = f.session(event=session.event, title="אחד", room="חדר B")
    form = pages.form(noa_in.get(page_of(suggestion)))
    first.delete()
    f.session(event=session.event, title="שני", room="חדר B")

    answer = noa_in.post(page_of(suggestion), form | {"_approve": "1"})

    assert "Changed since you opened the page: new: Room, gone: Room." in pages.text(answer)


def test_snapshot_registration_changes_nothing(noa_in, session, suggestion):
    form = pages.form(noa_in.get(page_of(suggestion)))
    f.registration(participant=f.participant(event=session.event), schedule=session)
    f.run("update schedules set updated_at = now() + interval '1 hour'")
    assert f.whole_row(session)["current_count"] == 1

    noa_in.post(page_of(suggestion), form | {"_approve": "1"})

    assert f.whole_row(suggestion)["execution_status"] == "executed"


@pytest.mark.parametrize("button", ["_approve", "_approve_only"])
@pytest.mark.parametrize("digest", [None, "", "0" * 64])
def test_snapshot_missing_approves_nothing(noa_in, suggestion, button, digest):
    before = everything()

    answer = noa_in.post(
        page_of(suggestion),
        {button: "1"} | ({} if digest is None else {"digest": digest, "shown": "forged:x:y"}),
    )

    assert pages.messages(answer) == [CHANGED]
    assert "Changed since you opened" not in pages.text(answer)
    assert everything() == before


def test_snapshot_of_another_suggestion_ignored(event, noa, suggestion):
    other = f.suggestion(user=noa.profile, event=event)
    judged = verdicts.judge([suggestion, other])
    packed = snapshot.pack(suggestion, judged[suggestion.pk])

    assert len(packed) < 400
    assert snapshot.differences(packed, other, judged[other.pk]) == snapshot.NOTHING_KNOWN
    assert snapshot.differences(packed, suggestion, judged[suggestion.pk]) == snapshot.NOTHING_KNOWN


def test_snapshot_covers_every_settable_field(session, suggestion):
    def standing():
        found = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
        return found, verdicts.judge([found])[found.pk]

    packed = snapshot.pack(*standing())
    for name in proposals.SETTABLE:
        before = f.run(f"select {name} from schedules where id = %s", session.pk)[0][0]
        other = {
            "start_time": f.at(8),
            "end_time": f.at(13),
            "max_capacity": 99,
            "is_mandatory": not before,
            "is_break": not before,
        }.get(name, "אחר")
        moved_by_hand(session, **{name: other})
        assert snapshot.differences(packed, *standing()).fields == (name,)
        moved_by_hand(session, **{name: before})
    assert snapshot.differences(packed, *standing()) == snapshot.NOTHING_KNOWN


def confirmation(client, *suggestions, **also):
    return client.post(
        QUEUE,
        {"action": "approve_selected", "_selected_action": [str(s.pk) for s in suggestions]} | also,
    )


def test_bulk_snapshot_compared_before_first_write(noa_in, event, noa, session, suggestion):
    other = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="חדר C"))
    f.rooms(event, "חדר B", "חדר C")
    page = confirmation(noa_in, other, suggestion)
    moved_by_hand(session, title="שם אחר")
    before = everything()

    answer = pages.confirm(noa_in, page)

    assert everything() == before
    assert pages.messages(answer) == [SET_CHANGED]
    told = {row.split()[0]: row for row in pages.rows(answer)}
    assert f"Changed since you opened the page: Title, {STALE}." in told["שם"]
    assert sum("Changed since" in row for row in told.values()) == 1

    pages.confirm(noa_in, answer, tick=[suggestion])

    assert {f.whole_row(s)["execution_status"] for s in (other, suggestion)} == {"executed"}


@pytest.mark.parametrize("seen", [None, "", "nonsense", "of another act", "of another person"])
def test_bulk_snapshot_missing_approves_nothing(noa_in, ours, suggestion, seen):
    page = confirmation(noa_in, suggestion)
    if seen == "of another act":
        asked = {"action": "reject_selected", "_selected_action": [str(suggestion.pk)]}
        seen = pages.form(noa_in.post(QUEUE, asked))["seen"]
    elif seen == "of another person":
        dana = f.staff(profile=f.profile(organization=ours))
        seen = pages.form(confirmation(pages.signed_in(dana.user), suggestion))["seen"]
    before = everything()

    answer = noa_in.post(
        pages.MANY,
        {"_approve": "1", "csrfmiddlewaretoken": pages.form(page)["csrfmiddlewaretoken"]}
        | ({} if seen is None else {"seen": seen}),
    )

    assert pages.messages(answer) == ["Nothing was changed: the page was not whole. Choose again."]
    assert everything() == before


def test_bulk_row_decided_in_between_told(noa_in, event, noa, suggestion):
    other = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="חדר C"))
    f.rooms(event, "חדר B", "חדר C")
    page = confirmation(noa_in, other, suggestion)
    with_rest = "update ai_insights_log set execution_status = 'rejected' where id = %s"
    f.run(with_rest, suggestion.pk)

    answer = pages.confirm(noa_in, page)

    assert f.whole_row(other)["execution_status"] == "executed"
    assert sum("it is “Rejected” already" in said for said in pages.report(answer).values()) == 1
