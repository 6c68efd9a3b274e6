"""What belongs to signing in by name and password: whence someone comes, and who is kept waiting.

How often one may try is in the settings, the counting is django-axes'. Who may enter is not
known here; the second factor is in `second_factor`.
"""

from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.core.cache import cache
from django.shortcuts import render


def address(request) -> str | None:
    """The address the request came from, as far as it can be believed.

    Each proxy adds to X-Forwarded-For who asked it; what stands before those of our own proxies
    may be anybody's invention. Where they did not say, it is whoever is connected.
    """
    nearest = request.META.get("REMOTE_ADDR") or None
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not 0 < settings.PROXY_COUNT <= len(said):
        return nearest
    try:
        return str(ip_address(said[-settings.PROXY_COUNT].strip()))
    except ValueError:
        return nearest


def locked_out(request, response, credentials):
    """The page that says why the name and the password were not looked at."""
    wait = settings.AXES_COOLOFF_TIME
    answer = render(
        request, "locked_out.html", {"minutes": int(wait.total_seconds() // 60)}, status=429
    )
    answer["Retry-After"] = int(wait.total_seconds())
    return answer


class ResetForm(PasswordResetForm):
    """Django's own; only staff members are written to, for nobody else can sign in.

    And each of them not again within five minutes, whoever asks; each worker counts for itself.
    """

    PAUSE = timedelta(minutes=5)

    def get_users(self, email):
        for user in super().get_users(email):
            if user.is_staff and cache.add(f"reset-{user.pk}", True, self.PAUSE.total_seconds()):
                yield user
