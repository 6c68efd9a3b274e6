"""The steps of every decision: the locks, the checks under them, the records.

Locks are taken in one order: the events' advisory locks by id, the suggestions' rows by id, the
sessions' rows. Under them everything is looked at again; what is written is written as the
approver, so that the database's policies judge it too. Moves of status are in `moves`, carrying out
in `carrying_out`; when each step is taken is the other rooms' affair.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django import db
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import history, verdicts
from ai_audit.history import Record, Written
from ai_audit.models import Status, Suggestion
from ai_audit.verdicts import ReadableVerdict, Verdict
from ai_audit.workflow import basis, moves
from ai_audit.workflow.errors import (
    AlreadyDecided,
    Blocked,
    Changed,
    EventTaken,
    NotApprovable,
    NotYours,
)
from eventflow.db import database
from eventflow.db.postgresql.ahead import Ahead
from eventflow.db.postgresql.base import DatabaseWrapper
from eventflow.text.bidi import isolate
from eventflow.text.sentences import Saying, Sentence, words
from scheduling import actions, languages, times
from scheduling.models import StaffMember, UserProfile

connection = cast(DatabaseWrapper, db.connection)

_ANEW = Sentence("approved_anew", _lazy("It was not carried out: it is approved anew."))

# How a rejection begins in the admin's log; its reason follows.
REJECTED = "Rejected. Reason: "


@dataclass(frozen=True)
class Outcome:
    """The outcome of a decision; `sentence` is for people.

    `session_id` is of the session that was written, where whoever decided has to know it. `written`
    is what carrying it out did to its session, where that is at hand. `first` says that it was the
    first of two approvals, and is not decided.
    """

    suggestion_id: UUID
    status: Status
    sentence: str
    session_id: UUID | None = None
    written: Written | None = field(default=None, compare=False)
    first: bool = False


def approved_outcome(
    suggestion: Suggestion, error: str | None, record: Record | None = None
) -> Outcome:
    """The outcome of approving and carrying out at once; `error` is why the latter failed.

    `record` is what the history was told of the latter.
    """
    if error:
        return Outcome(
            suggestion.pk,
            Status.FAILED,
            _("Approved, but it could not be carried out: %(error)s The programme is as it was.")
            % {"error": error},
        )
    written = record.written() if record else None
    return Outcome(suggestion.pk, Status.EXECUTED, _("Approved and carried out."), written=written)


def rejected_outcome(suggestion: Suggestion) -> Outcome:
    """The outcome of rejecting an undecided one."""
    return Outcome(suggestion.pk, Status.REJECTED, _("Rejected."))


@contextmanager
def locked(
    suggestion_id: UUID, by: StaffMember | None, statuses: Collection[str], *, wait: bool = True
) -> Iterator[Suggestion]:
    """A transaction of our own that holds every lock; yields the suggestion, in one of `statuses`.

    With `by`, the suggestion is of that person's organization. Raises as `locked_all` does.
    """
    with locked_all([suggestion_id], by, wait=wait) as found:
        suggestion = found.get(suggestion_id)
        yield require_decidable(suggestion, by is None or is_deciders(suggestion), statuses)


# The events that suggestions are of, in the order in which their locks are taken.
_EVENTS = (
    "select distinct event_id from public.ai_insights_log"
    " where id = any (%s) and event_id is not null order by event_id"
)


@contextmanager
def locked_all(
    ids: Collection[UUID],
    by: StaffMember | None = None,
    *,
    wait: bool = True,
    many: bool = False,
) -> Iterator[dict[UUID, Suggestion]]:
    """A transaction of our own that holds every lock but the sessions'; yields those there are.

    By id, each with the organization of `by` as it is now. The sessions' rows are locked when the
    suggestions are judged. Of `many`, an event and a person are read once, in two statements more.
    Raises EventTaken where someone else has an event and is not waited for, and at the end
    NotRecorded.
    """
    with transaction.atomic(durable=True):
        database.limit_lock_waits()
        if not actions.lock_programmes(_EVENTS, [list(ids)], wait=wait):
            raise EventTaken(_("Nothing was changed. %(reason)s") % {"reason": actions.BUSY})
        suggestions = (
            Suggestion.objects.select_for_update(of=("self",))
            .with_rules()
            .annotate(deciders=_organization_of(by))
            .filter(pk__in=ids)
            .order_by("pk")
        )
        along = suggestions.prefetch_related if many else suggestions.select_related
        found = {one.pk: one for one in along("event", "user", "approved_by")}
        stood = {pk: _decision(suggestion) for pk, suggestion in found.items()}
        yield found
        moves.require_recorded(pk for pk, one in found.items() if _decision(one) != stood[pk])


def _organization_of(by: StaffMember | None) -> Subquery:
    profiles = UserProfile.objects
    profile = profiles.filter(pk=by.profile_id) if by else profiles.none()
    return Subquery(profile.values("organization_id"))


def is_deciders(suggestion: Suggestion | None) -> bool:
    """Whether there is such a suggestion, and it is of the organization of who has locked it."""
    return suggestion is not None and belongs(suggestion, suggestion.deciders)


def _decision(suggestion: Suggestion) -> tuple[Any, ...]:
    return (
        suggestion.execution_status,
        suggestion.approved_at,
        suggestion.executed_at,
        suggestion.execution_error,
    )


def organization_of(by: StaffMember) -> UUID | None:
    """The staff member's organization as it is now; one statement."""
    return (
        UserProfile.objects.filter(pk=by.profile_id)
        .values_list("organization_id", flat=True)
        .first()
    )


