"""First approvals where a rule asks for two: keeping them, and reading which still count."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ai_audit import verdicts
from ai_audit.history import Approval
from ai_audit.models import ActKind, Suggestion, SuggestionAct, counting
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import ReadableVerdict, Verdict
from ai_audit.workflow import basis, steps
from ai_audit.workflow.acts.writing import LONGEST_SAID
from scheduling.models import StaffMember

_IN_THE_LOG = "Approved, 1 of 2."


@dataclass(frozen=True)
class First:
    """A first approval: the act, whose it is, and when; `basis` is what it rests on.

    `departed` says in sentences why it does not count any more; nothing where it does.
    """

    act: int
    staff_member: int
    profile: UUID
    who: str
    at: datetime
    basis: Mapping[str, Any]
    departed: tuple[str, ...] = ()

    def is_of(self, by: StaffMember) -> bool:
        """Whether it is that person's own, whichever of user, staff member and profile is."""
        return (
            self.staff_member == by.pk
            or self.profile == by.profile_id
            or self.basis.get("user") == by.user_id
        )


@dataclass(frozen=True)
class Press:
    """One approval that somebody gives: the suggestion, and the verdict under the locks."""

    suggestion: Suggestion
    verdict: ReadableVerdict
    reason: str = ""


def of_each(suggestions: Iterable[Suggestion]) -> dict[UUID, list[First]]:
    """The first approvals of each that were not taken back, by people who are still here.

    The oldest first; of each person the last. One statement; none of those whose acts were read.
    """
    suggestions = list(suggestions)
    unread = [suggestion.pk for suggestion in suggestions if suggestion.acts is None]
    acts = [act for suggestion in suggestions for act in suggestion.acts or ()]
    if unread:
        given = SuggestionAct.objects.filter(suggestion__in=unread, kind=ActKind.FIRST_APPROVAL)
        acts += counting(given.select_related("profile")).filter(counts=True).order_by("id")
    found: dict[UUID, dict[UUID, First]] = {suggestion.pk: {} for suggestion in suggestions}
    for act in acts:
        if act.counts:
            its = found[act.suggestion_id]
            its.pop(act.profile_id, None)
            its[act.profile_id] = First(
                act.pk,
                act.staff_member_id,
                act.profile_id,
                str(act.profile.full_name),
                act.at,
                act.basis or {},
            )
    return {pk: list(firsts.values()) for pk, firsts in found.items()}


def of_undoing(suggestion: Suggestion) -> First | None:
    """The last first approval of undoing what was carried out; one statement, or none.

    Whether what undoing would do is what it was then is not looked at: that takes a dry run.
    """
    if not suggestion.second_for:
        return None
    firsts = of_each([suggestion])[suggestion.pk]
    given = [f for f in firsts if "undoing" in f.basis and f.basis["stands"] == stands(suggestion)]
    return given[-1] if given else None


def with_departures(first: First, suggestion: Suggestion, verdict: Verdict) -> First:
    """It, and why it does not count any more, if it does not."""
    if first.basis.get("stands") != stands(suggestion):
        return replace(first, departed=(_("It was decided on since."),))
    seen = first.basis.get("seen")
    approval = Approval(seen=tuple(seen or ()), basis=dict(first.basis))
    return replace(first, departed=tuple(basis.departures_from(approval, verdict)))


def stands(suggestion: Suggestion) -> list[str]:
    """The row's version: another decision since makes every first approval before it void."""
    return [
        suggestion.execution_status,
        str(suggestion.approved_at),
        str(suggestion.executed_at),
    ]


def keep(presses: Sequence[Press], by: StaffMember, undoing: str | None = None) -> None:
    """Keep these as first approvals, and in the admin's log; two statements, or none.

    Under the locks, where what is asked has been looked at. Of undoing one, `undoing` is the digest
    of what that would do.
    """
    if not presses:
        return
    pressed = [
        {
            "suggestion": str(press.suggestion.pk),
            "said": legible(press.reason.strip())[:LONGEST_SAID],
            "basis": {
                **basis.of(press.verdict, by.aal),
                "seen": verdicts.conflicts_seen(press.verdict),
                "stands": stands(press.suggestion),
                "user": by.user_id,
                **({"as_given": True} if press.suggestion.as_given else {}),
                **({"undoing": undoing} if undoing else {}),
            },
        }
        for press in presses
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "select backoffice.approve_first(%s, %s::jsonb)", [by.pk, json.dumps(pressed)]
        )
    steps.log_all(by, {press.suggestion: _IN_THE_LOG for press in presses})
