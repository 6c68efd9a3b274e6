"""Where a suggestion's session would be: the day drawn by room, and what else there is room for.

What is drawn and offered is the programme's to find; here a verdict is put into its terms.
"""

from datetime import datetime

from ai_audit.models import Suggestion
from ai_audit.verdicts import Level, ReadableVerdict, Verdict, projection
from scheduling import timetable, ways_out
from scheduling.conflicts import Kind
from scheduling.timetable import Timetable
from scheduling.ways_out import WaysOut

# Against these another room or another time may help.
_HELPED = {Kind.ROOM, Kind.SPEAKER, Kind.ATTENDEES, Kind.CAPACITY, Kind.OUTSIDE, Kind.COMPETING}


def day(suggestion: Suggestion, verdict: Verdict, title: str) -> Timetable | None:
    """The day it concerns, by room; None where there is none. One statement."""
    if not isinstance(verdict, ReadableVerdict):
        return None
    return timetable.day(
        event=verdict.event,
        session=verdict.session,
        proposed=projection.whole_placement(
            suggestion, verdict.after, verdict.proposal, verdict.session
        ),
        title=title,
        clashing={other.id for conflict in verdict.conflicts for other in conflict.others},
    )


def offered(suggestion: Suggestion, verdict: Verdict, now: datetime) -> WaysOut:
    """Free rooms and times for what is blocked or warned of; one statement, or none."""
    kinds = {conflict.kind for conflict in verdict.conflicts}
    if not isinstance(verdict, ReadableVerdict) or not kinds & _HELPED:
        return WaysOut()
    place = projection.whole_placement(suggestion, verdict.after, verdict.proposal, verdict.session)
    if place is None or verdict.level is Level.CLEAR:
        return WaysOut()
    return ways_out.find(place, event=verdict.event, now=now, at_least=places_asked(verdict))


def places_asked(verdict: Verdict) -> int | None:
    """How many a room must hold for it: as many as it says, and not fewer than are registered."""
    return max(verdict.registered, verdict.after.get("max_capacity") or 0) or None
