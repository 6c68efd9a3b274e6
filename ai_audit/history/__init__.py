"""The decision log of one suggestion: what is kept of each move, and that nobody rewrote it.

Lists over all suggestions are in `reports`.
"""

from ai_audit.history.beside import acts, first_asker, first_asker_id, last_act, links, titles
from ai_audit.history.records import (
    MOST_OF_A_SESSION,
    Approval,
    Record,
    Written,
    approval,
    entries,
    last_entry,
    of_session,
    rejection_reasons,
    retold,
    sessions,
    set_for_trigger,
    telling_with,
    trigger_settings,
    undoings,
    written,
)
from ai_audit.history.telling import tell_of_all_written, trigger_settings_of_all

__all__ = [
    "MOST_OF_A_SESSION",
    "Approval",
    "Record",
    "Written",
    "acts",
    "approval",
    "entries",
    "first_asker",
    "first_asker_id",
    "last_act",
    "last_entry",
    "links",
    "of_session",
    "rejection_reasons",
    "retold",
    "sessions",
    "set_for_trigger",
    "tell_of_all_written",
    "telling_with",
    "titles",
    "trigger_settings",
    "trigger_settings_of_all",
    "undoings",
    "written",
]
