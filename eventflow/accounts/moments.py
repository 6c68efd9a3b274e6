"""When somebody signed in, and when a row of the back office's own was edited by hand: written by
the database's clock, whatever the web server's is.

Sessions are in `sessions`, what was tried at the door in `tries`.
"""

from django.db.models import Model
from django.db.models.functions import Now


def note_sign_in(sender, user, **kwargs) -> None:
    """In the place of Django's own receiver."""
    type(user)._default_manager.filter(pk=user.pk).update(last_login=Now())


class LoggedByTheDatabase:
    """For a ModelAdmin: the admin's log holds the database's moments."""

    def log_addition(self, request, obj, message):
        return _moved(super().log_addition(request, obj, message))

    def log_change(self, request, obj, message):
        return _moved(super().log_change(request, obj, message))

    def log_deletions(self, request, queryset):
        entries = super().log_deletions(request, queryset)
        for entry in entries if isinstance(entries, list) else [entries]:
            _moved(entry)
        return entries


def _moved(entry: Model) -> Model:
    type(entry)._default_manager.filter(pk=entry.pk).update(action_time=Now())
    return entry
