"""Where the second factor is asked for and enrolled, and who is led there before anything else."""

from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.core.mail import send_mail
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template import loader
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.deprecation import MiddlewareMixin
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django_otp import login
from django_otp.plugins.otp_totp.models import TOTPDevice

from eventflow.accounts import account, mail, second_factor, signing_in
from eventflow.accounts.account import CodeNeeded
from eventflow.accounts.supabase_auth import Trouble
from eventflow.text.bidi import ltr
from eventflow.web.parameters import takes

# What can be reached before the code was entered: nothing of the programme.
_BEFORE = {
    "second_factor",
    "account_code",
    "admin:login",
    "admin:logout",
    "admin:jsi18n",
    "set_language",
}
_KEY = "second_factor_key"
# Which wrong codes were entered in this session.
_OWN = "second_factor_wrong"
_KNOWN = timedelta(days=180)
# In the session: with which account of EventFlow somebody came, if so; asked with its password
# before anything of theirs is changed.
ACCOUNT_EMAIL = "account_email"
# In the session: whose code was checked by EventFlow's accounts at this sign-in.
CODE_GIVEN_THERE = "code_given_there"


class _GivenThere:
    """In the place of a device of ours: the code of an account was right."""


class SecondFactorMiddleware(MiddlewareMixin):
    """Leads to the code whoever has a second factor; with REQUIRE_2FA also whoever has none."""

    def process_request(self, request):
        request.user = SimpleLazyObject(partial(self._also_there, request, request.user))

    @staticmethod
    def _also_there(request, user):
        """The user, for whom a code that was checked there counts as one of ours."""
        unknown = user.is_authenticated and user.otp_device is None
        if unknown and request.session.get(CODE_GIVEN_THERE) == user.pk:
            user.otp_device = _GivenThere()
        return user

    def process_view(self, request, view, args, kwargs):
        if request.resolver_match.view_name in _BEFORE or not request.user.is_authenticated:
            return None
        if not (settings.REQUIRE_2FA or request.user.has_second_factor):
            return None
        if request.user.is_verified():
            return None
        there = reverse("second_factor")
        if request.method == "GET":
            there += "?" + urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(there)


class CodeField(forms.CharField):
    """A code that an app shows; spaces in it do not matter."""

    def __init__(self, label, **attrs):
        attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}
        super().__init__(label=label, max_length=20, widget=forms.TextInput(attrs=attrs))

    def to_python(self, value):
        return "".join(super().to_python(value).split())


class CodeForm(forms.Form):
    """The code of the app."""

    code = CodeField(_lazy("Code"), autofocus=True)


