"""What the foot of a page tells: the version that serves it, and the number of the request."""

from django import template

from eventflow import __version__
from eventflow.web import requests

register = template.Library()

register.simple_tag(requests.number, name="request_number")


@register.simple_tag
def version() -> str:
    """As CHANGELOG.md and `/healthz` name it."""
    return __version__
