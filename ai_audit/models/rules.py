"""When an organization asks for a second approver; set by superusers."""

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from scheduling.models import Organization


class SecondFor(models.TextChoices):
    """What an organization may ask for a second approver for."""

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
    """That an organization asks for a second approver, and for what; without a row, for nothing.

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
