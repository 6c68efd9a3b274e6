"""How a value is told in HTML: moments, changes in brief, text that reorders nothing; a page."""

import re

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.timesince import timesince, timeuntil
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from eventflow.text import sentences
from scheduling import times

# A clock time or a span of them, as `times` isolates it.
_CLOCK = re.compile("(\u2066[\\d:–+() \u00a0\u2060-]+\u2069)")

# So much of each side of a change is told in brief, of that so much before they differ.
_IN_BRIEF, _LED_IN = 60, 20

# The attribute that keeps times and numbers left to right.
LTR = mark_safe(' class="ltr"')


def page(model_admin, request, name, context):
    """The response with a template of ours, in the frame that every page of the admin has."""
    frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
    return TemplateResponse(request, f"admin/ai_audit/{name}.html", frame | context)


def changes_in_brief(changes):
    """The changes on one line, each isolated, with an arrow that follows the direction."""
    return format_html(
        '<span class="brief">{}</span>',
        format_html_join(" · ", "{}", ((_change_in_brief(change),) for change in changes)),
    )


def _change_in_brief(change):
    before, after = _in_sight(change)
    if change.unchanged:
        what = unbroken(after)
        stays = format_html(_("<bdi>{what}</bdi> unchanged"), what=what)
        return format_html('<span class="change">{}</span>', stays)
    return format_html(
        '<span class="change">{}: {}<bdi{}>{}</bdi>{}</span>',
        change.label,
        format_html('<bdi>{}</bdi> <i class="arrow"></i> ', unbroken(before)) if before else "",
        LTR if change.ltr else "",
        unbroken(after) or "—",
        format_html(' <span class="quiet">({})</span>', change.note) if change.note else "",
    )


def _in_sight(change):
    """Both sides, each cut where it is long: there where they differ, if they begin alike."""
    sides = change.before, change.after
    pairs = enumerate(zip(*sides, strict=False)) if change.field != "time" else ()
    differ = next((n for n, (was, will) in pairs if was != will), 0)
    first = differ - _LED_IN if differ > _IN_BRIEF - _LED_IN else 0
    return tuple(f"{'…' if first else ''}{side[first : first + _IN_BRIEF]}" for side in sides)


def why_failed(suggestion):
    """Why it failed, in the reader's language where that is known; of rows read with failures."""
    return sentences.retold(suggestion.failure) or suggestion.execution_error or ""


def isolated(text):
    """Text from outside, escaped and kept from reordering what stands around it."""
    return format_html("<bdi>{}</bdi>", text) if text else None


def column(path, label):
    """A column that shows, isolated, the text at a path of fields, and sorts by it."""

    @admin.display(description=label, ordering=path)
    def shown(_model_admin, row):
        for name in path.split("__"):
            row = row and getattr(row, name)
        return isolated(row)

    return shown


def unbroken(text):
    """The same text, for a page that breaks no line inside its clock times."""
    parts = _CLOCK.split(text)
    parts[1::2] = [format_html('<span class="clock">{}</span>', clock) for clock in parts[1::2]]
    return format_html_join("", "{}", ((part,) for part in parts))


def other_zone(zone):
    """The name of the time zone that times are told in, where it is not the reader's own."""
    called = times.called(zone)
    if called == get_current_timezone_name():
        return ""
    return format_html(' <bdi class="quiet ltr">{}</bdi>', called)


def since(when):
    """How long ago, in words, to one unit."""
    return _lazy("%(time)s ago") % {"time": timesince(when, depth=1)} if when else ""


def begun_since(when):
    """“Begun …”: that a session has begun, and how long ago, in words, to one unit."""
    return _lazy("has begun, %(time)s ago") % {"time": timesince(when, depth=1)}


def until(when):
    """How soon, in words, to one unit."""
    return _lazy("in %(time)s") % {"time": timeuntil(when, depth=1)}


def local_time(when, zone):
    """A moment in the event's zone."""
    if when is None:
        return None
    return format_html('<bdi class="when">{}</bdi>', times.moment(when, zone=zone))