def is_own(suggestion: Suggestion, by: StaffMember) -> bool:
    """Whether the suggestion is of the staff member's organization as the request has read it.

    For what a page offers; whoever decides asks for it as it is then.
    """
    return belongs(suggestion, by.profile.organization_id)


def belongs(suggestion: Suggestion | None, organization_id: UUID | None) -> bool:
    """Whether there is such a suggestion, and it is of that organization."""
    return (
        suggestion is not None
        and organization_id is not None
        and suggestion.organization_id == organization_id
    )


def require_decidable(
    suggestion: Suggestion | None, own: bool, statuses: Collection[str]
) -> Suggestion:
    """The suggestion, if it is there, one's own, and in one of `statuses`.

    Raises NotYours or AlreadyDecided.
    """
    if suggestion is None or not own:
        raise NotYours(
            _(
                "Nothing was changed: this suggestion is not one of your organization, and only "
                "its own staff members decide on it."
            )
        )
    if suggestion.execution_status not in statuses:
        raise AlreadyDecided(
            _("Nothing was changed: %(decision)s") % {"decision": last_decision(suggestion)}
        )
    return suggestion


def last_decision(suggestion: Suggestion) -> str:
    """The last decision in words, who and when; one statement."""
    status = suggestion.status_label
    entry = history.last_entry(suggestion)
    who = entry.decider if entry else None
    if entry is None or not who:
        return _("it is “%(status)s” already.") % {"status": status}
    return _("it is “%(status)s” already, decided by %(who)s on %(when)s.") % {
        "status": status,
        "who": isolate(who),
        "when": times.moment(entry.at, zone=suggestion.zone),
    }


def approvable(suggestion: Suggestion, digest: str | None) -> ReadableVerdict:
    """The verdict under the locks, if a person may approve it and was shown just that."""
    verdict = require_approvable(verdicts.judge([suggestion], lock=True)[suggestion.pk])
    require_unchanged(suggestion, verdict, digest)
    return verdict


def amendable(suggestion: Suggestion, digest: str | None) -> ReadableVerdict:
    """As `approvable`; but single fields may stand against it."""
    verdict = require_readable(verdicts.judge([suggestion], lock=True)[suggestion.pk])
    require_unchanged(suggestion, verdict, digest)
    return verdict


def require_approvable(verdict: Verdict) -> ReadableVerdict:
    """The verdict, if it is readable, and no field is refused. Raises NotApprovable."""
    readable = require_readable(verdict)
    if not readable.approvable:
        raise NotApprovable(
            _(
                "Nothing was changed: it cannot be approved as it is. %(reasons)s It can be "
                "edited, or rejected."
            )
            % {"reasons": " ".join(conflict.sentence for conflict in verdict.conflicts)}
        )
    return readable


def require_readable(verdict: Verdict) -> ReadableVerdict:
    """The verdict, if it can be read and names what is its own. Raises NotApprovable."""
    if not isinstance(verdict, ReadableVerdict):
        raise NotApprovable(
            _("Nothing was changed: it cannot be approved. %(reasons)s It can be rejected.")
            % {"reasons": " ".join(conflict.sentence for conflict in verdict.conflicts)}
        )
    return verdict


