"""The admin's log, told in the reader's language."""

from django import template

from ai_audit.presenters import logged

register = template.Library()


@register.simple_tag
def told(entries) -> list[logged.Logged]:
    """Entries of the admin's log, each with its words."""
    return logged.in_words(entries)
