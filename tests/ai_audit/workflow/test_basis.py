"""What an approval rests on: what departs from it stops the carrying out, and what does not."""

import json

import pytest
from django.urls import reverse

from ai_audit import history, verdicts, workflow
from ai_audit.history import Approval, chain
from ai_audit.models import HistoryEntry, IndexedSuggestion, Status, Suggestion
from ai_audit.presenters import timeline
from ai_audit.reports import index
from ai_audit.workflow import basis
from scheduling.models import Schedule
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

NOW = f.at(6)


@pytest.fixture
def carrier(ours):
    """Someone who may carry out and may not approve."""
    return f.staff(profile=f.profile(organization=ours), permissions=["execute_suggestion"])


def read(suggestion) -> Suggestion:
    return Suggestion.objects.select_related("event", "user", "approved_by").get(pk=suggestion.pk)


def status(suggestion) -> str:
    return f.whole_row(suggestion)["execution_status"]


def digest(suggestion) -> str:
    found = read(suggestion)
    return verdicts.digest(found, verdicts.judge([found])[found.pk])


def page(suggestion) -> str:
    return reverse("admin:ai_audit_pendingsuggestion_change", args=[suggestion.pk])


def everything():
    return [*f.everything(), *f.whole_table("backoffice.decision_history")]


def stopped(suggestion, **asked) -> str:
    """Why it is not carried out, after seeing that this changed nothing and the page says it."""
    before = everything()
    with pytest.raises(workflow.NotAsApproved) as refusal:
        workflow.execute(suggestion_id=suggestion.pk, basis_needed=True, **asked)
    assert everything() == before
    assert status(suggestion) == "approved"
    found = read(suggestion)
    reasons = " ".join(workflow.departures(found, verdicts.judge([found])[found.pk]))
    assert str(refusal.value) == (
        "Nothing was changed, and it stays approved: it has to be looked at again. "
        f"{reasons} Approve it again on its page, or withdraw the approval."
    )
    return reasons


def carried_out(suggestion) -> bool:
    outcome = workflow.execute(suggestion_id=suggestion.pk, basis_needed=True)
    return outcome.status == Status.EXECUTED


def later(suggestion, by):
    workflow.approve_for_later(
        suggestion_id=suggestion.pk, by=by, confirmed=f.confirming(suggestion.pk)
    )
    return suggestion


OTHER_VALUES = "What it asks for comes to something else now than when it was approved."
OTHER_SESSION = "The session was changed since it was approved."
UNKNOWN = "It is not known what its approval rests on: it was not given here, or long ago."


# What stops it


def test_basis_new_registration_stops_removal(event, noa, suggest):
    session = f.session(event=event)
    removal = later(suggest(f.delete_data(session), "schedule_delete"), noa)
    for _n in range(5):
        f.registration(participant=f.participant(event=event), schedule=session)

    assert stopped(removal) == "5 registrations go with the session."
    assert f.run("select count(*) from participant_schedules") == [(5,)]


def test_basis_removal_before_removes_kind(event, suggest):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    removal = read(suggest(f.delete_data(session), "schedule_delete"))
    verdict = verdicts.judge([removal])[removal.pk]
    told = basis.of(verdict, "aal1")

    for risk, departed in (("critical", []), ("low", ["1 registration goes with the session."])):
        approval = Approval(seen=(), basis=told | {"risk": risk})
        assert basis.departures_from(approval, verdict) == departed


def test_basis_event_zone_changed(event, noa, suggest):
    spoken, absolute = (
        later(suggest(f.create_data(room=room, **times)), noa)
        for room, times in (
            ("A", {}),
            ("B", {"start_time": "2038-01-30T09:15:00Z", "end_time": "2038-01-30T10:45:00Z"}),
        )
    )
    f.run("update events set timezone = 'America/New_York'")

    assert stopped(spoken) == OTHER_VALUES
    assert carried_out(absolute)


