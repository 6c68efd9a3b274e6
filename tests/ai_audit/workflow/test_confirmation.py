"""Friction by risk: a press, a tick for each warning, or the title and a reason; on the server."""

import pytest

from ai_audit import verdicts, workflow
from ai_audit.models import HistoryEntry, Suggestion
from ai_audit.verdicts import groups
from ai_audit.workflow import Confirmation, NotConfirmed, confirmation
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"


def url(suggestion):
    return f"{QUEUE}{suggestion.pk}/change/"


def asked(suggestion) -> confirmation.Friction:
    found = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    return confirmation.needed(verdicts.judge([found])[found.pk])


def press(browser, suggestion, **also):
    form = pages.form(browser.get(url(suggestion)))
    return browser.post(url(suggestion), form | {"_approve": "1"} | also)


def status(suggestion):
    return f.whole_row(suggestion)["execution_status"]


@pytest.fixture
def warned(event, suggest):
    f.session(event=event, speaker_name="Dana", start=f.at(11), title="Panel")
    return suggest(f.create_data(speaker_name="Dana", room="Z", start_time="2038-01-30T11:00"))


@pytest.fixture
def critical(event, suggest):
    session = f.session(event=event, title="Round  table: שולחן")
    f.registration(participant=f.participant(event=event), schedule=session)
    return suggest(f.delete_data(session), "schedule_delete")


def test_confirm_clear_needs_nothing(browser, suggest):
    suggestion = suggest()

    assert asked(suggestion) == confirmation.Friction()
    press(browser, suggestion)
    assert status(suggestion) == "executed"


def test_confirm_each_warning_ticked(browser, warned):
    (tick,) = asked(warned).ticks

    for ticks in ({}, {"tick": ["another"]}):
        answer = press(browser, warned, **ticks)
        assert pages.messages(answer) == [
            "Nothing was changed: tick each warning to say that you have seen it."
        ]
        assert status(warned) == "suggested"
    assert pages.ticks(browser.get(url(warned))) == {"tick": [tick]}
    press(browser, warned, tick=[tick])
    assert status(warned) == "executed"


def test_approving_for_later_asks_as_much(browser, warned):
    form = pages.form(browser.get(url(warned)))

    browser.post(url(warned), form | {"_approve_only": "1"})
    assert status(warned) == "suggested"
    browser.post(url(warned), form | {"_approve_only": "1", "tick": [*asked(warned).ticks]})
    assert status(warned) == "approved"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "type the session’s title"),
        ({"title": "Round table", "why": "empty"}, "type the session’s title"),
        ({"title": "Round table: שולחן", "why": " "}, "give a reason"),
    ],
)
def test_confirm_removal_with_people_title_and_reason(browser, critical, said, sentence):
    answer = press(browser, critical, **said)

    assert sentence in pages.messages(answer)[0]
    assert status(critical) == "suggested"


def test_confirm_title_covers_registrations(critical):
    friction = asked(critical)

    assert friction == confirmation.Friction(title="Round  table: שולחן")


def test_confirm_other_warnings_of_removal_ticked(browser, critical):
    f.run("update schedules set description = 'changed since'")
    (tick,) = asked(critical).ticks

    page = browser.get(url(critical))

    assert "1 registration goes with the session." in pages.text(page)
    assert pages.ticks(page) == {"tick": [tick]}
    press(browser, critical, title="Round table: שולחן", why="אין מקום")
    assert status(critical) == "suggested"
    press(browser, critical, title="Round table: שולחן", why="אין מקום", tick=[tick])
    assert status(critical) == "executed"


