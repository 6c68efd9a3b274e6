"""The basis of an approval, and whether it still holds when it is carried out later.

What has gone since stops nothing, nor does another suggestion that wants the same: whoever
approved it decided between them. Whose approval is asked for it is the other rooms' affair.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from ai_audit import verdicts
from ai_audit.history import Approval
from ai_audit.proposals import SETTABLE
from ai_audit.verdicts import ReadableVerdict, Risk, Verdict
from eventflow.db import database
from scheduling.conflicts import Conflict, Kind, Severity

_RISKS, _SEVERITIES = list(Risk), list(Severity)
_NO_SESSION = verdicts.digest_of_parts(None)


def of(verdict: ReadableVerdict, aal: str, *, first: int | None = None) -> dict[str, Any]:
    """The basis of an approval that is given now, as the history keeps it; `aal` is the person's.

    Digests of the values that are asked for, typed, and of the live session's shown fields, and
    the risk, to which what else is undecided adds nothing. Of the second of two approvals, `first`
    is the act that was the first.
    """
    proposal, session = verdict.proposal, verdict.session
    asked: list[Any] = [proposal.action, proposal.session_id, dict(proposal.values)]
    if verdict.turns:
        asked.append(verdicts.turning(verdict))
    shown = session and {name: getattr(session, name) for name in SETTABLE}
    found = {
        "asked": verdicts.digest_of_parts(asked),
        "session": verdicts.digest_of_parts(shown) if shown else _NO_SESSION,
        "risk": _alone(verdict).risk.value,
        "aal": aal,
    }
    return found if first is None else {**found, "first": first}


def by_two(approval: Approval) -> bool:
    """Whether the history keeps of it that somebody else had approved before."""
    return isinstance(approval.basis.get("first"), int)


def is_known(approval: Approval) -> bool:
    """Whether the history keeps a basis of it that can be read."""
    return approval.basis.keys() >= {"asked", "session", "risk"} and (
        approval.basis["risk"] in _RISKS
    )


def aal(approval: Approval) -> str:
    """The assurance level (AAL) at which the person was signed in who gave it."""
    return database.AAL2 if approval.basis.get("aal") == database.AAL2 else database.AAL1


def departures_from(approval: Approval, verdict: Verdict) -> list[str]:
    """Why what was approved must be looked at again before it is carried out.

    By what the history keeps of it. Sentences; none where it stands as it was approved, or better.
    """
    if not is_known(approval):
        return [
            _("It is not known what its approval rests on: it was not given here, or long ago.")
        ]
    if not (isinstance(verdict, ReadableVerdict) and verdict.approvable):
        # Then there is nothing to compare.
        return [conflict.sentence for conflict in verdict.conflicts]
    then, now = approval.basis, of(verdict, "")
    found = []
    if now["asked"] != then["asked"]:
        found.append(_("What it asks for comes to something else now than when it was approved."))
    if verdict.session and now["session"] != then["session"]:
        found.append(_("The session was changed since it was approved."))
    arrived = [
        conflict.sentence
        for conflict in _alone(verdict).conflicts
        if conflict.severity is not Severity.INFO
        and not _was_seen(conflict, approval.seen)
        # An approval from before there was this kind knew by the risk that people are registered.
        and not (conflict.kind is Kind.REMOVES and then["risk"] == Risk.CRITICAL)
    ]
    # What arrived says by itself why the risk has risen.
    if not arrived and _RISKS.index(Risk(now["risk"])) > _RISKS.index(Risk(then["risk"])):
        found.append(
            _("Its risk has risen since it was approved, from “%(then)s” to “%(now)s”.")
            % {"then": Risk(then["risk"]).label, "now": Risk(now["risk"]).label}
        )
    return found + arrived


def _alone(verdict: ReadableVerdict) -> ReadableVerdict:
    """The verdict without what other suggestions that are undecided add to it."""
    others = tuple(c for c in verdict.conflicts if c.kind is not Kind.COMPETING)
    return verdict if len(others) == len(verdict.conflicts) else replace(verdict, conflicts=others)


def _was_seen(conflict: Conflict, seen: tuple[Mapping[str, Any], ...]) -> bool:
    """Whether it was on screen, then as severe at least, with all that it is about now."""
    now = verdicts.conflict_seen(conflict)
    return any(
        then.get("kind") == now["kind"]
        and then.get("severity") in _SEVERITIES[: _SEVERITIES.index(conflict.severity) + 1]
        and isinstance(then.get("ids"), list)
        and set(now["ids"]) <= set(map(str, then["ids"]))
        for then in seen
    )


def in_words(departed: Iterable[str]) -> str:
    """The sentence that it was not carried out, why, and what can be done."""
    return _(
        "Nothing was changed, and it stays approved: it has to be looked at again. %(reasons)s "
        "Approve it again on its page, or withdraw the approval."
    ) % {"reasons": " ".join(departed)}
