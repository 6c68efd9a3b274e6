"""The pages: the approval queue, where people decide, the audit history, where they look, and the
sessions, which they change by hand.
"""

from ai_audit.admin.history import SuggestionAdmin
from ai_audit.admin.queue import PendingSuggestionAdmin
from ai_audit.admin.sessions.pages import ScheduleAdmin

__all__ = ["PendingSuggestionAdmin", "ScheduleAdmin", "SuggestionAdmin"]