def test_nowhere_is_such_a_removal_clear(browser, critical):
    queue = "/admin/ai_audit/pendingsuggestion/"
    chosen = {"action": "approve_selected", "_selected_action": [str(critical.pk)]}

    listed = pages.source(browser.get(queue))
    alone = pages.source(browser.get(url(critical)))
    asked_about = pages.source(browser.post(queue, chosen))

    assert 'class="chip warned"' in listed
    assert 'class="verdict warned"' in alone
    assert 'class="chip warned"' in asked_about
    for page in (listed, alone, asked_about):
        assert "1 registration goes with the session." in page
        assert 'class="chip clear"' not in page
        assert 'class="verdict clear"' not in page


def test_confirm_removal_done_and_reason_kept(browser, critical):
    press(browser, critical, title=" Round table: שולחן ", why="אין מקום")

    assert status(critical) == "executed"
    reasons = HistoryEntry.objects.order_by("number").values_list("to_status", "reason")
    assert list(reasons) == [("approved", "אין מקום"), ("executed", "אין מקום")]


def test_rejecting_asks_for_nothing(browser, critical):
    form = pages.form(browser.get(url(critical)))
    browser.post(url(critical), form | {"_reject": "1"})

    assert status(critical) == "rejected"


def test_confirm_blocked_has_no_ticks_or_title(browser, event, critical, suggest):
    f.session(event=event, room="חדר A", speaker_name="Dana", start=f.at(11))
    blocked = suggest(f.create_data(speaker_name="Dana"))

    page = browser.get(url(blocked))

    assert pages.ticks(page) == {"tick": []}
    assert not {"_approve", "_approve_only"} & pages.named(page)


def test_confirm_amended_own_warnings(ours, event, suggest):
    browser = pages.signed_in(
        f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION).user
    )
    f.session(event=event, speaker_name="Dana", start=f.at(11), title="Panel")
    suggestion = suggest()
    form = pages.form(browser.post(url(suggestion), {"_amend": "1"})) | {"speaker_name": "Dana"}

    page = browser.post(url(suggestion), form)

    assert status(suggestion) == "suggested"
    assert "Dana" in pages.text(page)
    another = {"start_time": "2001-01-01T10:00", "end_time": "2001-01-01T11:00"}
    browser.post(url(suggestion), pages.form(page) | pages.ticks(page) | another)
    assert status(suggestion) == "suggested", "a tick is for what was shown"
    browser.post(url(suggestion), pages.form(page) | pages.ticks(page))
    assert status(suggestion) == "rejected"
    assert f.run("select speaker_name from schedules where title <> 'Panel'") == [("Dana",)]


def test_confirm_first_registration_changes_digest(browser, event, suggest):
    session = f.session(event=event, title="empty")
    removing = suggest(f.delete_data(session), "schedule_delete")
    form = pages.form(browser.get(url(removing))) | {"_approve": "1"}
    chosen = {"action": "approve_selected", "_selected_action": [str(removing.pk)]}
    asked = browser.post(QUEUE, chosen)
    f.registration(participant=f.participant(event=event), schedule=session)

    browser.post(url(removing), form)
    assert status(removing) == "suggested"
    pages.confirm(browser, asked)
    assert status(removing) == "suggested"


def test_carrying_out_later_asks_as_much(ours, event, noa, suggest):
    browser = pages.signed_in(
        f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION).user
    )
    session = f.session(event=event, title="empty")
    removing = suggest(f.delete_data(session), "schedule_delete")
    workflow.approve_for_later(suggestion_id=removing.pk, by=noa)
    f.registration(participant=f.participant(event=event), schedule=session)
    form = pages.form(browser.get(url(removing))) | {"_execute": "1"}

    browser.post(url(removing), form)
    assert status(removing) == "approved"
    browser.post(url(removing), form | {"title": "empty", "why": "אין ביקוש"})
    assert status(removing) == "executed"


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("כנס\u200f", "כנס"),
        ("a\u200bb", "ab"),
        ("\u200f", ""),
        ("cafe\u0301", "caf\u00e9"),
        ("ד״ר לוי – פתיחה", 'ד"ר לוי - פתיחה'),
        ("שָׁלוֹם", "שלום"),
        ("Ｏｐｅｎｉｎｇ ٣", "opening 3"),
        ("Straße", "STRASSE"),
        ("a\x07b", "ab\0"),
        ("x" * 9000, "x" * 9000),
    ],
)
def test_confirm_title_by_name_key(title, typed):
    said = Confirmation(title=typed, reason="r")

    confirmation.require_title(confirmation.Friction(title=title), said)


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Opening", "Оpening"),
        ("Opening", "Openin"),
        ("Opening", ""),
        ("כ", "ך"),
        ("\u200f", "x"),
        ("x" * 9000, "X" * 9000),
        ("Opening", "Opening\ud800x"),
    ],
)
def test_confirm_other_title_refused(title, typed):
    with pytest.raises(NotConfirmed, match="type the session’s title"):
        confirmation.require_title(
            confirmation.Friction(title=title), Confirmation(title=typed, reason="r")
        )


