"""Verdicts: what is shown before deciding, and checked again under the locks.

Writes nothing. What a person has to say for it is asked in `workflow`.
"""

from ai_audit.verdicts.digests import (
    asked,
    conflict_key,
    conflict_seen,
    conflicts_seen,
    digest,
    digest_of_parts,
    turning,
)
from ai_audit.verdicts.judging import collisions_without, judge, lay, no_collisions
from ai_audit.verdicts.verdict import (
    FindCollisions,
    Level,
    ReadableVerdict,
    Risk,
    SuggestionCollisions,
    Verdict,
)

__all__ = [
    "FindCollisions",
    "Level",
    "ReadableVerdict",
    "Risk",
    "SuggestionCollisions",
    "Verdict",
    "asked",
    "collisions_without",
    "conflict_key",
    "conflict_seen",
    "conflicts_seen",
    "digest",
    "digest_of_parts",
    "judge",
    "lay",
    "no_collisions",
    "turning",
]
