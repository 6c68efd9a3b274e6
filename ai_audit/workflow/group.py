"""Approving several suggestions as one change of the programme: all of them, or none.

Which would only fit together is judged in `ai_audit.verdicts.groups`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from ai_audit import history
from ai_audit.history import Record
from ai_audit.models import Status, Suggestion
from ai_audit.proposals import Action
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import ReadableVerdict, groups
from ai_audit.workflow import carrying_out, confirmation, errors, moves, steps
from ai_audit.workflow.acts import second
from ai_audit.workflow.acts.second import Press
from ai_audit.workflow.confirmation import NOTHING_SAID, PRESSED, Confirmation
from ai_audit.workflow.errors import (
    AlreadyDecided,
    Blocked,
    NotApprovable,
    NotConfirmed,
    NotTogether,
)
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from eventflow.db import database
from eventflow.text import bidi
from eventflow.text.sentences import Said, Sentence
from scheduling import actions, conflicts
from scheduling.models import StaffMember


def _listed(kept: list[Any]) -> str:
    """Other suggestions, of which the first are told by title: how many there are comes before."""
    count, *titles = kept
    return conflicts.listed(map(groups.quoted, titles), more=count - len(titles))


_IN_GROUP = Sentence("together", _lazy("Approved together with %(others)s."), others=_listed)


@logged("approve_together")
@errors.retrying_refusals
def approve_group(
    *,
    digests: Mapping[UUID, str],
    by: StaffMember,
    confirmed: Mapping[UUID, Confirmation] = NOTHING_SAID,
    now: datetime | None = None,
) -> dict[UUID, Outcome]:
    """Approve undecided suggestions of one event and carry all of them out, or none.

    `digests` tells, by suggestion, what the person was shown of it by `groups.judge_group`; what
    each came to is given in that order. `confirmed` is what was said of each besides; its reason is
    kept in the history beside the others' titles. Where a second approver is asked for of any, all
    wait, and a first press is kept of each. Removals come first, then changes, among which rooms
    may go round, then new sessions. Locks as `approve` does; must not be called inside a
    transaction. Raises a Refusal with nothing changed at all: what `approve` raises if one of them
    gave cause for it; NotTogether where they are of several events; Changed where one is not what
    was shown any more; Blocked, naming the pairs, where they still collide, or where the database
    does not accept it; NotConfirmed where less was said of one than its risk asks for.
    """
    now = now or timezone.now()
    with steps.locked_all(digests.keys(), by) as found:
        suggestions = _decidable(found, digests)
        found_now = groups.judge_group(suggestions, lock=True, now=now)
        judged = {
            one.pk: _naming(one, steps.require_approvable, found_now[one.pk]) for one in suggestions
        }
        steps.require_all_unchanged(suggestions, judged, digests)
        if colliding := groups.still_colliding(suggestions, judged):
            raise Blocked(
                _("Nothing was changed: they cannot be carried out together. %(reasons)s")
                % {"reasons": " ".join(colliding)}
            )
        _require_group_confirmed(suggestions, judged, confirmed)
        if waits := second.kept_together(_presses(suggestions, judged, confirmed), by=by):
            return {pk: waits[pk] for pk in digests}
        records = {}
        for suggestion in suggestions:
            verdict = judged[suggestion.pk]
            reason = legible(confirmed.get(suggestion.pk, PRESSED).reason.strip())
            said: list[Said | str] = [reason] if reason else []
            said += _with_the_others(suggestion, suggestions, judged)
            records[suggestion.pk] = steps.approval_of(suggestion, by, verdict, reason, said)
            carrying_out.keep_before(records[suggestion.pk], verdict)
        _approve_and_carry_out(suggestions, judged, records, by=by)
    return {pk: Outcome(pk, Status.EXECUTED, _("Approved and carried out.")) for pk in digests}


def _decidable(found: Mapping[UUID, Suggestion], digests: Mapping[UUID, str]) -> list[Suggestion]:
    """The suggestions, if each waits for a decision by who locked it, and all are of one event."""
    suggestions = []
    for suggestion in map(found.get, digests):
        own = steps.is_deciders(suggestion)
        suggestions.append(
            _naming(suggestion, steps.require_decidable, suggestion, own, {Status.SUGGESTED})
        )
    if len({suggestion.event_id for suggestion in suggestions}) > 1:
        raise NotTogether(
            _("Nothing was changed: only suggestions of one event are approved together.")
        )
    return suggestions


P = ParamSpec("P")
R = TypeVar("R")


def _naming(
    suggestion: Suggestion | None, require: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Require something of one of several; the refusal says of which, unless it is foreign."""
    try:
        return require(*args, **kwargs)
    except (AlreadyDecided, NotApprovable) as refusal:
        if suggestion is None:
            raise
        raise type(refusal)(f"{groups.named(suggestion)}: {refusal}") from refusal


