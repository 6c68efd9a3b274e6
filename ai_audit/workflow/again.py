"""Suggesting again what was rejected: a new suggestion that replaces it, and waits like others."""

from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ai_audit.models import Status, Suggestion, SuggestionLink
from ai_audit.workflow import errors, moves, steps
from ai_audit.workflow.amending import require_not_replaced
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from eventflow.db import database
from scheduling.models import StaffMember

# What it asks for stays as it was written, to the byte.
_AGAIN = """
insert into public.ai_insights_log
  (id, user_id, event_id, action_type, action_data, suggested_at, created_at)
select
  %s, %s, l.event_id, l.action_type, l.action_data,
  pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp()
from public.ai_insights_log as l
where l.id = %s
"""


@logged("suggest_again")
@errors.retrying_refusals
def suggest_again(*, suggestion_id: UUID, by: StaffMember) -> Outcome:
    """Suggest once more, in the name of `by`, what was rejected; the rejection stays as it is.

    The new one replaces it and waits for a decision. Locks as `approve` does. Raises NotYours,
    Busy, RefusedByPolicy, and AlreadyDecided for what is not rejected or was replaced already.
    """
    with steps.locked(suggestion_id, by, {Status.REJECTED}) as old:
        require_not_replaced(old)
        pk = uuid4()
        with (
            database.acting_as(by.person),
            errors.refusing_writes(moves.LOG),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(_AGAIN, [pk, by.profile_id, old.pk])
            if cursor.rowcount != 1:
                raise errors.hidden_by_policy(moves.LOG, "INSERT 0")
        SuggestionLink.objects.create(suggestion_id=pk, replaces=old)
        steps.log(Suggestion.objects.get(pk=pk), by, f"Suggested again: {old.pk}.")
    return Outcome(pk, Status.SUGGESTED, _("Suggested again; it waits for a decision."))
