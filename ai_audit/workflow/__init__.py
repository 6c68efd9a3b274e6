"""The only writer of decisions: approve, carry out, reject, amend, undo, make by hand.

Each is a transaction of its own, done whole or refused with a sentence. Nothing here knows of
requests or pages.
"""

from ai_audit.workflow.acts.dismissing import dismiss
from ai_audit.workflow.acts.firsts import of_undoing
from ai_audit.workflow.acts.notes import NOTED, leave_note
from ai_audit.workflow.acts.questions import ASKED, ask
from ai_audit.workflow.acts.second import (
    First,
    Waiting,
    asked_by_hand,
    departures,
    take_back_first,
    waiting,
)
from ai_audit.workflow.acts.writing import LONGEST_SAID
from ai_audit.workflow.again import suggest_again
from ai_audit.workflow.amending import REPLACED, amend, amended
from ai_audit.workflow.bulk import Results, approve_batch, approve_bulk, reject_bulk
from ai_audit.workflow.by_hand import ByHand, make_by_hand, preview_by_hand
from ai_audit.workflow.confirmation import Confirmation
from ai_audit.workflow.deciding import approve, approve_for_later, execute, reject, withdraw
from ai_audit.workflow.errors import (
    AlreadyDecided,
    Blocked,
    Busy,
    Changed,
    EventTaken,
    NotAmendable,
    NotApprovable,
    NotAsApproved,
    NotConfirmed,
    NotRecorded,
    NotSaid,
    NotTogether,
    NotUndoable,
    NotYours,
    Refusal,
    RefusedByGuard,
    RefusedByPolicy,
    WaitsForAnother,
)
from ai_audit.workflow.group import approve_group
from ai_audit.workflow.steps import REJECTED, Outcome, is_own, last_decision
from ai_audit.workflow.undoing import Undoing, preview_undo, undo, undoable

__all__ = [
    "ASKED",
    "LONGEST_SAID",
    "NOTED",
    "REJECTED",
    "REPLACED",
    "AlreadyDecided",
    "Blocked",
    "Busy",
    "ByHand",
    "Changed",
    "Confirmation",
    "EventTaken",
    "First",
    "NotAmendable",
    "NotApprovable",
    "NotAsApproved",
    "NotConfirmed",
    "NotRecorded",
    "NotSaid",
    "NotTogether",
    "NotUndoable",
    "NotYours",
    "Outcome",
    "Refusal",
    "RefusedByGuard",
    "RefusedByPolicy",
    "Results",
    "Undoing",
    "Waiting",
    "WaitsForAnother",
    "amend",
    "amended",
    "approve",
    "approve_batch",
    "approve_bulk",
    "approve_for_later",
    "approve_group",
    "ask",
    "asked_by_hand",
    "departures",
    "dismiss",
    "execute",
    "is_own",
    "last_decision",
    "leave_note",
    "make_by_hand",
    "of_undoing",
    "preview_by_hand",
    "preview_undo",
    "reject",
    "reject_bulk",
    "suggest_again",
    "take_back_first",
    "undo",
    "undoable",
    "waiting",
    "withdraw",
]
