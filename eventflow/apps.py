"""The application that knows nothing of the domain: database, preflight, commands."""

import logging

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from eventflow.web import requests


class EventflowConfig(AppConfig):
    name = "eventflow"

    def ready(self):
        logging.setLogRecordFactory(requests.Numbered)
        # Every app's checks.py or schema.py registers its checks and what must hold to migrate; its
        # ready.py what must hold for deciding, what `doctor` looks at, and figures.
        autodiscover_modules("checks", "schema", "ready")
