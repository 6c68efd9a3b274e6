"""Undoing by compensation: a new suggestion restores what stood before, and only that.

What stood is read from the decision history; what the undone suggestion says is not believed.
"""

import copy
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ai_audit import history, verdicts
from ai_audit.history import Written
from ai_audit.models import UNDONE, MadeByHand, Status, Suggestion, SuggestionLink
from ai_audit.proposals import FIELD_LABELS, SETTABLE, Action, Proposal, fields
from ai_audit.verdicts import ReadableVerdict
from ai_audit.verdicts.projection import TEXTS
from ai_audit.workflow import errors, making, steps
from ai_audit.workflow.acts import second
from ai_audit.workflow.acts.second import Waiting
from ai_audit.workflow.carrying_out import Restoration
from ai_audit.workflow.errors import Changed, NotUndoable
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from eventflow.text.bidi import isolate
from scheduling import actions, languages, pointers, rows, times
from scheduling.models import StaffMember
from scheduling.rows import LeftOut


@dataclass(frozen=True)
class Undoing:
    """The effects of undoing a suggestion.

    `suggestion` is the one that undoes, `verdict` the one on it before anything was written.
    `since` tells, by field, what the session was left as and what it had become, for fields that
    are set back or go with the session. Of a session that returns, `restored` says how many rows
    of which table come back, and `left_out` which do not; of one that goes, `removed` says how
    many rows go along. `waiting` says how far two approvals are, where it takes two.
    """

    suggestion: Suggestion
    verdict: ReadableVerdict
    since: Mapping[str, tuple[Any, Any]]
    restored: Mapping[str, int]
    left_out: tuple[LeftOut, ...]
    removed: Mapping[str, int]
    waiting: Waiting | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of what a person decides on; neither a clock nor a counter is part of it."""
        session = self.verdict.session
        proposal = self.verdict.proposal
        parts = [
            proposal.action,
            proposal.session_id,
            self.verdict.written,
            {name: getattr(session, name) for name in SETTABLE} if session else None,
            verdicts.conflicts_seen(self.verdict),
            sorted((found.table, found.row) for found in self.left_out),
        ]
        return verdicts.digest_of_parts(parts)


@errors.retrying_refusals
@errors.refusing_all_errors(actions.TABLE)
def preview_undo(*, suggestion_id: UUID, by: StaffMember) -> Undoing:
    """Preview undoing: a dry run, rolled back.

    So what is shown is what the database itself answers. Locks and raises as `undo` does.
    """
    with steps.locked(suggestion_id, by, Status.values) as old:
        found = _undo(old, by, reason="")
        waiting = second.undoing(old, found.suggestion, found.verdict, found.digest, by=by)
        transaction.set_rollback(True)
    return replace(found, waiting=waiting)


@logged("undo")
@errors.retrying_refusals
@errors.refusing_all_errors(actions.TABLE)
def undo(
    *,
    suggestion_id: UUID,
    by: StaffMember,
    reason: str = "",
    digest: str | None = None,
) -> Outcome:
    """Restore what stood before a suggestion was carried out, by a new suggestion of `by`'s.

    Of a change the fields it changed are set back, and only those; a new session is removed; a
    removed one returns with its id, every column and the rows that went with it, as far as what
    they belong to is there, and without pointers to rooms, tracks and days that are gone. `digest`
    is of the Undoing the person was shown. Where a second approver is asked for, and it is not
    one's own decision, the first press is kept, and nothing is undone. Locks as `approve` does.
    Raises NotYours, Changed or Busy as that does, NotUndoable where nothing can be undone, and with
    nothing changed Blocked, where the undoing suggestion cannot be carried out, as when the room
    was taken since, or the database refuses anything, and RefusedByPolicy.
    """
    reason = fields.legible(reason.strip())
    with steps.locked(suggestion_id, by, Status.values) as old:
        with transaction.atomic() if old.second_for else nullcontext():
            found = _undo(old, by, reason=reason)
            if digest is not None and digest != found.digest:
                raise Changed(
                    _(
                        "Nothing was changed: what undoing would do has changed since you opened "
                        "the page. This is how it stands now."
                    )
                )
            waits = second.undoing_waits(old, found.suggestion, found.verdict, found.digest, by=by)
            if waits:
                transaction.set_rollback(True)
        if waits:
            return second.keep_undoing(old, found.verdict, found.digest, by=by, reason=reason)
    sentence = _("Undone.")
    if found.left_out:
        count = len(found.left_out)
        sentence = ngettext(
            "Undone. %(count)s row could not be brought back; the history keeps it whole.",
            "Undone. %(count)s rows could not be brought back; the history keeps them whole.",
            count,
        ) % {"count": count}
    return Outcome(found.suggestion.pk, Status.EXECUTED, sentence)


def undoable(suggestion: Suggestion) -> bool:
    """Whether it was carried out and is not undone yet; what undoing meets is not looked at."""
    return (
        suggestion.execution_status == Status.EXECUTED
        and suggestion.action_type in {action.value for action in Action}
        and not SuggestionLink.objects.filter(undoes=suggestion.pk).exists()
    )


def _undo(old: Suggestion, by: StaffMember, *, reason: str) -> Undoing:
    """Make the suggestion that undoes `old` and carry it out, under the locks."""
    _require_undoable(old)
    written = history.written(old, whole=True)
    event_id, proposal = _reverse(old, written)
    new = making.suggest(event_id, by, proposal, reasoning=_why(old, reason))
    SuggestionLink.objects.create(suggestion=new, undoes=old)
    if MadeByHand.objects.filter(pk=old.pk).exists():
        MadeByHand.objects.create(suggestion=new)
    # What stood is set back as it was, also where no one could ask for it: it is not read from
    # what the suggestion says.
    verdict = making.require_clear(
        verdicts.judge([new], lock=True, known={new.pk: proposal})[new.pk]
    )
    shown = replace(verdict, session=copy.copy(verdict.session))
    restoring = _restoration(old, written, proposal)
    removed = {}
    if restoring:
        making.restore_by_new(new, verdict, restoring, by=by, reason=reason)
    else:
        removed = making.carry_out_new(new, verdict, by=by, reason=reason)
    return Undoing(
        suggestion=new,
        verdict=shown,
        since=_since(proposal, shown, written),
        restored=restoring.restored if restoring else {},
        left_out=tuple(restoring.left_out) if restoring else (),
        removed=removed,
    )


def _restoration(old: Suggestion, written: Written, proposal: Proposal) -> Restoration | None:
    """The session that comes back, where `old` removed it. Raises NotUndoable."""
    if proposal.action is not Action.CREATE:
        return None
    if written.before is None or written.row is None:
        raise _not_told()
    return Restoration(
        undone=old.pk,
        session_id=UUID(written.before["id"]),
        row=_without_what_is_gone(written.row, proposal),
        removed=written.removed,
    )


def _not_told() -> NotUndoable:
    return NotUndoable(
        _("Nothing was changed: the history does not tell what stood before it was carried out.")
    )


def _without_what_is_gone(row: str, proposal: Proposal) -> str:
    """A removed session's row, without pointers to rows that stand no more."""
    standing = pointers.names_of({column: [pk] for column, pk in proposal.pointers.items() if pk})
    for column, pk in proposal.pointers.items():
        if column in pointers.kept().columns and pk not in standing:
            row = rows.with_field(row, column, None)
    return row


