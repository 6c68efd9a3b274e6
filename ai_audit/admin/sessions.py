"""Sessions, to look at and to change by hand: each change a suggestion of one's own, made at once.

So it is judged and asked about like any other, is told in the audit history, and can be undone.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ai_audit import verdicts, workflow
from ai_audit.admin.formatting import isolated, other_zone
from ai_audit.admin.session_form import LocalTime, LocalTimeField, SessionForm
from ai_audit.presenters import hanging, pointing, review, session_history
from ai_audit.proposals import FIELD_LABELS, SETTABLE, Action, Proposal
from ai_audit.workflow import ByHand
from eventflow.admin import VisibleRelatedFilter
from eventflow.db.columns import Cut
from eventflow.text.bidi import ltr
from eventflow.web.parameters import CarefulChangeList, OnlyDeclared
from scheduling import access, actions, names, pointers, rooms, times
from scheduling.conflicts import Kind
from scheduling.models import Event, Schedule, StaffMember

_NO_PROFILE = _(
    "Your user is not linked to a profile of EventFlow, and here sessions are written in a "
    "person’s name only. Ask an administrator to link you under “Staff members”."
)


class SessionList(CarefulChangeList):
    """A page of sessions; of what is not shown nothing is read."""

    def get_queryset(self, request, exclude_parameters=None):
        found = super().get_queryset(request, exclude_parameters)
        found = pointers.along(pointers.standing(found))
        return found.only("title", "event", "start_time", "end_time", "room", "speaker_name")


@admin.register(Schedule)
class ScheduleAdmin(OnlyDeclared, admin.ModelAdmin):
    """Sessions, and the form that changes them through the same door as a suggestion."""

    form = SessionForm
    formfield_overrides = {
        models.DateTimeField: {"form_class": LocalTimeField, "widget": LocalTime}
    }
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
    change_form_template = "admin/ai_audit/session.html"

    def get_changelist(self, request, **kwargs):
        return SessionList

    def get_search_results(self, request, queryset, search_term):
        """Each word is held by a name, however either is spelled."""
        searched = [*map(F, self.search_fields), *pointers.room_pointed_to()]
        for word in search_term.replace("\0", "").split():
            found = (Q(names.holds(column, word)) for column in searched)
            queryset = queryset.filter(reduce(or_, found))
        return queryset, False

    @admin.display(description=_("title"), ordering="title")
    def title_shown(self, session):
        return isolated(session.title)

    @admin.display(description=_("event"), ordering="event__name")
    def event_shown(self, session):
        return isolated(session.event.name)

    @admin.display(description=_("when"), ordering="start_time")
    def when(self, session):
        return format_html(
            '<bdi class="when">{}</bdi>{}', session.span(), other_zone(session.event.zone)
        )

    @admin.display(description=_("room"), ordering="room")
    def room_shown(self, session):
        return isolated(" · ".join(filter(None, pointers.rooms_of(session))) or None)

    @admin.display(description=_("speaker"), ordering="speaker_name")
    def speaker_shown(self, session):
        return isolated(session.speaker_name)

    # Whose sessions, and who may change them

    def get_queryset(self, request):
        return access.visible(super().get_queryset(request), request.user, "event__organization_id")

    def get_object(self, request, object_id, from_field=None):
        """The session with its event; what is no id is no session."""
        try:
            sessions = pointers.along(self.get_queryset(request).select_related("event"))
            return sessions.get(pk=object_id)
        except (Schedule.DoesNotExist, ValidationError, ValueError):
            return None

    def has_add_permission(self, request):
        return super().has_add_permission(request) and _decider(request) is not None

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _decides(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _decides(request, obj)

    def _who_only_looks(self, request, may: bool):
        """The answer to who `may` change sessions, but in no person's name; None for others."""
        if not may or _decider(request):
            return None
        said = gettext("Nothing was saved. %(reason)s") % {"reason": _NO_PROFILE}
        self.message_user(request, said, messages.ERROR)
        return HttpResponseRedirect(self._list_url())

    # The form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "event":
            kwargs["queryset"] = _own_events(request).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        # What is shown of a text that is too long is not all of it, and would take its place.
        texts = SessionForm.Meta.fields[1:]
        return ("event", *(name for name in texts if isinstance(getattr(obj, name), Cut)))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        session = self.get_object(request, object_id) if object_id else None
        if object_id is None or request.method == "POST":
            usual = super().has_change_permission if object_id else super().has_add_permission
            if answer := self._who_only_looks(request, usual(request)):
                return answer
        event = session.event if session else _named_event(request)
        with timezone.override(event.zone if event else times.zone(None)):
            if request.method == "POST" and (session or object_id is None):
                response = self._change(request, session)
            else:
                context = _around(event) | _standing(session) | {"rooms": _offered(request, event)}
                response = super().changeform_view(
                    request, object_id, form_url, context | (extra_context or {})
                )
            return response.render() if hasattr(response, "render") else response

    def _change(self, request, session: Schedule | None):
        """Carry out what the form holds, or show what it meets.

        Django's own way is one transaction with the page around it; a decision has its own.
        """
        allowed = (
            self.has_change_permission(request, session)
            if session
            else self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        form_class = self.get_form(request, session, change=session is not None)
        form = form_class(request.POST, instance=session)
        if not form.is_valid():
            return self._form_page(request, session, form)
        event = session.event if session else form.cleaned_data["event"]
        opened = request.POST.get("seen", "")
        if changed := form.changed_since(opened):
            self.message_user(request, _changed_since(changed), messages.ERROR)
            anew = form_class(instance=session, initial=form.touched(opened))
            return self._form_page(request, session, anew)
        proposal = form.proposal
        if session and not proposal.values:
            self.message_user(
                request,
                gettext("Nothing was changed: the session stands like that already."),
                messages.INFO,
            )
            return HttpResponseRedirect(self._list_url())
        by = _decider(request)
        found, refusal, outcome = _made(request, event, by, proposal)
        if refusal:
            _tell(form, found, refusal)
            return self._form_page(request, session, form, found)
        written = session or Schedule(pk=outcome.session_id, event=event)
        written.title = proposal.values.get("title", written.title)
        answered = self.response_change if session else self.response_add
        response = answered(request, written)
        self._tell_how_to_undo(request, outcome)
        return response

    def _form_page(
        self, request, session: Schedule | None, form: SessionForm, found: ByHand | None = None
    ):
        """The form as it was sent, with what stands against it, or what has to be seen first."""
        readonly = self.get_readonly_fields(request, session)
        shown = helpers.AdminForm(
            form, self.get_fieldsets(request, session), {}, readonly, model_admin=self
        )
        event = session.event if session else form.cleaned_data.get("event")
        title = gettext("Change %s") if session else gettext("Add %s")
        context = {
            **self.admin_site.each_context(request),
            **_around(event),
            **_standing(session),
            **_judged(found, request),
            "title": title % self.opts.verbose_name,
            "adminform": shown,
            "object_id": session and str(session.pk),
            "original": session,
            "media": self.media + shown.media,
            "inline_admin_formsets": [],
            "errors": helpers.AdminErrorList(form, []),
            "preserved_filters": self.get_preserved_filters(request),
            "rooms": _offered(request, event),
            "may_see_sessions": True,
            # As it was when the page was opened first, however often it comes back.
            "seen": (form.is_bound and request.POST.get("seen")) or form.seen,
        }
        return self.render_change_form(
            request, context, add=session is None, change=session is not None, obj=session
        )

    # Removing

    def delete_view(self, request, object_id, extra_context=None):
        """Say what removing would do and take along, or do it when that was confirmed."""
        session = self.get_object(request, object_id)
        if session is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if answer := self._who_only_looks(request, super().has_delete_permission(request)):
            return answer
        if not self.has_delete_permission(request, session):
            raise PermissionDenied
        by = _decider(request)
        proposal = Proposal(Action.DELETE, session.pk, {}, {})
        refusal = None
        if request.method == "POST" and request.POST.get("post") == "yes":
            found, refusal, outcome = _made(
                request, session.event, by, proposal, shown=request.POST.get("judged")
            )
            if outcome:
                response = self.response_delete(request, str(session), session.pk)
                self._tell_how_to_undo(request, outcome)
                return response
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            found = _looked_at(session.event, by, proposal)
        context = {
            **self.admin_site.each_context(request),
            **_judged(found, request),
            "opts": self.opts,
            "title": gettext("Remove the session?"),
            "session": session,
            "changes": review.changes(found.suggestion, found.verdict),
            "hanging": hanging.told(found.verdict, told_already=found.along),
            "along": [actions.in_words(*rows) for rows in sorted(found.along.items())],
            "zone": session.event.zone,
            "may_see_sessions": True,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/ai_audit/remove_session.html", context)

    # What was changed

    def history_view(self, request, object_id, extra_context=None):
        """What changed the session, by hand and by suggestion, with who and when."""
        session = self.get_object(request, object_id)
        if session is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, session):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("What changed the session"),
            "session": session,
            "changes": session_history.changes(session),
            "zone": session.event.zone,
            "may_see_history": request.user.has_perm("ai_audit.view_suggestion"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/ai_audit/session_history.html", context)

    def log_addition(self, request, obj, message):
        """The decision is in the log already."""

    log_change = log_addition

    def log_deletions(self, request, queryset):
        """The decision is in the log already."""

    def _list_url(self) -> str:
        return reverse("admin:scheduling_schedule_changelist")

    def _tell_how_to_undo(self, request, outcome: workflow.Outcome) -> None:
        """Where what was just done can be taken back, to whom may do that."""
        if not request.user.has_perms(("ai_audit.view_suggestion", "ai_audit.undo_suggestion")):
            return
        address = reverse("admin:ai_audit_suggestion_change", args=[outcome.suggestion_id])
        words = gettext('It can be undone <a href="{address}">in the audit history</a>.')
        self.message_user(request, format_html(words, address=address), messages.INFO)


def _decider(request) -> StaffMember | None:
    """The staff member in whose name is written; None for who only looks."""
    try:
        member = access.staff_member(request.user)
    except access.NotStaff:
        return None
    return member if member.profile.organization_id else None


def _decides(request, session: Schedule | None) -> bool:
    """Whether the user is staff, and of the session's organization where it is asked of one."""
    by = _decider(request)
    if by is None or session is None:
        return by is not None
    return session.event.organization_id == by.profile.organization_id


def _own_events(request):
    by = _decider(request)
    if by is None:
        return Event.objects.none()
    return Event.objects.filter(organization_id=by.profile.organization_id)


def _named_event(request) -> Event | None:
    """The event that a new session is for, where it is known yet."""
    named = request.POST.get("event") or request.GET.get("event")
    try:
        return _own_events(request).filter(pk=named).first() if named else None
    except ValidationError:
        return None


def _around(event: Event | None) -> dict[str, Any]:
    """What the form's page says of times."""
    if event is None:
        return {"subtitle": _("Times are local times at the event")}
    subtitle = _("Times are those of %(zone)s") % {"zone": times.called(event.zone)}
    if isinstance(event.zone, times.UnknownZone):
        subtitle = gettext("%(sentence)s. Write times with their offset, such as %(time)s.") % {
            "sentence": subtitle,
            "time": ltr("09:00+02:00"),
        }
    return {"subtitle": subtitle}


def _offered(request, event: Event | None) -> list[rooms.Room]:
    """The rooms of the event; as long as it is not chosen, of those that are not over."""
    if event:
        return rooms.known([event.pk])
    now = timezone.now()
    coming = _own_events(request).filter(
        models.Q(end_date__gte=now) | models.Q(end_date__isnull=True, start_date__gte=now)
    )
    return rooms.known(list(coming.values_list("pk", flat=True)[: rooms.MOST]))


def _standing(session: Schedule | None) -> dict[str, Any]:
    """What is kept of a session elsewhere, which changing it here does not change, or not alone."""
    if session is None:
        return {}
    return {"pointing": pointing.standing(session), "hanging": hanging.of(session)}


def _looked_at(event: Event, by: StaffMember, proposal: Proposal) -> ByHand:
    with transaction.atomic():
        return workflow.to_be_made(event=event, by=by, proposal=proposal)


def _made(request, event: Event, by: StaffMember, proposal: Proposal, shown: str | None = None):
    """What it would do, why it was refused, and what came of it: one of the last two.

    A tick is for what was judged when it was given, and for nothing that arrived since. With
    `shown`, only what that is the digest of is carried out.
    """
    found = _looked_at(event, by, proposal)
    said = request.POST
    same = said.get("judged") == found.digest
    try:
        outcome = workflow.make_by_hand(
            event_id=event.pk,
            by=by,
            proposal=proposal,
            confirmed=workflow.Confirmation(
                ticks=said.getlist("tick") if same else (),
                title=said.get("confirmed_title", "") if same else "",
                reason=said.get("why", ""),
                turns=same,
            ),
            digest=found.digest if shown is None else shown,
        )
    except workflow.Refusal as refusal:
        return _looked_at(event, by, proposal), refusal, None
    return found, None, outcome


def _tell(form: SessionForm, found: ByHand, refusal: workflow.Refusal) -> None:
    """Put the reason where it belongs: to the room, where that is taken."""
    taken = [c for c in found.verdict.errors if c.kind is Kind.ROOM]
    if isinstance(refusal, workflow.Blocked) and taken:
        for conflict in taken:
            form.add_error("room", conflict.sentence)
    else:
        form.add_error(None, str(refusal))


def _judged(found: ByHand | None, request) -> dict[str, Any]:
    """What a page shows of the verdict, and what has to be said."""
    if found is None:
        return {}
    same = request.POST.get("judged") == found.digest
    return {
        "found": found,
        "verdict": found.verdict,
        "verdict_words": review.in_words(found.verdict),
        "collisions": review.collisions(found.suggestion, found.verdict),
        "turning": pointing.turning(found.verdict),
        "friction": found.friction,
        "ticking": found.verdict.level is not verdicts.Level.BLOCKED,
        "ticked": request.POST.getlist("tick") if same else [],
        "typed": request.POST,
        "by_a_person": True,
    }


def _changed_since(names: list[str]) -> str:
    return gettext(
        "Nothing was saved: the session was changed since you opened the page (%(fields)s). This "
        "is how it stands now, with what you have written; look at it, then save again."
    ) % {"fields": ", ".join(str(FIELD_LABELS[name]) for name in SETTABLE if name in names)}
