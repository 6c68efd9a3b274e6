"""The review page's values: what would change, the verdict in words, what was."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from ai_audit import proposals
from ai_audit.models import Suggestion
from ai_audit.presenters import pointing
from ai_audit.presenters.change import Change
from ai_audit.proposals import Action, Claims, InvalidProposal, OddFields, Proposal, parsing
from ai_audit.proposals.content import LONGEST_NAME
from ai_audit.proposals.fields import ONE_LINE, legible
from ai_audit.verdicts import Level, ReadableVerdict, Verdict, projection
from eventflow.db.columns import Cut
from eventflow.text.bidi import isolate, seen, visible
from scheduling import near_names, times
from scheduling.conflicts import Kind, Other, listed
from scheduling.models import Schedule

_IN_OTHER_LETTERS = _lazy("in other letters that look the same")
LOOKS_LIKE_ANOTHER = _lazy("looks like another name on this page, and is not it")
MOST_IN_BRIEF = 3
MOST_IN_THE_WAY = 2
_TIME_FIELDS = ("start_time", "end_time")
_PLACE_FIELDS = frozenset({"room", "location"})
_NAMES = frozenset({"title", "room", "speaker_name"})


def action_label(action_type: str) -> str:
    """The action type in words; unknown ones as they are, cut."""
    try:
        return str(Action(action_type).label)
    except ValueError:
        return proposals.quote(action_type)


def headline(suggestion: Suggestion, verdict: Verdict | None = None) -> str:
    """The title of the session it is about: the live one's or the written one's, else the AI's.

    What cannot be seen in it is made visible.
    """
    called = verdict.session.title if verdict and verdict.session else suggestion.called
    return visible(called) if called else _("(no title)")


def read(suggestion: Suggestion) -> Proposal | None:
    """The proposal of a decided suggestion, or None; the programme is not looked at."""
    try:
        return projection.as_written(suggestion)
    except OddFields as reason:
        return reason.proposal
    except InvalidProposal:
        return None


def changes(suggestion: Suggestion, verdict: Verdict | None = None) -> list[Change]:
    """The changes field by field; with no verdict, those that were asked for when it was
    decided."""
    if verdict:
        proposal = verdict.proposal if isinstance(verdict, ReadableVerdict) else None
    else:
        proposal = read(suggestion)
    if proposal is None:
        return []
    before: Mapping[str, Any]
    if verdict and verdict.session:
        before = {name: getattr(verdict.session, name) for name in proposals.SETTABLE}
    else:
        before = proposal.seen
    if proposal.action is Action.DELETE:
        fields, after = [name for name in proposals.SETTABLE if before.get(name)], {}
    else:
        fields, after = list(proposal.values), {**before, **proposal.values}
        after = {name: value for name, value in after.items() if name not in proposal.refused}
        if proposal.action is Action.CREATE:
            fields = [name for name in fields if proposal.values[name] not in (None, False)]
    rows = field_rows(fields, before, after, suggestion)
    if verdict:
        rows = pointing.beside(rows, verdict)
    unseen = {name for name, note in proposal.notes if note == "unseen"}
    rows = [
        _noted(row, _("without characters that cannot be seen")) if row.field in unseen else row
        for row in rows
    ]
    rows = [_respelled(row, verdict) if row.field == "speaker_name" else row for row in rows]
    if verdict and verdict.session:
        seen = {
            row.field: row.before for row in field_rows(fields, proposal.seen, after, suggestion)
        }
        known = rows_of(proposal.seen)
        rows = [
            replace(row, saw=seen[row.field])
            if row.field in known and seen[row.field] != row.before
            else row
            for row in rows
        ]
    return [*_refused_rows(proposal, before, suggestion), *rows]


def _refused_rows(proposal: Proposal, before: Mapping[str, Any], suggestion) -> list[Change]:
    """A change for each field that is refused: what was written there, where it can be shown."""

    def shown(value):
        if isinstance(value, datetime):
            return times.moment(value, zone=suggestion.zone)
        return _shown(legible(value) if isinstance(value, str) else value)

    return [
        Change(
            name,
            str(proposals.FIELD_LABELS[name]),
            shown(before.get(name)),
            shown(refused.written) if isinstance(refused.written, str | int | datetime) else "",
            refused=str(refused.why),
        )
        for name, refused in proposal.refused.items()
    ]


def whole(suggestion: Suggestion, verdict: Verdict) -> list[Change]:
    """All that would change, for who decides without the review page.

    Where a session would only be at another place or time, the other of the two is told as well.
    """
    found = changes(suggestion, verdict)
    # Where there is a list of what it collides with, that tells it.
    found = [_respelled(row, verdict) if row.field == "room" else row for row in found]
    if verdict.session is None or not verdict.after:
        return found
    return found + _staying({change.field for change in found}, suggestion, verdict.session)


def field_rows(
    fields: Collection[str], before: Mapping[str, Any], after: Mapping[str, Any], suggestion
) -> list[Change]:
    """A change for each of the fields, the time first."""
    rows = []
    if any(name in fields for name in _TIME_FIELDS):
        rows.append(_time_change(before, after, suggestion))
    for name in proposals.SETTABLE:
        if name in fields and name not in _TIME_FIELDS:
            label = str(proposals.FIELD_LABELS[name])
            lines = name not in ONE_LINE
            was, will = (_shown(state.get(name), lines=lines) for state in (before, after))
            row = Change(name, label, was, will, ltr=isinstance(after.get(name), int))
            rows.append(_told_apart(row, before.get(name), after.get(name)))
    return rows


def _noted(change: Change, note: str) -> Change:
    """The change with that said of it too."""
    return replace(change, note="; ".join(filter(None, [change.note, note])))


def _respelled(change: Change, verdict: Verdict | None) -> Change:
    """The change of a name, and how it was asked for where the programme spells it otherwise."""
    asked = verdict.respelled.get(change.field) if verdict else None
    if asked is None:
        return change
    said = _("as the programme spells it; asked for was “%(name)s”")
    return _noted(change, said % {"name": isolate(_shown(asked))})


def _told_apart(change: Change, before: Any, after: Any) -> Change:
    """The change with it said that its two sides are not the same although they look it."""
    if before == after or not (change.before and change.after):
        return change
    was, will = seen(change.before), seen(change.after)
    if was == will:
        return _noted(change, _("not the same, although it looks it"))
    if near_names.same_shapes(was, will):
        return _noted(change, str(_IN_OTHER_LETTERS))
    return change


def look_alikes(told: Iterable[tuple[str, Iterable[Change]]]) -> frozenset[str]:
    """The names on a page of several that look like others there and are not: of each its headline
    and its changes."""
    return near_names.look_alikes(
        name
        for headline, changes_told in told
        for name in (headline, *(c.after for c in changes_told if c.field in _NAMES))
    )


def beside(change: Change, alike: Collection[str]) -> Change:
    """The change on a page of several, with it said where its name looks like another there."""
    if (
        change.field not in _NAMES
        or change.after not in alike
        or str(_IN_OTHER_LETTERS) in change.note
    ):
        return change
    return _noted(change, str(LOOKS_LIKE_ANOTHER))


def changed_since(suggestion: Suggestion, since: Mapping[str, tuple[Any, Any]]) -> list[Change]:
    """Field by field, what a session was left as and what it has become."""
    left, now = ({name: pair[n] for name, pair in since.items()} for n in (0, 1))

    def shown(name, value):
        return times.moment(value, zone=suggestion.zone) if name in _TIME_FIELDS else _shown(value)

    return [
        Change(
            name,
            str(proposals.FIELD_LABELS[name]),
            shown(name, left[name]),
            shown(name, now[name]),
            ltr=isinstance(now[name], int),
        )
        for name in proposals.SETTABLE
        if name in since
    ]


def brief(suggestion: Suggestion, verdict: Verdict | None = None) -> list[Change]:
    """The few changes that tell a row in a list: where and when first, the title known already.

    Where a session would only be at another place, the time that stays is told as well, and the
    room where it would only be at another time. A pointer that says what its text says is not told.
    """
    found = changes(suggestion, verdict)
    if verdict:
        found = pointing.without_repeats(found, verdict)
    rows = [change for change in found if change.field != "title"]
    if suggestion.action_type == Action.DELETE:
        return [
            replace(change, before="", after=change.before)
            for change in rows
            if change.field in ("time", "room")
        ]
    if suggestion.action_type != Action.UPDATE:
        return rows[:MOST_IN_BRIEF]
    titles = [change for change in found if change.field == "title"]
    if not (verdict and verdict.session):
        # What it was called before is only what the suggestion says.
        return [*(replace(title, before="") for title in titles), *rows][:MOST_IN_BRIEF]
    told = [*titles, *rows][:MOST_IN_BRIEF]
    if verdict.approvable:
        told = [_day_said_once(c, suggestion, verdict) if c.field == "time" else c for c in told]
    return told + _staying({change.field for change in rows}, suggestion, verdict.session)


def _day_said_once(change: Change, suggestion: Suggestion, verdict: Verdict) -> Change:
    """The change of time; where it stays within one day, that is not told a second time."""
    start, end = (verdict.after[name] for name in _TIME_FIELDS)
    standing = [getattr(verdict.session, name) for name in _TIME_FIELDS]
    days = {times.local(at, suggestion.zone).date() for at in (*standing, start, end)}
    if len(days) > 1:
        return change
    return replace(change, after=times.span(start, end, zone=suggestion.zone, day=False))


def _staying(fields: Collection[str], suggestion: Suggestion, session: Schedule) -> list[Change]:
    """The session's time where only its place changes, or its room where only the time does."""
    if "time" in fields and session.room and _PLACE_FIELDS.isdisjoint(fields):
        stays = Change("room", _("Room, unchanged"), "", _shown(session.room))
    elif not _PLACE_FIELDS.isdisjoint(fields) and "time" not in fields:
        span = times.span(session.start_time, session.end_time, zone=suggestion.zone, day=False)
        stays = Change("time", _("Time, unchanged"), "", span)
    else:
        return []
    return [replace(stays, unchanged=True)]


