"""The four-eyes rule: where an organization asks for a second approver, the first press is kept.

The second, by somebody else, decides. Both see and confirm the same: a first press counts as long
as what it rests on stands, as an approval does that is carried out later, and whoever gave it is
still here. It is asked for under the locks by whatever approves; without a rule, by no statement.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ai_audit import history, verdicts
from ai_audit.history import Approval
from ai_audit.models import FOR_OWN, ActKind, ApprovalRule, SecondFor, Status, Suggestion
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import ReadableVerdict, Risk, Verdict
from ai_audit.workflow import basis, errors, making, steps
from ai_audit.workflow.acts import firsts as firsts_of
from ai_audit.workflow.acts.firsts import First, Press
from ai_audit.workflow.acts.writing import LONGEST_SAID
from ai_audit.workflow.batches import Ready
from ai_audit.workflow.errors import AlreadyDecided, Refusal, WaitsForAnother
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from eventflow.text.bidi import isolate
from scheduling import times
from scheduling.models import StaffMember


@dataclass(frozen=True)
class Waiting:
    """The progress of two approvals, for a page: `needed` says whether its reader cannot do alone.

    `firsts` are those that count, of which one may be the reader's `own`; `gone` those that do not
    count any more.
    """

    needed: bool
    firsts: tuple[First, ...] = ()
    own: First | None = None
    gone: tuple[First, ...] = ()

    @property
    def first(self) -> First | None:
        """The one that waits for a second; the reader's own where there is no other."""
        return next((first for first in self.firsts if first is not self.own), self.own)

    @property
    def decides(self) -> bool:
        """Whether the reader's press would be the second."""
        return any(first is not self.own for first in self.firsts)


def needed(
    suggestion: Suggestion, verdict: Verdict, *, by: UUID | None, made_of: Suggestion | None = None
) -> bool:
    """Whether the profile `by` cannot approve it alone; by the rule that was read along with it.

    It is the wish of all who asked for it or for what it replaces. Where somebody edits and
    approves one in the same act, it is that of those who asked for what it is `made_of`.
    """
    rule = suggestion.second_for
    if rule in (SecondFor.CRITICAL, SecondFor.CRITICAL_OR_OWN) and verdict.risk is Risk.CRITICAL:
        return True
    if rule in FOR_OWN:
        wish = made_of or suggestion
        return by in (wish.user_id, *(wish.askers or ()))
    return rule == SecondFor.ALL


def kept_as_first(press: Press, *, by: StaffMember) -> Outcome | None:
    """Keep the press as the first of two where it cannot decide; None where it does.

    Under the locks, when all else is required. Where it decides as the second, the suggestion knows
    the first. Raises WaitsForAnother where it is kept already.
    """
    result = kept_as_firsts([press], by=by).get(press.suggestion.pk)
    if isinstance(result, Refusal):
        raise result
    return result


def kept_as_firsts(presses: Collection[Press], *, by: StaffMember) -> dict[UUID, Outcome | Refusal]:
    """As `kept_as_first`, of each of many; those that decide are left out.

    No statement where no rule asks for a second; else one, and three where any is kept.
    """
    asking = _asking(presses, by)
    if not asking:
        return {}
    standing = _standing(asking)
    keeping: list[Press] = []
    results: dict[UUID, Outcome | Refusal] = {}
    for press in asking:
        pk = press.suggestion.pk
        others = [first for first in standing[pk] if not first.is_of(by)]
        if others:
            press.suggestion.approved_first = others[0].act
        elif standing[pk]:
            results[pk] = WaitsForAnother(_already(press.suggestion, standing[pk][0]))
        else:
            keeping.append(press)
            results[pk] = _outcome(press.suggestion)
    firsts_of.keep(keeping, by)
    return results


def kept_together(presses: Collection[Press], *, by: StaffMember) -> dict[UUID, Outcome] | None:
    """As `kept_as_first`, of all or none: what each came to where they wait; None where all decide.

    Where one waits all do, and a press is kept of each: whoever comes next may have asked for
    another of them. Raises WaitsForAnother where all are kept already.
    """
    asking = _asking(presses, by)
    if not asking:
        return None
    standing = _standing(presses)
    others = {
        pk: [first for first in firsts if not first.is_of(by)] for pk, firsts in standing.items()
    }
    if all(others[press.suggestion.pk] for press in asking):
        for press in asking:
            press.suggestion.approved_first = others[press.suggestion.pk][0].act
        return None
    keeping = [p for p in presses if len(others[p.suggestion.pk]) == len(standing[p.suggestion.pk])]
    if not keeping:
        waiting = next(press.suggestion for press in asking if not others[press.suggestion.pk])
        raise WaitsForAnother(_already(waiting, standing[waiting.pk][0]))
    firsts_of.keep(keeping, by)
    return {press.suggestion.pk: _outcome(press.suggestion) for press in presses}


