"""The tables of the log, as they stand, however odd a row's content."""

from ai_audit.models.columns import ContentField, UntrustedJSONField
from ai_audit.models.lists import SavedList
from ai_audit.models.notifications import (
    DAILY,
    HowOften,
    MailState,
    NewsKind,
    Notification,
    NotificationChoice,
    NotificationMail,
)
from ai_audit.models.records import (
    ActKind,
    HistoryEntry,
    IndexedSuggestion,
    MadeByHand,
    SuggestionAct,
    SuggestionLink,
)
from ai_audit.models.suggestions import (
    NO_ORGANIZATION,
    OPEN,
    UNDONE,
    IsUndone,
    PendingSuggestion,
    Status,
    Suggestion,
    SuggestionQuerySet,
    status_label,
)

__all__ = [
    "DAILY",
    "NO_ORGANIZATION",
    "OPEN",
    "UNDONE",
    "ActKind",
    "ContentField",
    "HistoryEntry",
    "HowOften",
    "IndexedSuggestion",
    "IsUndone",
    "MadeByHand",
    "MailState",
    "NewsKind",
    "Notification",
    "NotificationChoice",
    "NotificationMail",
    "PendingSuggestion",
    "SavedList",
    "Status",
    "Suggestion",
    "SuggestionAct",
    "SuggestionLink",
    "SuggestionQuerySet",
    "UntrustedJSONField",
    "status_label",
]