@pytest.mark.parametrize("action", ["update", "delete"])
@pytest.mark.parametrize(
    "change", ["title = 'אחר'", "room = 'Z'", "materials_url = 'x'", "start_time = now()"]
)
def test_basis_session_changed(event, noa, suggest, action, change):
    session = f.session(event=event, room="A")
    data = f.update_data(session, max_capacity=3) if action == "update" else f.delete_data(session)
    suggestion = later(suggest(data, f"schedule_{action}"), noa)
    f.run(f"update schedules set {change}, end_time = '2038-01-30 12:00Z'")

    assert OTHER_SESSION in stopped(suggestion)


def test_basis_new_error_stops(event, noa, suggest):
    suggestion = later(suggest(), noa)
    f.session(event=event, title="תפוס", room="חדר A", start=f.at(11), end=f.at(12))

    assert "תפוס" in stopped(suggestion)


def test_basis_missing_session_stops(event, noa, suggest):
    session = f.session(event=event)
    suggestion = later(suggest(f.update_data(session, title="x"), "schedule_update"), noa)
    session.delete()

    assert stopped(suggestion) == "The session it is about is no longer in the programme."


def test_basis_new_warning_stops_seen_does_not(event, noa, suggest):
    f.session(event=event, title="ערב", room="B", start=f.at(20), end=f.at(21))
    f.session(event=event, title="ידוע", speaker_name="מיכל", start=f.at(11), end=f.at(12))
    suggestion = later(suggest(f.create_data(speaker_name="מיכל")), noa)
    other = later(suggest(f.create_data(speaker_name="דן", room="B")), noa)
    f.session(event=event, title="חדש", speaker_name="מיכל", start=f.at(12), end=f.at(13))

    assert "חדש" in stopped(suggestion)
    f.run("delete from schedules where title = 'חדש'")
    assert carried_out(suggestion)
    assert carried_out(other)


def test_basis_new_vip_stops(event, noa, suggest):
    session = f.session(event=event)
    suggestion = later(suggest(f.update_data(session, title="x"), "schedule_update"), noa)
    vip = f.participant(event=event, is_vip=True)
    f.registration(participant=vip, schedule=session)

    assert stopped(suggestion) == (
        "Its risk has risen since it was approved, from “Low” to “Medium”."
    )


def test_basis_unreadable_now_stops(ours, noa, suggest):
    someone = f.profile(organization=ours)
    suggestion = later(suggest(user=someone), noa)
    f.run("update user_profiles set organization_id = null where id = %s", someone.pk)

    assert stopped(suggestion) == "Who asked for it does not belong to the event’s organization."


# What does not


def test_basis_gone_conflict_ignored(event, noa, suggest):
    known = f.session(event=event, speaker_name="מיכל", start=f.at(11), end=f.at(12))
    suggestion = later(suggest(f.create_data(speaker_name="מיכל")), noa)
    known.delete()

    assert carried_out(suggestion)


def test_basis_competing_suggestion_ignored(noa, suggest):
    suggestion = later(suggest(), noa)
    suggest(f.create_data(title="מתחרה"))

    assert carried_out(suggestion)


def test_basis_new_registration_on_staying_session(event, noa, suggest):
    session = f.session(event=event)
    suggestion = later(suggest(f.update_data(session, title="x"), "schedule_update"), noa)
    f.registration(participant=f.participant(event=event), schedule=session)

    assert carried_out(suggestion)


# Where the history does not tell


@pytest.fixture
def unknown(noa, suggest):
    """Approved by another program, or before there were bases."""
    suggestion = suggest()
    f.run(
        "update ai_insights_log set execution_status = 'approved', approved_at = now(),"
        " approved_by = %s where id = %s",
        noa.profile_id,
        suggestion.pk,
    )
    return suggestion


def test_basis_unknown_left_unless_by_id(unknown):
    assert stopped(unknown) == UNKNOWN
    assert workflow.execute(suggestion_id=unknown.pk).status == Status.EXECUTED


