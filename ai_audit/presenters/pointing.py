"""A session's pointers into the product's own tables, told beside the fields they go with.

Rooms, tracks, days and speakers, where the database keeps them so; elsewhere there is nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _

from ai_audit.presenters.change import Change
from ai_audit.proposals import POINTER_LABELS
from ai_audit.verdicts import Verdict
from eventflow.text.bidi import isolate, visible
from scheduling import pointers
from scheduling.conflicts import listed
from scheduling.models import Schedule
from scheduling.pointers import Row, Turn

_BESIDE = {pointers.DAY: "time", pointers.ROOM: "room", pointers.TRACK: "track"}


def beside(rows: Iterable[Change], verdict: Verdict) -> list[Change]:
    """The changes, and after each what turns with it; of a speaker, that the list stays."""
    turns = {_BESIDE[column]: turn for column, turn in verdict.turns.items()}
    found = []
    for row in rows:
        if row.field == "speaker_name" and not row.note:
            row = replace(row, note=_listed_still(verdict))
        if row.field == "room":
            row = _with_capacities(row, verdict)
        found.append(row)
        if turn := turns.pop(row.field, None):
            found.append(_row(turn))
    return [*found, *map(_row, turns.values())]


def without_repeats(rows: Iterable[Change], verdict: Verdict) -> list[Change]:
    """The rows of `beside`, without the pointers of which the field beside says the same."""
    rows = list(rows)
    said = repeated(rows, verdict)
    return [row for row in rows if row.field not in said]


def repeated(rows: Iterable[Change], verdict: Verdict) -> frozenset[str]:
    """The pointers among what `beside` gives of which the field beside says the same."""
    told = {row.field: row for row in rows}
    return frozenset(
        name
        for name, row in told.items()
        if (turn := verdict.turns.get(name)) and _says_the_same(told.get(_BESIDE[name]), row, turn)
    )


def _says_the_same(text: Change | None, row: Change, turn: Turn) -> bool:
    if text is None or not turn.expected:
        return False
    if turn.before is None or turn.column == pointers.DAY or row.before == text.before:
        return True
    # A room in other letters is the same one, or it would not be expected.
    return turn.column == pointers.ROOM and bool(text.before)


def _with_capacities(change: Change, verdict: Verdict) -> Change:
    """The change of a room, and how many each of the two holds, by its own row."""
    pointing = pointers.of(verdict.session)
    standing = None if pointing.apart else pointing.rows.get(pointers.ROOM)
    turn = verdict.turns.get(pointers.ROOM)
    # Where no pointer turns, the session points already to what is written.
    follows = turn.after if turn else pointing.rows.get(pointers.ROOM)
    return replace(
        change,
        held_before=standing.capacity if standing and change.before else None,
        held_after=follows.capacity if follows and change.after else None,
    )


def standing(session: Schedule) -> list[str]:
    """Sentences for what EventFlow's newer pages show of a session, for whoever changes it here."""
    pointing = pointers.of(session)
    told = [
        f"{POINTER_LABELS[column]}: {isolate(_name(column, row))}"
        for column, row in pointing.rows.items()
    ]
    if pointing.speakers:
        told.append(
            _("Listed speakers, which stay as they are: %(speakers)s")
            % {"speakers": listed(map(isolate, pointing.speakers))}
        )
    if pointing.deleted:
        told.append(_("It was deleted in EventFlow; here it can only be removed for good."))
    return told


def turning(verdict: Verdict) -> list[Change]:
    """Changes of pointers, for a page on which the fields themselves are told."""
    return [_row(turn) for turn in verdict.turns.values()]


def _row(turn: Turn) -> Change:
    return Change(
        turn.column,
        str(POINTER_LABELS[turn.column]),
        _name(turn.column, turn.before),
        _name(turn.column, turn.after),
        note="" if turn.after else _why_none(turn),
    )


def _why_none(turn: Turn) -> str:
    """A note that a pointer leads nowhere, and why; a room that is taken away needs none."""
    if turn.keeps and turn.column == pointers.DAY:
        return _("EventFlow’s newer pages keep no such day, and will show none")
    if turn.keeps and turn.column == pointers.TRACK:
        return _("EventFlow’s newer pages keep no such track, and will show none")
    if turn.keeps:
        return _("EventFlow’s newer pages keep no such room, and will show none")
    return ""


def _listed_still(verdict: Verdict) -> str:
    speakers = pointers.of(verdict.session).speakers
    if not speakers:
        return ""
    return _("those listed on EventFlow’s newer pages stay: %(speakers)s") % {
        "speakers": listed(map(isolate, speakers))
    }


def _name(column: str, row: Row | None) -> str:
    return _shown(column, row.name) if row else ""


def _shown(column: str, name: str) -> str:
    if column == pointers.DAY:
        return formats.date_format(date.fromisoformat(name), "j M Y")
    return visible(name)


def written(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """Changes of pointers when a session was written, from its rows as the history keeps them.

    One statement for what they are called now, where anything did; what is gone is told by its id.
    """
    before, after = before or {}, after or {}
    turned = [
        (column, before.get(column), after.get(column))
        for column in pointers.COLUMNS
        if before.get(column) != after.get(column)
    ]
    names = pointers.names_of({c: [UUID(pk) for pk in ids if pk] for c, *ids in turned})

    def shown(column, pk):
        if not pk:
            return ""
        name = names.get(UUID(pk))
        return _shown(column, name) if name else pk

    return [
        Change(column, str(POINTER_LABELS[column]), shown(column, was), shown(column, now))
        for column, was, now in turned
    ]
