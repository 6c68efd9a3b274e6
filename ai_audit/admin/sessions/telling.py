"""A change by hand in words: what it comes to, and what its pages tell of that."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ai_audit import verdicts, workflow
from ai_audit.admin.sessions import whose
from ai_audit.admin.sessions.form import SessionForm
from ai_audit.presenters import colliding, hanging, pointing, review
from ai_audit.proposals import FIELD_LABELS, SETTABLE, Proposal
from ai_audit.workflow import ByHand
from eventflow.text.bidi import ltr
from scheduling import rooms, times
from scheduling.conflicts import Kind
from scheduling.models import Event, Schedule, StaffMember


def form_context(
    request,
    event: Event | None,
    session: Schedule | None,
    by: StaffMember | None,
    found: ByHand | None = None,
) -> dict[str, Any]:
    """The context of the form: whose clocks, rooms to choose from, and what a change meets."""
    return {
        "subtitle": _zone_note(event),
        "rooms": _offered(request, event),
        **_standing(session),
        **judged(found, request),
        **two_people(by, found),
    }


def _zone_note(event: Event | None) -> str:
    if event is None:
        return _("Times are local times at the event")
    subtitle = _("Times are those of %(zone)s") % {"zone": times.called(event.zone)}
    if isinstance(event.zone, times.UnknownZone):
        subtitle = _("%(sentence)s. Write times with their offset, such as %(time)s.") % {
            "sentence": subtitle,
            "time": ltr("09:00+02:00"),
        }
    return subtitle


def _offered(request, event: Event | None) -> list[rooms.Room]:
    """The rooms of the event; as long as it is not chosen, of those that are not over."""
    if event:
        return rooms.known([event.pk])
    now = timezone.now()
    coming = whose.own_events(request).filter(
        models.Q(end_date__gte=now) | models.Q(end_date__isnull=True, start_date__gte=now)
    )
    return rooms.known(list(coming.values_list("pk", flat=True)[: rooms.MOST]))


def _standing(session: Schedule | None) -> dict[str, Any]:
    """The session's state elsewhere, which changing it here does not change, or not alone."""
    if session is None:
        return {}
    return {"pointing": pointing.standing(session), "hanging": hanging.phrases_of_session(session)}


def two_people(by: StaffMember | None, found: ByHand | None = None) -> dict[str, Any]:
    """That somebody else has to approve it too, where that is so; one statement.

    Nothing for who only looks.
    """
    return {"takes_two": bool(by and workflow.asked_by_hand(by, found.verdict if found else None))}


def preview(event: Event, by: StaffMember, proposal: Proposal) -> ByHand:
    """A dry run of the change, in a transaction of its own."""
    with transaction.atomic():
        return workflow.preview_by_hand(event=event, by=by, proposal=proposal)


def make(request, event: Event, by: StaffMember, proposal: Proposal, shown: str | None = None):
    """Make the change; its preview, why it was refused, and what came of it: one of the last two.

    A tick is for what was judged when it was given, and for nothing that arrived since. With
    `shown`, only what that is the digest of is carried out.
    """
    found = preview(event, by, proposal)
    said = request.POST
    same = said.get("judged") == found.digest
    try:
        outcome = workflow.make_by_hand(
            event_id=event.pk,
            by=by,
            proposal=proposal,
            confirmed=workflow.Confirmation(
                ticks=said.getlist("tick") if same else (),
                title=said.get("confirmed_title", "") if same else "",
                reason=said.get("why", ""),
                turns=same,
            ),
            digest=found.digest if shown is None else shown,
        )
    except workflow.Refusal as refusal:
        return preview(event, by, proposal), refusal, None
    return found, None, outcome


def tell(form: SessionForm, found: ByHand, refusal: workflow.Refusal) -> None:
    """Put the reason where it belongs: to the room, where that is taken."""
    taken = [c for c in found.verdict.errors if c.kind is Kind.ROOM]
    if isinstance(refusal, workflow.Blocked) and taken:
        for conflict in taken:
            form.add_error("room", conflict.sentence)
    else:
        form.add_error(None, str(refusal))


def judged(found: ByHand | None, request) -> dict[str, Any]:
    """The context of a verdict, and what has to be said."""
    if found is None:
        return {}
    same = request.POST.get("judged") == found.digest
    return {
        "found": found,
        "verdict": found.verdict,
        "verdict_words": review.in_words(found.verdict),
        "collisions": colliding.collisions(found.suggestion, found.verdict),
        "turning": pointing.turning(found.verdict),
        "friction": found.friction,
        "ticking": found.verdict.level is not verdicts.Level.BLOCKED,
        "ticked": request.POST.getlist("tick") if same else [],
        "typed": request.POST,
        "by_a_person": True,
    }


def changed_since(names: list[str]) -> str:
    """The refusal of a stale form, with the fields that are not as they were when it was opened."""
    return _(
        "Nothing was saved: the session was changed since you opened the page (%(fields)s). This "
        "is how it stands now, with what you have written; look at it, then save again."
    ) % {"fields": ", ".join(str(FIELD_LABELS[name]) for name in SETTABLE if name in names)}
