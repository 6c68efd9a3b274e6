"""The number of the request that is answered, also on pages that are made without one."""

from django import template

from eventflow.web import requests

register = template.Library()


@register.simple_tag
def request_number() -> str | None:
    return requests.number()