def _require_undoable(old: Suggestion) -> None:
    if old.execution_status != Status.EXECUTED:
        raise NotUndoable(
            _(
                "Nothing was changed: only what was carried out can be undone, and this is "
                "“%(status)s”."
            )
            % {"status": old.status_label}
        )
    link = (
        SuggestionLink.objects.filter(undoes=old.pk)
        .select_related("suggestion__approved_by", "suggestion__event")
        .first()
    )
    if link is None:
        return
    approver, at = link.suggestion.approved_by, link.suggestion.approved_at
    if approver is None or at is None:
        # Whoever else writes links need not have approved what undoes.
        undone = _("it is “%(status)s” already.") % {"status": UNDONE}
        raise NotUndoable(_("Nothing was changed: %(decision)s") % {"decision": undone})
    raise NotUndoable(
        _("Nothing was changed: it was undone already, by %(who)s on %(when)s.")
        % {"who": isolate(approver.full_name), "when": times.moment(at, zone=old.zone)}
    )


def _why(old: Suggestion, reason: str) -> str:
    with languages.as_kept(old.organization_id):
        when = times.moment(old.executed_at, zone=old.zone) if old.executed_at else ""
        undoes = _("Undoes what was carried out on %(when)s.") % {"when": when}
    return " ".join(filter(None, [undoes, reason]))


