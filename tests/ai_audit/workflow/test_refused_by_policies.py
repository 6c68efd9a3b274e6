"""When the database's own policies refuse: it is said that one did, where, and how."""

import json

import pytest
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from ai_audit import workflow
from ai_audit.models import Status
from eventflow.text.bidi import isolate, ltr
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

SECOND_FACTOR = (
    "create policy second_factor on {table} as restrictive {what} to authenticated"
    " using ((select auth.jwt() ->> 'aal') = 'aal2')"
)
RECURSION = (
    "create policy recurs on {table} as restrictive for {what} to authenticated"
    " using (exists (select from {table} as t where t.id = {table}.id))"
)


def refused(act, suggestion, by, **told):
    """The refusal, after seeing that it changed nothing."""
    before = f.everything()
    with pytest.raises(workflow.Refusal) as refusal:
        getattr(workflow, act)(suggestion_id=suggestion.pk, by=by, **told)
    assert f.everything() == before
    return refusal.type, str(refusal.value)


def by_policy(table, said):
    return (
        workflow.RefusedByPolicy,
        "Nothing was changed. Show this to whoever looks after the database: A policy of the "
        f"database refused it, on {ltr(table)}. PostgreSQL says: {isolate(said)}.",
    )


@pytest.mark.parametrize("act", ["approve", "approve_for_later", "reject"])
@pytest.mark.parametrize("what", ["", "for update"])
def test_policy_second_factor_on_log(noa, suggest, act, what):
    f.run(SECOND_FACTOR.format(table="ai_insights_log", what=what))

    assert refused(act, suggest(), noa) == by_policy("ai_insights_log", "UPDATE 0")


def test_policy_second_factor_to_suggest(noa, suggest):
    f.run(SECOND_FACTOR.format(table="ai_insights_log", what=""))
    said = 'new row violates row-level security policy "second_factor" for table "ai_insights_log"'

    assert refused("amend", suggest(), noa, values={"room": "Z"}) == by_policy(
        "ai_insights_log", said
    )


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (
            "create",
            'new row violates row-level security policy "second_factor" for table "schedules"',
        ),
        ("update", "UPDATE 0"),
        ("delete", "DELETE 0"),
    ],
)
@pytest.mark.parametrize("all_or_one", ["all", "one"])
def test_policy_second_factor_on_programme(event, noa, suggest, action, said, all_or_one):
    session = f.session(event=event)
    data = {
        "create": f.create_data(),
        "update": f.update_data(session, title="x"),
        "delete": f.delete_data(session),
    }[action]
    suggestion = suggest(data, f"schedule_{action}")
    command = {"create": "insert", "update": "update", "delete": "delete"}[action]
    policy = SECOND_FACTOR.format(
        table="schedules", what="" if all_or_one == "all" else f"for {command}"
    )
    if (all_or_one, action) == ("one", "create"):
        policy = policy.replace("using", "with check")
    f.run(policy)

    outcome = workflow.approve(suggestion_id=suggestion.pk, by=noa)

    assert outcome.status == Status.FAILED
    error = f.whole_row(suggestion)["execution_error"]
    assert "olicy of the database" in error
    assert ltr("schedules") in error
    assert isolate(said) in error
    assert "organization" not in error


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_policy_recursive_on_log(noa, suggest, act):
    f.run(RECURSION.format(table="ai_insights_log", what="update"))
    f.run(RECURSION.format(table="ai_insights_log", what="select").replace("recurs", "again"))

    assert refused(act, suggest(), noa) == by_policy(
        "ai_insights_log",
        'infinite recursion detected in policy for relation "ai_insights_log"',
    )


def test_policy_of_other_table_named(noa, suggest):
    f.run(RECURSION.format(table="events", what="select"))

    kind, sentence = refused("reject", suggest(), noa)

    assert (kind, sentence) == by_policy(
        "events", 'infinite recursion detected in policy for relation "events"'
    )


def test_policy_recursive_on_programme(noa, suggest):
    f.run(RECURSION.format(table="schedules", what="select"))

    suggestion = suggest()
    workflow.approve(suggestion_id=suggestion.pk, by=noa)

    assert f.whole_row(suggestion)["execution_error"] == (
        f"A policy of the database refused it, on {ltr('schedules')}. PostgreSQL says: "
        + isolate('infinite recursion detected in policy for relation "schedules"')
        + "."
    )


def test_policy_questions_answered(noa, suggest):
    f.run(
        "create table backoffice.devices ();"
        "create policy asks on ai_insights_log as restrictive for update to authenticated"
        " using (exists (select from backoffice.devices))"
    )

    kind, sentence = refused("reject", suggest(), noa)

    assert (kind, sentence) == by_policy("devices", "permission denied for table devices")


# Who has given a second factor passes


def verified(user):
    """A browser in which the user gave a second factor."""
    device = TOTPDevice.objects.create(user=user, name="app")
    browser = pages.signed_in(user)
    session = browser.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return browser


CLAIMS = (
    "alter table schedules add column claims jsonb"
    " default nullif(current_setting('request.jwt.claims', true), '')::jsonb"
)


@pytest.mark.parametrize("aal", ["aal1", "aal2"])
def test_policy_claims_of_platform(noa, suggest, aal):
    f.run(CLAIMS)
    f.run("update user_profiles set email = 'noa@example.com'")
    browser = verified(noa.user) if aal == "aal2" else pages.signed_in(noa.user)
    address = f"/admin/ai_audit/pendingsuggestion/{suggest().pk}/change/"

    browser.post(address, pages.form(browser.get(address)) | {"_approve": "1"})

    ((claims,),) = f.run("select claims from schedules")
    assert json.loads(claims) == {
        "sub": str(noa.profile_id),
        "role": "authenticated",
        "email": "noa@example.com",
        "aal": aal,
    }


def test_policy_second_factor_passed_with_aal2(noa, event, suggest):
    for table in ("ai_insights_log", "schedules"):
        f.run(SECOND_FACTOR.format(table=table, what=""))
    later, address = suggest(), "/admin/ai_audit/pendingsuggestion/%s/change/"
    browser = verified(noa.user)
    form = pages.form(browser.get(address % later.pk))

    browser.post(address % later.pk, form | {"_approve_only": "1"})

    assert f.whole_row(later)["execution_status"] == "approved"
    # By the timer, which has none of its own: as it was when it was approved.
    assert workflow.execute(suggestion_id=later.pk, basis_needed=True).status == Status.EXECUTED
