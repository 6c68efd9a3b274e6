"""Foreign keys of sessions, where a database has them: to rooms, tracks, days and speakers.

We call them pointers: the product's newer pages write them *instead of* a session's text, and mark
a session as deleted instead of deleting it. Which of that a database has, its catalogue tells; what
it has not, no statement mentions. Whatever else reads sessions asks here for SQL. Reads only.
"""

from scheduling.pointers.catalogue import (
    COLUMNS,
    DAY,
    ROOM,
    TRACK,
    Kept,
    LeftOut,
    forget,
    kept,
    left_out,
)
from scheduling.pointers.leading import Asked, Turn, lead, names_of, turns
from scheduling.pointers.sessions import (
    Row,
    along,
    and_stands,
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
    "LeftOut",
    "Row",
    "Turn",
    "along",
    "and_stands",
    "forget",
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
