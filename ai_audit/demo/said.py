"""What the demo's people said of suggestions beside deciding on them. Data only."""

from dataclasses import dataclass
from datetime import timedelta

from ai_audit.models import ActKind


@dataclass(frozen=True)
class Said:
    """Something said of the suggestion `about`, so long before the day began."""

    about: str
    by: str
    kind: ActKind
    ago: timedelta
    text: str


SAID = [
    # It waits for an answer, and for more than a day: so it is back in its tab.
    Said(
        about="unconference",
        by="noa",
        kind=ActKind.ASKED,
        ago=timedelta(hours=30),
        text="מיכל, מי ינחה את זה אם אף אחד לא מעלה נושא? בלי מנחה עדיף לוותר.",
    ),
    Said(
        about="contracts-without-draft",
        by="noa",
        kind=ActKind.ASKED,
        ago=timedelta(hours=19),
        text="האם המרצה ביקש גם להוריד את המצגת, או רק את הטיוטה?",
    ),
    Said(
        about="contracts-without-draft",
        by="noa",
        kind=ActKind.NOTE,
        ago=timedelta(hours=18),
        text="מיכל ענתה בטלפון: רק את הטיוטה. The slides stay.\nאפשר לאשר.",
    ),
]