def _reverse(old: Suggestion, written: Written) -> tuple[UUID, Proposal]:
    """The event, and the inverse proposal, which restores what stood before `old`.

    Raises NotUndoable.
    """
    before, after = written.before, written.after
    needed = {
        Action.CREATE.value: [after],
        Action.UPDATE.value: [before, after],
        Action.DELETE.value: [before],
    }.get(old.action_type, [None])
    stood = [state for state in needed if state is not None]
    if len(stood) < len(needed) or len({(row["id"], row["event_id"]) for row in stood}) != 1:
        raise _not_told()
    event_id = UUID(stood[0]["event_id"])
    if event_id != old.event_id:
        raise NotUndoable(
            _("Nothing was changed: what was written belongs to another event than its own.")
        )
    session_id = UUID(stood[0]["id"])
    if old.action_type == Action.CREATE or before is None:
        return event_id, _proposal(Action.DELETE, session_id, {}, old)
    names = [
        name
        for name in SETTABLE
        if name in before and (after is None or before[name] != after.get(name))
    ]
    values = {name: before[name] for name in names}
    pointed: dict[str, UUID | None]
    if old.action_type == Action.DELETE or after is None:
        pointed = {c: UUID(before[c]) for c in pointers.COLUMNS if before.get(c)}
        back = _proposal(Action.CREATE, None, values, old)
        return event_id, replace(back, pointers=MappingProxyType(pointed))
    pointed = {
        column: UUID(before[column]) if before[column] else None
        for column in pointers.COLUMNS
        if column in before and before[column] != after.get(column)
    }
    # A pointer goes with a text, which is asked for again where only the pointer was changed.
    values |= {name: before[name] for name, column in TEXTS.items() if column in pointed}
    if not values and not pointed:
        raise NotUndoable(_("Nothing was changed: carrying it out had changed nothing."))
    back = _proposal(Action.UPDATE, session_id, values, old)
    return event_id, replace(back, pointers=MappingProxyType(pointed))


def _proposal(
    action: Action, session_id: UUID | None, values: Mapping[str, Any], old: Suggestion
) -> Proposal:
    typed = fields.readable(values, old.zone)
    if unreadable := values.keys() - typed.keys():
        raise NotUndoable(
            _("Nothing was changed: what stood in %(fields)s cannot be set back from here.")
            % {"fields": ", ".join(f"“{FIELD_LABELS[name]}”" for name in sorted(unreadable))}
        )
    return Proposal(
        action=action,
        session_id=session_id,
        values=MappingProxyType(typed),
        seen=MappingProxyType({}),
    )


def _since(
    proposal: Proposal, verdict: ReadableVerdict, written: Written
) -> dict[str, tuple[Any, Any]]:
    """The fields that are undone and have changed since, with what they had become."""
    if verdict.session is None:
        return {}
    _before, left = written.states(verdict.event.zone)
    if left is None:
        return {}
    names = SETTABLE if proposal.action is Action.DELETE else proposal.values
    return {
        name: (left[name], getattr(verdict.session, name))
        for name in names
        if name in left and left[name] != getattr(verdict.session, name)
    }
