"""Every read that finds a conflict: in the programme as it stands, and with what is proposed.

Nothing here writes, locks or decides; `scheduling.actions` writes, the caller locks. What is
known only from suggestions is found in `ai_audit`.
"""

from scheduling.conflicts.collisions import (
    Collisions,
    Scenario,
    StillHeld,
    find,
    find_each,
    outside,
    room_conflict,
)
from scheduling.conflicts.kinds import (
    MOST_NAMED,
    Conflict,
    Kind,
    Other,
    Severity,
    WhenRead,
    listed,
    ordered,
)
from scheduling.conflicts.people import (
    Person,
    Registered,
    over_capacity,
    removed_along,
    vips_affected,
)
from scheduling.conflicts.placement import Placement
from scheduling.conflicts.programme import room_overlaps, speaker_overlaps
from scheduling.conflicts.room_names import RoomName, two_rooms
from scheduling.conflicts.spellings import Spelling

__all__ = [
    "MOST_NAMED",
    "Collisions",
    "Conflict",
    "Kind",
    "Other",
    "Person",
    "Placement",
    "Registered",
    "RoomName",
    "Scenario",
    "Severity",
    "Spelling",
    "StillHeld",
    "WhenRead",
    "find",
    "find_each",
    "listed",
    "ordered",
    "outside",
    "over_capacity",
    "removed_along",
    "room_conflict",
    "room_overlaps",
    "speaker_overlaps",
    "two_rooms",
    "vips_affected",
]
