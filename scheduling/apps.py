"""Whose time and rooms: the product's tables, and what may be done to a programme."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _lazy


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = _lazy("Programme")
