"""Many as sets, approved and carried out, or rejected: a statement for each kind of writing.

What meets something before it comes after that, in a further set. A set is done whole or not at
all; what is refused is halved until what stands in the way stands alone, and that is carried out,
and told, as it is of one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction

from ai_audit import history, verdicts
from ai_audit.history import Record
from ai_audit.models import Status, Suggestion
from ai_audit.proposals import Action
from ai_audit.verdicts import ReadableVerdict, Verdict
from ai_audit.verdicts.competing import MOST_RIVALS
from ai_audit.workflow import carrying_out, errors, moves, steps
from ai_audit.workflow.errors import Refusal
from ai_audit.workflow.steps import Outcome
from eventflow.db import database
from scheduling import actions, rows
from scheduling.conflicts import Kind
from scheduling.models import Schedule, StaffMember

_CONTESTS = (Kind.COMPETING, Kind.DUPLICATE)

# So many are one set at most: where one of them is refused, all are done over.
MOST = 250

# So many characters are told of one set: the history looks through a part of them for each.
_MOST_TOLD = 4_000_000


@dataclass(frozen=True)
class Decided:
    """One that is decided on, under the locks, and what the history is told of that."""

    suggestion: Suggestion
    record: Record


@dataclass(frozen=True)
class Ready(Decided):
    """One that is to be approved, and all that is required of it was seen."""

    verdict: ReadableVerdict


_One = TypeVar("_One", bound=Decided)


class _NotInOne(Exception):
    """The rows of each cannot be told apart, or are more than the history is told of a batch."""


def carry_out_batch(ready: Iterable[Ready], *, by: StaffMember) -> dict[UUID, Outcome | Refusal]:
    """Approve all and carry out each, as `by`; what each came to.

    A set is a savepoint of the caller's transaction. Another one may just have taken what one
    wants, in other letters than the constraint compares, or have done the same: whatever comes
    after something it meets is judged once more. Where someone else was at it, the database's error
    is raised.
    """
    results: dict[UUID, Outcome | Refusal] = {}
    for n, wave in enumerate(_waves(list(ready))):
        if n:
            judged = verdicts.judge([one.suggestion for one in wave], lock=True)
            wave = [
                replace(one, verdict=steps.require_readable(judged[one.suggestion.pk]))
                for one in wave
            ]
        blocked = [one for one in wave if one.verdict.errors]
        clear = [one for one in wave if not one.verdict.errors]
        results |= _in_sets(
            clear, partial(_carry_out_in_one, by=by), partial(_carry_out_one, by=by)
        )
        for one in blocked:
            results[one.suggestion.pk] = _carry_out_one(one, by)
    return results


def _waves(ready: Sequence[Ready]) -> Iterator[list[Ready]]:
    """Those that meet nothing before them; those that meet only these; and so on."""
    ids = {one.suggestion.pk for one in ready}
    met = {one.suggestion.pk: _met(one.verdict, ids) for one in ready}
    met_by: dict[UUID, set[UUID]] = defaultdict(set)
    for pk, others in met.items():
        for other in others:
            met_by[other].add(pk)
    place: dict[UUID, int] = {}
    waves: list[list[Ready]] = []
    for one in ready:
        pk = one.suggestion.pk
        before = (place[other] for other in met[pk] | met_by[pk] if other in place)
        place[pk] = 1 + max(before, default=-1)
        if place[pk] == len(waves):
            waves.append([])
        waves[place[pk]].append(one)
    yield from waves


def _met(verdict: Verdict, ids: set[UUID]) -> set[UUID]:
    """Which of a set it competes with; of very many, not all are told."""
    told = [conflict.about for conflict in verdict.conflicts if conflict.kind in _CONTESTS]
    if any(len(about) >= MOST_RIVALS for about in told):
        return ids
    return ids & {pk for about in told for pk in about}


def reject(decided: Iterable[Decided], *, by: StaffMember) -> dict[UUID, Outcome | Refusal]:
    """Reject all, as `by`; what each came to. In sets, and with errors, as in `carry_out_batch`."""
    return _in_sets(list(decided), partial(_reject_as_one, by=by), partial(_reject_alone, by=by))


# What is done with a set, and what with one that is left of it.
AsOne = Callable[[Sequence[_One]], dict[UUID, Outcome]]
Alone = Callable[[_One], Outcome | Refusal]


def _in_sets(
    ready: Sequence[_One], as_one: AsOne[_One], alone: Alone[_One]
) -> dict[UUID, Outcome | Refusal]:
    results: dict[UUID, Outcome | Refusal] = {}
    for first in range(0, len(ready), MOST):
        results |= _bisected(ready[first : first + MOST], as_one, alone)
    return results


def _bisected(
    ready: Sequence[_One], as_one: AsOne[_One], alone: Alone[_One]
) -> dict[UUID, Outcome | Refusal]:
    if len(ready) == 1:
        return {ready[0].suggestion.pk: alone(ready[0])}
    try:
        with transaction.atomic():
            return {**as_one(ready)}
    except (_NotInOne, Refusal, actions.Refusal):
        pass
    except DatabaseError as error:
        # Where someone else was at it, the whole act is tried again or put off. What takes too long
        # for many may not for few.
        if isinstance(error, OperationalError) and not database.is_cancelled(error):
            raise
        if database.is_outage(error):
            raise
    half = len(ready) // 2
    return _bisected(ready[:half], as_one, alone) | _bisected(ready[half:], as_one, alone)


def _reject_as_one(decided: Sequence[Decided], by: StaffMember) -> dict[UUID, Outcome]:
    stands: moves.Stands = {}
    with database.acting_as(
        by.person, history.trigger_settings_of_all(one.record for one in decided)
    ):
        for ids in _by_event(decided):
            stands |= moves.move_all(ids, Status.SUGGESTED, Status.REJECTED)
    moves.refresh([one.suggestion for one in decided], stands)
    return {one.suggestion.pk: steps.rejected_outcome(one.suggestion) for one in decided}


def _reject_alone(one: Decided, by: StaffMember) -> Outcome | Refusal:
    return _or_refusal(lambda: _reject_as_one([one], by)[one.suggestion.pk])


def _carry_out_in_one(ready: Sequence[Ready], by: StaffMember) -> dict[UUID, Outcome]:
    """Do with all what `carrying_out` does with one.

    Moves of status are in the order of the events, and with them the history.
    """
    events = _by_event(ready)
    approved: moves.Stands = {}
    executed: moves.Stands = {}
    told = _with_before(ready)
    telling = history.trigger_settings_of_all(told.values())
    if sum(map(len, telling.values())) > _MOST_TOLD:
        raise _NotInOne
    with database.acting_as(by.person, telling):
        for ids in events:
            approved |= moves.mark_all_approved(ids, Status.SUGGESTED, by.profile_id)
        with database.checking_deferred():
            sessions = _write(ready)
    # What comes now is no approval.
    ended = (replace(record, basis=None) for record in told.values())
    history.tell_of_all_written(ended, sessions)
    with database.acting_as(by.person):
        for ids in events:
            executed |= moves.move_all(ids, Status.APPROVED, Status.EXECUTED, moment="executed_at")
    for stands in (approved, executed):
        moves.refresh([one.suggestion for one in ready], stands)
    for one in ready:
        title = one.verdict.after.get("title")
        one.suggestion.written_title = title or carrying_out.title_of(one.verdict)
    return {one.suggestion.pk: steps.approved_outcome(one.suggestion, None) for one in ready}


def _by_event(decided: Sequence[Decided]) -> list[list[UUID]]:
    found = defaultdict(list)
    for one in decided:
        found[one.suggestion.event_id].append(one.suggestion.pk)
    return list(found.values())


def _with_before(ready: Sequence[Ready]) -> dict[UUID, Record]:
    """The records, with how the sessions stand that are to be written; two statements at most.

    Those given stay as they are, for whatever is tried next.
    """
    removed = [session.pk for _one, session in _standing(ready, Action.DELETE)]
    changed = [session.pk for _one, session in _standing(ready, Action.UPDATE)]
    before = rows.whole_of_each(actions.SESSIONS, removed + changed)
    along = rows.taken_along_of_each(removed)
    _require_apart(along.values())
    records = {}
    for one in ready:
        session = one.verdict.session
        records[one.suggestion.pk] = replace(
            one.record,
            before=before.get(session.pk) if session else None,
            removed=along.get(session.pk) if session else None,
        )
    return records


def _require_apart(along: Iterable[Mapping[str, list[str]]]) -> None:
    """Raise _NotAsSet where what one removal takes along could be of another's, or be another."""
    taken = [(t, text) for tables in along for t, texts in tables.items() for text in texts]
    if len(set(taken)) < len(taken) or any(table == actions.SESSIONS for table, _text in taken):
        raise _NotInOne


