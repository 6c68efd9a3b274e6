"""The application of AI suggestions, of the decisions on them and of their history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _lazy


class AiAuditConfig(AppConfig):
    name = "ai_audit"
    verbose_name = _lazy("AI suggestions")
