"""The pages: the approval queue, where people decide, and the audit history, where they look."""

from ai_audit.admin.history import SuggestionAdmin
from ai_audit.admin.queue import PendingSuggestionAdmin

__all__ = ["PendingSuggestionAdmin", "SuggestionAdmin"]
