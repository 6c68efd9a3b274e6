"""What approving would do: what is shown before deciding, and checked again under the locks.

Writes nothing. What a person has to say for it is asked in `workflow`.
"""

from ai_audit.verdicts.digests import (
    asked,
    conflict_key,
    conflict_seen,
    conflicts_seen,
    digest,
    fingerprint,
    turning,
)
from ai_audit.verdicts.judging import Level, Meeting, Met, Risk, Verdict, judge, unmet, without

__all__ = [
    "Level",
    "Meeting",
    "Met",
    "Risk",
    "Verdict",
    "asked",
    "conflict_key",
    "conflict_seen",
    "conflicts_seen",
    "digest",
    "fingerprint",
    "judge",
    "turning",
    "unmet",
    "without",
]