def require_not_blocked(verdict: Verdict) -> None:
    """Raise Blocked for what a person saw to be blocked: it would only fail."""
    if verdict.errors:
        why = " ".join(conflict.sentence for conflict in verdict.errors)
        raise Blocked(
            _("Nothing was changed. %(reason)s") % {"reason": _("Blocked: %(why)s") % {"why": why}}
        )


def require_unchanged(suggestion: Suggestion, verdict: Verdict, digest: str | None) -> None:
    """Raise Changed unless `digest` is of what stands now; without one, anything was shown."""
    if digest is not None:
        require_same(verdicts.digest(suggestion, verdict), digest)


def require_same(now: str, shown: str) -> None:
    """Raise Changed unless the digest of what stands now is that of what was shown."""
    if now != shown:
        raise Changed(
            _(
                "Nothing was changed: the suggestion, the session or what it collides with has "
                "changed since you opened the page. This is how it stands now."
            )
        )


def require_all_unchanged(
    suggestions: Iterable[Suggestion], judged: Mapping[UUID, Verdict], digests: Mapping[UUID, str]
) -> None:
    """Raise Changed unless each is what the person was shown."""
    require_all_same({s.pk: verdicts.digest(s, judged[s.pk]) for s in suggestions}, digests)


def require_all_same(now: Mapping[UUID, str], shown: Mapping[UUID, str]) -> None:
    """As `require_same`, of many by suggestion; what was shown of others does not count."""
    if any(shown[pk] != digest for pk, digest in now.items()):
        raise Changed(
            _(
                "Nothing was changed: some of it has changed since you opened the page. This is "
                "how it stands now."
            )
        )


def record_of(
    suggestion: Suggestion,
    by: StaffMember | None,
    verdict: Verdict | None = None,
    reason: str = "",
    said: Saying = (),
    digest: str | None = None,
) -> Record:
    """The history's record of a decision; `digest` is the verdict's, where it is at hand."""
    if verdict and digest is None:
        digest = verdicts.digest(suggestion, verdict)
    return Record(
        suggestion_id=suggestion.pk,
        staff_member_id=by.pk if by else None,
        staff_profile_id=by.profile_id if by else None,
        reason=reason or None,
        seen=verdicts.conflicts_seen(verdict) if verdict else None,
        digest=digest,
        said=said,
    )


def approval_of(
    suggestion: Suggestion,
    by: StaffMember,
    verdict: ReadableVerdict,
    reason: str = "",
    said: Saying = (),
    digest: str | None = None,
) -> Record:
    """The history's record of an approval: as of any decision, and its basis."""
    record = record_of(suggestion, by, verdict, reason, said, digest)
    record.basis = basis.of(verdict, by.aal, first=suggestion.approved_first)
    return record


def end_approval(suggestion: Suggestion, by: StaffMember) -> None:
    """End an approval that is not carried out yet, so that `by` can give another.

    By the one way there is from approved to approved: over failed, in the same transaction.
    """
    record = record_of(suggestion, by, said=[_ANEW()])
    with database.acting_as(by.person, history.trigger_settings(record)):
        moves.move(suggestion, Status.FAILED, execution_error=as_kept(suggestion, record.said))


def as_kept(suggestion: Suggestion, saying: Saying) -> str:
    """A saying in the language in which its organization's rows are kept; one statement."""
    with languages.as_kept(suggestion.organization_id):
        return words(saying)


# As Django's own pages keep it.
_LOG = f"""
insert into {LogEntry._meta.db_table}
  (action_time, user_id, content_type_id, object_id, object_repr, action_flag, change_message)
select pg_catalog.statement_timestamp(), %s, %s, told.id, told.title, {CHANGE}, told.message
from unnest(%s::text[], %s::text[], %s::text[]) as told (id, title, message)
"""  # noqa: S608


def log(suggestion: Suggestion, by: StaffMember | None, message: str) -> None:
    """Record the decision in the admin's log too, where a person made it.

    By the database's clock. Sent along with what is looked at next, or with the end of the
    transaction.
    """
    if by is not None:
        log_all(by, {suggestion: message})


def log_all(by: StaffMember, messages: Mapping[Suggestion, str]) -> None:
    """As `log`, of many decisions at once."""
    if messages:
        told = [(str(s.pk), str(s)[:200], message) for s, message in messages.items()]
        parameters = [by.user_id, _content_type().pk, *map(list, zip(*told, strict=True))]
        connection.send_ahead(Ahead(_LOG, parameters))


def _content_type() -> ContentType:
    return ContentType.objects.get_for_model(Suggestion, for_concrete_model=True)