def test_confirm_forged_form_for_blocked(browser, event, suggest):
    f.session(event=event, room="חדר A", start=f.at(11))
    blocked = suggest()
    form = pages.form(browser.get(url(blocked)))
    before = f.everything()

    for button in ("_approve", "_approve_only"):
        answer = browser.post(url(blocked), form | {button: "1"})
        assert pages.messages(answer)[-1].startswith("Nothing was changed. Blocked: ")
    assert f.everything() == before


def test_confirm_rule():
    both = confirmation.Friction(ticks=("a", "b"), title="T")

    confirmation.require_all(both, Confirmation(ticks=["b", "a", "c"], title="T", reason="r"))
    for said in (
        {"ticks": ["a"], "title": "T", "reason": "r"},
        {"ticks": ["a", "b"], "title": "Tt", "reason": "r"},
        {"ticks": ["a", "b"], "title": "T", "reason": ""},
    ):
        with pytest.raises(NotConfirmed):
            confirmation.require_all(both, Confirmation(**said))


# Without any page: whoever calls.


def digests(*suggestions):
    found = Suggestion.objects.select_related("event", "user").in_bulk([s.pk for s in suggestions])
    judged = verdicts.judge(found.values())
    return {s.pk: verdicts.digest(found[s.pk], judged[s.pk]) for s in suggestions}


APPROVING = {
    "approve": lambda pk, by, said: workflow.approve(suggestion_id=pk, by=by, **said),
    "approve_only": lambda pk, by, said: workflow.approve_for_later(
        suggestion_id=pk, by=by, **said
    ),
    "amend": lambda pk, by, said: workflow.amend(
        suggestion_id=pk, by=by, values={"description": "edited"}, **said
    ),
}
SEVERAL = {
    "approve_set": workflow.approve_batch,
    "approve_many": lambda **asked: next(workflow.approve_bulk(**asked)),
    "approve_together": workflow.approve_group,
}


@pytest.mark.parametrize("act", APPROVING)
@pytest.mark.parametrize("shown", [False, True], ids=["unseen", "seen"])
def test_confirm_every_approval_of_warning(noa, warned, act, shown):
    approve = APPROVING[act]
    seen = {"digest": digests(warned)[warned.pk]} if shown else {}
    ticks = asked(warned).ticks
    before = f.everything()

    for said in ({}, {"confirmed": Confirmation(ticks=["another"], title="x", reason="y")}):
        with pytest.raises(NotConfirmed):
            approve(warned.pk, noa, seen | said)
    assert f.everything() == before
    outcome = approve(warned.pk, noa, seen | {"confirmed": Confirmation(ticks=ticks)})
    assert outcome.status == ("approved" if act == "approve_only" else "executed")


