"""The tables beside a suggestion: its row of the index, its history, its links, marks and acts.

All are written by the database, or with a decision; none is changed by hand.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models.columns import UntrustedJSONField
from ai_audit.proposals.fields import LONG_TEXT
from eventflow.db.columns import LongestRead
from scheduling.models import StaffMember, UserProfile


class OfOneSuggestion(models.Model):
    """An abstract row beside a suggestion, at most one of each, by its id."""

    suggestion = models.OneToOneField(
        "ai_audit.Suggestion",
        models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="+",
    )

    class Meta:
        abstract = True
        managed = False
        default_permissions = ()

    def __str__(self):
        return str(self.suggestion_id)


class IndexedSuggestion(OfOneSuggestion):
    """A row of the list index, kept by trigger, to filter and sort by; see `backoffice.indexed`.

    `organization_id` is `NO_ORGANIZATION` where the requester has none. `action` is a known action
    type or `other`, `waited` seconds until the first decision, `claimed` and `found` are kinds of
    conflicts, `claim` is how the two compare.
    """

    organization_id = models.UUIDField()
    event_id = models.UUIDField(null=True)
    requester_id = models.UUIDField()
    approver_id = models.UUIDField(null=True)
    action = models.TextField()
    status = models.TextField()
    suggested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decider_id = models.UUIDField(null=True)
    executed_at = models.DateTimeField(null=True)
    waited = models.BigIntegerField(null=True)
    requested_start = models.DateTimeField(null=True)
    vip = models.BooleanField()
    claimed = ArrayField(models.TextField())
    found = ArrayField(models.TextField(), null=True)
    claim = models.TextField(null=True)  # noqa: DJ001
    reason = models.TextField(null=True)  # noqa: DJ001
    words = SearchVectorField()

    class Meta(OfOneSuggestion.Meta):
        db_table = "suggestion_index"


class HistoryEntry(models.Model):
    """One move of a suggestion in the decision history, written by trigger; never changed.

    `number` counts a suggestion's entries from 1; `hash` is the SHA-256 of the entry's text with
    the hash of the entry before. `profile` is who was signed in to the database, `staff_profile`
    who pressed the button, as linked then.
    """

    id = models.BigAutoField(primary_key=True)
    suggestion = models.ForeignKey(
        "Suggestion", models.DO_NOTHING, related_name="history", verbose_name=_lazy("suggestion")
    )
    number = models.IntegerField(_lazy("number"))
    from_status = models.TextField(_lazy("from"), null=True)  # noqa: DJ001
    to_status = models.TextField(_lazy("to"))
    at = models.DateTimeField(_lazy("when"))
    database_role = models.TextField(_lazy("database role"))
    profile = models.ForeignKey(
        UserProfile, models.DO_NOTHING, null=True, related_name="+", verbose_name=_lazy("profile")
    )
    staff_member = models.ForeignKey(
        StaffMember,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        verbose_name=_lazy("staff member"),
    )
    staff_profile = models.ForeignKey(
        UserProfile,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        verbose_name=_lazy("pressed by"),
    )
    reason = LongestRead(_lazy("reason"), null=True, longest=LONG_TEXT + 1)
    seen = UntrustedJSONField(_lazy("conflicts seen"), null=True)
    digest = models.TextField(_lazy("digest"), null=True)  # noqa: DJ001
    before = UntrustedJSONField(_lazy("before"), null=True)
    after = UntrustedJSONField(_lazy("after"), null=True)
    removed = UntrustedJSONField(_lazy("removed along"), null=True)
    previous_hash = models.TextField(_lazy("previous hash"), null=True)  # noqa: DJ001
    hash = models.TextField(_lazy("hash"))

    class Meta:
        managed = False
        db_table = "decision_history"
        default_permissions = ("view",)
        verbose_name = _lazy("history entry")
        verbose_name_plural = _lazy("decision history")

    def __str__(self):
        return f"{self.suggestion_id} {self.number}"

    @property
    def decider(self) -> str:
        """The decider's name: the profile's, else the staff member's; empty if unknown."""
        return str(self.profile or (self.staff_member and self.staff_member.user) or "")


class SuggestionLink(OfOneSuggestion):
    """A link: this suggestion replaces or undoes another; written with it, and never changed.

    Never believed from what a suggestion says of itself. One is replaced at most once, and undone
    at most once: whoever wants an undoing undone undoes the undoing suggestion.
    """

    replaces = models.ForeignKey(
        "Suggestion",
        models.DO_NOTHING,
        db_column="replaces",
        db_constraint=False,
        null=True,
        related_name="+",
    )
    undoes = models.ForeignKey(
        "Suggestion",
        models.DO_NOTHING,
        db_column="undoes",
        db_constraint=False,
        null=True,
        related_name="+",
    )

    class Meta(OfOneSuggestion.Meta):
        db_table = "suggestion_links"


class MadeByHand(OfOneSuggestion):
    """A mark that a person made a suggestion by hand; written with it, and never changed.

    Such a one is no insight of the AI's, and does not count in its figures.
    """

    class Meta(OfOneSuggestion.Meta):
        db_table = "made_by_hand"


class ActKind(models.TextChoices):
    """An act beside moves of status: what a person said of a suggestion. Append-only."""

    DISMISSED = "dismissed", _lazy("Dismissed")
    NOTE = "note", _lazy("Note")
    ASKED = "asked", _lazy("Question")
    FIRST_APPROVAL = "first_approval", _lazy("Approved, 1 of 2")
    FIRST_APPROVAL_TAKEN_BACK = "first_approval_taken_back", _lazy("First approval taken back")


class SuggestionAct(models.Model):
    """One thing a person said of a suggestion; written through `workflow`, and never changed.

    `profile` is the staff member's, as linked then; `at` is by the database's clock. `basis` is
    what the first of two approvals rests on.
    """

    id = models.BigAutoField(primary_key=True)
    suggestion = models.ForeignKey(
        "Suggestion", models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    kind = models.TextField()
    staff_member = models.ForeignKey(
        StaffMember, models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    profile = models.ForeignKey(
        UserProfile, models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField()
    said = models.TextField(null=True)  # noqa: DJ001
    basis = models.JSONField(null=True)

    # Whether it is a first approval that counts, where that was read along.
    counts: bool | None = None

    class Meta:
        managed = False
        db_table = "suggestion_acts"
        default_permissions = ()

    def __str__(self):
        return f"{self.suggestion_id} {self.kind}"
