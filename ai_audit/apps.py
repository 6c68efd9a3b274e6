"""Whose decision: what the AI suggested, and what people made of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiAuditConfig(AppConfig):
    name = "ai_audit"
    verbose_name = _("AI suggestions")
