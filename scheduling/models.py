"""The product's own tables, unmanaged, and who of our staff is who in the product.

Each unmanaged model holds only columns this back office uses: production tables have more. The
database keeps their integrity (`DO_NOTHING`); a check compares them with it and warns on drift.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from eventflow.db import database
from eventflow.db.columns import LongestRead
from scheduling import times

# As many characters of a description are read as may be written.
LONG_TEXT = 20_000


class Organization(models.Model):
    """A customer of the product; nothing crosses from one to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = LongestRead(_("name"))

    class Meta:
        managed = False
        db_table = "organizations"
        default_permissions = ("view",)
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self):
        return self.name


class UserProfile(models.Model):
    """A person of the product; the id is the one they sign in to Supabase with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, null=True, verbose_name=_("organization")
    )
    full_name = LongestRead(_("full name"))
    email = LongestRead(_("email"), null=True)
    role = LongestRead(_("role"), null=True)

    class Meta:
        managed = False
        db_table = "user_profiles"
        default_permissions = ("view",)
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self):
        return self.full_name


class Event(models.Model):
    """An event with a programme; its sessions' times are told in its own time zone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, null=True, verbose_name=_("organization")
    )
    name = LongestRead(_("name"))
    start_date = models.DateTimeField(_("starts"))
    end_date = models.DateTimeField(_("ends"), null=True)
    timezone = LongestRead(_("time zone"), null=True, default=times.FALLBACK_ZONE)

    class Meta:
        managed = False
        db_table = "events"
        default_permissions = ("view",)
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self):
        return self.name

    @property
    def zone(self):
        """The time zone its times are told in; an `UnknownZone` when its name is no zone's."""
        return times.zone(self.timezone)


class Participant(models.Model):
    """A person who was invited to an event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.DO_NOTHING, verbose_name=_("event"))
    first_name = LongestRead(_("first name"))
    last_name = LongestRead(_("last name"))
    phone = models.TextField(_("phone"))
    is_vip = models.BooleanField(_("VIP"), null=True, default=False)

    class Meta:
        managed = False
        db_table = "participants"
        default_permissions = ("view",)
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self):
        return f"{self.first_name} {self.last_name}"


class Schedule(models.Model):
    """A session: one item of an event's programme. Written only by `scheduling.actions`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.DO_NOTHING, verbose_name=_("event"))
    title = LongestRead(_("title"))
    description = LongestRead(_("description"), null=True, blank=True, longest=LONG_TEXT)
    start_time = models.DateTimeField(_("starts"))
    end_time = models.DateTimeField(_("ends"))
    location = LongestRead(_("location"), null=True, blank=True)
    room = LongestRead(_("room"), null=True, blank=True)
    max_capacity = models.IntegerField(_("capacity"), null=True, blank=True)
    current_count = models.IntegerField(_("registered"), null=True, default=0, editable=False)
    is_mandatory = models.BooleanField(_("mandatory"), null=True, default=False)
    is_break = models.BooleanField(_("break"), null=True, default=False)
    track = LongestRead(_("track"), null=True, blank=True)
    track_color = LongestRead(_("track colour"), null=True, blank=True)
    speaker_name = LongestRead(_("speaker"), null=True, blank=True)
    speaker_title = LongestRead(_("speaker's title"), null=True, blank=True)
    speaker_bio = LongestRead(_("about the speaker"), null=True, blank=True, longest=LONG_TEXT)
    materials_url = LongestRead(_("materials"), null=True, blank=True)

    class Meta:
        managed = False
        db_table = "schedules"
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self):
        return self.title

    def span(self) -> str:
        """When it is, in words, in the event's own time zone."""
        return times.span(self.start_time, self.end_time, zone=self.event.zone)


class Registration(models.Model):
    """A participant's place in a session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(Participant, models.DO_NOTHING, verbose_name=_("participant"))
    schedule = models.ForeignKey(Schedule, models.DO_NOTHING, verbose_name=_("session"))
    is_companion = models.BooleanField(_("companion"), null=True, default=False)

    class Meta:
        managed = False
        db_table = "participant_schedules"
        default_permissions = ("view",)
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")

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
        verbose_name=_("user"),
    )
    profile = models.OneToOneField(
        UserProfile,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="staff_member",
        verbose_name=_("profile"),
    )
    language = models.TextField(_("language"), db_default="", editable=False)
    # Null is another thing than nothing: a role that gives no group gives "".
    role_gives = models.TextField(  # noqa: DJ001
        _("group that the role gives"), null=True, editable=False
    )
    role_group = models.ForeignKey(
        "auth.Group",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("group that the role gave"),
    )

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")

    def __str__(self):
        return str(self.user)

    @property
    def person(self) -> database.Person:
        """In whose name the product's tables are written when they decide."""
        return database.Person(self.profile_id, self.profile.email or "", self.aal)
