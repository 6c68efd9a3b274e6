"""The page on which a suggestion is edited before it is approved, also into a place that is free.

What is edited is judged again, and asks for what its own risk asks for.
"""

from datetime import datetime
from typing import TypeGuard
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.utils.translation import gettext as _

from ai_audit import verdicts, workflow
from ai_audit.admin.base import after_deciding
from ai_audit.admin.formatting import page
from ai_audit.admin.forms import AmendForm
from ai_audit.admin.worklist.after import told_after
from ai_audit.models import Suggestion
from ai_audit.presenters import colliding, hanging, review
from ai_audit.verdicts import ReadableVerdict, Verdict, snapshot
from ai_audit.workflow import Confirmation
from scheduling import rooms, times
from scheduling.conflicts import Kind, RoomName
from scheduling.models import StaffMember
from scheduling.ways_out import MOST, WayOut, WaysOut


def amendable(verdict: Verdict) -> TypeGuard[ReadableVerdict]:
    """Whether editing can help: it can be read, is no removal, and its session is there."""
    return (
        isinstance(verdict, ReadableVerdict)
        and not verdict.removes
        and not any(conflict.kind is Kind.MISSING for conflict in verdict.conflicts)
    )


def way_groups(suggestion: Suggestion, offered: WaysOut, asked: int | None) -> list[dict]:
    """The ways out for a page: under a heading each, in words, with what its button posts.

    What holds fewer than are `asked` says so, and comes after what is big enough.
    """
    roomless = any(way.room is None for way in offered.times)
    groups = [
        (_("Free at that time"), offered.rooms),
        (_("Free times") if roomless else _("Free times in that room"), offered.times),
        (_("Another room at another time"), offered.pairs),
    ]
    told = [
        {"heading": heading, "ways": [_way(suggestion, way, asked) for way in ways]}
        for heading, ways in groups
        if ways
    ]
    return sorted(told, key=lambda group: group["ways"][0]["asked"] is not None)


def near_rooms(suggestion: Suggestion, verdict: Verdict) -> list[dict]:
    """The rooms of the programme that may be meant by one that is new to it, as ways out."""
    near = [room for c in verdict.conflicts if isinstance(c, RoomName) for room in c.near]
    if not near:
        return []
    ways = [
        {"room": room, "posted": signing.dumps({"room": room}, salt=_salt(suggestion))}
        for room in near[:MOST]
    ]
    return [{"heading": _("Nearly the same, in the programme"), "ways": ways}]


def _way(suggestion: Suggestion, way: WayOut, asked: int | None) -> dict:
    timed = "start_time" in way.values or "end_time" in way.values
    values = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in way.values.items()
    }
    return {
        "room": way.room if "room" in way.values else "",
        "places": way.capacity,
        "asked": asked if asked and way.capacity is not None and way.capacity < asked else None,
        "when": times.span(way.start, way.end, zone=suggestion.zone) if timed else "",
        "posted": signing.dumps(values, salt=_salt(suggestion)),
    }


def _salt(suggestion: Suggestion) -> str:
    return f"ai_audit.way.{suggestion.pk}"


def _chosen(suggestion: Suggestion, posted: str) -> dict:
    """The typed values of a way out that was posted; none of a text we did not sign."""
    try:
        values = signing.loads(posted, salt=_salt(suggestion))
    except signing.BadSignature:
        return {}
    return {
        name: datetime.fromisoformat(value) if name in ("start_time", "end_time") else value
        for name, value in values.items()
    }


