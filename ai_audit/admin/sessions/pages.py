"""Sessions, to look at and to change by hand: each change a suggestion of one's own, made at once.

So it is judged and asked about like any other, is told in the audit history, and can be undone.
"""

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import F
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import workflow
from ai_audit.admin.base import address_of, holding
from ai_audit.admin.formatting import column, isolated, other_zone, page
from ai_audit.admin.sessions import telling, whose
from ai_audit.admin.sessions.form import LocalTime, LocalTimeField, SessionForm
from ai_audit.presenters import hanging, review, session_history
from ai_audit.proposals import Action, Proposal
from ai_audit.workflow import ByHand
from eventflow.db.columns import Cut
from eventflow.web.parameters import CarefulChangeList, OnlyDeclared
from scheduling import access, actions, pointers, times
from scheduling.models import Schedule

_NO_PROFILE = _lazy(
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
    list_filter = (("event", admin.RelatedOnlyFieldListFilter), "is_break")
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
        columns = [*map(F, self.search_fields), *pointers.room_pointed_to()]
        return holding(queryset, columns, search_term.replace("\0", "")), False

    title_shown = column("title", _lazy("title"))
    event_shown = column("event__name", _lazy("event"))
    speaker_shown = column("speaker_name", _lazy("speaker"))

    @admin.display(description=_lazy("when"), ordering="start_time")
    def when(self, session):
        return format_html(
            '<bdi class="when">{}</bdi>{}', session.span(), other_zone(session.event.zone)
        )

    @admin.display(description=_lazy("room"), ordering="room")
    def room_shown(self, session):
        return isolated(" · ".join(filter(None, pointers.rooms_of(session))) or None)

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
        return super().has_add_permission(request) and whose.decider(request) is not None

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and whose.decides(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and whose.decides(request, obj)

    def _who_only_looks(self, request, may: bool):
        """The answer to who `may` change sessions, but in no person's name; None for others."""
        if not may or whose.decider(request):
            return None
        said = _("Nothing was saved. %(reason)s") % {"reason": _NO_PROFILE}
        self.message_user(request, said, messages.ERROR)
        return HttpResponseRedirect(self._list_url())

    def _writer(self, request, session: Schedule | None):
        """In whose name the form would be written; None for who only looks."""
        may = (
            self.has_change_permission(request, session)
            if session
            else self.has_add_permission(request)
        )
        return whose.decider(request) if may else None

    # The form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "event":
            kwargs["queryset"] = whose.own_events(request).order_by("name")
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
        event = session.event if session else whose.named_event(request)
        with timezone.override(event.zone if event else times.zone(None)):
            if request.method == "POST" and (session or object_id is None):
                response = self._change(request, session)
            else:
                by = self._writer(request, session)
                context = telling.form_context(request, event, session, by)
                response = super().changeform_view(
                    request, object_id, form_url, context | (extra_context or {})
                )
            return response.render() if hasattr(response, "render") else response

    def _change(self, request, session: Schedule | None):
        """Carry out what the form holds, or show what it meets.

        Django's own way is one transaction with the page around it; a decision has its own.
        """
        if (by := self._writer(request, session)) is None:
            raise PermissionDenied
        form_class = self.get_form(request, session, change=session is not None)
        form = form_class(request.POST, instance=session)
        if not form.is_valid():
            return self._form_page(request, session, form)
        event = session.event if session else form.cleaned_data["event"]
        opened = request.POST.get("seen", "")
        if changed := form.changed_since(opened):
            self.message_user(request, telling.changed_since(changed), messages.ERROR)
            anew = form_class(instance=session, initial=form.touched(opened))
            return self._form_page(request, session, anew)
        proposal = form.proposal
        if session and not proposal.values:
            self.message_user(
                request,
                _("Nothing was changed: the session stands like that already."),
                messages.INFO,
            )
            return HttpResponseRedirect(self._list_url())
        found, refusal, outcome = telling.make(request, event, by, proposal)
        if refusal:
            telling.tell(form, found, refusal)
            return self._form_page(request, session, form, found)
        if outcome.first:
            return self._waits(request, outcome)
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
        title = _("Change %s") if session else _("Add %s")
        context = {
            **self.admin_site.each_context(request),
            **telling.form_context(request, event, session, whose.decider(request), found),
            "title": title % self.opts.verbose_name,
            "adminform": shown,
            "object_id": session and str(session.pk),
            "original": session,
            "media": self.media + shown.media,
            "inline_admin_formsets": [],
            "errors": helpers.AdminErrorList(form, []),
            "preserved_filters": self.get_preserved_filters(request),
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
        by = whose.decider(request)
        proposal = Proposal(Action.DELETE, session.pk, {}, {})
        refusal = None
        if request.method == "POST" and request.POST.get("post") == "yes":
            found, refusal, outcome = telling.make(
                request, session.event, by, proposal, shown=request.POST.get("judged")
            )
            if outcome and outcome.first:
                return self._waits(request, outcome)
            if outcome:
                response = self.response_delete(request, str(session), session.pk)
                self._tell_how_to_undo(request, outcome)
                return response
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            found = telling.preview(session.event, by, proposal)
        context = {
            **telling.judged(found, request),
            **telling.two_people(by, found),
            "title": _("Remove the session?"),
            "session": session,
            "changes": review.changes(found.suggestion, found.verdict),
            "hanging": hanging.phrases_of(found.verdict, told_already=found.along),
            "along": [actions.in_words(*rows) for rows in sorted(found.along.items())],
            "zone": session.event.zone,
            "may_see_sessions": True,
            **(extra_context or {}),
        }
        return page(self, request, "remove_session", context)

    # What was changed

    def history_view(self, request, object_id, extra_context=None):
        """The session's history, by hand and by suggestion, with who and when."""
        session = self.get_object(request, object_id)
        if session is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, session):
            raise PermissionDenied
        context = {
            "title": _("What changed the session"),
            "session": session,
            "changes": session_history.changes(session),
            "zone": session.event.zone,
            "may_see_history": request.user.has_perm("ai_audit.view_suggestion"),
            **(extra_context or {}),
        }
        return page(self, request, "session_history", context)

    def _list_url(self) -> str:
        return reverse("admin:scheduling_schedule_changelist")

    def _waits(self, request, outcome: workflow.Outcome):
        """To the suggestion that was made and waits for a second approver; else to the list."""
        self.message_user(request, outcome.sentence, messages.WARNING)
        if not request.user.has_perm("ai_audit.view_pendingsuggestion"):
            return HttpResponseRedirect(self._list_url())
        return HttpResponseRedirect(address_of("pendingsuggestion_change", outcome.suggestion_id))

    def _tell_how_to_undo(self, request, outcome: workflow.Outcome) -> None:
        """Where what was just done can be taken back, to whom may do that."""
        if not request.user.has_perms(("ai_audit.view_suggestion", "ai_audit.undo_suggestion")):
            return
        address = reverse("admin:ai_audit_suggestion_change", args=[outcome.suggestion_id])
        words = _('It can be undone <a href="{address}">in the audit history</a>.')
        self.message_user(request, format_html(words, address=address), messages.INFO)