@pytest.mark.parametrize("act", ["approve", "approve_only"])
def test_confirm_every_approval_of_removal(noa, critical, act):
    approve, friction = APPROVING[act], asked(critical)
    before = f.everything()

    for said in (
        {},
        {"title": friction.title},
        {"reason": "r"},
        {"title": "Another", "reason": "r"},
    ):
        confirmed = Confirmation(ticks=friction.ticks, **said)
        with pytest.raises(NotConfirmed):
            approve(critical.pk, noa, {"confirmed": confirmed})
    assert f.everything() == before
    confirmed = Confirmation(ticks=friction.ticks, title=friction.title, reason="r")
    approve(critical.pk, noa, {"confirmed": confirmed})
    assert HistoryEntry.objects.earliest("number").reason == "r"


@pytest.mark.parametrize("act", ["approve_set", "approve_many"])
def test_confirm_bulk_each_for_itself(noa, warned, critical, suggest, act):
    clear = suggest(
        f.create_data(room="Y", start_time="2038-01-30T15:00", end_time="2038-01-30T16:00")
    )
    shown = digests(warned, critical, clear)

    results = SEVERAL[act](digests=shown, by=noa)

    assert isinstance(results[warned.pk], NotConfirmed)
    assert isinstance(results[critical.pk], NotConfirmed)
    assert results[clear.pk].status == "executed"
    assert (status(warned), status(critical)) == ("suggested", "suggested")
    confirmed = {s.pk: f.confirming(s.pk) for s in (warned, critical)}
    results = SEVERAL[act](digests=digests(warned, critical), by=noa, confirmed=confirmed)
    assert [outcome.status for outcome in results.values()] == ["executed", "executed"]


def test_confirm_group_all_or_none(noa, warned, critical):
    found = Suggestion.objects.select_related("event", "user").in_bulk([warned.pk, critical.pk])
    judged = groups.judge_group(found.values())
    shown = {pk: verdicts.digest(one, judged[pk]) for pk, one in found.items()}
    both = {pk: f.confirming(pk) for pk in found}
    before = f.everything()

    for confirmed in ({}, {warned.pk: both[warned.pk]}, {critical.pk: both[critical.pk]}):
        with pytest.raises(NotConfirmed):
            workflow.approve_group(digests=shown, by=noa, confirmed=confirmed)
    assert f.everything() == before
    outcomes = workflow.approve_group(digests=shown, by=noa, confirmed=both)
    assert [outcome.status for outcome in outcomes.values()] == ["executed", "executed"]


def test_confirm_anew_keeps_approval_until_then(noa, event, suggest):
    session = f.session(event=event, title="empty")
    removing = suggest(f.delete_data(session), "schedule_delete")
    workflow.approve_for_later(suggestion_id=removing.pk, by=noa)
    f.registration(participant=f.participant(event=event), schedule=session)
    shown = digests(removing)[removing.pk]
    before = f.everything()

    with pytest.raises(NotConfirmed):
        workflow.approve(suggestion_id=removing.pk, by=noa, digest=shown)
    assert f.everything() == before
    said = f.confirming(removing.pk)
    outcome = workflow.approve(suggestion_id=removing.pk, by=noa, digest=shown, confirmed=said)
    assert outcome.status == "executed"


def test_confirm_not_asked_at_execution(browser, noa, warned):
    workflow.approve_for_later(suggestion_id=warned.pk, by=noa, confirmed=f.confirming(warned.pk))

    page = browser.get(url(warned))
    assert pages.ticks(page) == {"tick": []}
    workflow.execute(suggestion_id=warned.pk, by=noa)
    assert status(warned) == "executed"


@pytest.mark.parametrize("act", ["approve", "approve_only"])
def test_blocked_as_shown_not_approved(noa, event, suggest, act):
    f.session(event=event, room="חדר A", start=f.at(11))
    blocked = suggest()
    before = f.everything()

    said = {"digest": digests(blocked)[blocked.pk], "confirmed": f.EVERY_TICK}
    with pytest.raises(workflow.Blocked):
        APPROVING[act](blocked.pk, noa, said)
    assert f.everything() == before
