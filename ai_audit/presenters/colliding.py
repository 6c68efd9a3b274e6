"""Collisions of a suggestion, in parts that a page can link, beside what the AI said of it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ai_audit import proposals
from ai_audit.models import Suggestion
from ai_audit.proposals.claims import Comparison, compare
from ai_audit.verdicts import Verdict
from ai_audit.workflow import confirmation
from eventflow.text.bidi import isolate, visible
from scheduling.conflicts import Conflict, Kind


@dataclass(frozen=True)
class Collision:
    """One conflict for a page: how its sentence begins, and whom to link: id, title and when.

    `arrived` says that it was not there when the page was opened; `claim_label` how it relates to
    what the AI said; `tick` what a tick for it says, where it needs one.
    """

    label: str
    severity: str
    lead: str
    others: list[tuple[UUID, str, str]]
    arrived: bool = False
    claim_label: str = ""
    tick: str = ""


def collisions(
    suggestion: Suggestion, verdict: Verdict, *, arrived: Collection[Conflict] = ()
) -> list[Collision]:
    """The verdict's conflicts, in parts that a page can link; those in `arrived` are marked."""
    said = compared(suggestion, verdict).standing
    return [
        Collision(
            label=str(conflict.label),
            severity=conflict.severity.value,
            lead=_lead(conflict),
            others=[(o.id, visible(o.title), o.span(suggestion.zone)) for o in conflict.others],
            arrived=conflict in arrived,
            claim_label=str(claim.label),
            tick=confirmation.tick_of(conflict),
        )
        for conflict, claim in zip(verdict.conflicts, said, strict=True)
    ]


def no_longer_true(suggestion: Suggestion, verdict: Verdict) -> list[tuple[str, str]]:
    """Claims of the AI that do not hold now: the kind in words, and what it named."""
    return [
        (str(gone.kind.label) if gone.kind else "", gone.claimed.title)
        for gone in compared(suggestion, verdict).gone
    ]


def compared(suggestion: Suggestion, verdict: Verdict) -> Comparison:
    """The verdict's conflicts beside what the AI said, and what it said that is gone."""
    return compare(proposals.claims.claims(suggestion.action_data), verdict.conflicts)


def _lead(conflict: Conflict) -> str:
    subject = isolate(visible(conflict.subject))
    if conflict.kind is Kind.ROOM:
        return _("%(room)s is taken by") % {"room": subject}
    if conflict.kind is Kind.SPEAKER:
        return ngettext(
            "%(speaker)s also speaks at",
            "%(speaker)s also speak at",
            len(conflict.subject.split(", ")),
        ) % {"speaker": subject}
    if conflict.kind is Kind.DUPLICATE and conflict.others:
        return _("The same stands in the programme already:")
    if conflict.kind is Kind.ATTENDEES:
        count = int(conflict.subject)
        return ngettext(
            "%(count)s person who is registered is also registered for",
            "%(count)s people who are registered are also registered for",
            count,
        ) % {"count": count}
    return conflict.sentence
