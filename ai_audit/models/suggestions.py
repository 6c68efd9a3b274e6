"""The suggestion: one row of `ai_insights_log`, as it stands, however odd its content.

What the content means is in `proposals`; what may become of a row is in `workflow`.
"""

import json
import uuid
from collections.abc import Sequence
from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, When
from django.db.models import Value as V
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Left, Replace
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models.columns import ContentField, UntrustedJSONField
from ai_audit.models.questions import (
    SET_ASIDE,
    AskedSince,
    FirstAsker,
    waiting_for_answers,
)
from ai_audit.models.records import (
    ActKind,
    HistoryEntry,
    MadeByHand,
    SuggestionAct,
    SuggestionLink,
)
from ai_audit.models.rules import RuledQuerySet
from ai_audit.proposals.content import Unreadable
from ai_audit.proposals.fields import LONG_TEXT, legible
from ai_audit.proposals.naming import NamedSession
from eventflow.db.columns import LongestRead
from eventflow.text.sentences import words
from scheduling import times
from scheduling.models import Event, Schedule, UserProfile

_ISO_MINUTE = r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"


class Status(models.TextChoices):
    """The states of a suggestion's lifecycle."""

    SUGGESTED = "suggested", _lazy("Suggested")
    APPROVED = "approved", _lazy("Approved")
    REJECTED = "rejected", _lazy("Rejected")
    EXECUTED = "executed", _lazy("Executed")
    FAILED = "failed", _lazy("Failed")


UNDONE = _lazy("Carried out, undone")


def status_label(status: str) -> str:
    """A status in words; one that nobody knows as it is, cut."""
    return str(Status(status).label) if status in Status.values else legible(status, 80)


# Whose suggestions are without an event and of a requester without an organization.
NO_ORGANIZATION = UUID(int=0)

# What a person can still decide on: the undecided, what failed, and what is not carried out yet.
OPEN = (Status.SUGGESTED, Status.FAILED, Status.APPROVED)


class IsUndone(Func):
    """Whether what a suggestion did is undone, and stays so; of an id."""

    function, arity, output_field = "backoffice.is_undone", 1, models.BooleanField()


def _dismissed():
    """An expression: dismissed since it failed last; a new failure is in sight again."""
    failures = HistoryEntry.objects.filter(
        suggestion=OuterRef(OuterRef("pk")), to_status=Status.FAILED
    ).order_by("-number")
    return SuggestionAct.objects.filter(
        Q(at__gte=Subquery(failures.values("at")[:1])) | ~Exists(failures),
        suggestion=OuterRef("pk"),
        kind=ActKind.DISMISSED,
    )


def written_title(suggestion: str) -> Subquery:
    """The title of the session that the suggestion of an id wrote, cut, as a column of a query."""
    titles = (
        HistoryEntry.objects.filter(suggestion=OuterRef(suggestion))
        .annotate(kept=Left(Coalesce(KT("after__title"), KT("before__title")), 200))
        .filter(kept__isnull=False)
        .order_by("-number")
    )
    return Subquery(titles.values("kept")[:1])


