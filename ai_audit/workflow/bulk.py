"""Deciding on several suggestions in one act: all are compared with what was shown before any is.

Each is judged and carried out for itself. What only fits together is in `group`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from ai_audit import history, verdicts
from ai_audit.models import Status, Suggestion
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import Verdict
from ai_audit.workflow import batches, carrying_out, confirmation, errors, steps
from ai_audit.workflow.acts import second
from ai_audit.workflow.batches import Decided, Ready
from ai_audit.workflow.confirmation import NOTHING_SAID, PRESSED, Confirmation
from ai_audit.workflow.errors import Busy, Changed, Refusal
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import REJECTED, Outcome
from scheduling import conflicts
from scheduling.conflicts import Conflict, Kind
from scheduling.models import StaffMember

# How many are decided on in one transaction: others wait for their event no longer than that.
BATCH = 1_000

Results = dict[UUID, Outcome | Refusal]


@dataclass
class BulkAct:
    """An act of several batches: what was `judged` before the first, which sessions it `wrote`.

    `later` are the digests of what is in no batch yet and still to be compared: along with the
    first batch, under its locks, so that nothing is judged twice for that.
    """

    judged: Mapping[UUID, Verdict]
    later: Mapping[UUID, str] | None = None
    wrote: set[UUID] = field(default_factory=set)

    def did(self, results: Results) -> Results:
        """Note what a batch came to, when it is committed; one statement."""
        done = [pk for pk, result in results.items() if isinstance(result, Outcome)]
        self.wrote |= history.sessions(done)
        return results

    def compare(self, now: Mapping[UUID, str], digests: Mapping[UUID, str]) -> None:
        """Raise Changed unless all of the act is what was shown, where that was not asked yet.

        `now` are the digests of a batch as it stands, `digests` those of what was shown of it.
        """
        if self.later is None:
            return
        steps.require_all_same(now, digests)
        suggestions = Suggestion.objects.with_rules().select_related("event", "user")
        suggestions = suggestions.filter(pk__in=self.later)
        waiting = [s for s in suggestions if s.execution_status == Status.SUGGESTED]
        self.judged = verdicts.judge(waiting)
        steps.require_all_unchanged(waiting, self.judged, self.later)
        self.later = None

    def as_seen(
        self,
        differing: Collection[Suggestion],
        judged: Mapping[UUID, Verdict],
    ) -> dict[UUID, Verdict]:
        """The verdicts on those that are not what was shown, but for what rooms are known.

        A room that is known by this act alone is as new as it was. What else has changed is left
        to be found.
        """
        if not differing or not self.wrote:
            return {}
        aside = verdicts.judge(
            differing, lock=True, find_collisions=verdicts.collisions_without(self.wrote)
        )
        found = {}
        for pk in (suggestion.pk for suggestion in differing):
            were, are = _room_names(self.judged[pk]), _room_names(aside[pk])
            if {*map(verdicts.conflict_key, are)} <= {*map(verdicts.conflict_key, were)}:
                others = [c for c in judged[pk].conflicts if c.kind is not Kind.ROOM_NAME]
                found[pk] = replace(judged[pk], conflicts=conflicts.ordered([*others, *were]))
        return found


def _room_names(verdict: Verdict) -> list[Conflict]:
    return [conflict for conflict in verdict.conflicts if conflict.kind is Kind.ROOM_NAME]


def approve_bulk(
    *,
    digests: Mapping[UUID, str],
    by: StaffMember,
    confirmed: Mapping[UUID, Confirmation] = NOTHING_SAID,
) -> Iterator[Results]:
    """Approve any number of undecided suggestions, batch by batch of an event; what each came to.

    `digests` tells, by suggestion, what the person was shown of it, `confirmed` what they said
    besides; one of which too little is said is a Refusal. All are compared before any is written;
    where one differs, nothing is done and Changed raised. Each batch is compared
    again under its locks, and then is one transaction: what is done stays done. One that has
    changed since, as by an earlier batch, or a batch that someone else was at, is a Refusal; that
    an earlier batch made a room known is no change.
    """
    if len(digests) <= BATCH:
        yield approve_batch(digests=digests, by=by, confirmed=confirmed)
        return
    events = dict(Suggestion.objects.filter(pk__in=digests).values_list("pk", "event_id"))
    batches = [*_batches(sorted(digests, key=lambda pk: str(events.get(pk, ""))))]
    act = BulkAct({}, later={pk: digests[pk] for batch in batches[1:] for pk in batch})
    for batch in batches:
        told = {pk: digests[pk] for pk in batch}
        try:
            yield act.did(approve_batch(digests=told, by=by, confirmed=confirmed, act=act))
        except Changed:
            raise
        except Refusal as refusal:
            act.compare({}, {})
            yield dict.fromkeys(batch, refusal)


def reject_bulk(*, ids: Iterable[UUID], by: StaffMember, reason: str = "") -> Iterator[Results]:
    """Reject any number of suggestions for one reason, batch by batch; what each came to."""
    for batch in _batches(list(dict.fromkeys(ids))):
        yield reject_set(ids=batch, by=by, reason=reason)


def _batches(ids: list[UUID]) -> Iterator[list[UUID]]:
    for first in range(0, len(ids), BATCH):
        yield ids[first : first + BATCH]


@logged("approve_set")
@errors.retrying_refusals
def approve_batch(
    *,
    digests: Mapping[UUID, str],
    by: StaffMember,
    confirmed: Mapping[UUID, Confirmation] = NOTHING_SAID,
    act: BulkAct | None = None,
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
    with steps.locked_all(digests.keys(), by, many=True) as found:
        results = _undecidable(digests, found)
        undecided = [found[pk] for pk in digests if pk not in results]
        judged = verdicts.judge(undecided, lock=True)
        now = {s.pk: verdicts.digest(s, judged[s.pk]) for s in undecided}
        if act is None:
            steps.require_all_same(now, digests)
        else:
            act.compare(now, digests)
            differing = [s for s in undecided if now[s.pk] != digests[s.pk]]
            as_seen = act.as_seen(differing, judged)
            judged |= as_seen
            now |= {s.pk: verdicts.digest(s, as_seen[s.pk]) for s in differing if s.pk in as_seen}
        # What was seen is what was seen before the first of them was written.
        ready = []
        for suggestion in undecided:
            pk = suggestion.pk
            try:
                steps.require_same(now[pk], digests[pk])
                verdict = steps.require_approvable(judged[pk])
                steps.require_not_blocked(verdict)
                confirmation.require(verdict, confirmed.get(pk, PRESSED))
                reason = legible(confirmed.get(pk, PRESSED).reason.strip())
                record = steps.approval_of(suggestion, by, verdict, reason, digest=now[pk])
            except Refusal as refusal:
                results[pk] = refusal
            else:
                ready.append(Ready(suggestion, record, verdict))
        ready = second.deciding(ready, by=by, results=results)
        results |= batches.carry_out_batch(ready, by=by)
        steps.log_all(
            by,
            {
                s: f"Approved. {carrying_out.came_to(s)}"
                for s in (one.suggestion for one in ready)
                if isinstance(results[s.pk], Outcome)
            },
        )
    return {pk: results[pk] for pk in digests}


@logged("reject")
def reject_set(*, ids: Collection[UUID], by: StaffMember, reason: str = "") -> Results:
    """Reject undecided suggestions for one reason, however odd they are, as the staff member `by`.

    What the history keeps as seen of each is what stood against it before the first was rejected.
    Each ends with its own outcome, in the order given: `rejected`, or a refusal with only that one
    as it was. One transaction, or where someone else is at one of their events, one for each event,
    and a refusal of all that are of that; otherwise locks as `approve` does.
    """
    try:
        return _reject_set(ids, by, legible(reason.strip()))
    except Busy:
        return _reject_by_event(ids, by, legible(reason.strip()))
    except Refusal as refusal:
        return dict.fromkeys(ids, refusal)


@errors.retrying_refusals
def _reject_set(ids: Collection[UUID], by: StaffMember, reason: str) -> Results:
    with steps.locked_all(ids, by, many=True) as found:
        results = _undecidable(ids, found)
        undecided = [found[pk] for pk in ids if pk not in results]
        judged = verdicts.judge(undecided)
        records = (steps.record_of(s, by, judged[s.pk], reason) for s in undecided)
        decided = [Decided(s, record) for s, record in zip(undecided, records, strict=True)]
        results |= batches.reject(decided, by=by)
        rejected = [s for s in undecided if isinstance(results[s.pk], Outcome)]
        steps.log_all(by, dict.fromkeys(rejected, REJECTED + reason))
    return {pk: results[pk] for pk in ids}


def _reject_by_event(ids: Collection[UUID], by: StaffMember, reason: str) -> Results:
    events = dict(Suggestion.objects.filter(pk__in=ids).values_list("pk", "event_id"))
    shares: dict[UUID | None, list[UUID]] = defaultdict(list)
    for pk in ids:
        shares[events.get(pk)].append(pk)
    results: Results = {}
    for share in shares.values():
        try:
            results |= _reject_set(share, by, reason)
        except Refusal as refusal:
            results |= dict.fromkeys(share, refusal)
    return {pk: results[pk] for pk in ids}


def _undecidable(ids: Iterable[UUID], found: Mapping[UUID, Suggestion]) -> Results:
    """Those that are not there, foreign or decided already, each with why not."""
    results: Results = {}
    for pk in ids:
        suggestion = found.get(pk)
        try:
            own = steps.is_deciders(suggestion)
            steps.require_decidable(suggestion, own, {Status.SUGGESTED})
        except Refusal as refusal:
            results[pk] = refusal
    return results
