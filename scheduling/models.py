"""The product's own tables, unmanaged, and who of our staff is who in the product.

Each unmanaged model holds only columns this back office uses: production tables have more. The
database keeps their integrity (`DO_NOTHING`); a check compares them with it and warns on drift.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from eventflow.db import database
from eventflow.db.columns import LongestRead
from scheduling import times

# As many characters of a description are read as may be written.
LONG_TEXT = 20_000


class Organization(models.Model):
    """A customer of the product; nothing crosses from one to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = LongestRead(_lazy("name"))

    class Meta:
        managed = False
        db_table = "organizations"
        default_permissions = ("view",)
        verbose_name = _lazy("organization")
        verbose_name_plural = _lazy("organizations")

    def __str__(self):
        return self.name


class UserProfile(models.Model):
    """A person of the product; the id is the one they sign in to Supabase with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, null=True, verbose_name=_lazy("organization")
    )
    full_name = LongestRead(_lazy("full name"))
    email = LongestRead(_lazy("email"), null=True)
    role = LongestRead(_lazy("role"), null=True)

    class Meta:
        managed = False
        db_table = "user_profiles"
        default_permissions = ("view",)
        verbose_name = _lazy("profile")
        verbose_name_plural = _lazy("profiles")

    def __str__(self):
        return self.full_name


class Event(models.Model):
    """An event with a programme; its sessions' times are told in its own time zone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, null=True, verbose_name=_lazy("organization")
    )
    name = LongestRead(_lazy("name"))
    start_date = models.DateTimeField(_lazy("starts"))
    end_date = models.DateTimeField(_lazy("ends"), null=True)
    timezone = LongestRead(_lazy("time zone"), null=True, default=times.FALLBACK_ZONE)

    class Meta:
        managed = False
        db_table = "events"
        default_permissions = ("view",)
        verbose_name = _lazy("event")
        verbose_name_plural = _lazy("events")

    def __str__(self):
        return self.name

    @property
    def zone(self):
        """The time zone its times are told in; an `UnknownZone` when its name is no zone's."""
        return times.zone(self.timezone)


class Participant(models.Model):
    """A person who was invited to an event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.DO_NOTHING, verbose_name=_lazy("event"))
    first_name = LongestRead(_lazy("first name"))
    last_name = LongestRead(_lazy("last name"))
    phone = models.TextField(_lazy("phone"))
    is_vip = models.BooleanField(_lazy("VIP"), null=True, default=False)

    class Meta:
        managed = False
        db_table = "participants"
        default_permissions = ("view",)
        verbose_name = _lazy("participant")
        verbose_name_plural = _lazy("participants")

    def __str__(self):
        return f"{self.first_name} {self.last_name}"


class Schedule(models.Model):
    """A session: one item of an event's programme. Written only by `scheduling.actions`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.DO_NOTHING, verbose_name=_lazy("event"))
    title = LongestRead(_lazy("title"))
    description = LongestRead(_lazy("description"), null=True, blank=True, longest=LONG_TEXT)
    start_time = models.DateTimeField(_lazy("starts"))
    end_time = models.DateTimeField(_lazy("ends"))
    location = LongestRead(_lazy("location"), null=True, blank=True)
    room = LongestRead(_lazy("room"), null=True, blank=True)
    max_capacity = models.IntegerField(_lazy("capacity"), null=True, blank=True)
    current_count = models.IntegerField(_lazy("registered"), null=True, default=0, editable=False)
    is_mandatory = models.BooleanField(_lazy("mandatory"), null=True, default=False)
    is_break = models.BooleanField(_lazy("break"), null=True, default=False)
    track = LongestRead(_lazy("track"), null=True, blank=True)
    track_color = LongestRead(_lazy("track colour"), null=True, blank=True)
    speaker_name = LongestRead(_lazy("speaker"), null=True, blank=True)
    speaker_title = LongestRead(_lazy("speaker's title"), null=True, blank=True)
    speaker_bio = LongestRead(_lazy("about the speaker"), null=True, blank=True, longest=LONG_TEXT)
    materials_url = LongestRead(_lazy("materials"), null=True, blank=True)

    # What its pointers are, where that was read along (`scheduling.pointers`).
    pointing: object = None

    class Meta:
        managed = False
        db_table = "schedules"
        verbose_name = _lazy("session")
        verbose_name_plural = _lazy("sessions")

    def __str__(self):
        return self.title

    def span(self) -> str:
        """When it is, in words, in the event's own time zone."""
        return times.span(self.start_time, self.end_time, zone=self.event.zone)


class Registration(models.Model):
    """A participant's place in a session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, models.DO_NOTHING, verbose_name=_lazy("participant")
    )
    schedule = models.ForeignKey(Schedule, models.DO_NOTHING, verbose_name=_lazy("session"))
    is_companion = models.BooleanField(_lazy("companion"), null=True, default=False)

    class Meta:
        managed = False
        db_table = "participant_schedules"
        default_permissions = ("view",)
        verbose_name = _lazy("registration")
        verbose_name_plural = _lazy("registrations")

    def __str__(self):
        return str(self.id)


class StaffMember(models.Model):
    """A Django user linked to one profile; that profile's organization is what they may see.

    There is no database constraint towards the product's table: a profile that is deleted there
    leaves this row behind, and its user without access. `language` is the one they switched to;
    empty until they do. `role_gives` names the group that their role in EventFlow gave last, and
    `role_group` is the one that they are in because of it; null and none for who never signed in
    with an account of it. `aal` says whether who acts has given a second factor, and is stored
    nowhere: whoever knows, says so (`access.staff_member`).
    """

    aal = database.AAL1

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="staff_member",
        verbose_name=_lazy("user"),
    )
    profile = models.OneToOneField(
        UserProfile,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="staff_member",
        verbose_name=_lazy("profile"),
    )
    language = models.TextField(_lazy("language"), db_default="", editable=False)
    # Null is another thing than nothing: a role that gives no group gives "".
    role_gives = models.TextField(  # noqa: DJ001
        _lazy("group that the role gives"), null=True, editable=False
    )
    role_group = models.ForeignKey(
        "auth.Group",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_lazy("group that the role gave"),
    )

    class Meta:
        verbose_name = _lazy("staff member")
        verbose_name_plural = _lazy("staff members")

    def __str__(self):
        return str(self.user)

    @property
    def person(self) -> database.Person:
        """In whose name the product's tables are written when they decide."""
        return database.Person(self.profile_id, self.profile.email or "", self.aal)
