"""What a person has to say besides pressing the button, by the risk of what they approve.

Clear and of little risk: nothing. Each warning: a tick. A session that people or VIPs are
registered for is removed: its title, and a reason. What is blocked is not approved at all. Nothing
here knows of pages; the workflow compares what was seen.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ai_audit import verdicts
from ai_audit.verdicts import Risk, Verdict
from ai_audit.workflow.errors import NotConfirmed
from scheduling.conflicts import Conflict, Severity


@dataclass(frozen=True)
class Friction:
    """What is asked: a tick for each of `ticks`; and the `title`, if there is one, and a reason."""

    ticks: tuple[str, ...] = ()
    title: str | None = None

    def __bool__(self):
        return bool(self.ticks or self.title is not None)


def needed(verdict: Verdict) -> Friction:
    """What has to be said to approve what the verdict is on."""
    return Friction(
        ticks=tuple(map(tick_of, verdict.warnings)),
        title=verdict.session.title if verdict.risk is Risk.CRITICAL else None,
    )


def tick_of(conflict: Conflict) -> str:
    """What the tick of a conflict says; empty where it needs none."""
    return verdicts.conflict_key(conflict) if conflict.severity is Severity.WARNING else ""


def require(
    friction: Friction, *, ticks: Collection[str], title: str = "", reason: str = ""
) -> None:
    """Raise NotConfirmed unless all that is asked was said.

    Of the title only what can be seen has to be typed, and spaces do not matter.
    """
    if set(friction.ticks) - set(ticks):
        raise NotConfirmed(
            _("Nothing was changed: tick each warning to say that you have seen it.")
        )
    if friction.title is None:
        return
    if _seen(title) != _seen(friction.title):
        raise NotConfirmed(
            _("Nothing was changed: type the session’s title as it is, to say that you mean it.")
        )
    if not reason.strip():
        raise NotConfirmed(_("Nothing was changed: give a reason for removing the session."))


def _seen(title: str) -> list[str]:
    """The words of a title as a reader sees them: no marks of direction, no joiners."""
    composed = unicodedata.normalize("NFC", title)
    return "".join(
        c for c in composed if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf")
    ).split()