class SuggestionQuerySet(RuledQuerySet):
    """Suggestions by tenant and state, and annotations that pages and verdicts read along."""

    def of_organization(self, organization_id: UUID):
        """Those of its events; a suggestion without an event is its requester's organization's."""
        return self.filter(
            Q(event__organization_id=organization_id)
            | Q(event__isnull=True, user__organization_id=organization_id)
        )

    def pending(self):
        """Those that wait for a decision."""
        return self.filter(execution_status=Status.SUGGESTED)

    def at_hand(self):
        """Those that a person can still decide on, but for what failed and was left at that.

        One that failed is dismissed, or another suggestion has replaced it.
        """
        replaced = SuggestionLink.objects.filter(replaces=OuterRef("pk"))
        return self.filter(
            Q(execution_status__in=(Status.SUGGESTED, Status.APPROVED))
            | Q(~Exists(replaced), ~Exists(_dismissed()), execution_status=Status.FAILED)
        )

    def with_dismissals(self):
        """Annotate `dismissed`: whether it failed and was left at that."""
        failed = Q(execution_status=Status.FAILED)
        return self.annotate(
            dismissed=ExpressionWrapper(
                failed & Q(Exists(_dismissed())), output_field=models.BooleanField()
            )
        )

    def waiting_for_answers(self):
        """Those about which whoever asked for them was asked, and has not answered."""
        return self.filter(pk__in=waiting_for_answers())

    def set_aside(self):
        """Those that wait for an answer to what was asked within a day."""
        return self.filter(pk__in=waiting_for_answers(within=SET_ASIDE))

    def not_set_aside(self):
        """The others, which are in the tabs of what waits."""
        return self.exclude(pk__in=waiting_for_answers(within=SET_ASIDE))

    def with_questions(self):
        """Annotate `asked_since`: when the question was asked that waits for an answer."""
        return self.annotate(asked_since=AskedSince("pk"))

    def with_first_askers(self):
        """Annotate `first_asker_id`: of what replaces another, that of the first of these."""
        return self.annotate(first_asker_id=FirstAsker("pk"))

    def with_marks(self):
        """Annotate `by_hand`: whether a person made it by hand.

        And with `undone`: whether it was carried out, and that is undone.
        """
        return self.annotate(
            by_hand=Exists(MadeByHand.objects.filter(pk=OuterRef("pk"))), undone=IsUndone("pk")
        )

    def with_failures(self):
        """Annotate `failure`: why it failed, as the history keeps it; None where it does not."""
        last = HistoryEntry.objects.filter(
            suggestion=OuterRef("pk"), to_status=Status.FAILED
        ).order_by("-number")
        said = Func(
            F("seen"),
            V("$[*].said"),
            function="jsonb_path_query_first",
            template="%(function)s(%(expressions)s::jsonpath)",
            output_field=UntrustedJSONField(),
        )
        return self.annotate(
            failure=Case(
                When(execution_status=Status.FAILED, then=Subquery(last.values(said=said)[:1]))
            )
        )

    def with_sources(self):
        """Annotate `elsewhere`: whether its decision came otherwise than through the back office.

        As its page tells of each entry; None of one that is not decided.
        """
        decision = HistoryEntry.objects.filter(
            Q(to_status__in=(Status.APPROVED, Status.REJECTED)) | Q(number=1),
            suggestion=OuterRef("pk"),
        ).order_by("-number")
        elsewhere = ExpressionWrapper(
            Q(staff_member__isnull=True), output_field=models.BooleanField()
        )
        return self.annotate(
            elsewhere=Case(
                When(
                    ~Q(execution_status=Status.SUGGESTED),
                    then=Subquery(decision.values(found=elsewhere)[:1]),
                )
            )
        )

    def with_written_titles(self):
        """Annotate `written_title`: that of the session it wrote, as the history keeps it, cut.

        None where nothing was written.
        """
        return self.annotate(written_title=written_title("pk"))

    def most_urgent_first(self):
        """By the start of the session concerned, those without one last.

        What the AI wrote is compared as text, for it may be no time at all; a session's own
        start is written the same way, as local time in the default zone.
        """
        standing = Schedule.objects.filter(
            pk=OuterRef("session_id"), event_id=OuterRef("event_id")
        ).annotate(
            local=Func(
                Func(V(times.FALLBACK_ZONE), F("start_time"), function="timezone"),
                V('YYYY-MM-DD"T"HH24:MI'),
                function="to_char",
                output_field=models.TextField(),
            )
        )
        return (
            # None of it is selected: a text may be very long.
            self.alias(
                session_id=NamedSession(),
                written=Left(
                    Replace(KT("action_data__proposed_state__start_time"), V(" "), V("T")), 16
                ),
            )
            .alias(
                urgency=Coalesce(
                    Subquery(standing.values("local")),
                    Case(When(written__regex=_ISO_MINUTE, then=F("written"))),
                    output_field=models.TextField(),
                ),
            )
            .order_by(F("urgency").asc(nulls_last=True), "created_at", "id")
        )


