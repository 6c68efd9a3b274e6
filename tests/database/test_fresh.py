"""Migrating a database that holds nothing but the product: everything, and in its place."""

import pytest
from django.apps import apps

from eventflow.db import catalogue
from tests.database import steps
from tests.factories import run
from tests.shapes import IN_PRODUCTION

PUBLIC = {
    "organizations",
    "user_profiles",
    "events",
    "participants",
    "schedules",
    "participant_schedules",
    "ai_insights_log",
}
EVERYONE = "public, anon, authenticated, service_role"


def as_it_is():
    """The stand-in as Supabase has it: default privileges in schema public."""


def open_by_default():
    """Whatever the owner makes anywhere is everyone's."""
    for kind in ("tables", "sequences", "functions", "schemas"):
        run(f"alter default privileges grant all on {kind} to {EVERYONE}")


def older_helper():
    """A deployment made from the product's first schema."""
    run("drop function if exists auth.user_org_id() cascade")


def no_schema_for_extensions():
    """Everything that extensions bring lies in public."""
    steps.as_superuser(
        """
        do $$
        declare
          extension name;
        begin
          for extension in
            select extname from pg_extension where extnamespace = 'extensions'::regnamespace
          loop
            execute format('alter extension %I set schema public', extension);
          end loop;
          if to_regprocedure('extensions.uuid_generate_v4()') is not null then
            alter function extensions.uuid_generate_v4() set schema public;
          end if;
          drop schema extensions;
        end
        $$
        """
    )


@pytest.mark.parametrize(
    "variant", [as_it_is, open_by_default, older_helper, no_schema_for_extensions]
)
@pytest.mark.migrates
def test_everything_stands_and_only_in_its_place(own_stand_in, variant):
    before = tables() if IN_PRODUCTION else set()
    variant()
    printed = steps.migrate()
    assert ("WARNINGS" in printed) == IN_PRODUCTION
    assert steps.warnings() == []
    assert tables() == (
        before
        | {("public", table) for table in PUBLIC}
        | {("backoffice", table) for table in django_tables()}
        | {("backoffice", "django_migrations"), ("backoffice", "foundation_objects")}
        | {("backoffice", "decision_history"), ("backoffice", "suggestion_links")}
        | {("backoffice", "suggestion_index"), ("backoffice", "daily_figures")}
        | {("backoffice", n) for n in ("stale_days", "made_by_hand", "suggestion_acts")}
        | {("backoffice", "approval_rules"), ("backoffice", "notification_watermark")}
        | {("backoffice", f"notification{rest}") for rest in ("s", "_mails", "_choices")}
        | {("auth", "users")}
    )
    schema = "public" if variant is no_schema_for_extensions else "extensions"
    assert catalogue.read(extensions=["btree_gist"]) == {
        "extension btree_gist": f"in schema {schema}"
    }
    assert who_may_enter_backoffice() == [
        ("authenticated", name) for (name,) in steps.OPEN_ROUTINES
    ]
    assert who_may_touch_the_log() == [
        ("authenticated", ["INSERT", "SELECT"]),
        ("service_role", ["INSERT", "SELECT", "UPDATE"]),
    ]
    assert what_may_be_updated_by("authenticated") == [
        "approved_at",
        "approved_by",
        "executed_at",
        "execution_error",
        "execution_status",
    ]
    assert who_may_look_for_speakers() == ["authenticated", "service_role"]


def tables() -> set[tuple[str, str]]:
    return set(
        run(
            "select relnamespace::regnamespace::text, relname from pg_class"
            " where relkind in ('r', 'p', 'v', 'm', 'f') and oid >= 16384"
            " and relnamespace::regnamespace::text !~ '^pg_toast'"
        )
    )


def django_tables() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def who_may_enter_backoffice() -> list[tuple]:
    """Who of the REST layer has a right to the schema, or to anything in it."""
    return run(
        "select distinct coalesce(r.rolname, 'public'), what from ("
        "  select 'schema' as what, nspacl as acl from pg_namespace where nspname = 'backoffice'"
        "  union all select relname, relacl from pg_class"
        "  where relnamespace = 'backoffice'::regnamespace"
        "  union all select proname, coalesce(proacl, acldefault('f', proowner)) from pg_proc"
        "  where pronamespace = 'backoffice'::regnamespace"
        " ) as rights, aclexplode(acl) as a left join pg_roles as r on r.oid = a.grantee"
        " where coalesce(r.rolname, 'public') in ('public', 'anon', 'authenticated')"
        " union all select role, 'schema after all' from unnest(array['anon', 'authenticated'])"
        " as role where has_schema_privilege(role, 'backoffice', 'usage, create')"
    )


