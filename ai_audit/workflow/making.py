"""Making a suggestion and carrying it out in the same act, or nothing at all.

Which other one it replaces or undoes, if any, and what it asks for, is settled by whoever makes it.
"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ai_audit.models import Suggestion
from ai_audit.proposals import Proposal
from ai_audit.verdicts import ReadableVerdict, Verdict
from ai_audit.workflow import carrying_out, errors, moves, steps
from ai_audit.workflow.carrying_out import Restoration
from ai_audit.workflow.errors import Blocked
from eventflow.db import database
from scheduling.models import StaffMember

# In the shapes the AI writes; the session as it stands is read in the same statement.
_SUGGEST = """
insert into public.ai_insights_log
  (id, user_id, event_id, action_type, action_data, suggested_at, created_at)
select
  %(id)s, %(user)s, %(event)s, %(action)s,
  case %(action)s
    when 'schedule_create' then jsonb_build_object(
      'current_state', null, 'proposed_state', asked.changes, 'reasoning', asked.reasoning)
    when 'schedule_update' then jsonb_build_object(
      'schedule_id', asked.session_id, 'changes', asked.changes, 'current_state', standing.state,
      'proposed_state', standing.state || asked.changes, 'reasoning', asked.reasoning)
    else jsonb_build_object(
      'schedule_id', asked.session_id, 'current_state', standing.state, 'proposed_state', null,
      'reason', asked.reasoning, 'reasoning', asked.reasoning)
  end,
  pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp()
from (
  select %(session)s::uuid as session_id, %(changes)s::jsonb as changes,
    %(reasoning)s::text as reasoning
) as asked
left join lateral (
  select to_jsonb(s) as state
  from public.schedules as s
  where s.id = asked.session_id
) as standing
  on true
"""


def suggest(event_id: UUID, by: StaffMember, proposal: Proposal, *, reasoning: str) -> Suggestion:
    """Insert a suggestion of `by`'s for the event, as the database's policies allow."""
    pk = uuid4()
    parameters: dict[str, Any] = {
        "id": pk,
        "user": by.profile_id,
        "event": event_id,
        "action": proposal.action.value,
        "session": proposal.session_id,
        "changes": json.dumps({name: _as_json(value) for name, value in proposal.values.items()}),
        "reasoning": reasoning,
    }
    with (
        database.acting_as(by.person),
        errors.refusing_writes(moves.LOG),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(_SUGGEST, parameters)
    made = Suggestion.objects.with_rules().select_related("event", "user", "approved_by")
    new: Suggestion = made.get(pk=pk)
    return new


def _as_json(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def require_clear(verdict: Verdict) -> ReadableVerdict:
    """The verdict, if nothing in it stands against carrying out. Raises Blocked."""
    if verdict.errors or not isinstance(verdict, ReadableVerdict):
        raise _blocked(" ".join(conflict.sentence for conflict in verdict.errors))
    return verdict


def carry_out_new(
    new: Suggestion, verdict: ReadableVerdict, *, by: StaffMember, reason: str = ""
) -> dict[str, int]:
    """Carry the new suggestion out or raise Blocked; how many rows of which table went along."""
    record = steps.approval_of(new, by, verdict, reason)
    error = carrying_out.approve_and_carry_out(new, verdict, by=by, record=record)
    _require_carried_out(new, by, error)
    return {table: len(rows) for table, rows in (record.removed or {}).items()}


def restore_by_new(
    new: Suggestion,
    verdict: ReadableVerdict,
    restoring: Restoration,
    *,
    by: StaffMember,
    reason: str,
) -> None:
    """Bring back by the new suggestion what was removed, or raise Blocked."""
    record = steps.approval_of(new, by, verdict, reason)
    error = carrying_out.approve_and_restore(new, verdict, restoring, by=by, record=record)
    _require_carried_out(new, by, error)


def _require_carried_out(new: Suggestion, by: StaffMember, error: str | None) -> None:
    if error:
        raise _blocked(error)
    moves.require_recorded([new.pk])
    steps.log(new, by, f"Approved. {carrying_out.came_to(new)}")


def _blocked(reasons: str) -> Blocked:
    return Blocked(
        _("Nothing was changed: it cannot be carried out. %(reasons)s") % {"reasons": reasons}
    )
