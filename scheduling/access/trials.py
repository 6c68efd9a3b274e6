"""Privilege escalation by one's own profile: tried as `authenticated`, and rolled back.

Whoever can write the role or the organization of a profile, or a profile of their own, could give
themselves any group that a role gives. Policies, rights and triggers all have a say, so it is
tried: in one transaction that is rolled back, in the name of one person for each role. What a
policy, a right or a trigger refuses is refused; whatever else comes of it counts as open, and so
does what cannot be tried.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from eventflow.db import database
from eventflow.fitness import doctor
from eventflow.fitness.doctor import Line, LineLevel
from scheduling.access import beside

# Beside what migrations record, and gone with the migration that this came with.
NOTE = ("trial of roles in public.user_profiles", "scheduling.0016_role_groups")
KEPT = "kept"

# Refused: by a right or a policy, and by what a trigger raises.
_REFUSED = ("42501", "P0001")
# No value for that column: it says nothing of who may write it.
_NO_VALUE = "23514"
# Everybody has an organization.
_NEVER_NULL = "23502"
_LOCK_MS = 1000
_MOST_PEOPLE, _MOST_VALUES = 8, 5
# Where people have all one role, others that it may be.
_USUAL = ("owner", "admin", "manager", "member")

_PEOPLE = """
select distinct on (p.role, p.organization_id is null) p.id, p.organization_id, p.role, p.email
from (
  select id, organization_id, role, email,
    count(*) over (partition by organization_id) as colleagues
  from public.user_profiles
) as p
order by p.role, p.organization_id is null, p.colleagues, p.id
limit %s
"""

# Writes, and locks until it is taken back, the first row that the policies for writing let through,
# and no more. No column is named here, for that is asked of the policies for reading.
_FIRST_THAT_MAY_BE = (
    " where case when coalesce(pg_catalog.current_setting('eventflow.tried', true), '') = ''"
    " then pg_catalog.set_config('eventflow.tried', 'yes', true) = 'yes' else false end"
)

# Those of the own organization and of others, besides oneself.
_OTHERS = """
(select id from public.user_profiles where organization_id = %(own)s and id <> %(id)s limit 1)
union all
(select id from public.user_profiles where organization_id <> %(own)s limit 1)
"""


@dataclass(frozen=True)
class _Someone:
    id: UUID
    organization: UUID | None
    role: str | None
    email: str | None

    @property
    def person(self) -> database.Person:
        """As surely known as can be: some policies ask for a second factor."""
        return database.Person(self.id, self.email or "", database.AAL2)

    def __str__(self):
        role = f"the role {self.role}" if self.role else "no role"
        return f"{role}, and no organization," if self.organization is None else role


class _TakenBack(Exception):
    """Ends a savepoint, with what came of it."""


def open_ways() -> list[str]:
    """The open ways to write one's role, each a sentence; empty where all are refused."""
    with transaction.atomic():
        database.limit_lock_waits(_LOCK_MS)
        try:
            return list(dict.fromkeys(_open_ways()))
        finally:
            transaction.set_rollback(True)


def _open_ways() -> Iterator[str]:
    people = [_Someone(*row) for row in _rows(_PEOPLE, [_MOST_PEOPLE])]
    if not people:
        yield "There is no profile yet in whose name it could be tried."
        return
    for one in people:
        yield from _open_to(one)
        # Who comes without an organization must not choose one, though nobody has come so by now.
        if one.organization is not None:
            with suppress(_TakenBack), transaction.atomic():
                yield from _open_without_organization(one)
                raise _TakenBack
    yield from _open_to_nobody()
    newcomer = _Someone(uuid4(), None, None, None)
    if _inserts(newcomer, newcomer.id):
        yield "An account without a profile can insert one of its own into public.user_profiles."


def _open_to(one: _Someone) -> Iterator[str]:
    known = _rows("select distinct role from public.user_profiles where role is not null limit 20")
    roles = dict.fromkeys([role for (role,) in known] + list(_USUAL))
    if _writes(one, "role", [role for role in roles if role != one.role]):
        yield f"A person with {one} can write public.user_profiles.role."
    if _writes(one, "organization_id", [_elsewhere(one)]):
        yield f"A person with {one} can write public.user_profiles.organization_id."
    if _inserts(one, uuid4()):
        yield f"A person with {one} can insert into public.user_profiles."


def _open_without_organization(one: _Someone) -> Iterator[str]:
    orphaned = "update public.user_profiles set organization_id = null where id = %s"
    try:
        with transaction.atomic():
            _run(orphaned, [one.id])
    except DatabaseError as error:
        if database.sqlstate(error) != _NEVER_NULL:
            yield "It could not be tried as a person without an organization."
        return
    yield from _open_to(replace(one, organization=None))


_MAY_BE_NOBODY = """
select pg_has_role(session_user, r.oid,
  case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end)
from pg_catalog.pg_roles as r
where r.rolname = 'anon'
"""