def _standing(ready: Sequence[Ready], action: Action) -> list[tuple[Ready, Schedule]]:
    """Those that change a session, or remove it, each with that session."""
    return [(one, one.verdict.standing) for one in ready if one.verdict.proposal.action is action]


def _write(ready: Sequence[Ready]) -> dict[UUID, UUID]:
    """Write all into the programme; the sessions' ids, by suggestion."""
    creating = [one for one in ready if one.verdict.proposal.action is Action.CREATE]
    changing, removing = _standing(ready, Action.UPDATE), _standing(ready, Action.DELETE)
    placed = actions.insert_all(
        places=[(one.verdict.event, one.verdict.written) for one in creating]
    )
    actions.change_all(changes=[(session, one.verdict.written) for one, session in changing])
    actions.remove_all(sessions=[session for _one, session in removing])
    sessions = [(one, session.pk) for one, session in changing + removing]
    sessions += zip(creating, placed, strict=True)
    return {one.suggestion.pk: session_id for one, session_id in sessions}


def _carry_out_one(one: Ready, by: StaffMember) -> Outcome | Refusal:
    """Approve one and carry it out in a savepoint; a refusal leaves only this one undone."""
    return _or_refusal(
        lambda: steps.approved_outcome(
            one.suggestion,
            carrying_out.approve_and_carry_out(
                one.suggestion, one.verdict, by=by, record=one.record
            ),
        )
    )


def _or_refusal(decide: Callable[[], Outcome]) -> Outcome | Refusal:
    """Decide on one in a savepoint; what it came to, or why it was not done."""
    try:
        with transaction.atomic():
            return decide()
    except Refusal as refusal:
        return refusal
    except DatabaseError as error:
        found = errors.refusal_for(error)
        # Where someone else was at it, the whole act is tried again or put off.
        if found is None or database.is_contention(error):
            raise
        return found
