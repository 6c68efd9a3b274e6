"""The programme in the admin: sessions to edit by hand, events to look at, staff to link."""

from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from eventflow.admin import ReadOnlyAdmin, SuperusersOnly, VisibleRelatedFilter, other_zone
from eventflow.db import database
from eventflow.db.columns import Cut
from eventflow.text import bidi
from eventflow.web.parameters import CarefulChangeList, OnlyDeclared
from scheduling import access, actions, times
from scheduling.models import Event, Organization, Schedule, StaffMember, UserProfile

admin.site.login_form = access.SignInForm

_ONE_LINE = (
    "title",
    "location",
    "room",
    "track",
    "track_color",
    "speaker_name",
    "speaker_title",
    "materials_url",
)


class SessionForm(forms.ModelForm):
    """A session by hand. Text is stripped, and empty text is none at all."""

    class Meta:
        model = Schedule
        fields = [
            "event",
            "title",
            "start_time",
            "end_time",
            "room",
            "location",
            "max_capacity",
            "speaker_name",
            "speaker_title",
            "speaker_bio",
            "description",
            "track",
            "track_color",
            "materials_url",
            "is_mandatory",
            "is_break",
        ]
        widgets = {
            name: forms.TextInput(attrs={"class": "vTextField", "dir": "auto"})
            for name in _ONE_LINE
        }
        field_classes = {"is_mandatory": forms.BooleanField, "is_break": forms.BooleanField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Whoever may only look gets a form without fields.
        for name in self.fields.keys() & {"is_mandatory", "is_break"}:
            self.fields[name].required = False

    def clean(self):
        cleaned = super().clean()
        for name, value in cleaned.items():
            if isinstance(value, str):
                # Browsers post every line break as two characters.
                cleaned[name] = value.replace("\r\n", "\n").strip() or None
            # What stands like that already is never refused for it.
            one_line = isinstance(value, str) and "\n" not in value
            if one_line and name in self.changed_data and bidi.DIRECTING.search(value):
                self.add_error(
                    name,
                    _("It holds characters that turn the direction of what stands after them."),
                )
        start, end = cleaned.get("start_time"), cleaned.get("end_time")
        if start and end and not start < end:
            raise ValidationError({"end_time": _("A session must end after it starts.")})
        return cleaned


class InTheOwnOrganization:
    """Shows only rows of the staff member's organization; a superuser sees all.

    `organization_path` leads from the model to the organization's id.
    """

    organization_path = "organization_id"

    def get_queryset(self, request):
        return access.visible(super().get_queryset(request), request.user, self.organization_path)


class SessionList(CarefulChangeList):
    """A page of sessions; of what is not shown nothing is read."""

    def get_queryset(self, request, exclude_parameters=None):
        found = super().get_queryset(request, exclude_parameters)
        return found.only("title", "event", "start_time", "end_time", "room", "speaker_name")


@admin.register(Schedule)
class ScheduleAdmin(InTheOwnOrganization, OnlyDeclared, admin.ModelAdmin):
    """Sessions by hand: the same constraint, the same words about it, the same writer."""

    organization_path = "event__organization_id"
    form = SessionForm
    list_display = ("title_shown", "event_shown", "when", "room_shown", "speaker_shown")
    list_filter = (("event", VisibleRelatedFilter), "is_break")
    list_select_related = ("event",)
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ("start_time", "id")
    search_fields = ("title", "room", "speaker_name")
    actions = None
    filled_in = ("event",)

    def get_changelist(self, request, **kwargs):
        return SessionList

    @admin.display(description=_("title"), ordering="title")
    def title_shown(self, session):
        return _isolated(session.title)

    @admin.display(description=_("event"), ordering="event__name")
    def event_shown(self, session):
        return _isolated(session.event.name)

    @admin.display(description=_("when"), ordering="start_time")
    def when(self, session):
        return format_html(
            '<bdi class="when">{}</bdi>{}', session.span(), other_zone(session.event.zone)
        )

    @admin.display(description=_("room"), ordering="room")
    def room_shown(self, session):
        return _isolated(session.room)

    @admin.display(description=_("speaker"), ordering="speaker_name")
    def speaker_shown(self, session):
        return _isolated(session.speaker_name)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "event":
            kwargs["queryset"] = _visible_events(request).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        # What is shown of a text that is too long is not all of it, and would take its place.
        texts = SessionForm.Meta.fields[1:]
        return ("event", *(name for name in texts if isinstance(getattr(obj, name), Cut)))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        zone = self._zone(request, object_id)
        subtitle = (
            _("Times are those of %(zone)s") % {"zone": zone.key}
            if zone
            else _("Times are local times at the event")
        )
        context = {"subtitle": subtitle} | (extra_context or {})
        with timezone.override(zone or times.zone(None)):
            try:
                response = super().changeform_view(request, object_id, form_url, context)
            except (actions.Refusal, DatabaseError) as error:
                return self._not_saved(request, error)
            return response.render() if hasattr(response, "render") else response

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except (actions.Refusal, DatabaseError) as error:
            return self._not_saved(request, error)

    def _not_saved(self, request, error):
        """The form again with a message; an error that is nobody's refusal goes on."""
        if isinstance(error, DatabaseError) and not database.is_contention(error):
            raise error
        reason = error if isinstance(error, actions.Refusal) else actions.BUSY
        message = _("Nothing was saved. %(reason)s") % {"reason": reason}
        self.message_user(request, message, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def _zone(self, request, object_id) -> ZoneInfo | None:
        """The zone of the event concerned, where it is known yet."""
        if object_id:
            session = self.get_object(request, object_id)
            return session.event.zone if session else None
        named = request.POST.get("event") or request.GET.get("event")
        try:
            event = _visible_events(request).filter(pk=named).first() if named else None
        except ValidationError:
            event = None
        return event.zone if event else None

    def save_model(self, request, obj, form, change):
        with _writing(obj, request.user):
            if change:
                values = {name: form.cleaned_data[name] for name in form.changed_data}
                actions.change(session=obj, values=values)
            else:
                values = {k: v for k, v in form.cleaned_data.items() if k != "event"}
                actions.place(event=obj.event, values=values, session_id=obj.pk)

    def delete_model(self, request, obj):
        with _writing(obj, request.user, alone=True):
            actions.remove(session=obj)


@contextmanager
def _writing(session, user, *, alone=False):
    """Hold the programme and write as the staff member, so that policies judge it.

    A superuser who is no staff member writes as the login, where that may. With `alone`, nothing
    may go along with the session.
    """
    database.limit_lock_waits()
    actions.lock_programme(session.event_id)
    if alone:
        actions.require_alone(session=session)
    try:
        role = database.acting_as(access.staff_member(user).person)
    except access.NotStaff:
        actions.require_login_may_write()
        role = database.as_the_login()
    with role:
        yield


def _visible_events(request):
    return access.visible(Event.objects.all(), request.user, "organization_id")


def _isolated(text):
    return format_html("<bdi>{}</bdi>", text) if text else None


def _moment(at, event):
    if at is None:
        return None
    return format_html('<bdi class="when">{}</bdi>', times.moment(at, zone=event.zone))


@admin.register(Event)
class EventAdmin(InTheOwnOrganization, ReadOnlyAdmin):
    """Events, to look at, each in its own time."""

    list_display = ("name_shown", "organization_shown", "starts", "ends", "zone_shown")
    fields = ("name", "organization", "starts", "ends", "zone_shown")
    readonly_fields = ("starts", "ends", "zone_shown")
    list_select_related = ("organization",)
    ordering = ("-start_date",)
    search_fields = ("name",)

    @admin.display(description=_("name"), ordering="name")
    def name_shown(self, event):
        return _isolated(event.name)

    @admin.display(description=_("organization"), ordering="organization")
    def organization_shown(self, event):
        return _isolated(event.organization and event.organization.name)

    @admin.display(description=_("starts"), ordering="start_date")
    def starts(self, event):
        return _moment(event.start_date, event)

    @admin.display(description=_("ends"), ordering="end_date")
    def ends(self, event):
        return _moment(event.end_date, event)

    @admin.display(description=_("time zone"), ordering="timezone")
    def zone_shown(self, event):
        return format_html('<bdi class="ltr">{}</bdi>', event.zone.key)


@admin.register(UserProfile)
class UserProfileAdmin(InTheOwnOrganization, ReadOnlyAdmin):
    """People of the product, to look at and to link staff to."""

    list_display = ("full_name", "email", "organization")
    list_select_related = ("organization",)
    ordering = ("full_name",)
    search_fields = ("full_name", "email")


@admin.register(Organization)
class OrganizationAdmin(InTheOwnOrganization, ReadOnlyAdmin):
    """Customers, to look at."""

    organization_path = "id"
    list_display = ("name",)
    ordering = ("name",)
    search_fields = ("name",)


@admin.register(StaffMember)
class StaffMemberAdmin(SuperusersOnly, OnlyDeclared, admin.ModelAdmin):
    """Who is who: only superusers link users to profiles, since that opens an organization."""

    list_display = ("user", "profile_shown", "organization_shown")
    list_select_related = ("user",)
    autocomplete_fields = ("user", "profile")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("profile__organization")

    @admin.display(description=_("profile"))
    def profile_shown(self, member):
        profile = _profile(member)
        return _isolated(profile.full_name) if profile else _("gone: no access")

    @admin.display(description=_("organization"))
    def organization_shown(self, member):
        profile = _profile(member)
        return _isolated(str(profile.organization)) if profile and profile.organization else None


def _profile(member: StaffMember) -> UserProfile | None:
    try:
        return member.profile
    except UserProfile.DoesNotExist:
        return None
