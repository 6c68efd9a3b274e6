"""The application that knows nothing of the domain: database, preflight, commands."""

import logging

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.module_loading import autodiscover_modules

from eventflow.accounts.moments import note_sign_in
from eventflow.web import requests


class EventflowConfig(AppConfig):
    name = "eventflow"

    def ready(self):
        logging.setLogRecordFactory(requests.Numbered)
        # Whichever of the two comes first stays, for it is known by this name.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(note_sign_in, dispatch_uid="update_last_login")
        # Every app's checks.py or schema.py registers its checks and what must hold to migrate; its
        # ready.py what must hold for deciding, what `doctor` looks at, and figures.
        autodiscover_modules("checks", "schema", "ready")
