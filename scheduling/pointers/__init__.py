"""Rooms, tracks, days and speakers that the product keeps in tables of their own, where it does.

Its newer pages write a session's pointers to these *instead of* its text, and mark a session as
deleted instead of deleting it. Which of that a database has, its catalogue tells; what it has not,
no statement mentions. Whatever else reads sessions asks here for SQL. Reads only.
"""

from scheduling.pointers.catalogue import (
    COLUMNS,
    DAY,
    ROOM,
    TRACK,
    Kept,
    LeftOut,
    changed,
    forget,
    kept,
    left_out,
)
from scheduling.pointers.leading import (
    Asked,
    Leading,
    Turn,
    lead,
    names_of,
    turns,
)
from scheduling.pointers.sessions import (
    Pointing,
    Row,
    along,
    and_stands,
    deleted,
    from_json,
    listed,
    of,
    pointing_sessions,
    programme,
    room_pointed_to,
    rooms_of,
    sessions_where,
    standing,
)

__all__ = [
    "COLUMNS",
    "DAY",
    "ROOM",
    "TRACK",
    "Asked",
    "Kept",
    "Leading",
    "LeftOut",
    "Pointing",
    "Row",
    "Turn",
    "along",
    "and_stands",
    "changed",
    "deleted",
    "forget",
    "from_json",
    "kept",
    "lead",
    "left_out",
    "listed",
    "names_of",
    "of",
    "pointing_sessions",
    "programme",
    "room_pointed_to",
    "rooms_of",
    "sessions_where",
    "standing",
    "turns",
]
