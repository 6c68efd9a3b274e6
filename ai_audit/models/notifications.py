"""The outbox: who is told of what, in which mail, and how each person wants to be told.

Nothing of what a mail says is kept, and no address: both are made when it is sent.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from scheduling.models import UserProfile


class NewsKind(models.TextChoices):
    """The kinds of news that people are told of."""

    WAITING = "waiting", _lazy("Suggestions wait for your decision")
    URGENT = "urgent", _lazy("A suggestion waits, and its session begins soon")
    OUTCOME = "outcome", _lazy("What became of what you suggested")
    NOT_CARRIED_OUT = "not_carried_out", _lazy("What you approved was not carried out later")
    ASKED = "asked", _lazy("A question about what you suggested")


# A mail of several kinds, for those who want to be told once a day.
DAILY = "daily"


class HowOften(models.TextChoices):
    """The choice of a person for a kind of news."""

    AT_ONCE = "at_once", _lazy("at once")
    DAILY = "daily", _lazy("once a day")
    NEVER = "never", _lazy("never")


class MailState(models.TextChoices):
    """The state of a mail; of one that is passed nothing was left to tell."""

    DUE = "due", _lazy("to be sent")
    SENT = "sent", _lazy("sent")
    PASSED = "passed", _lazy("not sent: nothing was left to tell")
    FAILED = "failed", _lazy("failed for good")


class NotificationMail(models.Model):
    """One mail to one person; `message` is in its Message-ID at every try.

    The profile may be gone: None is read for it then.
    """

    id = models.BigAutoField(primary_key=True)
    profile = models.ForeignKey(
        UserProfile,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_lazy("profile"),
    )
    kind = models.TextField(
        _lazy("kind"), choices=[*NewsKind.choices, (DAILY, _lazy("once a day"))]
    )
    message = models.UUIDField()
    state = models.TextField(_lazy("state"), choices=MailState.choices)
    made_at = models.DateTimeField(_lazy("made"))
    tries = models.IntegerField(_lazy("tries"))
    next_try = models.DateTimeField(_lazy("next try"))
    ended_at = models.DateTimeField(_lazy("ended"), null=True)
    error = models.TextField(_lazy("error"), null=True)  # noqa: DJ001

    class Meta:
        managed = False
        db_table = "notification_mails"
        default_permissions = ()
        verbose_name = _lazy("mail")
        verbose_name_plural = _lazy("mails")

    def __str__(self):
        return str(self.pk)


class Notification(models.Model):
    """A row of the outbox: one person and one occasion, once, however often it is looked for.

    `entry` is the number of the entry of the suggestion's history that it is about, or of the act;
    `deadline` the moment it is about.
    """

    id = models.BigAutoField(primary_key=True)
    profile_id = models.UUIDField()
    kind = models.TextField()
    suggestion_id = models.UUIDField()
    entry = models.BigIntegerField(null=True)
    deadline = models.DateTimeField(null=True)
    state = models.TextField()
    mail = models.ForeignKey(
        NotificationMail, models.DO_NOTHING, null=True, related_name="notifications"
    )
    made_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "notifications"
        default_permissions = ()

    def __str__(self):
        return f"{self.profile_id} {self.kind} {self.suggestion_id}"


class NotificationChoice(models.Model):
    """The kept choice of a person for a kind of news; without one it is told at once."""

    id = models.BigAutoField(primary_key=True)
    profile_id = models.UUIDField()
    kind = models.TextField()
    choice = models.TextField()

    class Meta:
        managed = False
        db_table = "notification_choices"
        default_permissions = ()

    def __str__(self):
        return f"{self.profile_id} {self.kind} {self.choice}"
