"""Between password and code of an account of EventFlow: where it is asked for, and what is kept."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import authenticate, login
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from eventflow.accounts import account, signing_in
from eventflow.accounts.second_factor_pages import ACCOUNT_EMAIL, CODE_GIVEN_THERE, CodeForm
from eventflow.accounts.supabase_auth import BEGIN_AGAIN, AuthSession, Trouble

_COOKIE = "account_step"
# In the session: which browser gave the password. Nothing that the other side knows.
_BROWSER = "account_browser"


def led_on(request, answer):
    """In place of the sign-in page's answer: to the code, where the password was right."""
    if session := getattr(request, "code_needed", None):
        return _to_code(request, session, answer)
    if email := getattr(request.user, ACCOUNT_EMAIL, ""):
        request.session[ACCOUNT_EMAIL] = email
    return answer


def _to_code(request, session: AuthSession, answer):
    browser = get_random_string(32)
    try:
        sealed = account.sealed(session, browser)
    except Trouble as trouble:
        account.client().sign_out(session)
        answer.context_data["form"].add_error(None, str(trouble))
        return answer
    request.session[_BROWSER] = browser
    there = redirect(
        f"{reverse('account_code')}?{urlencode({'next': signing_in.leads_to(request)})}"
    )
    there.set_cookie(
        _COOKIE,
        sealed,
        max_age=account.HELD,
        path=reverse("account_code"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return there


class AccountCodeForm(CodeForm):
    """The code, and where an account has several apps, of which."""

    factor = forms.TypedChoiceField(label=_lazy("App"), coerce=int)
    field_order = ("factor", "code")

    def __init__(self, data, session: AuthSession):
        super().__init__(data)
        if len(session.factors) > 1:
            self.fields["factor"].choices = [
                (number, factor.name or number + 1) for number, factor in enumerate(session.factors)
            ]
        else:
            del self.fields["factor"]


@never_cache
@sensitive_post_parameters()
def code_page(request):
    """Take the code of somebody who gave a right password in this browser."""
    session = None
    if account.is_offered():
        browser = request.session.get(_BROWSER, "")
        session = account.opened(request.COOKIES.get(_COOKIE, ""), browser)
    if session is None and request.user.is_authenticated:
        return redirect(signing_in.leads_to(request))
    if session is None:
        return _again(request, str(BEGIN_AGAIN()))
    form = AccountCodeForm(request.POST or None, session)
    if request.method == "POST" and form.is_valid():
        try:
            if given := _given(request, session, form.cleaned_data):
                return _signed_in(request, given)
            form.add_error("code", _("That is not the code that your app shows now."))
        except Trouble as trouble:
            if trouble.why.sentence is BEGIN_AGAIN:
                return _again(request, str(trouble))
            form.add_error(None, str(trouble))
    context = admin.site.each_context(request) | {"title": _("Two-step verification"), "form": form}
    return TemplateResponse(request, "admin/account_code.html", context)


def _given(request, session: AuthSession, said: dict) -> AuthSession | None:
    factor = session.factors[said.get("factor", 0)]
    return account.by_code(session, factor, said["code"], signing_in.address(request))


def _signed_in(request, given: AuthSession):
    user = authenticate(request, account=given)
    login(request, user)
    request.session.pop(_BROWSER, None)
    request.session[ACCOUNT_EMAIL] = getattr(user, ACCOUNT_EMAIL)
    request.session[CODE_GIVEN_THERE] = user.pk
    return _without_cookie(redirect(signing_in.leads_to(request)))


def _again(request, why: str):
    request.session.pop(_BROWSER, None)
    messages.error(request, why)
    return _without_cookie(
        redirect(f"{reverse('admin:login')}?{urlencode({'next': signing_in.leads_to(request)})}")
    )


def _without_cookie(answer):
    answer.delete_cookie(_COOKIE, path=reverse("account_code"), samesite="Strict")
    return answer