def deciding(
    ready: Collection[Ready], *, by: StaffMember, results: dict[UUID, Outcome | Refusal]
) -> list[Ready]:
    """Keep the first presses among many, each result in `results`; those left decide.

    The records of those that are approved by the second say which act was the first.
    """
    presses = [Press(one.suggestion, one.verdict, one.record.reason or "") for one in ready]
    results |= kept_as_firsts(presses, by=by)
    left = [one for one in ready if one.suggestion.pk not in results]
    for one in left:
        if one.suggestion.approved_first is not None:
            one.record.basis = {**(one.record.basis or {}), "first": one.suggestion.approved_first}
    return left


def kept_with_made(
    new: Suggestion,
    verdict: Verdict,
    *,
    by: StaffMember,
    reason: str,
    made_of: Suggestion | None = None,
) -> Outcome | None:
    """As `kept_as_first`, of one that `by` has just made, which waits then like any other.

    What it rests on is how others will read it. Raises Blocked and NotApprovable where that cannot
    be carried out.
    """
    if not needed(new, verdict, by=by.profile_id, made_of=made_of):
        return None
    new.as_given = True
    read = making.require_clear(verdicts.judge([new], lock=True)[new.pk])
    steps.require_approvable(read)
    firsts_of.keep([Press(new, read, reason)], by)
    return Outcome(
        new.pk,
        Status.SUGGESTED,
        _(
            "Kept as a suggestion, approved 1 of 2: nothing is carried out until somebody else of "
            "the organization has approved it too."
        ),
        first=True,
    )


def asked_by_hand(by: StaffMember, verdict: Verdict | None = None) -> bool:
    """Whether a change by hand of `by`'s takes two, as far as is known of it; one statement.

    For what a page says before. What is not judged yet may still turn out to be critical.
    """
    rules = ApprovalRule.objects.filter(organization=by.profile.organization_id)
    rule = rules.values_list("second_for", flat=True).first()
    if rule == SecondFor.CRITICAL:
        return verdict is not None and verdict.risk is Risk.CRITICAL
    return rule is not None


def undoing(
    old: Suggestion, new: Suggestion, verdict: Verdict, digest: str, *, by: StaffMember
) -> Waiting | None:
    """The progress of two approvals of undoing `old` by `new`; None where that of `by` is enough.

    One's own decision is undone alone. `digest` is of what undoing would do, and what a first
    approval of it rests on. One statement, or none where nobody else is asked for.
    """
    if by.profile_id == old.approved_by_id or not needed(new, verdict, by=by.profile_id):
        return None
    firsts = firsts_of.of_each([old])[old.pk]
    standing = tuple(first for first in firsts if _undoes(first, old, digest))
    return Waiting(True, standing, next((f for f in standing if f.is_of(by)), None))


def undoing_waits(
    old: Suggestion, new: Suggestion, verdict: Verdict, digest: str, *, by: StaffMember
) -> bool:
    """Whether undoing it waits for somebody else, as `undoing` tells.

    Raises WaitsForAnother where `by` has approved it first already.
    """
    found = undoing(old, new, verdict, digest, by=by)
    if found is None or found.decides:
        return False
    if found.own:
        raise WaitsForAnother(_already(old, found.own))
    return True


def keep_undoing(
    old: Suggestion, verdict: ReadableVerdict, digest: str, *, by: StaffMember, reason: str
) -> Outcome:
    """Keep the first of two approvals of undoing `old`."""
    firsts_of.keep([Press(old, verdict, reason)], by, undoing=digest)
    return Outcome(
        old.pk,
        Status.EXECUTED,
        _(
            "Approved, 1 of 2: it is not undone until somebody else of the organization has "
            "approved undoing it too."
        ),
        first=True,
    )