def _time_change(before: Mapping[str, Any], after: Mapping[str, Any], suggestion) -> Change:
    def span(state):
        start, end = (state.get(name) for name in _TIME_FIELDS)
        return times.span(start, end, zone=suggestion.zone) if start else ""

    return Change("time", _("Time"), span(before), span(after))


def rows_of(fields: Collection[str]) -> set[str]:
    """The names of the changes that show the given fields: start and end are one."""
    return {"time" if name in _TIME_FIELDS else name for name in fields}


def _shown(value: Any, *, lines: bool = False) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Cut):
        beginning = value.rpartition("… [")[0]
        return _("%(beginning)s… (there is more of it than is read here)") % {
            "beginning": visible(beginning, lines=lines)
        }
    return visible(str(value), lines=lines)


def in_words(verdict: Verdict) -> str:
    """The verdict in one line."""
    if verdict.level is Level.CLEAR:
        return _("Clear: it collides with nothing.")
    if verdict.level is Level.BLOCKED:
        return _("Blocked: %(why)s") % {"why": " ".join(c.sentence for c in verdict.errors)}
    warnings = verdict.warnings
    if len(warnings) == 1:
        return _("Warning: %(why)s") % {"why": warnings[0].sentence}
    return ngettext(
        "%(count)s warning: %(kinds)s", "%(count)s warnings: %(kinds)s", len(warnings)
    ) % {
        "count": len(warnings),
        "kinds": ", ".join(str(c.label) for c in warnings),
    }


def in_short(suggestion: Suggestion, verdict: Verdict) -> str:
    """The verdict as a row of the queue tells it: what is in the way first, and no sentence."""
    if verdict.level is Level.CLEAR:
        return _("Clear")
    taken = [o for c in verdict.conflicts if c.kind is Kind.ROOM for o in c.others]
    if not taken:
        return in_words(verdict)
    return _("Blocked by %(sessions)s") % {
        "sessions": listed((_in_the_way(o, suggestion) for o in taken), MOST_IN_THE_WAY)
    }


def _in_the_way(other: Other, suggestion: Suggestion) -> str:
    return _("“%(title)s”, %(span)s, %(room)s") % {
        "title": isolate(visible(other.title)),
        "span": times.span(other.start, other.end, zone=suggestion.zone, day=False),
        "room": isolate(visible(other.room or "")),
    }


def not_done(suggestion: Suggestion) -> list[str]:
    """The names of what it asks for and nothing here writes, fit to be shown."""
    names = parsing.not_done(suggestion.action_type, suggestion.action_data)
    return [proposals.quote(name, LONGEST_NAME) for name in names]


def claims(suggestion: Suggestion) -> Claims:
    """The AI's claims beside the proposal."""
    return proposals.claims.claims(suggestion.action_data)
