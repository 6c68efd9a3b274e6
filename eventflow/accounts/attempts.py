"""Failed attempts to sign in, by whom and from where: rows that all workers count together.

They lie in the table that django-axes has for failures and leaves empty here (it counts passwords
in another one), each with the `place` where it was tried, and when by the database's clock. What
follows from them is not known here.
"""

from datetime import datetime

from axes.models import AccessFailureLog
from django.db.models import Expression, QuerySet
from django.db.models.functions import Now


def note(place: str, name: str, *, address: str | None, browser: str = "") -> AccessFailureLog:
    """Keep that it was tried now; `browser` is empty for one that is not known."""
    kept = AccessFailureLog.objects.create(
        path_info=place, username=name, ip_address=address, user_agent=browser
    )
    # Its field takes the web server's moment, whatever it is given.
    AccessFailureLog.objects.filter(pk=kept.pk).update(attempt_time=Now())
    return kept


def noted(place: str, *, since: datetime | Expression) -> QuerySet[AccessFailureLog]:
    """The attempts of that kind after that moment, the latest first."""
    found = AccessFailureLog.objects.filter(path_info=place, attempt_time__gt=since)
    return found.order_by("-attempt_time", "-pk")


def forget(place: str, *, until: datetime | Expression) -> None:
    """Drop what was tried there until that moment, whoever tried."""
    AccessFailureLog.objects.filter(path_info=place, attempt_time__lte=until).delete()