class EnrolForm(CodeForm):
    """The first code of a new app, and what shows that its owner is who enrols it."""

    code = CodeField(_lazy("Code"))
    password = forms.CharField(
        label=_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ReplaceForm(EnrolForm):
    """Also a code of the app whose place it takes."""

    code = CodeField(_lazy("Code of the new app"))
    instead = CodeField(_lazy("Code of the app you have used so far"))
    field_order = ("code", "instead", "password")


@takes("next", "anew")
def second_factor_page(request):
    """Enter the code; or enrol, where there is none yet or another is to take its place."""
    user = request.user
    asked = user.has_second_factor and not user.is_verified()
    enrolling = not user.has_second_factor or (not asked and "anew" in request.GET)
    kind = CodeForm if asked else ReplaceForm if user.has_second_factor else EnrolForm
    form = kind(request.POST or None)
    if request.method == "POST" and (asked or enrolling) and form.is_valid():
        device = _enrolled(request, form) if enrolling else _verified(request, form)
        if device:
            return _going_on(request, device)
    return TemplateResponse(
        request, "admin/second_factor.html", _context(request, form, asked, enrolling)
    )


def _verified(request, form) -> TOTPDevice | None:
    """The second factor whose code was entered; None where the form says why not."""
    before = second_factor.of(request.user)
    with _refusals(request, form, "code"):
        device = second_factor.verify(request.user, form.cleaned_data["code"], _whence(request))
        _tell_of_wrong_codes(request, since=before and (before.last_used_at or before.created_at))
        return device


def _enrolled(request, form) -> TOTPDevice | None:
    """The second factor that is new; None where the form says why there is none."""
    said = form.cleaned_data
    key = _key(request)
    with _refusals(request, form, "code"):
        second_factor.require_shown(key, said["code"])
        if not _is_theirs(request, said["password"]):
            form.add_error("password", _("That is not your password. Nothing was changed."))
            return None
        with _refusals(request, form, "instead"):
            device = second_factor.enrol(
                request.user,
                key,
                said["code"],
                instead=said.get("instead", ""),
                whence=_whence(request),
            )
            del request.session[_KEY]
            messages.success(
                request, _("Your two-step verification is set up. You need it to sign in.")
            )
            return device


def _is_theirs(request, password: str) -> bool:
    """Whether it is their password; wrong ones are counted with those of the sign-in page.

    Who came with an account of EventFlow is asked for that one's. Raises Refused.
    """
    if not (email := request.session.get(ACCOUNT_EMAIL)):
        name = request.user.get_username()
        return authenticate(request, username=name, password=password) == request.user
    try:
        name = signing_in.folded(email)
        found = authenticate(request, account=email, username=name, password=password)
    except CodeNeeded as needed:
        account.client().sign_out(needed.session)
        return request.session.get(CODE_GIVEN_THERE) == request.user.pk
    except Trouble as trouble:
        raise second_factor.Refused(str(trouble)) from trouble
    return found == request.user


@contextmanager
def _refusals(request, form, field: str):
    """Say beside the field why a code was not taken; and tell the owner where that is due."""
    try:
        yield
    except second_factor.Refused as refusal:
        form.add_error(field if field in form.fields else "code", str(refusal))
        if isinstance(refusal, second_factor.WrongCode):
            request.session[_OWN] = [*request.session.get(_OWN, []), refusal.kept]
            if refusal.number == second_factor.TELLING:
                _write_of_wrong_codes(request)


def _going_on(request, device):
    """Let the code count for this session, which gets a new name, and know the browser again."""
    login(request, device)
    request.session.cycle_key()
    request.session.pop(_OWN, None)
    answer = redirect(signing_in.leads_to(request))
    answer.set_signed_cookie(
        _cookie(device),
        _browser(request, device) or get_random_string(22),
        salt=_salt(device),
        max_age=_KNOWN,
        path=reverse("second_factor"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _whence(request) -> second_factor.Whence:
    device = second_factor.of(request.user)
    return second_factor.Whence(
        signing_in.address(request), _browser(request, device) if device else ""
    )


def _browser(request, device: TOTPDevice) -> str:
    """The name we gave the browser when this second factor's code was right in it; else empty."""
    return request.get_signed_cookie(
        _cookie(device), default="", salt=_salt(device), max_age=_KNOWN
    )


def _cookie(device: TOTPDevice) -> str:
    return f"browser_{device.user_id}"


def _salt(device: TOTPDevice) -> str:
    """With another second factor, every browser is a stranger again."""
    return f"second factor {device.pk}"


def _tell_of_wrong_codes(request, *, since) -> None:
    """A message about those that were entered elsewhere since the last right one."""
    own = request.session.get(_OWN, [])
    if wrong := second_factor.wrong_codes(request.user, since=since, besides=own):
        messages.warning(
            request,
            ngettext(
                "Since you last entered a right code, %(count)s wrong one was entered for you, on "
                "%(when)s, from the address %(address)s. If that was not you, someone knows your "
                "password: change it now.",
                "Since you last entered a right code, %(count)s wrong ones were entered for you, "
                "the last on %(when)s, from the address %(address)s. If that was not you, someone "
                "knows your password: change it now.",
                wrong.number,
            )
            % {
                "count": wrong.number,
                "when": date_format(localtime(wrong.last), "DATETIME_FORMAT"),
                "address": ltr(wrong.address or "–"),
            },
        )


def _write_of_wrong_codes(request) -> None:
    """The same as a mail, where there is mail and the user has an address."""
    user = request.user
    if not (settings.EMAIL_URL and user.email):
        return
    context = {
        "name": user.get_username(),
        "address": ltr(signing_in.address(request) or "–"),
        "page": mail.home() + reverse("admin:password_change"),
    }
    subject = loader.render_to_string("admin/wrong_codes_subject.txt").strip()
    text = loader.render_to_string("admin/wrong_codes_email.txt", context)
    mail.send_in_background(partial(send_mail, subject, text, None, [user.email]))


def _context(request, form, asked: bool, enrolling: bool) -> dict:
    context = admin.site.each_context(request) | {
        "title": _("Two-step verification"),
        "form": form,
        "asked": asked,
        "enrolling": enrolling,
        "required": settings.REQUIRE_2FA,
    }
    if enrolling:
        invitation = second_factor.invitation(request.user, _key(request))
        # Drawn by ourselves, of nothing but squares.
        context |= {"picture": mark_safe(invitation.picture), "secret": invitation.text}  # noqa: S308
    elif not asked and (device := second_factor.of(request.user)):
        context["since"] = device.created_at
    return context


def _key(request) -> str:
    """The secret that is being enrolled: the session keeps it until an app has shown a code."""
    return request.session.setdefault(_KEY, second_factor.new_key())
