"""What an undecided suggestion would take, and all who want the same.

Who of them stands against whom is told by `competing`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models import Suggestion
from ai_audit.proposals import Proposal
from scheduling.conflicts import Placement
from scheduling.names import Keys


class Contested(StrEnum):
    """The resource that two suggestions both want."""

    ROOM = "room"
    SPEAKER = "speaker"
    SESSION = "session"
    TITLE = "title"

    @property
    def label(self) -> Promise:
        """It in words (lazy)."""
        return _CONTESTED_LABELS[self]


_CONTESTED_LABELS = {
    Contested.ROOM: _lazy("the room"),
    Contested.SPEAKER: _lazy("the speaker"),
    Contested.SESSION: _lazy("the session"),
    Contested.TITLE: _lazy("the same new session"),
}


@dataclass(frozen=True)
class Stake:
    """A stake: the session a suggestion would take, and where and when that would be put."""

    suggestion: Suggestion
    proposal: Proposal
    placement: Placement | None

    def wanted(self, keys: Keys) -> Iterator[tuple[Contested, Any]]:
        """Everything it wants, blocking things first, each to be compared with others'.

        `keys` are those of its room, its speakers and its title.
        """
        # Of identifiers the numbers, by which things are found faster.
        placement, event = self.placement, self.suggestion.event_id
        event_id = event and event.int
        for room in (
            dict.fromkeys(keys.names[room] for room in placement.rooms) if placement else ()
        ):
            yield Contested.ROOM, (event_id, room)
        if self.proposal.session_id:
            yield Contested.SESSION, (event_id, self.proposal.session_id.int)
        for speaker in placement.speakers if placement else ():
            for person in keys.people[speaker]:
                yield Contested.SPEAKER, (event_id, person)
        if placement and placement.adds and placement.title:
            yield Contested.TITLE, (event_id, keys.names[placement.title])

    def contests(self, contested: Contested, other: "Stake", keys: Keys) -> bool:
        """Whether it stands against what another suggestion wants, which is the same."""
        if contested is Contested.SESSION:
            return True
        mine, theirs = self.placement, other.placement
        if mine is None or theirs is None:
            return False
        if not (mine.start < theirs.end and theirs.start < mine.end):
            return False
        # A session does not collide with itself.
        if self.proposal.session_id and self.proposal.session_id == other.proposal.session_id:
            return False
        if contested is not Contested.TITLE or mine.room is None or theirs.room is None:
            return True
        return keys.names[mine.room] == keys.names[theirs.room]


# One that waits: its id as a number, by which they are told in the same order always, its id, and
# its stake, which those that say the same have in common.
One = tuple[int, UUID, Stake]


class Wanting:
    """All that want the same thing, in the order of their numbers; and who does at some time.

    Of those that say the same, the first. Few of very many meet anybody in time: then only these
    are looked at.
    """

    _FEW = 6

    def __init__(self) -> None:
        self.ones: list[One] = []
        self._by_start: list[tuple[datetime, One]] = []
        self._latest: list[datetime] = []

    def candidates_in_time(self, placement: Placement) -> list[One]:
        """All who may meet it in time, and perhaps others."""
        if len(self.ones) <= self._FEW:
            return self.ones
        if not self._by_start:
            starting = [(one[2].placement.start, one) for one in self.ones if one[2].placement]
            self._by_start = sorted(starting, key=lambda one: one[0])
            # When all have ended that have started so far.
            ends = (one[2].placement.end for _start, one in self._by_start if one[2].placement)
            self._latest = list(accumulate(ends, max))
        first = bisect_right(self._latest, placement.start)
        last = bisect_left(self._by_start, placement.end, key=lambda one: one[0])
        if last - first == len(self.ones):
            return self.ones
        return sorted(one for _start, one in self._by_start[first:last])
