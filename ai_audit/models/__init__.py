"""The tables of the log, as they stand, however odd a row's content."""

from ai_audit.models.columns import UntrustedJSONField
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
from ai_audit.models.questions import first_asker_sql, waiting_for_answers
from ai_audit.models.records import (
    ActKind,
    HistoryEntry,
    IndexedSuggestion,
    MadeByHand,
    SuggestionAct,
    SuggestionLink,
)
from ai_audit.models.rules import FOR_OWN, ApprovalRule, SecondFor, counting
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
    written_title,
)

__all__ = [
    "DAILY",
    "FOR_OWN",
    "NO_ORGANIZATION",
    "OPEN",
    "UNDONE",
    "ActKind",
    "ApprovalRule",
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
    "SecondFor",
    "Status",
    "Suggestion",
    "SuggestionAct",
    "SuggestionLink",
    "SuggestionQuerySet",
    "UntrustedJSONField",
    "counting",
    "first_asker_sql",
    "status_label",
    "waiting_for_answers",
    "written_title",
]
