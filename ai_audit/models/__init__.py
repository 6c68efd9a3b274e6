"""The tables of the log, as they stand, however odd a row's content."""

from ai_audit.models.columns import ContentField, UntrustedJSONField
from ai_audit.models.records import HistoryEntry, IndexedSuggestion, MadeByHand, SuggestionLink
from ai_audit.models.suggestions import (
    NO_ORGANIZATION,
    OPEN,
    PendingSuggestion,
    Status,
    Suggestion,
    SuggestionQuerySet,
    status_label,
)

__all__ = [
    "NO_ORGANIZATION",
    "OPEN",
    "ContentField",
    "HistoryEntry",
    "IndexedSuggestion",
    "MadeByHand",
    "PendingSuggestion",
    "Status",
    "Suggestion",
    "SuggestionLink",
    "SuggestionQuerySet",
    "UntrustedJSONField",
    "status_label",
]
