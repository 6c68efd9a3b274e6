"""Names to choose from in filters: events, organizations and people, of one's organization only."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

# What is chosen: the table, the column of the name, and that of whose a row is.
NAMED = {
    "event": ("public.events", "name", "organization_id"),
    "organization": ("public.organizations", "name", "id"),
    "requester": ("public.user_profiles", "full_name", "organization_id"),
    "approver": ("public.user_profiles", "full_name", "organization_id"),
}
AT_ONCE = 20
# Of a longer name, so many characters.
LONGEST = 500


def of(chosen: Mapping[str, UUID | None], organization: UUID | None) -> dict[str, str]:
    """The names of what is chosen, of that organization (None for any), in one statement."""
    asked = {field: pk for field, pk in chosen.items() if pk}
    if not asked:
        return {}
    parts, parameters = [], []
    for field, pk in asked.items():
        table, name, owner = NAMED[field]
        parts.append(
            f"(select %s, left({name}, {LONGEST}) from {table} where id = %s"  # noqa: S608
            f" and (%s::uuid is null or {owner} = %s))"
        )
        parameters += [field, pk, organization, organization]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), parameters)
        return dict(cursor.fetchall())


def matching(
    field: str, organization: UUID | None, term: str, page: int
) -> tuple[list[tuple[UUID, str]], bool]:
    """Ids and names with `term` in them, by name, one page; and whether there are more."""
    table, name, owner = NAMED[field]
    first = (max(page, 1) - 1) * AT_ONCE
    with connection.cursor() as cursor:
        cursor.execute(
            f"select id, left({name}, {LONGEST}) from {table}"  # noqa: S608
            f" where (%s::uuid is null or {owner} = %s)"
            f" and strpos(public.name_key({name}), public.name_key(%s)) > 0"
            f" order by {name}, id limit %s offset %s",
            [organization, organization, term, AT_ONCE + 1, first],
        )
        found = cursor.fetchall()
    return found[:AT_ONCE], len(found) > AT_ONCE
