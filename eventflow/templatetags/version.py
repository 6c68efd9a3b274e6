"""The version that serves a page, for its foot."""

from django import template

from eventflow import __version__

register = template.Library()


@register.simple_tag
def version() -> str:
    """As CHANGELOG.md and `/healthz` name it."""
    return __version__
