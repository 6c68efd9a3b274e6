"""The only writer of sessions: insert, change, remove, restore a removed one, or several at once.

Each action runs in a savepoint of the caller's transaction, with whatever role is in force
there, and either is done whole or raises a `Refusal` with the programme untouched; those in bulk
leave the savepoint to the caller. The caller locks the programme first, and settles who may act,
and as whom.
"""

from scheduling.actions.one import (
    BUSY,
    BY_POLICY,
    SESSIONS,
    TABLE,
    ChangeRefused,
    Refusal,
    RoomTaken,
    SessionGone,
    change,
    in_words,
    insert,
    lock_programme,
    lock_programmes,
    not_accepted,
    remove,
    restore,
)
from scheduling.actions.several import change_all, insert_all, rearrange, remove_all

__all__ = [
    "BUSY",
    "BY_POLICY",
    "SESSIONS",
    "TABLE",
    "ChangeRefused",
    "Refusal",
    "RoomTaken",
    "SessionGone",
    "change",
    "change_all",
    "in_words",
    "insert",
    "insert_all",
    "lock_programme",
    "lock_programmes",
    "not_accepted",
    "rearrange",
    "remove",
    "remove_all",
    "restore",
]
