"""Which group a role in EventFlow gives, for how long, and whether people can write their own."""

import pytest
from django.contrib.auth.models import Group

from eventflow.fitness.doctor import LineLevel
from eventflow.supabase import auth
from scheduling.access import beside, roles, trials
from scheduling.models import StaffMember, UserProfile
from tests import factories as f
from tests.scheduling import test_accounts
from tests.scheduling.test_accounts import EMAIL, PASSWORD, sign_in, who

pytestmark = pytest.mark.django_db

there = test_accounts.there

# What keeps people from writing what they are: rights alone.
CLOSED = """
revoke insert, update on public.user_profiles from anon, authenticated;
grant update (full_name, phone) on public.user_profiles to authenticated;
"""


def named(user) -> list[str]:
    return sorted(user.groups.values_list("name", flat=True))


def becomes(profile, role) -> None:
    UserProfile.objects.filter(pk=profile.pk).update(role=role)


@pytest.fixture
def profile(ours):
    return f.profile(organization=ours, email=EMAIL, role="manager")


@pytest.fixture
def noa(profile):
    return auth.Account(EMAIL, PASSWORD, id=profile.pk)


@pytest.fixture
def kept(there):
    """It was tried, and nobody can write what they are."""
    f.run(CLOSED)
    assert [line.level for line in trials.roles_are_kept()] == []


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        ("owner", ["Approver"]),
        ("admin", ["Approver"]),
        ("manager", ["Approver"]),
        ("member", []),
        ("Owner", []),
        ("superuser", []),
        ("", []),
        (None, []),
    ],
)
def test_role_gives_group(kept, profile, role, groups):
    becomes(profile, role)

    user = who(sign_in().browser)

    assert named(user) == groups
    assert user.has_perm("ai_audit.approve_suggestion") == bool(groups)


def test_role_setting_overrides(kept, profile, settings):
    settings.ROLE_GROUPS = {"manager": "Auditor", "member": "Nobody's"}

    assert named(who(sign_in().browser)) == ["Auditor"]
    becomes(profile, "member")
    assert named(who(sign_in().browser)) == []


def test_role_untried_or_open_gives_viewer(there, profile, caplog):
    assert named(who(sign_in().browser)) == ["Viewer"]
    assert "manage.py doctor" in caplog.text
    list(trials.roles_are_kept())
    assert trials.noted() not in ("", trials.KEPT)
    assert named(who(sign_in().browser)) == ["Viewer"]

    becomes(profile, "member")
    assert named(who(sign_in().browser)) == []


def test_role_read_on_each_page(kept, profile):
    browser = sign_in().browser
    user = who(browser)
    for role, groups in (("member", []), ("owner", ["Approver"]), ("member", [])):
        becomes(profile, role)
        browser.get("/admin/")
        assert named(user) == groups


def test_role_opened_counts_at_next_page(kept, profile):
    browser = sign_in().browser
    assert named(who(browser)) == ["Approver"]

    f.run("grant update on public.user_profiles to authenticated")
    list(trials.roles_are_kept())
    browser.get("/admin/")

    assert named(who(browser)) == ["Viewer"]


def test_role_organization_at_next_page(kept, profile):
    other = f.organization("Another")
    f.event(organization=other, name="Theirs")
    browser = sign_in().browser

    UserProfile.objects.filter(pk=profile.pk).update(organization=other)

    assert b"Theirs" in browser.get("/admin/scheduling/event/").content


def test_role_takes_away_own_groups_only(kept, profile):
    member = f.staff(profile=profile)
    member.user.groups.set(Group.objects.filter(name__in=["Approver", "Auditor"]))

    browser = sign_in().browser
    becomes(profile, "member")
    browser.get("/admin/")

    assert named(member.user) == ["Approver", "Auditor"]
    assert member.user.user_permissions.exists()


def test_role_group_renamed_is_taken_away(kept, profile):
    browser = sign_in().browser
    Group.objects.filter(name="Approver").update(name="Deciding")
    becomes(profile, "member")
    browser.get("/admin/")

    assert named(who(browser)) == []


def test_role_missing_group_gives_nothing(kept, profile, caplog):
    Group.objects.filter(name="Approver").delete()

    assert named(who(sign_in().browser)) == []
    assert "gives the group Approver, which is not there" in caplog.text


