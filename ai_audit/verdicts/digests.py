"""Digests for optimistic locking: of a verdict as plain values, so that what is decided was shown.

No sentence, clock or counter is part of them. What a digest is compared with is the workflow's.
"""

import hashlib
import json
from typing import Any

from ai_audit.models import Status, Suggestion
from ai_audit.proposals import SETTABLE
from ai_audit.verdicts.verdict import ReadableVerdict, Risk, Verdict
from scheduling.conflicts import Conflict

# Made once, for it is asked thousands of times. Nothing plain is inside of itself.
_as_text = json.JSONEncoder(default=str, sort_keys=True, check_circular=False).encode


def conflict_seen(conflict: Conflict) -> dict[str, Any]:
    """A conflict as the decision history keeps it: kind, severity and ids; no sentence."""
    return {
        "kind": conflict.kind.value,
        "severity": conflict.severity.value,
        "ids": sorted(map(str, conflict.ids)),
    }


def conflict_key(conflict: Conflict) -> str:
    """A short name for a conflict as it is seen, the same for as long as that is the same."""
    return digest_of_parts(conflict_seen(conflict))[:16]


def conflicts_seen(verdict: Verdict) -> list[dict[str, Any]]:
    """The verdict's conflicts as the decision history keeps them."""
    return sorted(
        map(conflict_seen, verdict.conflicts), key=lambda seen: (seen["kind"], seen["ids"])
    )


def asked(suggestion: Suggestion, verdict: Verdict) -> list[Any]:
    """The suggestion as it is written and as it is read: a zone that changes moves times."""
    values = dict(verdict.proposal.values) if isinstance(verdict, ReadableVerdict) else None
    whole = [suggestion.action_type, suggestion.stored, values, suggestion.zone.key]
    return [*whole, turning(verdict)] if verdict.turns else whole


def turning(verdict: Verdict) -> list[list[Any]]:
    """The pointers that turn: each from what row to what row."""
    return [
        [column, turn.before and turn.before.id, turn.after and turn.after.id]
        for column, turn in verdict.turns.items()
    ]


def digest(suggestion: Suggestion, verdict: Verdict) -> str:
    """SHA-256 of what a person decides on: the suggestion, the live session, the conflicts.

    Over where it stands, what was asked for and comes to on the event's clocks, the session's
    fields that are shown or touched, each conflict's kind, severity and ids, and whether the risk
    is critical, or of what waits to be carried out the risk. Sentences, the clock and counters do
    not count: a mere registration in between changes nothing, unless it is the first for a session
    that would be removed.
    """
    session = verdict.session
    shown = {name: getattr(session, name) for name in SETTABLE} if session else None
    # Who approves anew has to have seen that the risk has risen.
    approved = suggestion.execution_status == Status.APPROVED
    risk = verdict.risk if approved else verdict.risk is Risk.CRITICAL
    stands = [suggestion.execution_status, suggestion.approved_at, risk]
    return digest_of_parts([stands, asked(suggestion, verdict), shown, conflicts_seen(verdict)])


def digest_of_parts(value: Any) -> str:
    """SHA-256 of plain values, in hexadecimal; what JSON does not know counts as its text."""
    return hashlib.sha256(_as_text(value).encode()).hexdigest()
