"""Every address of the back office: the admin, and what belongs to signing in.

`/healthz` is answered before any address is looked up.
"""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import RedirectView

from eventflow.accounts import account_pages, second_factor_pages
from eventflow.accounts.signing_in import ResetView


def _resetting(address, view, name):
    """A page of Django's for someone who is not signed in, with the site's name on it."""
    context = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}
    return path(f"admin/{address}", view.as_view(extra_context=context), name=name)


# Where no mail can be sent, the sign-in page offers none.
_BY_MAIL = [
    _resetting("password_reset/", ResetView, "admin_password_reset"),
    _resetting("password_reset/done/", auth.PasswordResetDoneView, "password_reset_done"),
]
# Links are given by hand as well.
_BY_LINK = [
    _resetting("reset/<uidb64>/<token>/", auth.PasswordResetConfirmView, "password_reset_confirm"),
    _resetting("reset/done/", auth.PasswordResetCompleteView, "password_reset_complete"),
]

handler400 = "eventflow.web.outages.bad_request"
handler500 = "eventflow.web.outages.failed"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    *(_BY_MAIL if settings.EMAIL_URL else []),
    *_BY_LINK,
    path(
        "admin/second-factor/",
        admin.site.admin_view(second_factor_pages.second_factor_page),
        name="second_factor",
    ),
    path("admin/login/code/", account_pages.code_page, name="account_code"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
