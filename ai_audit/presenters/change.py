"""One field of a session before and after, as a page tells it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One field before and after, as text and whole; `ltr` says it holds only numbers.

    `field` is the name of a settable field, or `time` for start and end together; `saw` is what
    the AI saw, where that is not what stands now. Of what is `unchanged`, which is told only
    beside a change, `after` says what it is and stays. `note` is said of what would be written.
    What cannot be written as it was asked for is `refused`, with the reason. Of rooms it is told
    how many they hold, `held_before` and `held_after`, where that is known.
    """

    field: str
    label: str
    before: str
    after: str
    ltr: bool = False
    saw: str | None = None
    unchanged: bool = False
    note: str = ""
    refused: str = ""
    held_before: int | None = None
    held_after: int | None = None
