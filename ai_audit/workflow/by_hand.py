"""A change by hand: a suggestion of one's own, made and carried out in the same act.

Where its organization asks for a second approver, it waits for that. So it is judged, asked about,
kept and undone like any other; a mark keeps it apart from what the AI suggested. What a person
writes is written as given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ai_audit import history, verdicts
from ai_audit.models import MadeByHand, Status, Suggestion
from ai_audit.proposals import SETTABLE, Action, Proposal
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import Risk, Verdict
from ai_audit.workflow import confirmation, errors, making, steps
from ai_audit.workflow.acts import second
from ai_audit.workflow.confirmation import PRESSED, Confirmation, Friction
from ai_audit.workflow.errors import Blocked, Changed, NotYours
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from eventflow.db import database
from scheduling import actions, languages, rows
from scheduling.models import Event, StaffMember


@dataclass(frozen=True)
class ByHand:
    """The preview of a change by hand.

    `suggestion` is the one it would be made as; `along` says how many rows of which table go with
    the session, where it is removed.
    """

    suggestion: Suggestion
    proposal: Proposal
    verdict: Verdict
    along: Mapping[str, int]

    @property
    def friction(self) -> Friction:
        """The confirmation that is needed besides pressing the button."""
        return confirmation.needed(self.verdict)

    @property
    def digest(self) -> str:
        """SHA-256 of what a person decides on; neither a clock nor a counter is part of it."""
        return _digest(self.proposal, self.verdict)


def preview_by_hand(*, event: Event, by: StaffMember, proposal: Proposal) -> ByHand:
    """Preview a change by hand; nothing is written. To be called inside a transaction, for what
    goes along with a session that is removed is locked until that ends."""
    suggestion = Suggestion(
        id=uuid4(),
        user=by.profile,
        event=event,
        action_type=proposal.action.value,
        action_data={"proposed_state": {"title": proposal.values.get("title")}},
        suggested_at=timezone.now(),
        execution_status=Status.SUGGESTED,
    )
    verdict = verdicts.judge([suggestion], known={suggestion.pk: proposal})[suggestion.pk]
    along = {}
    if proposal.action is Action.DELETE and verdict.session:
        along = {table: len(kept) for table, kept in rows.taken_along(verdict.session.pk).items()}
    return ByHand(suggestion, proposal, verdict, along)


@logged("make_by_hand")
@errors.retrying_refusals
@errors.refusing_all_errors(actions.TABLE)
def make_by_hand(
    *,
    event_id: UUID,
    by: StaffMember,
    proposal: Proposal,
    confirmed: Confirmation = PRESSED,
    digest: str | None = None,
) -> Outcome:
    """Make a suggestion of `by`'s for the event and carry it out, or nothing at all.

    `confirmed` is what was said of its risk; `digest` is of the ByHand that the person was shown,
    and without one anything was. Where a second approver is asked for, the suggestion is kept and
    waits, approved by the first. Locks the event's programme and the session; must not be called
    inside a transaction. Raises NotYours for an event of another organization, Changed,
    NotConfirmed, Busy, and Blocked where it collides, changes nothing, or the database refuses it,
    which may be RefusedByPolicy.
    """
    reason = legible(confirmed.reason.strip())
    with transaction.atomic(durable=True):
        database.limit_lock_waits()
        actions.lock_programme(event_id)
        organization_id = steps.organization_of(by)
        _require_own(event_id, organization_id)
        if proposal.action is Action.UPDATE and not proposal.values:
            raise Blocked(_("Nothing was changed: the session stands like that already."))
        with languages.as_kept(organization_id):
            who = _("Made by hand by %(who)s.") % {"who": by.profile.full_name}
        new = making.suggest(
            event_id, by, proposal, reasoning=" ".join(filter(None, [who, reason]))
        )
        new.by_hand = True
        MadeByHand.objects.create(suggestion=new)
        judged = verdicts.judge([new], lock=True, known={new.pk: proposal})[new.pk]
        if digest is not None and digest != _digest(proposal, judged):
            raise Changed(
                _(
                    "Nothing was changed: the session or what it collides with has changed since "
                    "you opened the page. This is how it stands now."
                )
            )
        verdict = making.require_clear(judged)
        confirmation.require(verdict, confirmed)
        confirmation.require_shown(verdict, confirmed)
        if waits := second.kept_with_made(new, verdict, by=by, reason=reason):
            return waits
        making.carry_out_new(new, verdict, by=by, reason=reason)
        session_id = _session_id(new, proposal)
    return Outcome(new.pk, Status.EXECUTED, _("Carried out."), session_id=session_id)


def _digest(proposal: Proposal, verdict: Verdict) -> str:
    session = verdict.session
    return verdicts.digest_of_parts(
        [
            proposal.action,
            proposal.session_id,
            [dict(proposal.values), *verdicts.turning(verdict)],
            {name: getattr(session, name) for name in SETTABLE} if session else None,
            verdicts.conflicts_seen(verdict),
            verdict.risk is Risk.CRITICAL,
        ]
    )


def _require_own(event_id: UUID, organization_id: UUID | None) -> None:
    events = Event.objects.filter(pk=event_id)
    if organization_id is None or not events.filter(organization_id=organization_id).exists():
        raise NotYours(
            _(
                "Nothing was changed: this event is not one of your organization, and only its "
                "own staff members change its programme."
            )
        )


def _session_id(new: Suggestion, proposal: Proposal) -> UUID | None:
    if proposal.session_id:
        return proposal.session_id
    after = history.written(new, whole=False).after
    return UUID(after["id"]) if after else None
