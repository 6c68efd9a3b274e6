"""Moves of status, of one suggestion or of many in one statement; and that the history has them."""

from collections.abc import Collection, Iterable
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ai_audit.models import Status, Suggestion
from ai_audit.workflow import errors

# What a person may be told of it by name.
LOG = Suggestion._meta.db_table

# What stands of suggestions after a move, by id: the fields that were written.
Stands = dict[UUID, dict[str, Any]]


def mark_approved(suggestion: Suggestion, profile_id: UUID) -> None:
    """Approve one in the name of that profile, as `move` does."""
    stands = mark_all_approved([suggestion.pk], suggestion.execution_status, profile_id)
    refresh([suggestion], stands)


def mark_all_approved(ids: Collection[UUID], since: str, profile_id: UUID) -> Stands:
    """Approve all of them, or none, as `move_all` does."""
    return move_all(
        ids,
        since,
        Status.APPROVED,
        moment="approved_at",
        approved_by_id=profile_id,
        execution_error=None,
    )


def move(suggestion: Suggestion, status: Status, *, moment: str = "", **state: Any) -> None:
    """Write a status, from the one that was read; RefusedByPolicy where that is not allowed.

    `moment` names the field that tells when; it is by the database's clock. `suggestion` is brought
    in step with what stands then.
    """
    since = suggestion.execution_status
    refresh([suggestion], move_all([suggestion.pk], since, status, moment=moment, **state))


def move_all(
    ids: Collection[UUID], since: str, status: Status, *, moment: str = "", **state: Any
) -> Stands:
    """Move all of them from status `since`, as `move` does, or none; one statement.

    In a savepoint of the caller's, where there are several.
    """
    written = {"execution_status": status, **state}
    of = Suggestion._meta
    columns = [str(cast(Any, of.get_field(name)).column) for name in written]
    becomes = [f"{column} = %s" for column in columns]
    if moment:
        columns.append(moment)
        becomes.append(f"{moment} = pg_catalog.clock_timestamp()")
    # Done for each of many, and so without a queryset.
    with errors.refusing_writes(LOG), connection.cursor() as cursor:
        cursor.execute(
            f"update public.ai_insights_log set {', '.join(becomes)}"  # noqa: S608
            f" where id = any (%s) and execution_status = %s returning id, {', '.join(columns)}",
            [*written.values(), list(ids), since],
        )
        moved = cursor.fetchall()
        if len(moved) != len(ids):
            # The rows are there, for they are locked.
            raise errors.hidden_by_policy(LOG, f"UPDATE {len(moved)}")
    fields = [*written, *filter(None, [moment])]
    return {pk: dict(zip(fields, stands, strict=True)) for pk, *stands in moved}


def refresh(suggestions: Iterable[Suggestion], stands: Stands) -> None:
    """Let suggestions say what their rows do after a move."""
    for suggestion in suggestions:
        for name, value in stands[suggestion.pk].items():
            setattr(suggestion, name, value)


# What the row says of its decision, as the last entry says it.
_NOT_RECORDED = """
select 1
from public.ai_insights_log as l
left join lateral (
  select h.to_status, h.state
  from backoffice.decision_history as h
  where h.suggestion_id = l.id
  order by h.number desc
  limit 1
) as last
  on true
where l.id = any (%s)
and l.execution_status <> 'suggested'
and (last.to_status, last.state) is distinct from (
  l.execution_status,
  jsonb_build_array(
    (l.approved_at at time zone 'UTC')::text, l.approved_by,
    (l.executed_at at time zone 'UTC')::text, l.execution_error
  )::text
)
limit 1
"""


def require_recorded(ids: Iterable[UUID]) -> None:
    """Raise NotRecorded unless the history has written what was decided on these; one statement.

    Its trigger may have been switched off, or altered. To be asked in the same transaction, which
    then ends with nothing done.
    """
    decided = list(ids)
    if not decided or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOT_RECORDED, [decided])
        if cursor.fetchone() is None:
            return
    raise errors.NotRecorded(
        _(
            "Nothing was changed: the decision history did not write it down, and without that "
            "nothing is decided. Show this to whoever looks after the database: `manage.py check "
            "--database default` tells which trigger is switched off."
        )
    )
