"""The application that knows nothing of the domain: database, preflight, commands."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventflowConfig(AppConfig):
    name = "eventflow"

    def ready(self):
        # Every app's checks.py registers its checks, and what must hold before migrating.
        autodiscover_modules("checks")
