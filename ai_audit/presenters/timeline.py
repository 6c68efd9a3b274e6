"""A suggestion's timeline: who decided what and when, what was written, what it led to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from django.utils.translation import gettext as _

from ai_audit import history, proposals
from ai_audit.models import (
    ActKind,
    HistoryEntry,
    Status,
    Suggestion,
    SuggestionAct,
    status_label,
)
from ai_audit.presenters import pointing
from ai_audit.presenters.change import Change
from ai_audit.presenters.review import field_rows
from eventflow.text.bidi import isolate, ltr
from scheduling import actions, times
from scheduling.conflicts import Kind

# Of a reason or a failure, so much is told.
LONGEST_SHOWN = 400
# Of notes and questions, so many are told where there is not room for all.
MOST_REMARKS = 3


@dataclass(frozen=True)
class Step:
    """One thing that happened to a suggestion: what, who and when, as far as is known.

    `seen` is what was on screen then, `source` how it came otherwise than by who is named.
    """

    what: str
    who: str = ""
    when: str = ""
    detail: str = ""
    seen: str = ""
    source: str = ""


@dataclass(frozen=True)
class CarriedOut:
    """The rows written when a suggestion was carried out, and what a removal took along."""

    changes: list[Change]
    along: list[str]


@dataclass(frozen=True)
class Relation:
    """How another suggestion belongs to one, in words that its title follows.

    `origin` says that the one was made of the other, by a person, and not by the AI.
    """

    words: str
    suggestion: Suggestion
    origin: bool = False


def carried_out(suggestion: Suggestion) -> CarriedOut | None:
    """The change that was written, one statement; None where the history does not tell."""
    if suggestion.execution_status != Status.EXECUTED:
        return None
    written = history.written(suggestion, whole=False)
    states = written.states(suggestion.zone)
    if states == (None, None):
        return None
    before, after = (state or {} for state in states)
    fields = [
        name
        for name in proposals.SETTABLE
        if (before.get(name) or None) != (after.get(name) or None)
    ]
    return CarriedOut(
        changes=[
            *field_rows(fields, before, after, suggestion),
            *pointing.written(written.before, written.after),
        ],
        along=[
            actions.in_words(table, len(rows)) for table, rows in sorted(written.removed.items())
        ],
    )


def relations(suggestion: Suggestion) -> list[Relation]:
    """Which suggestion it replaces or undoes, and which replaces or undoes it; one statement."""
    found = []
    for link in history.links(suggestion):
        if link.suggestion_id != suggestion.pk:
            words = _("It was replaced by") if link.replaces_id else _("It was undone by")
            found.append(Relation(words, link.suggestion))
        elif link.replaces:
            found.append(Relation(_("It replaces"), link.replaces, origin=True))
        elif link.undoes:
            found.append(Relation(_("It undoes"), link.undoes, origin=True))
    return found


def steps(suggestion: Suggestion, acts: Sequence[SuggestionAct] | None = None) -> list[Step]:
    """The steps of a suggestion so far, oldest first; two statements, or three.

    What was decided, what people said beside it, and that it was undone. Where `acts` were read
    already, it is one statement less.
    """
    so_far = [
        Step(
            _("Suggested"),
            who=suggestion.user.full_name,
            when=times.moment(suggestion.suggested_at, zone=suggestion.zone),
        )
    ]
    entries = history.entries(suggestion)
    decided = [
        Step(
            status_label(entry.to_status),
            who=entry.decider,
            when=times.moment(entry.at, zone=suggestion.zone),
            detail=(history.retold(entry.seen) or entry.reason or "")[:LONGEST_SHOWN],
            seen=_seen(entry),
            source=_source(entry),
        )
        for entry in entries
    ]
    if suggestion.execution_status == Status.FAILED and decided:
        decided[-1] = replace(decided[-1], detail=_failure(suggestion, entries[-1:]))
    happened = [(entry.at, step) for entry, step in zip(entries, decided, strict=True)]
    found = history.acts(suggestion) if acts is None else acts
    happened += [(act.at, said(act, suggestion)) for act in found]
    if suggestion.execution_status == Status.EXECUTED:
        undoings = history.undoings(suggestion)
        happened += [(entry.at, _undone(entry, suggestion)) for entry in undoings]
    so_far += [step for _at, step in sorted(happened, key=itemgetter(0))]
    if suggestion.execution_status == Status.SUGGESTED:
        so_far.append(Step(_("Waits for a decision")))
    elif suggestion.execution_status == Status.APPROVED:
        so_far.append(Step(_("Waits to be carried out")))
    return so_far


def remarks(acts: Sequence[SuggestionAct], suggestion: Suggestion) -> list[Step]:
    """The notes and questions among `acts`, the last few of them; no statement."""
    found = [act for act in acts if act.kind in (ActKind.NOTE, ActKind.ASKED)]
    return [said(act, suggestion) for act in found[-MOST_REMARKS:]]


def meanwhile(act: SuggestionAct, suggestion: Suggestion) -> str:
    """That it was said while a page was open, for that page."""
    step = said(act, suggestion)
    return _("Since you opened this page: %(what)s, %(who)s, %(when)s. Load it again to see.") % {
        "what": isolate(step.what),
        "who": isolate(step.who),
        "when": step.when,
    }


def said(act: SuggestionAct, suggestion: Suggestion) -> Step:
    """What somebody said of it, as a step."""
    what = str(ActKind(act.kind).label) if act.kind in ActKind.values else act.kind
    if act.kind == ActKind.FIRST_APPROVAL and "undoing" in (act.basis or {}):
        what = _("Undoing approved, 1 of 2")
    return Step(
        what,
        who=act.profile.full_name,
        when=times.moment(act.at, zone=suggestion.zone),
        detail=act.said or "",
    )


def _undone(entry: HistoryEntry, suggestion: Suggestion) -> Step:
    """A step: it was undone; of undoing that, the undoing suggestion's page tells."""
    return Step(
        _("Undone"),
        who=entry.decider,
        when=times.moment(entry.at, zone=suggestion.zone),
        detail=(entry.reason or "")[:LONGEST_SHOWN],
    )


def _failure(suggestion: Suggestion, last: list[HistoryEntry]) -> str:
    """Why it failed: told again from the history, else the words that the row keeps."""
    retold = "".join(history.retold(entry.seen) for entry in last)
    return (retold or suggestion.execution_error or "")[:LONGEST_SHOWN]


def _seen(entry: HistoryEntry) -> str:
    """The conflicts on screen, in words; empty where not known, or told a step before."""
    if not isinstance(entry.seen, list) or entry.from_status == Status.APPROVED:
        return ""
    kinds = [found.get("kind") for found in entry.seen if isinstance(found, dict)]
    shown = ", ".join(str(kind.label) for kind in Kind if kind in kinds)
    return _("On screen: %(conflicts)s") % {"conflicts": shown or _("no conflict")}


def _source(entry: HistoryEntry) -> str:
    """How it came otherwise than by the person named, in the back office."""
    if entry.staff_member_id is None:
        return _("Not through the back office; database role %(role)s") % {
            "role": ltr(entry.database_role)
        }
    if entry.staff_profile_id != entry.profile_id:
        who = entry.staff_profile.full_name if entry.staff_profile else _("someone who is gone")
        return _("Pressed by %(who)s") % {"who": isolate(who)}
    return ""
