"""The decision log of one suggestion: what is kept of each move, and that nobody rewrote it.

Lists over all suggestions are in `reports`.
"""

from ai_audit.history.records import (
    Approval,
    Record,
    Written,
    approval,
    entries,
    last_entry,
    links,
    rejection_reasons,
    retold,
    tell,
    telling,
    written,
)

__all__ = [
    "Approval",
    "Record",
    "Written",
    "approval",
    "entries",
    "last_entry",
    "links",
    "rejection_reasons",
    "retold",
    "tell",
    "telling",
    "written",
]
