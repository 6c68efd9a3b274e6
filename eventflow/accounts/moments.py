"""Timestamps by the database's clock: of a sign-in, and of what the admin logs.

Sessions are in `sessions`, failed attempts in `attempts`.
"""

from django.db.models import Model
from django.db.models.functions import Now


def note_sign_in(sender, user, **kwargs) -> None:
    """Update `last_login`, in the place of Django's own receiver of that signal."""
    type(user)._default_manager.filter(pk=user.pk).update(last_login=Now())


class LoggedByTheDatabase:
    """For a ModelAdmin: the admin's log holds the database's moments."""

    def log_addition(self, request, obj, message):
        return _stamped(super().log_addition(request, obj, message))

    def log_change(self, request, obj, message):
        return _stamped(super().log_change(request, obj, message))

    def log_deletions(self, request, queryset):
        entries = super().log_deletions(request, queryset)
        for entry in entries if isinstance(entries, list) else [entries]:
            _stamped(entry)
        return entries


def _stamped(entry: Model) -> Model:
    type(entry)._default_manager.filter(pk=entry.pk).update(action_time=Now())
    return entry
