"""The guard, the history and the index as `check --database default` sees them; the groups."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User

from ai_audit.history import chain
from eventflow import sql
from tests import factories as f
from tests import web_login
from tests.database import steps
from tests.factories import run

# Decisions of before there was a history lie in the past.
YEARS = timedelta(days=20 * 365)

LOG = "public.ai_insights_log"
HISTORY = "backoffice.decision_history"
LINKS = "backoffice.suggestion_links"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            f"alter table {LOG} disable trigger guard_suggestion",
            f"Different: trigger guard_suggestion on {LOG}.",
        ),
        (
            f"alter table {LOG} enable trigger write_decision_history",
            f"Different: trigger write_decision_history on {LOG}.",
        ),
        (
            f"drop trigger guard_suggestions_from_truncate on {LOG}",
            f"Missing: trigger guard_suggestions_from_truncate on {LOG}.",
        ),
        (
            f"drop trigger history_is_append_only on {HISTORY}",
            f"Missing: trigger history_is_append_only on {HISTORY}.",
        ),
        (
            f"alter table {LINKS} disable trigger links_are_append_only",
            f"Different: trigger links_are_append_only on {LINKS}.",
        ),
        (
            f"alter table {LINKS} drop constraint suggestion_links_undoes_key",
            f"Missing: constraint suggestion_links_undoes_key on {LINKS}.",
        ),
        (
            "alter function backoffice.put_back(uuid, text, jsonb) set search_path = public",
            "Different: function backoffice.put_back(uuid,text,jsonb).",
        ),
        (
            "drop function backoffice.taken_along(uuid)",
            "Missing: function backoffice.taken_along(uuid).",
        ),
        (
            "create or replace function backoffice.guard_suggestion() returns trigger"
            " language plpgsql security definer set search_path = pg_catalog, pg_temp"
            " as 'begin return new; end'",
            "Different: function backoffice.guard_suggestion().",
        ),
        (
            "alter function backoffice.write_decision_history() security invoker",
            "Different: function backoffice.write_decision_history().",
        ),
        (
            f"drop trigger index_new_suggestions on {LOG}",
            f"Missing: trigger index_new_suggestions on {LOG}.",
        ),
        (
            f"alter table {LOG} disable trigger index_changed_suggestions",
            f"Different: trigger index_changed_suggestions on {LOG}.",
        ),
        (
            "alter function backoffice.indexed(uuid[]) volatile",
            "Different: function backoffice.indexed(uuid[]).",
        ),
        (
            "drop index backoffice.idx_suggestion_index_claimed_room",
            "Missing: index backoffice.idx_suggestion_index_claimed_room.",
        ),
        (
            "grant select on backoffice.suggestion_index to authenticated",
            "Not of this back office: rights of authenticated on backoffice.suggestion_index.",
        ),
    ],
)
def test_guard_weakened_told(migrated, change, message):
    run(change)
    found = [told for number, told in steps.warnings() if number != "eventflow.E002"]
    assert found == [message]


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_functions_not_run_by_rest_layer(migrated, role):
    assert run(
        "select proname from pg_proc where pronamespace = 'backoffice'::regnamespace"
        " and has_function_privilege(%s, oid, 'execute')",
        role,
    ) == (steps.OPEN_ROUTINES if role == "authenticated" else [])
    assert run("select has_schema_privilege(%s, 'backoffice', 'usage')", role) == [(False,)]


LOOKING = {
    "view_suggestion",
    "view_pendingsuggestion",
    "view_historyentry",
    "view_schedule",
    "view_event",
}
GROUPS = {
    "Approver": LOOKING
    | {
        "approve_suggestion",
        "reject_suggestion",
        "execute_suggestion",
        "amend_suggestion",
        "undo_suggestion",
    },
    "Auditor": LOOKING | {"export_suggestion"},
    "Viewer": LOOKING,
}


def groups() -> dict[str, set[str]]:
    return {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }


def test_groups_with_permissions(migrated):
    assert groups() == GROUPS
    # Made ahead of Django, and not a second time by it.
    made = Permission.objects.filter(content_type__app_label__in=("ai_audit", "scheduling"))
    assert made.count() == made.values("content_type", "codename").distinct().count()
    assert made.get(codename="approve_suggestion").name == "Can approve a suggestion"


@pytest.mark.migrates
def test_group_adopted_survives_reverse(django_stands):
    Group.objects.create(name="Viewer")
    steps.migrate(verbosity=0)
    assert groups() == GROUPS | {"Viewer": set()}
    steps.migrate("ai_audit", "zero", verbosity=0)
    assert groups() == {"Viewer": set()}


@pytest.mark.migrates
def test_group_with_people_survives_reverse(migrated):
    someone = User.objects.create_user("someone")
    someone.groups.add(Group.objects.get(name="Approver"))
    steps.migrate("ai_audit", "0007", verbosity=0)
    assert groups() == {"Approver": GROUPS["Approver"]}
    steps.migrate(verbosity=0)
    assert groups() == GROUPS


@pytest.mark.migrates
def test_rejections_before_history_carried_over(migrated):
    organization = f.organization()
    noa = f.staff(profile=f.profile(organization=organization))
    event = f.event(organization=organization)
    steps.migrate("ai_audit", "0002", verbosity=0)
    rejected = f.suggestion(user=noa.profile, event=event, execution_status="rejected")
    run(
        "insert into django_admin_log (action_time, user_id, object_id, object_repr, action_flag,"
        " change_message) values ('2026-03-01 10:00+00', %s, %s, '', 2,"
        " 'Rejected. Reason: אין מקום')",
        noa.user_id,
        str(rejected.pk),
    )
    executed = f.suggestion(
        user=noa.profile,
        event=event,
        execution_status="executed",
        approved_at=f.at(9) - YEARS,
        approved_by=noa.profile,
        executed_at=f.at(10) - YEARS,
    )
    by_someone = f.suggestion(
        user=noa.profile, event=event, execution_status="rejected", created_at=f.at(8) - YEARS
    )
    f.suggestion(user=noa.profile, event=event)

    steps.migrate(verbosity=0)

    assert run(
        "select suggestion_id, number, from_status, to_status, at, profile_id, staff_member_id,"
        " reason from backoffice.decision_history order by at"
    ) == [
        (by_someone.pk, 1, None, "rejected", f.at(8) - YEARS, None, None, None),
        (executed.pk, 1, None, "executed", f.at(10) - YEARS, noa.profile_id, None, None),
        (rejected.pk, 1, None, "rejected", datetime(2026, 3, 1, 10, tzinfo=UTC),
         noa.profile_id, noa.pk, "אין מקום"),
    ]  # fmt: skip
    assert chain.find_break() is None


PATHS = """
select p.proname, p.proconfig::text
from pg_proc as p
where p.pronamespace = 'backoffice'::regnamespace
and p.proname in ('kept_of_removal', 'put_back', 'count_again', 'indexed')
order by 1
"""
PRODUCTS = '{"search_path=pg_catalog, public, extensions, pg_temp"}'


def test_functions_on_product_tables_search_path(own_migrated):
    """Run again, or after another step has set the same paths, it changes nothing; before a later
    step has replaced one of them."""
    web_login.install()
    steps.migrate("ai_audit", "0030")
    before = steps.whole_catalogue(versions=False)
    assert run(PATHS) == [
        ("count_again", PRODUCTS),
        (
            "indexed",
            PRODUCTS.replace("}", ",plan_cache_mode=force_generic_plan}"),
        ),
        ("kept_of_removal", PRODUCTS),
        ("put_back", PRODUCTS),
    ]
    run(sql.read("ai_audit", "0024_undoing_and_bases.up.sql"))
    assert steps.whole_catalogue(versions=False) == before
    run(sql.read("ai_audit", "0024_undoing_and_bases.down.sql"))
    assert steps.whole_catalogue(versions=False) == before
