"""Deciding on several suggestions in one act: all are compared with what was shown before any is.

Each is judged and carried out for itself. What only fits together is in `group`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.contrib.admin.models import LogEntry

from ai_audit import history, verdicts
from ai_audit.models import Status, Suggestion
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import Verdict
from ai_audit.workflow import carrying_out, confirmation, errors, sets, steps
from ai_audit.workflow.acts import second
from ai_audit.workflow.confirmation import NOTHING_SAID, PRESSED, Confirmation
from ai_audit.workflow.deciding import reject
from ai_audit.workflow.errors import Refusal
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.sets import Ready
from ai_audit.workflow.steps import Outcome
from scheduling import conflicts
from scheduling.conflicts import Conflict, Kind
from scheduling.models import StaffMember

# How many are decided on in one transaction: others wait for their event no longer than that.
BATCH = 100

Results = dict[UUID, Outcome | Refusal]


@dataclass
class Act:
    """An act of several batches: what was `judged` before the first, which sessions it `wrote`."""

    judged: Mapping[UUID, Verdict]
    wrote: set[UUID] = field(default_factory=set)

    def did(self, results: Results) -> Results:
        """What a batch came to, when it is committed; one statement."""
        done = [pk for pk, result in results.items() if isinstance(result, Outcome)]
        self.wrote |= history.sessions(done)
        return results

    def as_seen(
        self,
        suggestions: Iterable[Suggestion],
        judged: Mapping[UUID, Verdict],
        digests: Mapping[UUID, str],
    ) -> dict[UUID, Verdict]:
        """Those verdicts that are not what was shown, as they are but for what rooms are known.

        A room that is known by this act alone is as new as it was. What else has changed is left
        to be found.
        """
        differing = [s for s in suggestions if verdicts.digest(s, judged[s.pk]) != digests[s.pk]]
        if not differing or not self.wrote:
            return {}
        aside = verdicts.judge(differing, lock=True, meeting=verdicts.without(self.wrote))
        found = {}
        for pk in (suggestion.pk for suggestion in differing):
            were, are = _room_names(self.judged[pk]), _room_names(aside[pk])
            if {*map(verdicts.conflict_key, are)} <= {*map(verdicts.conflict_key, were)}:
                others = [c for c in judged[pk].conflicts if c.kind is not Kind.ROOM_NAME]
                found[pk] = replace(judged[pk], conflicts=conflicts.ordered([*others, *were]))
        return found


def _room_names(verdict: Verdict) -> list[Conflict]:
    return [conflict for conflict in verdict.conflicts if conflict.kind is Kind.ROOM_NAME]


def approve_many(
    *,
    digests: Mapping[UUID, str],
    by: StaffMember,
    confirmed: Mapping[UUID, Confirmation] = NOTHING_SAID,
) -> Iterator[Results]:
    """Approve any number of undecided suggestions, batch by batch of an event; what each came to.

    `digests` tells, by suggestion, what the person was shown of it, `confirmed` what they said
    besides; one of which too little is said is a Refusal. All are compared before the first batch;
    where one differs, nothing is done and Changed raised. Each batch is compared
    again under its locks, and then is one transaction: what is done stays done. One that has
    changed since, as by an earlier batch, or a batch that someone else was at, is a Refusal; that
    an earlier batch made a room known is no change.
    """
    if len(digests) <= BATCH:
        yield approve_set(digests=digests, by=by, confirmed=confirmed)
        return
    suggestions = Suggestion.objects.with_rules().select_related("event", "user")
    suggestions = suggestions.filter(pk__in=digests)
    waiting = [s for s in suggestions if s.execution_status == Status.SUGGESTED]
    act = Act(verdicts.judge(waiting))
    steps.require_all_seen(waiting, act.judged, digests)
    events = {suggestion.pk: str(suggestion.event_id) for suggestion in suggestions}
    for batch in _batches(sorted(digests, key=lambda pk: events.get(pk, ""))):
        try:
            told = {pk: digests[pk] for pk in batch}
            yield act.did(approve_set(digests=told, by=by, confirmed=confirmed, act=act))
        except Refusal as refusal:
            yield dict.fromkeys(batch, refusal)


def reject_many(*, ids: Iterable[UUID], by: StaffMember, reason: str = "") -> Iterator[Results]:
    """Reject any number of suggestions for one reason, each as `reject` does; what each came to."""
    for batch in _batches(list(ids)):
        results: Results = {}
        for pk in batch:
            try:
                results[pk] = reject(suggestion_id=pk, by=by, reason=reason)
            except Refusal as refusal:
                results[pk] = refusal
        yield results


def _batches(ids: list[UUID]) -> Iterator[list[UUID]]:
    for first in range(0, len(ids), BATCH):
        yield ids[first : first + BATCH]


@logged("approve_set")
@errors.told
def approve_set(
    *,
    digests: Mapping[UUID, str],
    by: StaffMember,
    confirmed: Mapping[UUID, Confirmation] = NOTHING_SAID,
    act: Act | None = None,
) -> Results:
    """Approve undecided suggestions and carry each out, as the staff member `by`.

    `digests` tells, by suggestion, what the person was shown of it, `confirmed` what they said
    besides. Under all the locks each is compared before the first is written; where one differs,
    nothing is done and Changed raised, or in a batch of an `act` only that one is left out. Then
    each ends with its own outcome, in the order given: `executed`, or `failed`, as when another of
    them has just taken the room, or a refusal with only that one as it was; or as it was, where it
    is the first of two who approves it. One transaction; otherwise locks and raises as `approve`
    does.
    """
    with steps.locked_all(digests.keys()) as found:
        organization_id = steps.organization_of(by)
        results: Results = {}
        for pk in digests:
            suggestion = found.get(pk)
            own = steps.belongs(suggestion, organization_id)
            try:
                steps.require_decidable(suggestion, own, {Status.SUGGESTED})
            except Refusal as refusal:
                results[pk] = refusal
        undecided = [found[pk] for pk in digests if pk not in results]
        judged = verdicts.judge(undecided, lock=True)
        if act is None:
            steps.require_all_seen(undecided, judged, digests)
        else:
            judged |= act.as_seen(undecided, judged, digests)
        # What was seen is what was seen before the first of them was written.
        ready = []
        for suggestion in undecided:
            pk = suggestion.pk
            try:
                steps.require_seen(suggestion, judged[pk], digests[pk])
                steps.require_approvable(judged[pk])
                steps.require_not_blocked(judged[pk])
                confirmation.require(judged[pk], confirmed.get(pk, PRESSED))
                reason = legible(confirmed.get(pk, PRESSED).reason.strip())
                record = steps.approval_of(suggestion, by, judged[pk], reason)
            except Refusal as refusal:
                results[pk] = refusal
            else:
                ready.append(Ready(suggestion, judged[pk], record))
        ready = second.deciding(ready, by=by, results=results)
        results |= sets.carry_out(ready, by=by)
        LogEntry.objects.bulk_create(
            steps.log_entry(s, by, f"Approved. {carrying_out.came_to(s)}")
            for s in (one.suggestion for one in ready)
            if isinstance(results[s.pk], Outcome)
        )
    return {pk: results[pk] for pk in digests}
