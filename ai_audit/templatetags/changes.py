"""One side of a change as a page shows it: whole, long text folded, changed words marked.

What is shown is settled in `presenters`; here it is escaped, isolated and marked up.
"""

from collections.abc import Iterable

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ai_audit.presenters.change import Change
from ai_audit.proposals.hosts import looked_up
from eventflow.text.word_diff import Piece, diff_words

# What is longer is folded, and says how long it is; of it so much stays in sight.
FOLDED = 400
IN_SIGHT = 160
# So much before the first mark stays in sight with it.
BEFORE_A_MARK = 60
# In what is shorter the difference is seen without marks.
MARKED = 80

_NOTHING = mark_safe("—")

register = template.Library()


@register.filter
def was(change: Change, how: str = "") -> SafeString:
    """The value before; `how` may be `marked`, for a word diff of what goes."""
    pieces = _sides(change)[0] if how == "marked" else (Piece(change.before),)
    return _holding(_cell(change, change.before, pieces, _gone), change.held_before)


@register.filter
def will(change: Change, how: str = "") -> SafeString:
    """The value after; `how` may be `marked`, for a word diff of what comes."""
    pieces = _sides(change)[1] if how == "marked" else (Piece(change.after),)
    return _holding(_cell(change, change.after, pieces, _come), change.held_after)


@register.filter
def saw(change: Change) -> SafeString:
    """The value the AI saw."""
    return _cell(change, change.saw or "", (Piece(change.saw or ""),), _gone)


@register.filter
def folded(text: str) -> SafeString:
    """A text that no change is told by, whole."""
    return _cell(Change("", "", "", text), text, (Piece(text),), _come)


def _sides(change: Change) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    # Of times and numbers no part is a change.
    plain = change.ltr or change.field == "time"
    if plain or not (change.before and change.after) or not _is_long(change):
        return (Piece(change.before),), (Piece(change.after),)
    return diff_words(change.before, change.after)


def _is_long(change: Change) -> bool:
    return max(len(change.before), len(change.after)) > MARKED


def _cell(change: Change, text: str, pieces: Iterable[Piece], mark) -> SafeString:
    if not text:
        return _NOTHING
    if change.ltr:
        return format_html('<bdi class="ltr">{}</bdi>', text)
    pieces = tuple(pieces)
    whole = _text(pieces, mark)
    if len(text) > FOLDED:
        return format_html(
            '<details class="folded"><summary>{}… <span class="quiet">({})</span></summary>{}'
            "</details>",
            _text(_in_sight(pieces), mark),
            _length(text),
            whole,
        )
    if change.field == "materials_url" and (host := looked_up(text)):
        return format_html(
            _('{address} <span class="quiet">(leads to <bdi class="ltr">{host}</bdi>)</span>'),
            address=whole,
            host=host,
        )
    return whole


def _holding(cell: SafeString, places: int | None) -> SafeString:
    """The cell of a room, and how many it holds where that is known."""
    if places is None:
        return cell
    said = ngettext("%(count)s place", "%(count)s places", places) % {"count": places}
    return format_html('{} <span class="holds">{}</span>', cell, said)


def _length(text: str) -> str:
    count = len(text)
    return ngettext("%(count)s character", "%(count)s characters", count) % {
        "count": number_format(count, force_grouping=True)
    }


def _text(pieces: Iterable[Piece], mark) -> SafeString:
    shown = ((mark(piece.text) if piece.changed else piece.text,) for piece in pieces)
    return format_html('<bdi class="text">{}</bdi>', format_html_join("", "{}", shown))


# The text is isolated as a whole. Within it a mark is not, for then what has one would be read in
# another order than what is written; what is said of it aloud is isolated from it.
_MARK = '<{0}><bdi class="visually-hidden">{1} </bdi>{2}</{0}>'


def _gone(text: str) -> SafeString:
    """Words that go."""
    return format_html(_MARK, "del", _("removed:"), text)


def _come(text: str) -> SafeString:
    """Words that come."""
    return format_html(_MARK, "ins", _("added:"), text)


def _in_sight(pieces: tuple[Piece, ...]) -> list[Piece]:
    """Some of a long text: what is about the first mark, or its beginning where there is none."""
    first = next((n for n, piece in enumerate(pieces) if piece.changed), 0)
    found = []
    if first:
        lead = pieces[first - 1].text
        if len(lead) > BEFORE_A_MARK:
            _half_a_word, _space, words = lead[-BEFORE_A_MARK:].partition(" ")
            lead = f"… {words}"
        found = [Piece(lead)]
    left = IN_SIGHT
    for piece in pieces[first:]:
        found.append(Piece(piece.text[:left], piece.changed))
        left -= len(piece.text)
        if left <= 0:
            break
    return found
