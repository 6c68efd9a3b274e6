"""Two people: the first press is kept and waits, the second, by somebody else, decides."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ai_audit import history, verdicts, workflow
from ai_audit.models import ApprovalRule, MadeByHand, SecondFor, Suggestion, SuggestionAct
from ai_audit.presenters import timeline, two_people
from ai_audit.proposals import Action, Proposal
from scheduling.models import Schedule, StaffMember
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


def test_second_press_decides(noa, dana, rule, suggest):
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


def fresh(suggestion):
    return Suggestion.objects.with_rules().select_related("event", "user").get(pk=suggestion.pk)


def acts():
    return list(SuggestionAct.objects.order_by("id").values_list("kind", "profile_id"))


# What is asked


def test_second_none_without_rule_or_statement(noa, suggest):
    suggestion = suggest(f.create_data(title="one", room=None))
    with CaptureQueriesContext(connection) as asked:
        assert approve(suggestion, noa).status == "executed"

    # The rule is read along with the row that is locked.
    about = [q["sql"] for q in asked if "suggestion_acts" in q["sql"] or "_rules" in q["sql"]]
    assert ["FOR UPDATE" in statement for statement in about] == [True]
    assert acts() == []


@pytest.mark.parametrize("second_for", SecondFor)
def test_what_is_asked_for_follows_the_rule(noa, dana, rule, event, suggest, second_for):
    rule(second_for)
    session = f.session(event=event, title="Opening")
    f.registration(participant=f.participant(event=event), schedule=session)
    somebody = f.profile(organization=event.organization)
    asked = {
        "a critical one": (suggest(f.delete_data(session), "schedule_delete", user=somebody), {}),
        "one's own": (suggest(f.create_data(title="own", room=None)), {}),
        "another": (suggest(f.create_data(title="other", room=None), user=somebody), {}),
    }

    waits = {
        name
        for name, (suggestion, _said) in asked.items()
        if approve(suggestion, noa, confirmed=f.confirming(suggestion.pk, "why")).first
    }

    assert (
        waits
        == {
            SecondFor.CRITICAL: {"a critical one"},
            SecondFor.OWN: {"one's own"},
            SecondFor.CRITICAL_OR_OWN: {"a critical one", "one's own"},
            SecondFor.ALL: set(asked),
        }[second_for]
    )
    for suggestion, _said in asked.values():
        if status(suggestion) == "suggested":
            said = f.confirming(suggestion.pk, "why")
            assert approve(suggestion, dana, confirmed=said).status == "executed"


def test_another_organizations_rule_is_not_ours(noa, theirs, suggest):
    ApprovalRule.objects.create(organization=theirs, second_for=SecondFor.ALL)

    assert approve(suggest(f.create_data(room=None)), noa).status == "executed"


def test_second_not_needed_for_others_request(noa, dana, rule, suggest):
    rule(SecondFor.OWN)
    suggestion = suggest(f.create_data(title="own", room=None))
    assert approve(suggestion, noa).first

    assert approve(suggestion, dana).status == "executed"


# Whose second it is


def test_the_same_person_is_no_second(noa, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)

    with pytest.raises(workflow.WaitsForAnother, match="waits for somebody else"):
        approve(suggestion, noa)
    assert (status(suggestion), len(acts())) == ("suggested", 1)


def test_second_same_user_other_profile(noa, rule, suggest, ours):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)
    user = noa.user
    StaffMember.objects.filter(pk=noa.pk).delete()
    anew = StaffMember.objects.create(user=user, profile=f.profile(organization=ours))

    # Whose link is gone has no say any more; nor is the same user somebody else.
    assert approve(suggestion, anew).first
    assert status(suggestion) == "suggested"


def test_second_same_profile_other_user(noa, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)
    StaffMember.objects.filter(pk=noa.pk).update(
        user=User.objects.create(username="anew", is_staff=True)
    )

    with pytest.raises(workflow.WaitsForAnother):
        approve(suggestion, StaffMember.objects.get(pk=noa.pk))


@pytest.mark.parametrize("gone", ["unlinked", "inactive", "not staff", "elsewhere"])
def test_a_first_press_goes_with_who_gave_it(noa, dana, rule, suggest, theirs, gone):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None), user=dana.profile)
    approve(suggestion, noa)
    if gone == "unlinked":
        noa.delete()
    elif gone == "inactive":
        User.objects.filter(pk=noa.user_id).update(is_active=False)
    elif gone == "not staff":
        User.objects.filter(pk=noa.user_id).update(is_staff=False)
    else:
        f.run(
            "update user_profiles set organization_id = %s where id = %s",
            theirs.pk,
            noa.profile_id,
        )

    assert approve(suggestion, dana).first
    assert status(suggestion) == "suggested"


def test_another_organization_is_no_second(noa, rule, suggest, theirs):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)
    stranger = f.staff(profile=f.profile(organization=theirs))

    with pytest.raises(workflow.NotYours):
        approve(suggestion, stranger)
    assert len(acts()) == 1


# What happens between the two


def test_second_change_starts_over(noa, dana, rule, event, suggest):
    rule(SecondFor.ALL)
    session = f.session(event=event, title="Opening", room=None)
    suggestion = suggest(f.update_data(session, title="Closing"), "schedule_update")
    approve(suggestion, noa)
    f.run("update schedules set description = 'anew' where id = %s", session.pk)

    one = fresh(suggestion)
    found = workflow.waiting([one], verdicts.judge([one]), by=dana)[one.pk]
    assert (found.firsts, found.decides) == ((), False)
    assert two_people.told(found, one)[0].endswith(
        "and it starts over. The session was changed since it was approved."
    )
    assert approve(suggestion, dana).first
    # And whoever was first before is the second now.
    assert approve(suggestion, noa).status == "executed"
    assert f.whole_row(suggestion)["approved_by"] == str(noa.profile_id)


def test_second_new_warning_starts_over(noa, dana, rule, event, suggest):
    rule(SecondFor.ALL)
    f.rooms(event, "A")
    suggestion = suggest(f.create_data(title="two", room="A", speaker_name="Ada"))
    approve(suggestion, noa)
    f.session(event=event, speaker_name="Ada", start=f.at(8), end=f.at(20), room=None)

    assert approve(suggestion, dana).first


def test_second_gone_conflict_starts_nothing_over(noa, dana, rule, event, suggest):
    rule(SecondFor.ALL)
    other = f.session(event=event, speaker_name="Ada", start=f.at(8), end=f.at(20), room=None)
    suggestion = suggest(f.create_data(title="two", room=None, speaker_name="Ada"))
    approve(suggestion, noa)
    other.delete()

    assert approve(suggestion, dana).status == "executed"


def test_second_same_person_after_change(noa, dana, rule, event, suggest):
    rule(SecondFor.ALL)
    session = f.session(event=event, title="Opening", room=None)
    suggestion = suggest(f.update_data(session, title="Closing"), "schedule_update")
    approve(suggestion, noa)
    f.run("update schedules set description = 'anew' where id = %s", session.pk)

    assert approve(suggestion, noa).first
    assert approve(suggestion, dana).status == "executed"


def test_a_rule_that_is_gone_asks_nobody(noa, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)
    ApprovalRule.objects.all().delete()

    assert approve(suggestion, noa).status == "executed"


def test_both_confirm_what_they_saw(noa, dana, rule, event, suggest):
    rule(SecondFor.ALL)
    f.session(event=event, speaker_name="Ada", start=f.at(8), end=f.at(20), room=None)
    suggestion = suggest(f.create_data(room=None, speaker_name="Ada"))

    for who in (noa, dana):
        with pytest.raises(workflow.NotConfirmed):
            approve(suggestion, who, confirmed=workflow.Confirmation())
        outcome = approve(suggestion, who)
    assert outcome.status == "executed"


def test_what_is_blocked_is_approved_by_neither(noa, rule, event, suggest):
    rule(SecondFor.ALL)
    f.session(event=event, room="A", start=f.at(8), end=f.at(20))
    suggestion = suggest(f.create_data(room="A"))

    with pytest.raises(workflow.Blocked):
        approve(suggestion, noa, digest=digests(suggestion)[suggestion.pk])
    assert acts() == []


def test_who_saw_something_else_presses_nothing(noa, rule, suggest):
    rule(SecondFor.ALL)

    with pytest.raises(workflow.Changed):
        approve(suggest(f.create_data(room=None)), noa, digest="another")
    assert acts() == []


def test_second_first_press_allows_rejecting(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)

    workflow.reject(suggestion_id=suggestion.pk, by=dana)
    assert status(suggestion) == "rejected"
    with pytest.raises(workflow.AlreadyDecided):
        workflow.take_back_first(suggestion_id=suggestion.pk, by=noa)


def test_a_retry_takes_two_again(noa, dana, rule, event, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(title="fails", room="A"))
    approve(suggestion, noa)
    away = f.session(event=event, room="A", start=f.at(9), end=f.at(15))
    # The first does not count with what has arrived; the two that follow do, and it fails.
    assert approve(suggestion, dana).first
    assert approve(suggestion, noa).status == "failed"
    away.delete()

    again = approve(suggestion, noa)
    assert (again.status, again.first) == ("failed", True)
    assert status(suggestion) == "failed"
    assert approve(suggestion, dana).status == "executed"


def test_a_first_approval_is_taken_back(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)

    outcome = workflow.take_back_first(suggestion_id=suggestion.pk, by=noa, reason="too soon")

    assert outcome.sentence == "Your approval is taken back; it waits for a decision."
    assert approve(suggestion, dana).first
    assert acts() == [
        ("first_approval", noa.profile_id),
        ("first_approval_taken_back", noa.profile_id),
        ("first_approval", dana.profile_id),
    ]
    assert approve(suggestion, noa).status == "executed"


@pytest.mark.parametrize("pressed", [False, True])
def test_second_take_back_own_undecided_only(noa, dana, rule, suggest, pressed):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)
    if pressed:
        approve(suggestion, dana)
    who = noa if pressed else dana

    with pytest.raises(workflow.AlreadyDecided, match="no first approval of yours"):
        workflow.take_back_first(suggestion_id=suggestion.pk, by=who)


# Later


def test_two_approve_what_is_carried_out_later(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    later = {"suggestion_id": suggestion.pk, "confirmed": f.EVERY_TICK}
    assert workflow.approve_for_later(by=noa, **later).first
    assert workflow.approve_for_later(by=dana, **later).status == "approved"

    assert workflow.execute(suggestion_id=suggestion.pk, basis_needed=True).status == "executed"


@pytest.mark.parametrize("basis_needed", [False, True])
def test_second_for_approval_before_rule(noa, dana, rule, suggest, basis_needed):
    suggestion = suggest(f.create_data(room=None))
    later = {"suggestion_id": suggestion.pk, "confirmed": f.EVERY_TICK}
    workflow.approve_for_later(by=noa, **later)
    rule(SecondFor.ALL)

    with pytest.raises(workflow.NotAsApproved, match="by one person, and its organization asks"):
        workflow.execute(suggestion_id=suggestion.pk, basis_needed=basis_needed)
    assert status(suggestion) == "approved"
    one = fresh(suggestion)
    assert workflow.departures(one, verdicts.judge([one])[one.pk]) == [
        "It was approved by one person, and its organization asks for two."
    ]
    assert approve(suggestion, noa, digest=digests(suggestion)[suggestion.pk]).first
    assert status(suggestion) == "approved"
    anew = approve(suggestion, dana, digest=digests(suggestion)[suggestion.pk])
    assert anew.status == "executed"


def test_what_was_approved_elsewhere_by_one_stops(noa, rule, suggest):
    suggestion = suggest(
        f.create_data(room=None), execution_status="approved", approved_by=noa.profile
    )
    rule(SecondFor.ALL)

    with pytest.raises(workflow.NotAsApproved, match="by one person"):
        workflow.execute(suggestion_id=suggestion.pk)


def test_second_not_for_others_approval(noa, dana, rule, suggest):
    suggestion = suggest(f.create_data(room=None))
    workflow.approve_for_later(suggestion_id=suggestion.pk, by=dana, confirmed=f.EVERY_TICK)
    rule(SecondFor.OWN)

    assert workflow.execute(suggestion_id=suggestion.pk).status == "executed"


# Several


def digests(*suggestions):
    found = [fresh(suggestion) for suggestion in suggestions]
    judged = verdicts.judge(found)
    return {one.pk: verdicts.digest(one, judged[one.pk]) for one in found}


def test_of_many_each_waits_for_itself(noa, dana, rule, event, suggest):
    rule(SecondFor.OWN)
    own = suggest(f.create_data(title="own", room=None))
    others = suggest(f.create_data(title="others", room=None), user=dana.profile)

    (results,) = workflow.approve_bulk(digests=digests(own, others), by=noa)

    assert {pk: (result.status, result.first) for pk, result in results.items()} == {
        own.pk: ("suggested", True),
        others.pk: ("executed", False),
    }
    logged = LogEntry.objects.filter(object_id=str(own.pk)).values_list("change_message", flat=True)
    assert list(logged) == ["Approved, 1 of 2."]
    (again,) = workflow.approve_bulk(digests=digests(own), by=noa)
    assert isinstance(again[own.pk], workflow.WaitsForAnother)
    (second,) = workflow.approve_bulk(digests=digests(own), by=dana)
    assert second[own.pk].status == "executed"


def test_second_bulk_statement_count(noa, dana, rule, suggest):
    rule(SecondFor.ALL)

    def statements(count):
        made = [suggest(f.create_data(title=f"{count} {n}", room=None)) for n in range(count)]
        shown = digests(*made)
        with CaptureQueriesContext(connection) as asked:
            (results,) = workflow.approve_bulk(digests=shown, by=noa)
        assert {result.first for result in results.values()} == {True}
        return len(asked)

    statements(2)
    assert statements(10) == statements(90)


def test_second_bulk_names_first(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    made = [suggest(f.create_data(title=f"{n}", room=None)) for n in range(3)]
    list(workflow.approve_bulk(digests=digests(*made), by=noa))
    list(workflow.approve_bulk(digests=digests(*made), by=dana))

    for one in made:
        act = SuggestionAct.objects.get(suggestion=one)
        assert history.approval(one).basis["first"] == act.pk


@pytest.fixture
def swap(event, suggest, dana):
    """Two that only fit together: one asked for by Noa, the other by Dana."""
    f.rooms(event, "A", "B")
    first = f.session(event=event, title="first", room="A")
    second = f.session(event=event, title="second", room="B")
    return (
        suggest(f.update_data(first, room="B"), "schedule_update"),
        suggest(f.update_data(second, room="A"), "schedule_update", user=dana.profile),
    )


def together(suggestions, by):
    found = [fresh(one) for one in suggestions]
    judged = verdicts.groups.judge_group(found)
    shown = {one.pk: verdicts.digest(one, judged[one.pk]) for one in found}
    ticks = dict.fromkeys(shown, f.EVERY_TICK)
    return workflow.approve_group(digests=shown, by=by, confirmed=ticks)


def test_of_a_group_all_wait_for_a_second_or_none(noa, dana, rule, swap):
    rule(SecondFor.OWN)

    waits = together(swap, noa)

    assert [result.first for result in waits.values()] == [True, True]
    assert [status(one) for one in swap] == ["suggested", "suggested"]
    # Also of what is not her own: whose that is would wait for somebody, too.
    assert acts() == [("first_approval", noa.profile_id)] * 2
    with pytest.raises(workflow.WaitsForAnother):
        together(swap, noa)
    assert {result.status for result in together(swap, dana).values()} == {"executed"}


def test_of_a_group_the_second_decides_on_all(noa, dana, rule, swap):
    rule(SecondFor.ALL)
    together(swap, noa)

    assert {result.status for result in together(swap, dana).values()} == {"executed"}
    assert all("first" in history.approval(one).basis for one in swap)


# Made by a person


def test_a_change_by_hand_waits_as_a_suggestion(noa, dana, rule, event):
    rule(SecondFor.OWN)
    session = f.session(event=event, title="Opening", room=None)
    proposal = Proposal(Action.UPDATE, session.pk, {"title": "Closing"}, {})

    outcome = workflow.make_by_hand(event_id=event.pk, by=noa, proposal=proposal)

    assert (outcome.status, outcome.first, outcome.session_id) == ("suggested", True, None)
    made = fresh(Suggestion(pk=outcome.suggestion_id))
    assert MadeByHand.objects.filter(pk=made.pk).exists()
    session.refresh_from_db()
    assert session.title == "Opening"
    assert approve(made, dana).status == "executed"
    session.refresh_from_db()
    assert session.title == "Closing"


def test_second_by_hand_spelling_kept(noa, dana, rule, event):
    rule(SecondFor.ALL)
    f.rooms(event, "Hall 3")
    proposal = Proposal(
        Action.CREATE,
        None,
        {"title": "New", "start_time": f.at(9), "end_time": f.at(10), "room": "HALL 3"},
        {},
    )
    outcome = workflow.make_by_hand(
        event_id=event.pk, by=noa, proposal=proposal, confirmed=f.EVERY_TICK
    )
    made = Suggestion(pk=outcome.suggestion_id)

    assert approve(made, dana).status == "executed"
    assert Schedule.objects.get(title="New").room == "HALL 3"


def test_second_by_hand_blocked_not_kept(noa, rule, event):
    rule(SecondFor.ALL)
    f.session(event=event, room="A", start=f.at(8), end=f.at(20))
    proposal = Proposal(
        Action.CREATE,
        None,
        {"title": "New", "start_time": f.at(9), "end_time": f.at(10), "room": "A"},
        {},
    )
    with pytest.raises(workflow.Blocked):
        workflow.make_by_hand(event_id=event.pk, by=noa, proposal=proposal, confirmed=f.EVERY_TICK)
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("second_for", [SecondFor.OWN, SecondFor.CRITICAL_OR_OWN, SecondFor.ALL])
@pytest.mark.parametrize("own", [False, True])
def test_second_edited_waits_alike(noa, dana, rule, suggest, second_for, own):
    rule(second_for)
    asker = noa if own else dana
    old = suggest(f.create_data(title="old", room=None), user=asker.profile)

    outcome = workflow.amend(
        suggestion_id=old.pk, by=noa, values={"title": "new"}, confirmed=f.EVERY_TICK
    )

    assert status(old) == "rejected"
    # Editing and approving somebody else's stays one person's.
    assert outcome.first == (own or second_for == SecondFor.ALL)
    if outcome.first:
        assert outcome.status == "suggested"
        made = Suggestion(pk=outcome.suggestion_id)
        with pytest.raises(workflow.WaitsForAnother):
            approve(made, noa)
        assert approve(made, dana).status == "executed"
    assert Schedule.objects.get().title == "new"


@pytest.mark.parametrize("second_for", [SecondFor.OWN, SecondFor.CRITICAL_OR_OWN])
def test_second_suggested_again_own_by_all_askers(noa, dana, rule, ours, suggest, second_for):
    rule(second_for)
    third = f.staff(profile=f.profile(organization=ours, full_name="רון"))
    mine = suggest(f.create_data(title="mine", room=None))
    for who in (dana, third):
        workflow.reject(suggestion_id=mine.pk, by=who)
        again = workflow.suggest_again(suggestion_id=mine.pk, by=who)
        mine = Suggestion(pk=again.suggestion_id)

    # Whose wish it was first, whoever has asked for it again since.
    one = fresh(mine)
    judged = verdicts.judge([one])[one.pk]
    assert [
        bool(found and found.needed)
        for who in (noa, dana, third, None)
        for found in [workflow.waiting([one], {one.pk: judged}, by=who).get(one.pk)]
    ] == [True, True, True, False]
    assert approve(mine, noa).first
    # Nor by editing it.
    edited = workflow.amend(
        suggestion_id=mine.pk, by=noa, values={"title": "edited"}, confirmed=f.EVERY_TICK
    )
    assert edited.first
    assert approve(Suggestion(pk=edited.suggestion_id), third).status == "executed"


def test_second_suggested_again_for_later_by_first_asker(noa, dana, rule, suggest):
    mine = suggest(f.create_data(title="mine", room=None))
    workflow.reject(suggestion_id=mine.pk, by=dana)
    again = workflow.suggest_again(suggestion_id=mine.pk, by=dana).suggestion_id
    workflow.approve_for_later(suggestion_id=again, by=noa, confirmed=f.EVERY_TICK)
    rule(SecondFor.OWN)

    with pytest.raises(workflow.NotAsApproved, match="by one person"):
        workflow.execute(suggestion_id=again, basis_needed=True)


def test_editing_starts_over(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    old = suggest(f.create_data(title="old", room=None))
    approve(old, noa)

    outcome = workflow.amend(
        suggestion_id=old.pk, by=dana, values={"title": "new"}, confirmed=f.EVERY_TICK
    )

    assert outcome.first
    assert approve(Suggestion(pk=outcome.suggestion_id), noa).status == "executed"


# Undoing


def test_ones_own_decision_is_undone_alone(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa)
    approve(suggestion, dana)

    assert workflow.undo(suggestion_id=suggestion.pk, by=dana).status == "executed"
    assert not Schedule.objects.exists()


def test_second_for_undoing_others_decision(noa, dana, rule, ours, suggest):
    third = f.staff(profile=f.profile(organization=ours, full_name="רון"))
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, dana)
    rule(SecondFor.ALL)

    shown = workflow.preview_undo(suggestion_id=suggestion.pk, by=noa)
    first = workflow.undo(suggestion_id=suggestion.pk, by=noa, digest=shown.digest)

    assert (first.status, first.first, first.suggestion_id) == ("executed", True, suggestion.pk)
    assert Schedule.objects.count() == 1
    assert Suggestion.objects.count() == 1
    with pytest.raises(workflow.WaitsForAnother):
        workflow.undo(suggestion_id=suggestion.pk, by=noa)
    found = workflow.preview_undo(suggestion_id=suggestion.pk, by=third)
    assert (found.waiting.decides, found.waiting.first.profile) == (True, noa.profile_id)
    assert "Undoing approved, 1 of 2" in [step.what for step in timeline.steps(fresh(suggestion))]
    second = workflow.undo(suggestion_id=suggestion.pk, by=third)
    assert (second.first, Schedule.objects.count()) == (False, 0)


# The timeline, and the table for whoever comes past the workflow


def test_the_timeline_names_both(noa, dana, rule, suggest):
    rule(SecondFor.ALL)
    suggestion = suggest(f.create_data(room=None))
    approve(suggestion, noa, confirmed=f.confirming(suggestion.pk, "a good idea"))
    approve(suggestion, dana)

    told = [(step.what, step.who, step.detail) for step in timeline.steps(fresh(suggestion))]
    assert told[1] == ("Approved, 1 of 2", "נועה כהן", "a good idea")
    assert [(what, who) for what, who, _detail in told[2:]] == [
        ("Approved", "דנה לוי"),
        ("Executed", "דנה לוי"),
    ]


def refused(statement, *parameters):
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        f.run(statement, *parameters)
    return error.value.__cause__.sqlstate


_PRESS = (
    "select backoffice.approve_first(%s, jsonb_build_array(jsonb_build_object("
    "'suggestion', %s::uuid, 'basis', '{}'::jsonb)))"
)


def test_second_function_checks(noa, theirs, suggest):
    stranger = f.staff(profile=f.profile(organization=theirs))

    assert refused(_PRESS, stranger.pk, suggest().pk) == "EF005"
    assert refused(_PRESS, noa.pk, suggest(execution_status="rejected").pk) == "EF005"
    assert refused(_PRESS, noa.pk, "00000000-0000-0000-0000-000000000001") == "EF005"
    # Nor by the other door, which keeps nothing that it rests on.
    act_on = "select backoffice.act_on(%s, 'first_approval', %s, '')"
    assert refused(act_on, suggest().pk, noa.pk) == "23514"
    assert acts() == []


def test_second_rule_unknown_refused(ours):
    assert refused("insert into approval_rules values (%s, 'none')", ours.pk) == "23514"