def who_may_touch_the_log() -> list[tuple]:
    return run(
        "select coalesce(r.rolname, 'public'), array_agg(privilege_type order by privilege_type)"
        " from pg_class, aclexplode(relacl) left join pg_roles as r on r.oid = grantee"
        " where pg_class.oid = 'public.ai_insights_log'::regclass and grantee <> relowner"
        " group by 1 order by 1"
    )


def what_may_be_updated_by(role: str) -> list[str]:
    columns = run(
        "select attname from pg_attribute where attrelid = 'public.ai_insights_log'::regclass"
        " and attnum > 0 and has_column_privilege(%s, attrelid, attnum, 'update') order by 1",
        role,
    )
    return [column for (column,) in columns]


def who_may_look_for_speakers() -> list[str]:
    roles = run(
        "select role from unnest(array['anon', 'authenticated', 'service_role']) as role"
        " where has_function_privilege(role, 'check_speaker_conflicts(uuid,text,timestamptz,"
        "timestamptz,uuid)', 'execute')"
    )
    return [role for (role,) in roles]


@pytest.mark.migrates
def test_fresh_second_run_changes_nothing(stand_in):
    open_by_default()
    steps.migrate(verbosity=0)
    before = steps.whole_catalogue()
    assert "  No migrations to apply." in steps.migrate().splitlines()
    assert steps.whole_catalogue() == before


def test_fresh_later_opening_is_error(migrated):
    run("grant usage on schema backoffice to anon")
    run("grant select on backoffice.auth_user to authenticated")
    run("alter table backoffice.django_session set schema public")
    assert steps.warnings() == [
        (
            "eventflow.E001",
            "The back office's table public.django_session lies where the REST layer serves it.",
        ),
        ("eventflow.E002", "The role anon has rights to schema backoffice."),
        ("eventflow.E002", "The role authenticated has rights to table backoffice.auth_user."),
    ]


def test_fresh_objects_commented(migrated):
    assert run(
        "select object from backoffice.foundation_objects where not exists ("
        " select from pg_description join lateral"
        "  pg_identify_object(classoid, objoid, objsubid) as i on true"
        " where (object like 'table %' and i.type = 'table'"
        "   and i.identity = split_part(object, ' ', 2))"
        " or (object like 'index %' and i.type = 'index'"
        "   and i.identity = split_part(object, ' ', 2))"
        " or (object like 'policy %' and i.identity = replace(object, 'policy ', ''))"
        " or (object like 'constraint %' and i.identity = replace(object, 'constraint ', ''))"
        " or (object like 'trigger %' and i.identity = replace(object, 'trigger ', ''))"
        " or (object like 'extension %' and i.type = 'extension')"
        " or (object like 'function %' and i.type = 'function'"
        "   and i.identity like 'public.check_speaker_conflicts(%')"
        ") order by 1"
    ) == [
        ("constraint ai_insights_log_pkey on public.ai_insights_log",),
        ("constraint approval_rules_pkey on backoffice.approval_rules",),
        ("constraint daily_figures_pkey on backoffice.daily_figures",),
        ("constraint decision_history_pkey on backoffice.decision_history",),
        ("constraint made_by_hand_pkey on backoffice.made_by_hand",),
        ("constraint notification_choices_pkey on backoffice.notification_choices",),
        ("constraint notification_mails_pkey on backoffice.notification_mails",),
        ("constraint notification_watermark_pkey on backoffice.notification_watermark",),
        ("constraint notifications_mail_id_fkey on backoffice.notifications",),
        ("constraint notifications_pkey on backoffice.notifications",),
        ("constraint suggestion_acts_pkey on backoffice.suggestion_acts",),
        ("constraint suggestion_index_pkey on backoffice.suggestion_index",),
        ("constraint suggestion_links_pkey on backoffice.suggestion_links",),
        ("constraint suggestion_links_replaces_key on backoffice.suggestion_links",),
        ("constraint suggestion_links_undoes_key on backoffice.suggestion_links",),
        ("group Approver",),
        ("group Auditor",),
        ("group Viewer",),
        ("row level security on public.ai_insights_log",),
    ]


def test_looking_makes_nothing(stand_in):
    before = steps.whole_catalogue()
    assert "Run scheduling/sql/0002_no_room_overlap.up.sql" in steps.migrate(plan=True)
    with pytest.raises(SystemExit):
        steps.migrate(check_unapplied=True)
    assert steps.whole_catalogue() == before
