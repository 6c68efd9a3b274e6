"""The audit history: every suggestion ever made, to look at; what was carried out can be undone."""

from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.forms import Media, Script
from django.http import Http404, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import history, workflow
from ai_audit.admin.autocomplete import NamesSelect, NamesView
from ai_audit.admin.base import address_of, nothing_to_decide
from ai_audit.admin.formatting import local_time, why_failed
from ai_audit.admin.history_form import HistoryForm
from ai_audit.admin.history_list import HistoryChangeList, how_many
from ai_audit.admin.insights import PeriodForm, insights_page
from ai_audit.admin.undoing import UNDO_BUTTON, may_undo, undo_page, why_no_undo
from ai_audit.admin.worklist.saying import Saying
from ai_audit.models import Status, Suggestion
from ai_audit.presenters import timeline, two_people
from ai_audit.reports import exports, insights
from ai_audit.reports.filters import View
from eventflow.web import long_answers
from eventflow.web.long_answers import LongAnswer
from eventflow.web.parameters import takes

_TWO_ALREADY = _lazy(
    "You are downloading two exports already, and no third was begun. Nothing was changed. Let one "
    "of them end, then try again."
)
_AS_MANY_AS_CAN_BE = _lazy(
    "As many exports are being downloaded as can be sent at once, and yours was not begun. Nothing "
    "was changed. Try again in a minute."
)