def _require_group_confirmed(
    suggestions: list[Suggestion],
    judged: Mapping[UUID, ReadableVerdict],
    confirmed: Mapping[UUID, Confirmation],
) -> None:
    """Raise NotConfirmed unless all was said of each that its risk asks for."""
    missing = 0
    for suggestion in suggestions:
        friction = confirmation.needed(judged[suggestion.pk])
        said = confirmed.get(suggestion.pk, PRESSED)
        confirmation.require_title(friction, said)
        missing += not confirmation.ticked(friction, said)
    if missing:
        raise NotConfirmed(
            ngettext(
                "Nothing was changed: all are approved or none, and %(count)s still needs its "
                "tick.",
                "Nothing was changed: all are approved or none, and %(count)s still need their "
                "tick.",
                missing,
            )
            % {"count": missing}
        )


def _presses(
    suggestions: list[Suggestion],
    judged: Mapping[UUID, ReadableVerdict],
    confirmed: Mapping[UUID, Confirmation],
) -> list[Press]:
    return [Press(s, judged[s.pk], confirmed.get(s.pk, PRESSED).reason) for s in suggestions]


def _with_the_others(
    suggestion: Suggestion, suggestions: list[Suggestion], judged: Mapping[UUID, ReadableVerdict]
) -> list[Said]:
    """With which others it is approved, for the history: alone it may have been blocked."""
    others = [
        carrying_out.title_of(judged[other.pk]) or other.title
        for other in suggestions
        if other is not suggestion
    ]
    first = [*map(bidi.cut, others[: conflicts.MOST_NAMED])]
    return [_IN_GROUP(others=[len(others), *first])] if others else []


def _approve_and_carry_out(
    suggestions: list[Suggestion],
    judged: Mapping[UUID, ReadableVerdict],
    records: Mapping[UUID, Record],
    *,
    by: StaffMember,
) -> None:
    """Approve all, write all of them into the programme, record of each what came of it."""
    ids = [suggestion.pk for suggestion in suggestions]
    with database.acting_as(by.person, history.trigger_settings_of_all(records.values())):
        stands = moves.mark_all_approved(ids, Status.SUGGESTED, by.profile_id)
        moves.refresh(suggestions, stands)
        try:
            sessions = _write_programme(suggestions, judged)
        except actions.Refusal as refusal:
            raise Blocked(
                _("Nothing was changed: it cannot be carried out. %(reasons)s")
                % {"reasons": refusal}
            ) from refusal
    for pk, session_id in sessions.items():
        records[pk].after_change(session_id)
        records[pk].basis = None
    with database.acting_as(by.person, history.trigger_settings_of_all(records.values())):
        stands = moves.move_all(ids, Status.APPROVED, Status.EXECUTED, moment="executed_at")
        moves.refresh(suggestions, stands)
    for suggestion in suggestions:
        suggestion.written_title = carrying_out.title_of(judged[suggestion.pk])
        steps.log(suggestion, by, "Approved together. Executed.")


def _write_programme(
    suggestions: list[Suggestion], judged: Mapping[UUID, ReadableVerdict]
) -> dict[UUID, UUID]:
    """Removals, changes, new sessions; the session's id, by suggestion."""
    of_action: dict[Action, list[tuple[Suggestion, ReadableVerdict]]] = {a: [] for a in Action}
    written = {}
    for suggestion in suggestions:
        verdict = judged[suggestion.pk]
        of_action[verdict.proposal.action].append((suggestion, verdict))
        if verdict.session:
            written[suggestion.pk] = verdict.session.pk
    for _suggestion, verdict in of_action[Action.DELETE]:
        actions.remove(session=verdict.standing)
    changes = [(verdict.standing, verdict.written) for _s, verdict in of_action[Action.UPDATE]]
    actions.rearrange(changes=changes)
    for suggestion, verdict in of_action[Action.CREATE]:
        session = actions.insert(event=verdict.event, values=verdict.written)
        written[suggestion.pk] = session.pk
    return written