class Suggestion(models.Model):
    """One row of `ai_insights_log`. Written only by `ai_audit.workflow`.

    `by_hand` and `undone` are known of what was read `with_marks`, `asked_since` of what was read
    `with_questions`, `second_for`, `askers` and `as_given` of what was read `with_rules`;
    `approved_first` is the act of whoever approved it first of two.
    """

    by_hand = undone = as_given = False
    asked_since = None
    second_for: str | None = None
    askers: Sequence[UUID] | None = None
    approved_first: int | None = None
    deciders: UUID | None = None  # The organization of whoever has locked it.

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        UserProfile, models.DO_NOTHING, related_name="+", verbose_name=_lazy("requester")
    )
    event = models.ForeignKey(
        Event, models.DO_NOTHING, null=True, related_name="+", verbose_name=_lazy("event")
    )
    action_type = LongestRead(_lazy("action type"))
    action_data = ContentField(_lazy("content"))
    suggested_at = models.DateTimeField(_lazy("suggested"))
    approved_at = models.DateTimeField(_lazy("approved"), null=True)
    approved_by = models.ForeignKey(
        UserProfile,
        models.DO_NOTHING,
        db_column="approved_by",
        null=True,
        related_name="+",
        verbose_name=_lazy("approver"),
    )
    executed_at = models.DateTimeField(_lazy("executed"), null=True)
    execution_status = models.TextField(
        _lazy("status"), choices=Status.choices, default=Status.SUGGESTED
    )
    execution_error = LongestRead(_lazy("error"), null=True, longest=LONG_TEXT)
    created_at = models.DateTimeField(_lazy("created"), null=True)

    objects = SuggestionQuerySet.as_manager()

    # What the session that was written is called, where that was read along.
    written_title: str | None = None
    # What people said of it, where that was read along.
    acts: "list[SuggestionAct] | None" = None

    class Meta:
        managed = False
        db_table = "ai_insights_log"
        default_permissions = ("view",)
        permissions = [
            ("approve_suggestion", _lazy("Can approve a suggestion")),
            ("reject_suggestion", _lazy("Can reject a suggestion")),
            ("execute_suggestion", _lazy("Can carry out an approved suggestion")),
            ("amend_suggestion", _lazy("Can change a suggestion and approve it")),
            ("undo_suggestion", _lazy("Can undo a suggestion that was carried out")),
            ("export_suggestion", _lazy("Can export suggestions")),
        ]
        verbose_name = _lazy("suggestion")
        verbose_name_plural = _lazy("audit history")

    def __str__(self):
        return self.called or str(self.id)

    @property
    def called(self) -> str:
        """The title of the session that was written, where that is known, else `title`."""
        return legible(self.written_title, 200) or self.title

    @cached_property
    def title(self) -> str:
        """The title of the session it is about, as the AI wrote it; empty where it did not."""
        data = self.action_data if isinstance(self.action_data, dict) else {}
        for state in (data.get("proposed_state"), data.get("current_state")):
            if isinstance(state, dict) and (title := legible(state.get("title"), 200)):
                return title
        return ""

    @property
    def organization_id(self) -> UUID | None:
        """The tenant it belongs to; None where the requester has no organization either."""
        return (self.event or self.user).organization_id

    @property
    def approved_own(self) -> bool:
        """Whether who approved it had asked for it."""
        return self.approved_by_id is not None and self.approved_by_id == self.user_id

    @property
    def status_label(self) -> str:
        """The status in words; that it is undone, of what was read `with_marks`."""
        return str(UNDONE) if self.undone else status_label(self.execution_status)

    @cached_property
    def zone(self):
        """The time zone its times are told in."""
        return times.zone(None) if self.event_id is None else self.event.zone

    @cached_property
    def raw(self) -> str:
        """The part of `action_data` that is read, as indented text for people."""
        content = self.action_data
        if isinstance(content, Unreadable):
            return content.text or words([content.reason] if content.reason else [])
        return json.dumps(content, ensure_ascii=False, indent=2)

    @property
    def others(self) -> list[str]:
        """The names of what else `action_data` holds: the first of them, as they can be shown."""
        return [legible(name) for name in getattr(self.action_data, "others", ())]

    @property
    def more_others(self) -> int:
        """How many there are beside `others`."""
        return getattr(self.action_data, "more", 0)

    @property
    def stored(self) -> list:
        """The input of digests: what is read, complete or with its own digest, and the whole."""
        content = self.action_data
        read = content.text if isinstance(content, Unreadable) else content
        return [read, getattr(content, "stored", None)]


class PendingSuggestion(Suggestion):
    """A suggestion that waits for a decision: the approval queue's own name for it."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _lazy("pending suggestion")
        verbose_name_plural = _lazy("approval queue")