@logged("take_back_first")
@errors.retrying_refusals
def take_back_first(*, suggestion_id: UUID, by: StaffMember, reason: str = "") -> Outcome:
    """Take back the first of two approvals that `by` gave, of undoing too; it waits as before.

    Locks as `approve` does. Raises NotYours, Busy, and AlreadyDecided where none of theirs waits.
    """
    with steps.locked(suggestion_id, by, Status.values) as suggestion:
        given = firsts_of.of_each([suggestion])[suggestion.pk]
        stands = firsts_of.stands(suggestion)
        if not any(first.is_of(by) and first.basis.get("stands") == stands for first in given):
            raise AlreadyDecided(
                _("Nothing was changed: there is no first approval of yours that waits.")
            )
        with connection.cursor() as cursor:
            cursor.execute(
                "select backoffice.act_on(%s, %s, %s, %s)",
                [
                    suggestion_id,
                    ActKind.FIRST_APPROVAL_TAKEN_BACK.value,
                    by.pk,
                    legible(reason.strip())[:LONGEST_SAID],
                ],
            )
        steps.log(suggestion, by, "First approval taken back.")
    if suggestion.execution_status == Status.EXECUTED:
        sentence = _("Your approval of undoing it is taken back; it stays carried out.")
    else:
        sentence = _("Your approval is taken back; it waits for a decision.")
    return Outcome(suggestion.pk, Status(suggestion.execution_status), sentence)


def departures(suggestion: Suggestion, verdict: Verdict) -> list[str]:
    """Why what was approved must be looked at again before it is carried out; one statement.

    Sentences; none where it stands as it was approved, or better, by as many as it takes.
    """
    approval = history.approval(suggestion)
    return [*alone(suggestion, approval, verdict), *basis.departures_from(approval, verdict)]


def alone(suggestion: Suggestion, approval: Approval, verdict: Verdict) -> list[str]:
    """A sentence where one person approved it and the rule asks for two now; else nothing."""
    if basis.by_two(approval) or not needed(suggestion, verdict, by=suggestion.approved_by_id):
        return []
    return [_("It was approved by one person, and its organization asks for two.")]


def waiting(
    suggestions: Iterable[Suggestion], judged: Mapping[UUID, Verdict], *, by: StaffMember | None
) -> dict[UUID, Waiting]:
    """The progress, by id, of each that `by`, the reader, could not approve alone, or somebody has.

    Without `by`, what anybody else would be asked. One statement, where a rule stands for any.
    """
    ruled = {one.pk: one for one in suggestions if one.second_for and one.pk in judged}
    found = {}
    for pk, firsts in (firsts_of.of_each(ruled.values()) if ruled else {}).items():
        one = ruled[pk]
        counted = [firsts_of.with_departures(first, one, judged[pk]) for first in firsts]
        standing = tuple(first for first in counted if not first.departed)
        asked = needed(one, judged[pk], by=by.profile_id if by else None)
        if counted or asked:
            found[pk] = Waiting(
                asked,
                firsts=standing,
                own=next((f for f in standing if by and f.is_of(by)), None),
                gone=tuple(first for first in counted if first.departed),
            )
    return found


def _asking(presses: Collection[Press], by: StaffMember) -> list[Press]:
    """The presses that `by` cannot decide by alone."""
    return [press for press in presses if needed(press.suggestion, press.verdict, by=by.profile_id)]


def _standing(presses: Collection[Press]) -> dict[UUID, list[First]]:
    """The first approvals of each that still count, the oldest first; one statement."""
    firsts = firsts_of.of_each([press.suggestion for press in presses])
    return {
        press.suggestion.pk: [
            first
            for first in firsts[press.suggestion.pk]
            if not firsts_of.with_departures(first, press.suggestion, press.verdict).departed
        ]
        for press in presses
    }


def _undoes(first: First, old: Suggestion, digest: str) -> bool:
    """Whether it is a first approval of just that undoing."""
    kept = first.basis
    return kept.get("undoing") == digest and kept.get("stands") == firsts_of.stands(old)


def _outcome(suggestion: Suggestion) -> Outcome:
    said = _(
        "Approved, 1 of 2: nothing is carried out until somebody else of the organization has "
        "approved it too."
    )
    return Outcome(suggestion.pk, Status(suggestion.execution_status), said, first=True)


def _already(suggestion: Suggestion, first: First) -> str:
    return _(
        "Nothing was changed: it was approved first by %(who)s on %(when)s, and waits for somebody "
        "else, who has to approve it too."
    ) % {"who": isolate(first.who), "when": times.moment(first.at, zone=suggestion.zone)}
