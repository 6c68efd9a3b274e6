"""Untrusted JSON to typed values: what is asked for, and what the AI claimed beside it.

Nothing of `action_data` goes further than here but by these.
"""

from ai_audit.proposals.claims import Claims
from ai_audit.proposals.fields import FIELD_LABELS, POINTER_LABELS, SETTABLE, quote
from ai_audit.proposals.parsing import (
    NO_EVENT,
    Action,
    InvalidProposal,
    OddFields,
    Proposal,
    RefusedField,
    UnsupportedAction,
    parse,
)

__all__ = [
    "FIELD_LABELS",
    "NO_EVENT",
    "POINTER_LABELS",
    "SETTABLE",
    "Action",
    "Claims",
    "InvalidProposal",
    "OddFields",
    "Proposal",
    "RefusedField",
    "UnsupportedAction",
    "parse",
    "quote",
]
