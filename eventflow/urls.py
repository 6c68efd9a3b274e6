"""Every address of the back office: the admin, and what belongs to signing in.

`/healthz` is answered before any address is looked up.
"""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import RedirectView

from eventflow import second_factor_pages
from eventflow.signing_in import ResetForm

# Where no mail can be sent, the sign-in page offers none.
_PASSWORD_RESET = [
    path(
        "admin/password_reset/",
        auth.PasswordResetView.as_view(form_class=ResetForm),
        name="admin_password_reset",
    ),
    path(
        "admin/password_reset/done/",
        auth.PasswordResetDoneView.as_view(),
        name="password_reset_done",
    ),
    path(
        "admin/reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "admin/reset/done/",
        auth.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    *(_PASSWORD_RESET if settings.EMAIL_URL else []),
    path(
        "admin/second-factor/",
        admin.site.admin_view(second_factor_pages.second_factor_page),
        name="second_factor",
    ),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
