"""The admin's site: Django's own, whose pages see only the parameters that they take."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig

from eventflow.web.parameters import only_declared, takes


class BackOfficeAdmin(AdminConfig):
    """The application `django.contrib.admin`, with a site of ours."""

    default_site = "eventflow.web.site.BackOfficeSite"


class BackOfficeSite(AdminSite):
    """Every page of every model is wrapped here, whoever registers it."""

    def admin_view(self, view, cacheable=False):
        return super().admin_view(only_declared(view), cacheable)

    def get_urls(self):
        """Without the way to a row's page elsewhere: none has one, and any id would be tried."""
        return [
            pattern
            for pattern in super().get_urls()
            if getattr(pattern, "name", None) != "view_on_site"
        ]

    # Where the sign-in page leads on to, once models are loaded: (request, its answer) -> answer.
    led_on = None

    def login(self, request, extra_context=None):
        return self.led_on(request, super().login(request, extra_context))

    @takes("term", "page", "app_label", "model_name", "field_name", warn=False)
    def autocomplete_view(self, request):
        return super().autocomplete_view(request)

    @takes("next", warn=False)
    def logout(self, request, extra_context=None):
        return super().logout(request, extra_context)

    @takes(warn=False)
    def i18n_javascript(self, request, extra_context=None):
        return super().i18n_javascript(request, extra_context)

    @takes(warn=False)
    def catch_all_view(self, request, url):
        return super().catch_all_view(request, url)