@pytest.mark.parametrize(
    "basis", [None, [], "x", {}, {"asked": 1, "session": 2, "risk": []}, {"risk": "low"}]
)
def test_basis_unreadable_is_none(noa, suggest, basis):
    suggestion = suggest()
    told = {"suggestion": str(suggestion.pk), "seen": [{"basis": basis}]}
    f.run("select set_config('eventflow.decision', %s, true)", json.dumps(told))
    f.run(
        "update ai_insights_log set execution_status = 'approved', approved_at = now(),"
        " approved_by = %s where id = %s",
        noa.profile_id,
        suggestion.pk,
    )

    assert stopped(suggestion) == UNKNOWN


# On its page


def test_carrying_it_out_by_hand_stops_as_well(carrier, event, noa, suggest):
    suggestion = later(suggest(), noa)
    browser = pages.signed_in(carrier.user)
    fine = browser.get(page(suggestion))
    f.run("update events set timezone = 'America/New_York'")

    answer = browser.get(page(suggestion))
    assert OTHER_VALUES in pages.text(answer)
    assert 'name="_execute"' in pages.source(fine)
    assert 'name="_execute"' not in pages.source(answer)
    # Nor by a form that is forged, or from before.
    for form in (pages.form(answer), pages.form(fine)):
        for button in ("_execute", "_approve", "_approve_only"):
            browser.post(page(suggestion), form | {button: "1"})
    assert status(suggestion) == "approved"
    assert Schedule.objects.count() == 0


@pytest.mark.parametrize("button", ["_approve", "_approve_only"])
@pytest.mark.parametrize("why", ["departed", "unknown"])
def test_basis_approved_anew_on_page(ours, noa, suggest, request, why, button):
    if why == "departed":
        suggestion = later(suggest(), noa)
        f.run("update events set timezone = 'America/New_York'")
    else:
        suggestion = request.getfixturevalue("unknown")
    dana = f.staff(profile=f.profile(organization=ours, full_name="Dana"))
    browser = pages.signed_in(dana.user)

    browser.post(page(suggestion), pages.form(browser.get(page(suggestion))) | {button: "1"})

    if button == "_approve_only":
        assert status(suggestion) == "approved"
        found = read(suggestion)
        assert workflow.departures(found, verdicts.judge([found])[found.pk]) == []
        assert carried_out(suggestion)
    assert status(suggestion) == "executed"
    row = f.whole_row(suggestion)
    assert (row["approved_by"], row["execution_error"]) == (str(dana.profile_id), None)
    assert [
        (step.what, step.who, step.detail) for step in timeline.steps(read(suggestion))[1:]
    ] == [
        ("Approved", "נועה כהן" if why == "departed" else noa.profile.full_name, ""),
        ("Failed", "Dana", "It was not carried out: it is approved anew."),
        ("Approved", "Dana", ""),
        ("Executed", "Dana", ""),
    ]
    assert chain.find_break() is None
    assert not index.verify()


def test_basis_anew_only_by_who_was_shown(noa, suggest):
    suggestion = suggest()
    undecided = digest(suggestion)
    later(suggestion, noa)
    waiting = digest(suggestion)
    before = everything()

    for act in (workflow.approve, workflow.approve_for_later):
        for shown in (None, undecided):
            with pytest.raises(workflow.AlreadyDecided, match="it is “Approved” already"):
                act(suggestion_id=suggestion.pk, by=noa, digest=shown)
        with pytest.raises(workflow.Changed):
            act(suggestion_id=suggestion.pk, by=noa, digest="0" * 64)
    assert everything() == before
    assert workflow.approve(
        suggestion_id=suggestion.pk, by=noa, digest=waiting, confirmed=f.confirming(suggestion.pk)
    ).status == (Status.EXECUTED)


