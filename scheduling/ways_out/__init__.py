"""Alternatives for a session that cannot have its place: rooms and times that are free.

Found in the database, with multiranges: what is open, less what is taken. Reads only, in one
statement. Whatever is offered collides with nothing in the programme as it stands:
neither the room nor any of the speakers is taken. Rooms whose names have one key are one.
"""

from scheduling.ways_out.finding import WayOut, WaysOut, find
from scheduling.ways_out.statements import MOST

__all__ = ["MOST", "WayOut", "WaysOut", "find"]
