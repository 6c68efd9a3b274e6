"""How the programme spells a name that is asked for otherwise: it is written so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from eventflow.text.bidi import isolate, visible
from scheduling.conflicts.kinds import Conflict, Kind, Severity


@dataclass(frozen=True, kw_only=True)
class Spelling(Conflict):
    """How the programme spells what is asked for in the field `name`: as it is `written`.

    `respelled` says that the session has that now, however it is spelled there.
    """

    name: str
    written: str
    respelled: bool


def spelled(kind: Kind, name: str, asked: str | None, own: str, respelled: bool) -> Spelling:
    """A note that what is `asked` for in the field `name` is written as the programme's `own`."""
    return Spelling(
        kind=kind,
        severity=Severity.INFO,
        sentence=lambda: (
            _("%(room)s is written as %(own)s, as the programme spells it.")
            % {"room": quoted(asked), "own": quoted(own)}
        ),
        subject=asked or "",
        name=name,
        written=own,
        respelled=respelled,
    )


def quoted(name: str | None) -> str:
    return _("“%(title)s”") % {"title": isolate(visible(name or ""))}