def amend_page(
    model_admin, request, suggestion: Suggestion, by: StaffMember, following: UUID | None = None
):
    """Show the form, or carry out what it holds when it was sent with `amended=yes`.

    `following` is the suggestion that is opened next. Raises a Refusal where no edit of the form
    would help.
    """
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    if not amendable(verdict):
        if any(conflict.kind is Kind.MISSING for conflict in verdict.conflicts):
            why = " ".join(conflict.sentence for conflict in verdict.errors)
            raise workflow.NotAmendable(
                _("Nothing was changed, and editing cannot help: %(why)s It can be rejected.")
                % {"why": why}
            )
        raise workflow.NotAmendable(
            _("Nothing was changed: there are no fields in it that could be edited.")
        )
    sent = request.POST if request.POST.get("amended") == "yes" else None
    chosen = {} if sent else _chosen(suggestion, request.POST.get("way", ""))
    state = {**(verdict.after or verdict.proposal.values), **chosen}
    refused = verdict.proposal.refused
    form = AmendForm(sent, state=state, zone=suggestion.zone, refused=refused)
    edited = None
    if sent is not None and form.is_valid():
        edited = _judged(form, suggestion, verdict, form.values, form.notes)
        outcome = edited and _amend(form, suggestion, by, sent, edited)
        if outcome:
            model_admin.message_user(
                request, told_after(request, suggestion, outcome), messages.SUCCESS
            )
            return after_deciding(request, suggestion, following)
    elif chosen:
        edited = _judged(form, suggestion, verdict, chosen)
    context = {
        "title": _("Edit before approving"),
        "suggestion": suggestion,
        "headline": review.headline(suggestion, verdict),
        "action": review.action_label(suggestion.action_type),
        "form": form,
        "differing": _differing(suggestion, verdict, chosen) if edited else [],
        # Until it is edited, what stands against it as it was suggested.
        "standing": review.in_words(verdict)
        if verdict.errors and not refused and sent is None
        else "",
        "back_url": request.get_full_path(),
        "not_done": review.not_done(suggestion),
        "rooms": rooms.known([verdict.event.pk]),
        "edited": edited,
        "edited_digest": verdicts.digest(suggestion, edited) if edited else "",
        "edited_words": review.in_words(edited) if edited else "",
        "collisions": colliding.collisions(suggestion, edited) if edited else [],
        "changes": review.changes(suggestion, edited) if edited else [],
        "hanging": hanging.phrases_of(edited) if edited else [],
        # What was there when the form was opened is what is compared, however often it comes back.
        "digest": sent.get("digest", "") if sent else verdicts.digest(suggestion, verdict),
        "shown": sent.get("shown", "") if sent else snapshot.pack(suggestion, verdict),
    }
    return page(model_admin, request, "amend", context)


def _differing(
    suggestion: Suggestion, verdict: ReadableVerdict, chosen: dict
) -> list[review.Change]:
    """Both values, whole, of each field in which a way out differs from the suggestion."""
    suggested = dict(verdict.after or verdict.proposal.values)
    names = [name for name, value in chosen.items() if value != suggested.get(name)]
    return review.field_rows(names, suggested, {**suggested, **chosen}, suggestion)


def _judged(
    form: AmendForm, suggestion: Suggestion, verdict: ReadableVerdict, values, notes=()
) -> Verdict | None:
    """The verdict on it as edited; None with the reason on the form, where nothing is."""
    try:
        proposal = workflow.amended(verdict, values, notes)
    except workflow.NotAmendable as refusal:
        form.add_error(None, str(refusal))
        return None
    return verdicts.judge([suggestion], known={suggestion.pk: proposal})[suggestion.pk]


def _amend(
    form: AmendForm, suggestion: Suggestion, by: StaffMember, sent, edited: Verdict
) -> workflow.Outcome | None:
    """The outcome; None with the reason on the form, where another edit may help."""
    # A tick is for what was judged when it was given, and for no later edit.
    same = sent.get("edited") == verdicts.digest(suggestion, edited)
    try:
        return workflow.amend(
            suggestion_id=suggestion.pk,
            by=by,
            values=form.values,
            notes=form.notes,
            digest=sent.get("digest", ""),
            confirmed=Confirmation(ticks=sent.getlist("tick") if same else (), turns=same),
        )
    except (workflow.Blocked, workflow.NotAmendable, workflow.NotConfirmed) as refusal:
        form.add_error(None, str(refusal))
        return None
