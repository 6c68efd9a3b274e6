"""How the programme spells a name that is asked for otherwise: it is written so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from eventflow.text.bidi import isolate, visible
from scheduling.conflicts.kinds import Conflict, Kind, Severity
from scheduling.conflicts.placement import Placement


@dataclass(frozen=True)
class Spelling(Conflict):
    """How the programme spells what is asked for in the field `name`: as it is `written`.

    `respelled` says that the session has that now, however it is spelled there.
    """

    name: str = ""
    written: str | None = None
    respelled: bool = False


def speaker_spelled(placement: Placement, own: str, respelled: bool) -> Spelling:
    return Spelling(
        kind=Kind.SPEAKER,
        severity=Severity.INFO,
        sentence=lambda: written_as(placement.speaker, own),
        subject=placement.speaker or "",
        name="speaker_name",
        written=own,
        respelled=respelled,
    )


def written_as(name: str | None, own: str) -> str:
    return _("%(room)s is written as %(own)s, as the programme spells it.") % {
        "room": quoted(name),
        "own": quoted(own),
    }


def quoted(name: str | None) -> str:
    return _("“%(title)s”") % {"title": isolate(visible(name or ""))}
