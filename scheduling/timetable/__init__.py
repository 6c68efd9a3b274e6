"""The day of an event by room, laid out on a grid: what stands, and where a session would be.

One statement, reading only. What is proposed and what clashes is the caller's to say: nothing
here looks for conflicts. The grid's rows are quarters of an hour of elapsed time, so that a day
of 23 or 25 hours has as many; its places are numbers, for which `eventflow/timetable.css` has
classes.
"""

from scheduling.timetable.day import day, whole_day
from scheduling.timetable.values import (
    MOST_LANES,
    MOST_ROOMS,
    MOST_ROWS,
    MOST_SESSIONS,
    Cell,
    Column,
    Entry,
    Hour,
    Role,
    Timetable,
)

__all__ = [
    "MOST_LANES",
    "MOST_ROOMS",
    "MOST_ROWS",
    "MOST_SESSIONS",
    "Cell",
    "Column",
    "Entry",
    "Hour",
    "Role",
    "Timetable",
    "day",
    "whole_day",
]