def _open_to_nobody() -> Iterator[str]:
    """As `anon`, who is anybody with the project's public key; where the login may become it."""
    if _rows(_MAY_BE_NOBODY) != [(True,)]:
        return
    for column, value in (("role", "owner"), ("organization_id", uuid4())):
        (before,) = _rows(_having(column), [value])
        code = _attempt(
            None,
            f"update public.user_profiles set {column} = %s{_FIRST_THAT_MAY_BE}",  # noqa: S608
            [value],
            lambda column=column, value=value, before=before: (
                _rows(_having(column), [value]) != [before]
            ),
        )
        if code not in ("", _NO_VALUE, *_REFUSED):
            yield f"Nobody need sign in (anon) to write public.user_profiles.{column}."


def _elsewhere(one: _Someone) -> UUID:
    """An organization that is not theirs; where there is none, an id that could be one's."""
    found = _rows("select id from public.organizations order by id limit 2")
    return next((pk for (pk,) in found if pk != one.organization), None) or uuid4()


def _writes(one: _Someone, column: str, values: Iterable) -> bool:
    """Whether they can give the column one of the values, in whatever row.

    Also where no row is asked for by what stands in it: no policy for reading has a say then.
    """
    others = [pk for (pk,) in _rows(_OTHERS, {"own": one.organization, "id": one.id})]
    wheres = [*((" where id = %s", [pk]) for pk in (one.id, *others)), (_FIRST_THAT_MAY_BE, [])]
    could_be = False
    for value in list(values)[:_MOST_VALUES]:
        (before,) = _rows(_having(column), [value])
        for where, which in wheres:
            code = _attempt(
                one,
                f"update public.user_profiles set {column} = %s{where}",  # noqa: S608
                [value, *which],
                lambda value=value, before=before: _rows(_having(column), [value]) != [before],
            )
            if code not in ("", _NO_VALUE, *_REFUSED):
                return True
            could_be |= code != _NO_VALUE
    return not could_be


def _having(column: str) -> str:
    return f"select count(*) from public.user_profiles where {column} = %s"  # noqa: S608


def _inserts(one: _Someone, pk: UUID) -> bool:
    statement = (
        "insert into public.user_profiles (id, organization_id, full_name) values (%s, %s, '–')"
    )
    stands = "select from public.user_profiles where id = %s"
    organization = one.organization or _elsewhere(one)
    code = _attempt(one, statement, [pk, organization], lambda: bool(_rows(stands, [pk])))
    return code not in ("", *_REFUSED)


@contextmanager
def _in_the_name_of(one: _Someone | None) -> Iterator[None]:
    if one is not None:
        with database.acting_as(one.person):
            yield
        return
    _run(_BECOME, ["anon", '{"role": "anon"}'])
    yield
    _run(_BECOME, ["none", ""])


_BECOME = "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"


def _attempt(one: _Someone | None, statement: str, parameters: list, is_done: Callable) -> str:
    """Run it in their name, or in nobody’s, and take it back.

    The code of the error that it met; without one "done", or nothing where it did nothing.
    """
    try:
        with transaction.atomic():
            try:
                with _in_the_name_of(one), transaction.atomic():
                    rows = _run(statement, parameters)
            except DatabaseError as error:
                raise _TakenBack(database.sqlstate(error) or "lost") from error
            raise _TakenBack("done" if rows and is_done() else "")
    except _TakenBack as came:
        return came.args[0]


def _run(statement: str, parameters: list) -> int:
    """How many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def _rows(statement: str, parameters=()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall()


def noted() -> str:
    """The note of the last trial: `KEPT`, or what is open; empty where there was none."""
    found = _rows("select replaced from backoffice.foundation_objects where object = %s", [NOTE[0]])
    return found[0][0] if found else ""


def _note(ways: list[str]) -> None:
    """Keep what was found, as the login that migrates. Raises DatabaseError where it may not."""
    with transaction.atomic():
        _run(
            "insert into backoffice.foundation_objects (object, migration, replaced)"
            " values (%s, %s, %s) on conflict (object) do update"
            " set replaced = excluded.replaced, created_at = now()",
            [*NOTE, " ".join(ways) or KEPT],
        )


@doctor.examination
def roles_are_kept():
    """People can write neither the role nor the organization of a profile, nor a profile."""
    if not settings.SUPABASE_URL:
        yield Line(
            LineLevel.OK,
            "What people could make of their role was not tried: nobody signs in with an account.",
        )
        return
    yield from beside.lines()
    ways = open_ways()
    for way in ways:
        yield Line(
            LineLevel.WARNING,
            f"{way} So a role gives the group Viewer at most to who signs in with an account.",
            "Where the product's pages do without: revoke insert, update on public.user_profiles "
            "from anon, authenticated; grant update (full_name, phone, avatar_url, preferences) on "
            "public.user_profiles to authenticated; then manage.py doctor again.",
        )
    try:
        _note(ways)
    except DatabaseError as error:
        if bool(ways) == (noted() == KEPT):
            yield Line(
                LineLevel.ERROR,
                "What people can make of their role is noted otherwise, and could not be noted: "
                f"{database.message(error)}.",
                "Ask as the login that migrates: MIGRATE_DATABASE_URL.",
            )
