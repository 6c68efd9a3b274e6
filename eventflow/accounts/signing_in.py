"""Signing in by name and password: client addresses, locking out, and the password reset.

How often one may try to sign in is in the settings, the counting is django-axes'; how often a reset
is mailed is limited here. Who may enter is not known here; the second factor is in `second_factor`.
"""

import unicodedata
from datetime import timedelta
from functools import partial
from hashlib import sha256
from ipaddress import ip_address, ip_network

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.views import PasswordResetView
from django.db import transaction
from django.db.models.functions import Now
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme

from eventflow.accounts import attempts, mail
from eventflow.db import database

# Bits: who has one address of IPv6 usually has all that share its first half.
IPV6_PREFIX = 64
_RESET = "password reset"


def address(request) -> str | None:
    """The address the request came from, as far as it can be believed; of IPv6 its first half.

    Each proxy adds to X-Forwarded-For who asked it; what stands before those of our own proxies
    may be anybody's invention. Where they did not say, it is whoever is connected.
    """
    nearest = _parsed(request.META.get("REMOTE_ADDR") or "")
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not 0 < settings.PROXY_COUNT <= len(said):
        return nearest
    return _parsed(said[-settings.PROXY_COUNT]) or nearest


def _parsed(written: str) -> str | None:
    """The address that a header holds, in the form it is counted by; None where there is none.

    Proxies write it with a port or without, and IPv6 in brackets.
    """
    text = written.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), IPV6_PREFIX), strict=False).network_address)


def folded(email: str) -> str:
    """An e-mail address in one spelling, for it is counted by: in letter case none differs."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def forgive(request, name: str) -> None:
    """Count what was wrong for that name, from where the request came, no more."""
    AxesProxyHandler.reset_attempts(username=name, ip_address=address(request))


def locked_out(request, response, credentials):
    """The page that says why the name and the password were not looked at."""
    wait = settings.AXES_COOLOFF_TIME
    answer = render(
        request, "locked_out.html", {"minutes": int(wait.total_seconds() // 60)}, status=429
    )
    answer["Retry-After"] = int(wait.total_seconds())
    return answer


class CookiesWithoutNul(MiddlewareMixin):
    """Middleware before all that reads cookies: drops those with a NUL, which are none of ours.

    PostgreSQL could not even be asked for what holds one.
    """

    def process_request(self, request):
        for name in [name for name, value in request.COOKIES.items() if "\0" in name + value]:
            del request.COOKIES[name]


class NextLeadsHere(MiddlewareMixin):
    """Middleware against open redirects: where `next` leads to no page of ours, it leads home.

    Whatever reads it afterwards, be it Django's own views, each with an end of its own for what it
    refuses, finds an address that it will not refuse.
    """

    def process_view(self, request, view, args, kwargs):
        for kind in ("GET", "POST"):
            said = getattr(request, kind)
            if "next" in said and not url_has_allowed_host_and_scheme(
                said["next"], {request.get_host()}, require_https=request.is_secure()
            ):
                changed = said.copy()
                changed["next"] = reverse("admin:index")
                setattr(request, kind, changed)


def leads_to(request) -> str:
    """The page that `next` names, which `NextLeadsHere` has looked at; home where it names none."""
    return request.POST.get("next") or request.GET.get("next") or reverse("admin:index")


def _signs_in_by_name(user) -> bool:
    """Whether the user signs in with a name and a password."""
    return user.is_staff and ("name" in settings.SIGN_IN_WITH or user.is_superuser)


class ResetForm(PasswordResetForm):
    """Django's own, with a rate limit; only staff members are written to, for nobody else signs in.

    One address is not written to again within PAUSE, whoever asks. `look_up` reads whom to write
    to, by the same statements whether there is anybody; writing then asks the database no more.
    """

    PAUSE = timedelta(minutes=5)
    # For one client within that time: what goes beyond is neither looked up nor kept.
    MOST = 20

    def look_up(self, whence: str | None) -> None:
        """Find whom to write to; `whence` is the address of who asks. Two asking at once wait."""
        email = self.cleaned_data["email"]
        self._found = []
        if self._is_first(email, whence):
            self._found = [user for user in super().get_users(email) if _signs_in_by_name(user)]

    def get_users(self, email):
        return self._found

    def _is_first(self, email: str, whence: str | None) -> bool:
        name = sha256(folded(email).encode()).hexdigest()
        began = Now() - self.PAUSE
        with transaction.atomic():
            database.limit_idle_clients()
            database.lock_in_transaction(_RESET, name)
            attempts.forget(_RESET, until=began)
            asked = attempts.noted(_RESET, since=began)
            if asked.filter(username=name).exists():
                return False
            if asked.filter(ip_address=whence).count() >= self.MOST:
                return False
            attempts.note(_RESET, name, address=whence)
        return True


class ResetView(PasswordResetView):
    """Answers before anything is written to anybody: the time it takes tells nothing."""

    form_class = ResetForm

    def form_valid(self, form):
        form.look_up(address(self.request))
        scheme, _, host = mail.home().partition("://")
        return mail.Afterwards(
            self.get_success_url(),
            partial(form.save, domain_override=host, use_https=scheme == "https"),
        )