def test_basis_risk_rose_not_approved_anew(event, noa, suggest):
    """Nothing else tells: a registration is no part of what a page showed of a change."""
    session = f.session(event=event)
    suggestion = later(suggest(f.update_data(session, description="x"), "schedule_update"), noa)
    shown = digest(suggestion)
    f.registration(participant=f.participant(event=event, is_vip=True), schedule=session)

    with pytest.raises(workflow.Changed):
        workflow.approve(
            suggestion_id=suggestion.pk, by=noa, digest=shown, confirmed=f.confirming(suggestion.pk)
        )
    assert status(suggestion) == "approved"


# What the history keeps, and who reads it


def test_basis_kept_by_approvals_only(event, noa, suggest):
    session = f.session(event=event, speaker_name="מיכל", start=f.at(11))
    noa.aal = "aal2"
    at_once = suggest(f.create_data(speaker_name="מיכל"))
    workflow.approve(suggestion_id=at_once.pk, by=noa, confirmed=f.confirming(at_once.pk))
    rejected = suggest(f.delete_data(session), "schedule_delete")
    workflow.reject(suggestion_id=rejected.pk, by=noa)

    kept = [
        (entry.to_status, sorted(key for found in entry.seen for key in found if key != "ids"))
        for entry in HistoryEntry.objects.order_by("id")
    ]
    assert kept == [
        ("approved", ["basis", "kind", "severity"]),
        ("executed", ["kind", "severity"]),
        ("rejected", []),
    ]
    approval = history.approval(at_once)
    assert {name: len(value) for name, value in approval.basis.items()} == {
        "asked": 64,
        "session": 64,
        "risk": len("medium"),
        "aal": 4,
    }
    assert (approval.basis["risk"], approval.basis["aal"]) == ("medium", "aal2")


@pytest.mark.parametrize("act", ["approve", "approve_for_later", "approve_batch", "amend"])
def test_basis_nothing_found_differs_from_not_looked(noa, suggest, act):
    suggestion, other = suggest(), suggest(f.create_data(room="B"))
    if act == "approve_batch":
        workflow.approve_batch(digests={suggestion.pk: digest(suggestion)}, by=noa)
    elif act == "amend":
        suggestion = Suggestion(
            workflow.amend(suggestion_id=suggestion.pk, by=noa, values={"room": "Z"}).suggestion_id
        )
    else:
        getattr(workflow, act)(suggestion_id=suggestion.pk, by=noa)
    f.run("update ai_insights_log set execution_status = 'rejected' where id = %s", other.pk)

    looked, nobody = (IndexedSuggestion.objects.get(pk=one.pk) for one in (suggestion, other))
    # What a person wrote is not the AI's to be right about.
    assert (looked.found, looked.claim) == ([], None if act == "amend" else "nothing")
    assert (nobody.found, nobody.claim) == (None, None)
    assert not index.verify()
    seen = [step.seen for step in timeline.steps(read(suggestion))[1:]]
    assert seen[0] == "On screen: no conflict"
    assert timeline.steps(read(other))[-1].seen == ""


def test_basis_of_move_with_saying_only(noa, suggest):
    suggestion = suggest()
    told = {"suggestion": str(suggestion.pk), "seen": [{"said": ["x"]}]}
    f.run("select set_config('eventflow.decision', %s, true)", json.dumps(told))
    f.run("update ai_insights_log set execution_status = 'rejected' where id = %s", suggestion.pk)

    assert IndexedSuggestion.objects.get(pk=suggestion.pk).found is None


def test_basis_aal_used_when_carried_out(noa, suggest):
    f.run("alter table schedules add column aal text default auth.jwt() ->> 'aal'")
    for room, given, pressed in (("A", "aal2", "aal1"), ("B", "aal1", "aal2")):
        noa.aal = given
        suggestion = later(suggest(f.create_data(room=room)), noa)
        noa.aal = pressed
        workflow.execute(suggestion_id=suggestion.pk, by=noa)

    assert sorted(f.run("select room, aal from schedules")) == [("A", "aal2"), ("B", "aal1")]
