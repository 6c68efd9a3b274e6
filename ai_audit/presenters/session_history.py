"""A session's history: each change that was carried out here, by hand or by suggestion.

What the product's other pages changed is not known here.
"""

import heapq
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from ai_audit import history
from ai_audit.models import Suggestion
from ai_audit.presenters import review
from ai_audit.presenters.change import Change
from scheduling import times
from scheduling.models import Schedule


@dataclass(frozen=True)
class Changed:
    """One change of a session: what it did, in which fields, how it came, by whom and when.

    `suggestion_id` is None of what is from before a change by hand was a suggestion, and `detail`
    then says what is known of it.
    """

    at: datetime
    when: str
    what: str
    how: str
    who: str
    fields: tuple[Change, ...] = ()
    detail: str = ""
    suggestion_id: UUID | None = None


def changes(session: Schedule) -> list[Changed]:
    """The changes, newest first, as far as they are told here; four statements."""
    zone = session.event.zone
    found = [_carried_out(entry, zone) for entry in history.of_session(session)]
    before = [_before_there_was_one(entry, zone) for entry in _logged(session)]
    return list(heapq.merge(found, before, key=attrgetter("at"), reverse=True))


def _carried_out(entry, zone) -> Changed:
    suggestion: Suggestion = entry.suggestion
    return Changed(
        at=entry.at,
        when=times.moment(entry.at, zone=zone),
        what=str(review.action_label(suggestion.action_type)),
        how=_("By hand") if suggestion.by_hand else _("By suggestion"),
        who=entry.decider,
        fields=tuple(review.changes(suggestion)),
        suggestion_id=suggestion.pk,
    )


def _before_there_was_one(entry: LogEntry, zone) -> Changed:
    return Changed(
        at=entry.action_time,
        when=times.moment(entry.action_time, zone=zone),
        what=str(entry.get_action_flag_display()),
        how=_("By hand"),
        who=entry.user.get_username(),
        detail=entry.get_change_message(),
    )


def _logged(session: Schedule):
    return (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Schedule), object_id=str(session.pk)
        )
        .select_related("user")
        .order_by("-action_time")[: history.MOST_OF_A_SESSION]
    )
