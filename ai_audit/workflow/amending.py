"""Editing a suggestion before approving it: a new one replaces it, carried out in the same act."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import history, verdicts
from ai_audit.models import Status, Suggestion, SuggestionLink
from ai_audit.proposals import SETTABLE, Action, Proposal
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import ReadableVerdict
from ai_audit.workflow import confirmation, errors, making, moves, steps
from ai_audit.workflow.acts import second
from ai_audit.workflow.confirmation import PRESSED, Confirmation
from ai_audit.workflow.errors import AlreadyDecided, NotAmendable
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import REJECTED, Outcome
from eventflow.db import database
from eventflow.text.sentences import Sentence
from scheduling import languages
from scheduling.models import StaffMember

REPLACED = Sentence("replaced", _lazy("Replaced by an amended suggestion."))


@logged("amend")
@errors.retrying_refusals
def amend(
    *,
    suggestion_id: UUID,
    by: StaffMember,
    values: Mapping[str, Any],
    digest: str | None = None,
    notes: Collection[tuple[str, str]] = (),
    confirmed: Confirmation = PRESSED,
) -> Outcome:
    """Replace a suggestion by one with `values` laid over, and carry that out at once.

    It is undecided, and then rejected for that, or has failed, and stays so.

    `values` are typed and settable, times aware, with `notes` on odd local ones; `digest` is of
    what the person was shown of the old one. The new one is in the name of
    `by`, who approves it, and is judged like any other: `confirmed` is what was said of it as
    edited. Where a second approver is asked for, the new one waits, approved by the first. Locks
    as `approve` does. Raises what `approve` raises, NotAmendable where nothing is
    edited, and Blocked, with nothing changed, where the new one cannot be carried out.
    """
    with steps.locked(suggestion_id, by, {Status.SUGGESTED, Status.FAILED}) as old:
        require_not_replaced(old)
        seen = steps.amendable(old, digest)
        proposal = amended(seen, values, notes)
        edited = verdicts.judge([old], known={old.pk: proposal})[old.pk]
        making.require_clear(edited)
        confirmation.require(edited, confirmed)
        confirmation.require_shown(edited, confirmed)
        with languages.as_kept(old.organization_id):
            reasoning = _("Edited before approving by %(who)s.") % {"who": by.profile.full_name}
            # The log's index lists reasons in words, and so does the admin's log.
            reason = str(REPLACED())
        new = making.suggest(seen.event.pk, by, proposal, reasoning=reasoning)
        SuggestionLink.objects.create(suggestion=new, replaces=old)
        # Rejected first, so that the new one does not compete with the one it replaces.
        if old.execution_status == Status.SUGGESTED:
            record = steps.record_of(old, by, seen, reason, said=[REPLACED()])
            with database.acting_as(by.person, history.trigger_settings(record)):
                moves.move(old, Status.REJECTED)
            steps.log(old, by, REJECTED + reason)
        verdict = making.require_clear(verdicts.judge([new], lock=True, as_given=[new.pk])[new.pk])
        # Something else may be suggested by now that wants the same.
        confirmation.require(verdict, confirmed)
        reason = legible(confirmed.reason.strip())
        # Whoever edits what somebody else asked for has not asked for it themselves.
        if waits := second.kept_with_made(new, verdict, by=by, reason=reason, asker=old.user_id):
            return waits
        making.carry_out_new(new, verdict, by=by, reason=reason)
    sentence = _("Edited, approved and carried out.")
    warnings = [conflict.sentence for conflict in verdict.conflicts]
    return Outcome(new.pk, Status.EXECUTED, " ".join([sentence, *warnings]))


def require_not_replaced(old: Suggestion) -> None:
    """Raise AlreadyDecided where another suggestion has replaced it; one statement."""
    if SuggestionLink.objects.filter(replaces=old.pk).exists():
        raise AlreadyDecided(_("Nothing was changed: another suggestion has replaced it already."))


def amended(
    seen: ReadableVerdict, values: Mapping[str, Any], notes: Collection[tuple[str, str]] = ()
) -> Proposal:
    """The proposal with `values`, and `notes` on them, laid over; without what stands already.

    Fields that were refused are not any more where they are among `values`. Raises NotAmendable
    where there is nothing to edit, or nothing is edited.
    """
    if unknown := values.keys() - set(SETTABLE):
        raise ValueError(f"not settable: {', '.join(sorted(unknown))}")
    proposal = seen.proposal
    if proposal.action is Action.DELETE:
        raise NotAmendable(_("Nothing was changed: a removal has no fields to edit."))
    asked = {**proposal.values, **values}
    refused = {n: one for n, one in proposal.refused.items() if n not in values}
    if asked == dict(proposal.values) and refused == dict(proposal.refused):
        raise NotAmendable(
            _("Nothing was changed: nothing was edited. It can be approved as it is.")
        )
    if seen.session:
        asked = {
            name: value for name, value in asked.items() if value != getattr(seen.session, name)
        }
    noted = [note for note in proposal.notes if note[0] not in values]
    return replace(
        proposal,
        values=MappingProxyType(asked),
        notes=tuple(note for note in (*noted, *notes) if note[0] in asked),
        refused=MappingProxyType(refused),
    )
