"""The four-eyes rule: when an organization asks for a second approver. Set by superusers."""

from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models.questions import Askers
from ai_audit.models.records import ActKind, SuggestionAct
from scheduling.models import Organization


class SecondFor(models.TextChoices):
    """The approvals for which an organization may ask for a second approver."""

    CRITICAL = "critical", _lazy("What is of critical risk")
    OWN = "own", _lazy("What who approves has asked for")
    CRITICAL_OR_OWN = (
        "critical_or_own",
        _lazy("What is of critical risk, and what who approves has asked for"),
    )
    ALL = "all", _lazy("Everything")


# Which of these ask whose wish it is.
FOR_OWN = (SecondFor.OWN, SecondFor.CRITICAL_OR_OWN)


class ApprovalRule(models.Model):
    """An organization's rule: for what it asks for a second approver; without one, for nothing.

    There is no constraint towards the product's table: of an organization that is gone, nothing is
    left to approve.
    """

    organization = models.OneToOneField(
        Organization,
        models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_lazy("organization"),
    )
    second_for = models.TextField(
        _lazy("asks for a second approver for"), choices=SecondFor.choices
    )

    class Meta:
        managed = False
        db_table = "approval_rules"
        default_permissions = ()
        verbose_name = _lazy("rule for two approvers")
        verbose_name_plural = _lazy("rules for two approvers")

    def __str__(self):
        return f"{self.organization}: {self.get_second_for_display()}"


def _taken_back(by: Q) -> Exists:
    """Whether a first approval was taken back since, by whom `by` says; of a query on acts."""
    return Exists(
        SuggestionAct.objects.filter(
            by,
            suggestion=OuterRef("suggestion"),
            kind=ActKind.FIRST_APPROVAL_TAKEN_BACK,
            id__gt=OuterRef("id"),
        )
    )


def first_approvals() -> "models.QuerySet[SuggestionAct]":
    """First approvals of two, whatever became of them, but for those that were taken back."""
    taken_back = _taken_back(Q(profile=OuterRef("profile")))
    return SuggestionAct.objects.filter(~taken_back, kind=ActKind.FIRST_APPROVAL)


def counting(acts: models.QuerySet) -> models.QuerySet:
    """Each with `counts`: whether it is a first approval that was not taken back.

    And whether who gave it is still here, of the organization, and may sign in.
    """
    organization = Case(
        When(suggestion__event__isnull=True, then=F("suggestion__user__organization_id")),
        default=F("suggestion__event__organization_id"),
    )
    taken_back = _taken_back(
        Q(profile=OuterRef("profile")) | Q(staff_member=OuterRef("staff_member"))
    )
    # Who left, or may not sign in any more, approves nothing.
    counts = Q(
        ~taken_back,
        kind=ActKind.FIRST_APPROVAL,
        staff_member__profile=F("profile"),
        staff_member__user__is_active=True,
        staff_member__user__is_staff=True,
        profile__organization_id=organization,
    )
    return acts.annotate(counts=Case(When(counts, then=True), default=False))


class RuledQuerySet(models.QuerySet):
    """Suggestions with the rules of their organizations, and with their first approvals."""

    def with_given(self):
        """Annotate `as_given`: whether its names are as the first of two approvers spelled them."""
        given = SuggestionAct.objects.filter(
            suggestion=OuterRef("pk"), kind=ActKind.FIRST_APPROVAL, basis__as_given=True
        )
        return self.annotate(as_given=Exists(given))

    def with_rules(self):
        """As `with_given`, with `second_for`: what its organization asks for two for, if for any.

        And with `askers`: where that asks whose wish it is, who asked for it and what it replaces.
        """
        rule = ApprovalRule.objects.filter(organization=OuterRef("owner_id"))
        owner = Case(
            When(event__isnull=True, then=F("user__organization_id")),
            default=F("event__organization_id"),
        )
        return (
            self.with_given()
            .alias(owner_id=owner)
            .annotate(
                second_for=Subquery(rule.values("second_for")),
                askers=Case(When(Exists(rule.filter(second_for__in=FOR_OWN)), then=Askers("pk"))),
            )
        )

    def approved_first(self, profile_id: UUID | None, *, own: bool):
        """Those that one of two has approved, since they were decided on last; read `with_rules`.

        That profile, or somebody else.
        """
        firsts = first_approvals().filter(
            Q(at__gt=OuterRef("approved_at")) | Q(suggestion__approved_at__isnull=True),
            suggestion=OuterRef("pk"),
        )
        of_that = Q(profile=profile_id) if profile_id else Q(pk__isnull=True)
        return self.filter(
            Exists(firsts.filter(of_that if own else ~of_that)), second_for__isnull=False
        )
