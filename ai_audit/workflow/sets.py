"""Approving several suggestions in one act: all are compared with what was shown before any is.

Each is judged and carried out for itself. What only fits together is another matter.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ai_audit import refusals, verdicts
from ai_audit.history import Record
from ai_audit.models import Status, Suggestion
from ai_audit.refusals import Changed, Refusal
from ai_audit.verdicts import Verdict
from ai_audit.workflow import steps
from ai_audit.workflow.steps import Outcome
from eventflow import database
from scheduling.models import StaffMember


@refusals.told
def approve_set(
    *, digests: Mapping[UUID, str], by: StaffMember, now: datetime | None = None
) -> dict[UUID, Outcome | Refusal]:
    """Approve undecided suggestions and carry each out, as the staff member `by`.

    `digests` tells, by suggestion, what the person was shown of it. Under all the locks each is
    compared before the first is written; where one differs, nothing is done and Changed raised.
    Then each ends with its own outcome, in the order given: `executed`, or `failed`, as when
    another of them has just taken the room, or a refusal with only that one as it was. One
    transaction; otherwise locks and raises as `approve` does.
    """
    now = now or timezone.now()
    with steps.locked_all(digests.keys()) as found:
        organization_id = steps.organization_of(by)
        results: dict[UUID, Outcome | Refusal] = {}
        for pk in digests:
            suggestion = found.get(pk)
            own = steps.belongs(suggestion, organization_id)
            try:
                steps.require_decidable(suggestion, own, {Status.SUGGESTED})
            except Refusal as refusal:
                results[pk] = refusal
        undecided = [found[pk] for pk in digests if pk not in results]
        judged = verdicts.judge(undecided, lock=True)
        if any(digests[s.pk] != verdicts.digest(s, judged[s.pk]) for s in undecided):
            raise Changed(
                _(
                    "Nothing was changed: some of it has changed since you opened the page. "
                    "This is how it stands now."
                )
            )
        # What was seen is what was seen before the first of them was written.
        records = {s.pk: steps.record_of(s, by, judged[s.pk]) for s in undecided}
        for suggestion in undecided:
            pk = suggestion.pk
            results[pk] = _approve(suggestion, judged[pk], records[pk], by=by, now=now)
    return {pk: results[pk] for pk in digests}


def _approve(
    suggestion: Suggestion, verdict: Verdict, record: Record, *, by: StaffMember, now: datetime
) -> Outcome | Refusal:
    """Approve one and carry it out in a savepoint; a refusal leaves only this one undone."""
    try:
        steps.require_approvable(verdict)
        with transaction.atomic():
            error = steps.carry_out(
                suggestion, verdict, by=by, approve_at=now, now=now, record=record
            )
    except Refusal as refusal:
        return refusal
    except DatabaseError as error:
        refusal = refusals.of(error)
        # Where someone else was at it, the whole set is tried again or put off.
        if refusal is None or database.is_contention(error):
            raise
        return refusal
    return steps.approved_outcome(suggestion, error)
