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


def test_people_who_registered_since_stop_a_removal(event, noa, suggest):
    session = f.session(event=event)
    removal = later(suggest(f.delete_data(session), "schedule_delete"), noa)
    for _n in range(5):
        f.registration(participant=f.participant(event=event), schedule=session)

    assert stopped(removal) == "5 registrations go with the session."
    assert f.run("select count(*) from participant_schedules") == [(5,)]


def test_a_removal_approved_before_registrations_were_a_kind_rests_on_its_risk(event, suggest):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    removal = read(suggest(f.delete_data(session), "schedule_delete"))
    verdict = verdicts.judge([removal])[removal.pk]
    told = basis.of(verdict, "aal1")

    for risk, departed in (("critical", []), ("low", ["1 registration goes with the session."])):
        approval = Approval(seen=(), basis=told | {"risk": risk})
        assert basis.departures_from(approval, verdict) == departed


def test_another_zone_of_the_event_stops_what_was_said_on_its_clocks(event, noa, suggest):
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
def test_a_session_that_was_changed_since_stops_it(event, noa, suggest, action, change):
    session = f.session(event=event, room="A")
    data = f.update_data(session, max_capacity=3) if action == "update" else f.delete_data(session)
    suggestion = later(suggest(data, f"schedule_{action}"), noa)
    f.run(f"update schedules set {change}, end_time = '2038-01-30 12:00Z'")

    assert OTHER_SESSION in stopped(suggestion)


def test_an_error_that_arrived_stops_it(event, noa, suggest):
    suggestion = later(suggest(), noa)
    f.session(event=event, title="תפוס", room="חדר A", start=f.at(11), end=f.at(12))

    assert "תפוס" in stopped(suggestion)


def test_a_session_that_is_gone_since_stops_it(event, noa, suggest):
    session = f.session(event=event)
    suggestion = later(suggest(f.update_data(session, title="x"), "schedule_update"), noa)
    session.delete()

    assert stopped(suggestion) == "The session it is about is no longer in the programme."


def test_a_warning_that_arrived_stops_it_and_one_that_was_seen_does_not(event, noa, suggest):
    f.session(event=event, title="ערב", room="B", start=f.at(20), end=f.at(21))
    f.session(event=event, title="ידוע", speaker_name="מיכל", start=f.at(11), end=f.at(12))
    suggestion = later(suggest(f.create_data(speaker_name="מיכל")), noa)
    other = later(suggest(f.create_data(speaker_name="דן", room="B")), noa)
    f.session(event=event, title="חדש", speaker_name="מיכל", start=f.at(12), end=f.at(13))

    assert "חדש" in stopped(suggestion)
    f.run("delete from schedules where title = 'חדש'")
    assert carried_out(suggestion)
    assert carried_out(other)


def test_a_vip_who_came_since_stops_it(event, noa, suggest):
    session = f.session(event=event)
    suggestion = later(suggest(f.update_data(session, title="x"), "schedule_update"), noa)
    vip = f.participant(event=event, is_vip=True)
    f.registration(participant=vip, schedule=session)

    assert stopped(suggestion) == (
        "Its risk has risen since it was approved, from “Low” to “Medium”."
    )


def test_what_cannot_be_read_any_more_stops_it(ours, noa, suggest):
    someone = f.profile(organization=ours)
    suggestion = later(suggest(user=someone), noa)
    f.run("update user_profiles set organization_id = null where id = %s", someone.pk)

    assert stopped(suggestion) == "Who asked for it does not belong to the event’s organization."


# What does not


def test_what_has_gone_stops_nothing(event, noa, suggest):
    known = f.session(event=event, speaker_name="מיכל", start=f.at(11), end=f.at(12))
    suggestion = later(suggest(f.create_data(speaker_name="מיכל")), noa)
    known.delete()

    assert carried_out(suggestion)


def test_another_suggestion_for_the_same_stops_nothing(noa, suggest):
    suggestion = later(suggest(), noa)
    suggest(f.create_data(title="מתחרה"))

    assert carried_out(suggestion)


def test_someone_who_registered_for_a_session_that_stays_stops_nothing(event, noa, suggest):
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


def test_what_nobody_knows_the_basis_of_is_left_unless_asked_for(unknown):
    assert stopped(unknown) == UNKNOWN
    assert workflow.execute(suggestion_id=unknown.pk).status == Status.EXECUTED


@pytest.mark.parametrize(
    "basis", [None, [], "x", {}, {"asked": 1, "session": 2, "risk": []}, {"risk": "low"}]
)
def test_a_basis_that_cannot_be_read_is_none(noa, suggest, basis):
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
def test_it_is_approved_anew_on_its_page(ours, noa, suggest, request, why, button):
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


def test_only_who_was_shown_that_it_waits_approves_it_anew(noa, suggest):
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


def test_a_risk_that_rose_since_it_was_shown_is_not_approved_anew(event, noa, suggest):
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


def test_each_approval_keeps_what_it_rests_on_and_nothing_else_does(event, noa, suggest):
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
def test_that_nothing_was_found_is_told_from_that_nobody_looked(noa, suggest, act):
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


def test_what_was_only_said_of_a_move_nobody_looked_at(noa, suggest):
    suggestion = suggest()
    told = {"suggestion": str(suggestion.pk), "seen": [{"said": ["x"]}]}
    f.run("select set_config('eventflow.decision', %s, true)", json.dumps(told))
    f.run("update ai_insights_log set execution_status = 'rejected' where id = %s", suggestion.pk)

    assert IndexedSuggestion.objects.get(pk=suggestion.pk).found is None


def test_what_is_carried_out_later_is_written_as_surely_as_it_was_approved(noa, suggest):
    f.run("alter table schedules add column aal text default auth.jwt() ->> 'aal'")
    for room, given, pressed in (("A", "aal2", "aal1"), ("B", "aal1", "aal2")):
        noa.aal = given
        suggestion = later(suggest(f.create_data(room=room)), noa)
        noa.aal = pressed
        workflow.execute(suggestion_id=suggestion.pk, by=noa)

    assert sorted(f.run("select room, aal from schedules")) == [("A", "aal2"), ("B", "aal1")]
