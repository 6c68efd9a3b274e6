"""Where the second factor is asked for and enrolled, and who is led there before anything else."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import login

from eventflow import second_factor
from eventflow.parameters import takes

# What can be reached before the code was entered: nothing of the programme.
_BEFORE = {"second_factor", "admin:login", "admin:logout", "admin:jsi18n", "set_language"}
_KEY = "second_factor_key"


class SecondFactorMiddleware:
    """Leads to the code whoever has a second factor; with REQUIRE_2FA also whoever has none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

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


class CodeForm(forms.Form):
    """The code that the app shows; spaces in it do not matter."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "dir": "ltr",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self):
        return "".join(self.cleaned_data["code"].split())


@takes("next", "anew")
def second_factor_page(request):
    """Enter the code; or enrol, where there is none yet or another is to take its place."""
    user = request.user
    asked = user.has_second_factor and not user.is_verified()
    enrolling = not user.has_second_factor or (not asked and "anew" in request.GET)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and (asked or enrolling) and form.is_valid():
        try:
            _take(request, form.cleaned_data["code"], enrolling)
            return redirect(_next(request))
        except second_factor.Refused as refusal:
            form.add_error("code", str(refusal))
    return TemplateResponse(
        request, "admin/second_factor.html", _context(request, form, asked, enrolling)
    )


def _take(request, code: str, enrolling: bool) -> None:
    """Let the code count for this session, which gets a new name. Raises Refused."""
    if enrolling:
        device = second_factor.enrol(request.user, _key(request), code)
        del request.session[_KEY]
        messages.success(request, _("Your second factor is enrolled. You need it to sign in."))
    else:
        device = second_factor.verify(request.user, code)
    login(request, device)
    request.session.cycle_key()


def _context(request, form, asked: bool, enrolling: bool) -> dict:
    context = admin.site.each_context(request) | {
        "title": _("Second factor"),
        "form": form,
        "asked": asked,
        "enrolling": enrolling,
        "required": settings.REQUIRE_2FA,
    }
    if enrolling:
        invitation = second_factor.invitation(request.user, _key(request))
        # Drawn by ourselves, of nothing but squares.
        context |= {"picture": mark_safe(invitation.picture), "secret": invitation.text}  # noqa: S308
    elif not asked:
        context["since"] = second_factor.enrolled_at(request.user)
    return context


def _key(request) -> str:
    """The secret that is being enrolled: the session keeps it until an app has shown a code."""
    return request.session.setdefault(_KEY, second_factor.new_key())


def _next(request) -> str:
    wanted = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else reverse("admin:index")
