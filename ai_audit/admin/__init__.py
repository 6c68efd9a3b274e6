"""The pages: the approval queue, where people decide, the audit history, where they look, the
sessions, which they change by hand, the events with their days; when it takes two, and what one is
told by mail.
"""

from ai_audit.admin.history import SuggestionAdmin
from ai_audit.admin.notifications.pages import NotificationMailAdmin
from ai_audit.admin.queue import PendingSuggestionAdmin
from ai_audit.admin.sessions.events import EventAdmin
from ai_audit.admin.sessions.pages import ScheduleAdmin
from ai_audit.admin.worklist.rules import ApprovalRuleAdmin

__all__ = [
    "ApprovalRuleAdmin",
    "EventAdmin",
    "NotificationMailAdmin",
    "PendingSuggestionAdmin",
    "ScheduleAdmin",
    "SuggestionAdmin",
]