def test_role_group_missing_told(there, settings):
    settings.ROLE_GROUPS = {"owner": "Approver", "manager": "Approvers", "member": ""}

    assert [line.words.split(",")[0] for line in roles.groups_of_roles_stand()] == [
        "A role gives the group Approvers"
    ]


def test_role_without_account_keeps_groups(kept, profile):
    member = f.staff(profile=profile)
    browser = sign_in(email=member.user.get_username(), password="correct horse").browser
    browser.get("/admin/")

    assert named(member.user) == []
    assert StaffMember.objects.get().role_gives is None


def test_role_unchanged_costs_no_statement(kept, profile, django_assert_num_queries):
    browser = sign_in().browser
    by_name = sign_in(
        email=f.staff(profile=f.profile(organization=profile.organization)).user.get_username(),
        password="correct horse",
    ).browser
    page = "/admin/password_change/done/"
    for one in (browser, by_name):
        one.get(page)
    with django_assert_num_queries(2):
        assert by_name.get(page).status_code == 200
    with django_assert_num_queries(2):
        assert browser.get(page).status_code == 200


# Whether people can write their own role


def tried() -> set[str]:
    """What is open, as words of the sentences."""
    ways = " ".join(trials.open_ways())
    return {word for word in ("role.", "organization_id.", "insert") if f"{word}" in ways}


@pytest.fixture
def two(ours):
    """Two organizations, with a manager and a member in each."""
    for organization in (ours, f.organization("Another")):
        for role in ("manager", "member"):
            f.profile(organization=organization, role=role)


def test_role_without_profile_counts_as_open(db):
    assert trials.open_ways() == ["There is no profile yet in whose name it could be tried."]


def test_role_stand_in_open(two):
    assert "role." in tried()


def test_rights_alone_close_all_three(two):
    f.run(CLOSED)

    assert trials.open_ways() == []


def policies(*made) -> None:
    """In the place of the product’s policies on profiles; people see those of their own."""
    f.run(
        "do $$ declare p record; begin for p in select polname from pg_policy where polrelid ="
        " 'public.user_profiles'::regclass and polname not like 'web_login%' loop"
        " execute format('drop policy %I on public.user_profiles', p.polname);"
        " end loop; end $$"
    )
    f.run(
        "create function public.own_org() returns uuid language sql stable security definer"
        " set search_path = pg_catalog, public, pg_temp as"
        " 'select organization_id from public.user_profiles where id = auth.uid()'"
    )
    for number, policy in enumerate(
        ["for select to authenticated using (organization_id = public.own_org())", *made]
    ):
        f.run(f"create policy p{number} on public.user_profiles {policy}")


OWN = "for update to authenticated using (id = auth.uid()"


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ([], set()),
        ([OWN + ")"], {"role.", "organization_id."}),
        ([OWN + ") with check (organization_id = public.own_org())"], {"role."}),
        (["for insert to authenticated with check (id = auth.uid())"], {"insert"}),
        (
            ["for insert to authenticated with check (organization_id = public.own_org())"],
            {"insert"},
        ),
        (
            [
                "for update to authenticated using (organization_id = public.own_org()"
                " and role = 'member')"
                " with check (organization_id = public.own_org())"
            ],
            {"role."},
        ),
        # Whoever comes without an organization chooses one.
        (
            [OWN + " and organization_id is null) with check (id = auth.uid())"],
            {"role.", "organization_id."},
        ),
        ([OWN + " and auth.jwt() ->> 'aal' = 'aal2')"], {"role.", "organization_id."}),
    ],
)
def test_role_each_open_way_found(two, made, found):
    policies(*made)

    assert tried() == found


def guard(body: str) -> None:
    f.run(
        "create function public.guard_profile() returns trigger language plpgsql as"
        f" $$ begin if current_user = 'authenticated' then {body} end if; return new; end $$"
    )
    f.run(
        "create trigger guard_profile before insert or update on public.user_profiles"
        " for each row execute function public.guard_profile()"
    )


@pytest.mark.parametrize(
    "body",
    [
        "raise exception 'no';",
        "if tg_op = 'INSERT' then raise exception 'no'; end if;"
        " new.role := old.role; new.organization_id := old.organization_id;",
    ],
)
def test_role_trigger_closes_ways(two, body):
    guard(body)

    assert trials.open_ways() == []


def test_role_other_error_counts_as_open(two):
    guard("perform 1 / 0;")

    assert tried() == {"role.", "organization_id.", "insert"}


