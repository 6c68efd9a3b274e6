"""Dependents of a session that would be moved or removed: what keeps its old time or place.

By what the catalogue knows to refer to it; tables of the product's that we know are told in words.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ai_audit.verdicts import ReadableVerdict, Verdict
from eventflow.text.bidi import ltr
from scheduling import rows
from scheduling.models import Schedule
from scheduling.rows import Hanging

_MOVING = {"start_time", "end_time", "room"}


def phrases_of(verdict: Verdict, *, told_already: Collection[str] = ()) -> list[str]:
    """Phrases for what depends on the verdict's session, one a table; none where it stays in place.

    `told_already` are qualified tables that the page has told. One statement, or none.
    """
    return phrases_of_each({None: verdict}, told_already=told_already)[None]


def phrases_of_each(
    judged: Mapping[Any, Verdict], *, told_already: Collection[str] = ()
) -> dict[Any, list[str]]:
    """As `phrases_of`, of each verdict, by the callers' keys; one statement for all, or none."""
    leaving = {
        key: (session.pk, verdict.removes)
        for key, verdict in judged.items()
        if (session := verdict.session) is not None and _leaves(verdict, session)
    }
    found = rows.hanging_on({pk for pk, _removed in leaving.values()})
    phrases: dict[Any, list[str]] = {key: [] for key in judged}
    for key, (pk, removed) in leaving.items():
        phrases[key] = [
            _in_words(one, removed) for one in found[pk] if one.table not in told_already
        ]
    return phrases


def phrases_of_session(session: Schedule) -> list[str]:
    """Phrases for what depends on a session, for whoever may change it; one a table, one
    statement."""
    return [_in_words(one, removed=False) for one in rows.hanging_on([session.pk])[session.pk]]


def _leaves(verdict: Verdict, session: Schedule) -> bool:
    if not isinstance(verdict, ReadableVerdict):
        return False
    if verdict.removes:
        return True
    changed = {
        name
        for name in _MOVING & verdict.proposal.values.keys()
        if verdict.proposal.values[name] != getattr(session, name)
    }
    return bool(changed or verdict.turns)


def _in_words(one: Hanging, removed: bool) -> str:
    if one.rows is None:
        return _("rows of %(table)s, too many to be counted") % {"table": ltr(one.table)}
    if one.table == "public.messages":
        return _reminders(one.rows, removed)
    if one.table == "public.room_bookings" and not removed:
        words = ngettext(
            "%(count)s room booking, which is not kept in step",
            "%(count)s room bookings, which are not kept in step",
            one.rows,
        )
        return words % {"count": one.rows}
    known = _KNOWN.get(one.table)
    if known is not None:
        return known(one.rows) % {"count": one.rows}
    words = ngettext("%(count)s row of %(table)s", "%(count)s rows of %(table)s", one.rows)
    return words % {"count": one.rows, "table": ltr(one.table)}


def _reminders(count: int, removed: bool) -> str:
    words = (
        ngettext(
            "%(count)s planned reminder, which stays planned",
            "%(count)s planned reminders, which stay planned",
            count,
        )
        if removed
        else ngettext(
            "%(count)s planned reminder, which keeps the old time",
            "%(count)s planned reminders, which keep the old time",
            count,
        )
    )
    return words % {"count": count}


_KNOWN: dict[str, Callable[[int], str]] = {
    "public.room_bookings": lambda n: ngettext(
        "%(count)s room booking", "%(count)s room bookings", n
    ),
    "public.contingency_plans": lambda n: ngettext(
        "%(count)s contingency plan", "%(count)s contingency plans", n
    ),
    "public.session_speakers": lambda n: ngettext(
        "%(count)s listed speaker", "%(count)s listed speakers", n
    ),
    "public.schedule_changes": lambda n: ngettext(
        "%(count)s entry in EventFlow’s list of changes",
        "%(count)s entries in EventFlow’s list of changes",
        n,
    ),
}
