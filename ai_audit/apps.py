"""Whose decision: what the AI suggested, and what people made of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _lazy


class AiAuditConfig(AppConfig):
    name = "ai_audit"
    verbose_name = _lazy("AI suggestions")