def test_role_unknown_tells_nothing(two):
    policies(OWN + ") with check (organization_id = public.own_org())")
    f.run("alter table public.user_profiles add check (role in ('manager', 'member'))")
    assert tried() == {"role."}

    f.run("revoke update on public.user_profiles from authenticated")
    assert tried() == set()


def test_trying_changes_nothing(two):
    before = f.run("select * from public.user_profiles order by id")

    trials.open_ways()

    assert f.run("select * from public.user_profiles order by id") == before
    assert f.run("select current_user = session_user") == [(True,)]


def test_of_all_that_could_be_written_one_row_is(two):
    """A sequence counts on, whatever is taken back."""
    f.run(
        "with made as (insert into auth.users (id) select gen_random_uuid()"
        " from generate_series(1, 500) returning id)"
        " insert into public.user_profiles (id, full_name) select id, '–' from made"
    )
    f.run("create sequence public.written; grant usage on public.written to authenticated, anon")
    f.run("alter table public.user_profiles disable row level security")
    guard("perform nextval('public.written'); return null;")

    trials.open_ways()

    ((written,),) = f.run("select last_value from public.written")
    assert written < 200


def test_who_has_not_signed_in_is_tried_as_well(two):
    policies("for update to anon using (true) with check (true)")

    assert tried() == {"role.", "organization_id."}
    assert all("Nobody need sign in (anon)" in way for way in trials.open_ways())

    f.run("revoke update on public.user_profiles from anon")
    assert trials.open_ways() == []


WRITES = "update public.user_profiles set role = new_role where id = auth.uid()"
DEFINER = (
    "create function public.{name}(new_role text) returns void language {language}"
    " security {security} set search_path = pg_catalog, pg_temp as $f$ {body} $f$"
)
SQL = {"name": "promote", "language": "sql", "security": "definer", "body": WRITES}


@pytest.mark.parametrize(
    ("function", "listed"),
    [
        (SQL, True),
        (SQL | {"security": "invoker"}, False),
        (SQL | {"language": "plpgsql", "body": f"begin {WRITES}; end"}, True),
        (
            SQL
            | {
                "language": "plpgsql",
                "body": "begin execute 'delete from ' || 'user_profiles' || new_role; end",
            },
            True,
        ),
        (SQL | {"body": "select null::void from public.user_profiles"}, False),
        (SQL | {"body": f"-- {WRITES}\n select null::void"}, False),
        (SQL | {"body": "update public.events set name = new_role"}, False),
    ],
)
def test_role_functions_writing_profiles_listed(db, function, listed):
    assert list(beside.lines()) == []
    f.run(DEFINER.format(**function))

    lines = list(beside.lines())

    assert [line.level for line in lines] == [LineLevel.WARNING] * listed
    if listed:
        assert "promote(text) may be called through the REST layer" in lines[0].words
        f.run(lines[0].remedy[lines[0].remedy.index("revoke") :])
        assert list(beside.lines()) == []


@pytest.mark.parametrize(
    ("view", "listed"),
    [
        ("as select id, role from public.user_profiles", True),
        ("with (security_invoker = true) as select id, role from public.user_profiles", False),
        ("as select role, count(*) from public.user_profiles group by role", False),
        ("as select id, name from public.events", False),
    ],
)
def test_role_views_writing_profiles_listed(db, view, listed):
    f.run(f"create view public.people {view}")
    f.run("revoke all on public.people from anon, authenticated")
    f.run("grant select on public.people to authenticated")
    assert list(beside.lines()) == []
    f.run("grant update on public.people to authenticated")

    lines = list(beside.lines())

    assert len(lines) == listed
    if listed:
        assert "The view people may be written through the REST layer" in lines[0].words
        f.run("revoke insert, update on people from anon, authenticated")
        assert list(beside.lines()) == []


def test_role_open_ways_told_with_remedy(two, settings):
    settings.SUPABASE_URL = ""
    (line,) = trials.roles_are_kept()
    assert (line.level, trials.noted()) == (LineLevel.OK, "")

    settings.SUPABASE_URL = "https://abc.supabase.co"
    lines = list(trials.roles_are_kept())
    assert {line.level for line in lines} == {LineLevel.WARNING}
    assert "gives the group Viewer at most" in lines[0].words
    assert "revoke insert, update on public.user_profiles" in lines[0].remedy

    f.run(CLOSED)
    assert list(trials.roles_are_kept()) == []
    assert roles.are_kept()
