"""Editing a suggestion before approving it: a new one replaces it, carried out in the same act."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ai_audit import history, verdicts
from ai_audit.models import Status, SuggestionLink
from ai_audit.proposals import SETTABLE, Action, Proposal
from ai_audit.verdicts import Verdict
from ai_audit.workflow import errors, making, steps
from ai_audit.workflow.errors import NotAmendable
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import REJECTED, Outcome
from eventflow.db import database
from eventflow.text.sentences import Sentence
from scheduling import languages
from scheduling.models import StaffMember

_REPLACED = Sentence("replaced", gettext_lazy("Replaced by an amended suggestion."))


@logged
@errors.told
def amend(
    *,
    suggestion_id: UUID,
    by: StaffMember,
    values: Mapping[str, Any],
    digest: str | None = None,
) -> Outcome:
    """Replace an undecided suggestion by one with `values` laid over, and carry that out at once.

    `values` are typed and settable, times aware; `digest` is of what the person was shown of the
    old one, which ends rejected. The new one is in the name of `by`, who approves it, and is
    judged like any other: warnings do not stop it. Locks as `approve` does. Raises what `approve`
    raises, NotAmendable where nothing is edited, and Blocked, with nothing changed, where the
    new one cannot be carried out.
    """
    with steps.locked(suggestion_id, by, {Status.SUGGESTED}) as old:
        seen = steps.approvable(old, digest)
        proposal = amended(seen, values)
        with languages.as_kept(old.organization_id):
            reasoning = _("Edited before approving by %(who)s.") % {"who": by.profile.full_name}
            # The log's index lists reasons in words, and so does the admin's log.
            reason = str(_REPLACED())
        new = making.suggest(old, by, proposal, reasoning=reasoning)
        SuggestionLink.objects.create(suggestion=new, replaces=old)
        # Rejected first, so that the new one does not compete with the one it replaces.
        record = steps.record_of(old, by, seen, reason, said=[_REPLACED()])
        with database.acting_as(by.person, history.telling(record)):
            steps.move(old, Status.REJECTED)
        steps.log(old, by, REJECTED + reason)
        verdict = making.clear(verdicts.judge([new], lock=True)[new.pk])
        making.carry_out(new, verdict, by=by)
    sentence = _("Edited, approved and carried out.")
    warnings = [conflict.sentence for conflict in verdict.conflicts]
    return Outcome(new.pk, Status.EXECUTED, " ".join([sentence, *warnings]))


def amended(seen: Verdict, values: Mapping[str, Any]) -> Proposal:
    """The proposal with `values` laid over, without what the session is already.

    Raises NotAmendable where there is nothing to edit, or nothing is edited.
    """
    if unknown := values.keys() - set(SETTABLE):
        raise ValueError(f"not settable: {', '.join(sorted(unknown))}")
    proposal = seen.proposal
    if proposal.action is Action.DELETE:
        raise NotAmendable(_("Nothing was changed: a removal has no fields to edit."))
    asked = {**proposal.values, **values}
    if asked == dict(proposal.values):
        raise NotAmendable(
            _("Nothing was changed: nothing was edited. It can be approved as it is.")
        )
    if seen.session:
        asked = {
            name: value for name, value in asked.items() if value != getattr(seen.session, name)
        }
    return replace(proposal, values=MappingProxyType(asked))
