"""Every read that finds a conflict: in the programme as it stands, and with what is proposed.

Nothing here writes, locks or decides; `scheduling.actions` writes, the caller locks. What is
known only from suggestions is found in `ai_audit`.
"""

from scheduling.conflicts.kinds import (
    KIND_LABELS,
    MOST_NAMED,
    Conflict,
    Kind,
    Other,
    Severity,
    WhenRead,
    listed,
    named,
    ordered,
)
from scheduling.conflicts.people import (
    Person,
    Registered,
    over_capacity,
    registered,
    removed_along,
    vips_affected,
)
from scheduling.conflicts.placement import Placement
from scheduling.conflicts.placements import (
    Collisions,
    Scenario,
    StillHeld,
    find,
    find_each,
    find_with_registered,
    outside,
    room_conflict,
)
from scheduling.conflicts.programme import (
    Overlap,
    SpeakerOverlap,
    room_overlaps,
    speaker_overlaps,
)
from scheduling.conflicts.room_names import RoomName, two_rooms
from scheduling.conflicts.spellings import Spelling

__all__ = [
    "KIND_LABELS",
    "MOST_NAMED",
    "Collisions",
    "Conflict",
    "Kind",
    "Other",
    "Overlap",
    "Person",
    "Placement",
    "Registered",
    "RoomName",
    "Scenario",
    "Severity",
    "SpeakerOverlap",
    "Spelling",
    "StillHeld",
    "WhenRead",
    "find",
    "find_each",
    "find_with_registered",
    "listed",
    "named",
    "ordered",
    "outside",
    "over_capacity",
    "registered",
    "removed_along",
    "room_conflict",
    "room_overlaps",
    "speaker_overlaps",
    "two_rooms",
    "vips_affected",
]