@admin.register(Suggestion)
class SuggestionAdmin(Saying):
    """The audit history."""

    list_display = ("what", "status_shown", "event_shown", "asked", "decided", "created")
    list_filter = ()
    search_fields = ()
    sortable_by = ()
    actions = None
    change_list_template = "admin/ai_audit/history.html"

    @property
    def media(self):
        own = Media(js=[Script("ai_audit/history.js", defer=True)])
        return super().media + NamesSelect("event").media + own

    def get_changelist(self, request, **kwargs):
        return HistoryChangeList

    def taken_by_list(self, request):
        of_form = HistoryForm({}, all_organizations=request.user.is_superuser).fields
        return super().taken_by_list(request) & {*of_form, *HistoryChangeList.PAGING, ERROR_FLAG}

    def changelist_view(self, request, extra_context=None):
        """The list; an id that is searched for leads straight to its row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self._by_id(request)
        if found:
            return HttpResponseRedirect(reverse("admin:ai_audit_suggestion_change", args=[found]))
        context = {
            "title": capfirst(self.opts.verbose_name_plural),
            "may_export": request.user.has_perm("ai_audit.export_suggestion"),
            "formats": list(exports.Format),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def _by_id(self, request):
        """The id in the search, where a row one may see has it."""
        try:
            pk = UUID(request.GET.get("words", "").strip())
        except ValueError:
            return None
        return self.get_queryset(request).filter(pk=pk).values_list("pk", flat=True).first()

    @admin.display(description=_lazy("status"), ordering="execution_status")
    def status_shown(self, suggestion):
        status = suggestion.execution_status
        error = why_failed(suggestion)
        return format_html(
            '<span class="chip status {}">{}</span>{}',
            status if status in Status.values else "",
            suggestion.status_label,
            format_html('<br><bdi class="quiet">{}</bdi>', error[:160]) if error else "",
        )

    @admin.display(description=_lazy("decided by"))
    def decided(self, suggestion):
        if suggestion.decided_at is None:
            return None
        who = suggestion.decided_by
        elsewhere = _lazy("Not through the back office") if suggestion.elsewhere else ""
        own = _lazy("Approved their own") if suggestion.approved_own else ""
        return format_html(
            '<span data-called="{}">{}<span class="quiet">{}{}</span>{}</span>',
            _lazy("decided by"),
            format_html("<bdi>{}</bdi> <br>", who) if who else "",
            local_time(suggestion.decided_at, suggestion.zone),
            format_html("<br>{}", elsewhere) if elsewhere else "",
            format_html('<br><span class="chip">{}</span>', own) if own else "",
        )

    @admin.display(description=_lazy("created"))
    def created(self, suggestion):
        return local_time(suggestion.created_at, suggestion.zone)

    def own_views(self):
        return {
            "count": ("count/", self.count_view),
            "export": ("export.<slug:ending>", self.export_view),
            "insights": ("insights/", self.insights_view),
            "names": ("names/<slug:field>/", self.names_view),
            "state": ("<uuid:pk>/state/", self.state_view),
        }

    def _asked(self, request, view=View.DECIDED):
        """The filters asked for, scoped to the reader's organization.

        Of that `view` where the address says none. Raises PermissionDenied for who may not look.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        organization = self.organization_of(request)
        data = {"view": view} | request.GET.dict()
        form = HistoryForm(data, all_organizations=organization is None)
        return form.filters.within(organization) if form.is_valid() else None

    @takes(*HistoryForm.base_fields, warn=False)
    def count_view(self, request):
        """How many there are, in words, and the commonest reasons, for a page that is shown."""
        asked = self._asked(request)
        if asked is None:
            return JsonResponse({"count": "", "reasons": []})
        organization = asked.organization or asked.filters.organization
        return JsonResponse(
            {"count": how_many(asked), "reasons": insights.commonest_reasons(organization)}
        )

    @takes(*PeriodForm.base_fields)
    def insights_view(self, request):
        """The history added up."""
        return insights_page(self, request)

    @takes("term", "page", warn=False)
    def names_view(self, request, field):
        """Names to choose from, as the admin's autocomplete asks for them."""
        view = NamesView.as_view(admin_site=self.admin_site, model_admin=self, field=field)
        return view(request)

    @takes(*HistoryForm.base_fields)
    def export_view(self, request, ending):
        """Everything the list would show, as a file, in a stream.

        The list says which view it shows; without one nothing is left out.
        """
        if not request.user.has_perm("ai_audit.export_suggestion"):
            raise PermissionDenied
        asked = self._asked(request, View.SUGGESTED)
        if asked is None or ending not in list(exports.Format):
            raise Http404
        written_as = exports.Format(ending)
        try:
            turn = LongAnswer(request.user.pk)
        except long_answers.TooManyAnswers as refused:
            said = _TWO_ALREADY if refused.own else _AS_MANY_AS_CAN_BE
            answer = render(
                request, "wait.html", {"said": said}, status=429 if refused.own else 503
            )
            answer["Retry-After"] = long_answers.RETRY_AFTER
            return answer
        return StreamingHttpResponse(
            turn.of(piece for _rows, piece in exports.pieces(asked, written_as)),
            content_type=written_as.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="history-{localdate()}.{ending}"'
            },
        )

    @takes(warn=False)
    def state_view(self, request, pk):
        """Where a suggestion stands, for a page that is open: status, and a sentence with who.

        And what was said of it last, as the page knows it, with a sentence too.
        """
        suggestion = self.find(self.get_queryset(request), str(pk))
        may_see = self.has_view_permission(request, suggestion) or request.user.has_perm(
            "ai_audit.view_pendingsuggestion"
        )
        if suggestion is None or not may_see:
            raise PermissionDenied
        last = history.last_act(suggestion)
        return JsonResponse(
            {
                "status": suggestion.execution_status,
                "sentence": nothing_to_decide(suggestion),
                "said": str(last.pk if last else 0),
                "said_sentence": timeline.meanwhile(last, suggestion) if last else "",
            }
        )

    def decision_context(self, request, suggestion, verdict):
        if verdict is None:
            offered = may_undo(request, suggestion)
            first = workflow.of_undoing(suggestion) if offered else None
            return {
                "buttons": [UNDO_BUTTON] if offered else [],
                "two_people": two_people.undoing_told(first, suggestion),
                "why_not": why_no_undo(request.user, suggestion),
            }
        if not request.user.has_perm("ai_audit.view_pendingsuggestion"):
            return {}
        return {"queue_url": address_of("pendingsuggestion_change", suggestion.pk)}

    def decide(self, request, suggestion):
        """Undo what was carried out; the history decides nothing else."""
        if "_undo" not in request.POST:
            raise PermissionDenied
        return undo_page(self, request, suggestion)
