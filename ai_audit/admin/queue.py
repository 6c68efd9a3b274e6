"""The approval queue: what waits for a decision, and the pages on which it is made."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ai_audit import review, verdicts, workflow
from ai_audit.admin.base import (
    ActionTypeFilter,
    OrganizationFilter,
    SuggestionPages,
    local_time,
    overdue,
)
from ai_audit.models import PendingSuggestion, Status
from ai_audit.verdicts import Level
from eventflow.admin import VisibleRelatedFilter
from scheduling import access

# What one act may hold; Django itself takes at most a thousand fields of a form.
MOST_AT_ONCE = 100

_MESSAGE_LEVELS = {
    Status.EXECUTED: messages.SUCCESS,
    Status.REJECTED: messages.SUCCESS,
    Status.FAILED: messages.ERROR,
}


@admin.register(PendingSuggestion)
class PendingSuggestionAdmin(SuggestionPages):
    """The approval queue."""

    list_display = ("what", "verdict_shown", "starts_shown", "event_shown", "asked")
    list_filter = (OrganizationFilter, ("event", VisibleRelatedFilter), ActionTypeFilter)
    actions = ("approve_selected", "reject_selected")

    def get_queryset(self, request):
        return super().get_queryset(request).pending().most_urgent_first()

    def changelist_view(self, request, extra_context=None):
        waiting = self.get_queryset(request).order_by().count()
        title = gettext("Approval queue: %(count)s waiting") % {"count": waiting}
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return (*shown, "organization_shown") if request.user.is_superuser else shown

    def has_approve_permission(self, request):
        return request.user.has_perm("ai_audit.approve_suggestion")

    def has_reject_permission(self, request):
        return request.user.has_perm("ai_audit.reject_suggestion")

    @admin.display(description=_("state now"))
    def verdict_shown(self, suggestion):
        return format_html(
            '<span class="chip {}">{}</span>',
            suggestion.verdict.level.value,
            review.in_words(suggestion.verdict)[:300],
        )

    @admin.display(description=_("starts"))
    def starts_shown(self, suggestion):
        when = review.starts(suggestion.verdict)
        late = format_html(' <span class="late">{}</span>', _("has begun")) if overdue(when) else ""
        return format_html("{}{}", local_time(when, suggestion.zone), late) if when else None

    # One suggestion

    def get_missing(self, request, object_id):
        """Decided meanwhile, most often: then the history tells, and nothing is lost."""
        decided = self.find(SuggestionPages.get_queryset(self, request), object_id)
        if decided is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        self.message_user(request, _nothing_changed(decided), messages.WARNING)
        return _to_history(decided.pk)

    def decide(self, request, suggestion):
        """Approve or reject one suggestion, by the button that was pressed."""
        approving = "_approve" in request.POST
        if not approving and "_reject" not in request.POST:
            return HttpResponseRedirect(request.path)
        self._require_permission(request, approving)
        try:
            by = access.staff_member(request.user)
            outcome = _decide(suggestion.pk, by, approving, request.POST.get("reason", ""))
        except (access.NotStaff, workflow.Refusal) as refusal:
            self.message_user(request, _refused(refusal), messages.ERROR)
            if isinstance(refusal, workflow.AlreadyDecided):
                return _to_history(suggestion.pk)
            return HttpResponseRedirect(request.path)
        self.message_user(
            request, _told(suggestion, outcome.sentence), _MESSAGE_LEVELS[outcome.status]
        )
        return HttpResponseRedirect(reverse("admin:ai_audit_pendingsuggestion_changelist"))

    def _require_permission(self, request, approving: bool) -> None:
        allowed = self.has_approve_permission if approving else self.has_reject_permission
        if not allowed(request):
            raise PermissionDenied

    def decision_context(self, request, suggestion, verdict):
        try:
            own = workflow.is_own(suggestion, access.staff_member(request.user))
            why_not = (
                ""
                if own
                else gettext(
                    "It belongs to another organization; its own staff members decide on it."
                )
            )
        except access.NotStaff as reason:
            why_not = str(reason)
        return {
            "may_approve": not why_not and self.has_approve_permission(request),
            "may_reject": not why_not and self.has_reject_permission(request),
            "why_not": why_not,
            "blocked": verdict.level is Level.BLOCKED,
        }

    # Many at once

    def response_action(self, request, queryset):
        try:
            return super().response_action(request, queryset)
        except ValidationError:
            self.message_user(
                request,
                gettext("Nothing was changed: something else than a suggestion was chosen."),
                messages.ERROR,
            )
            return HttpResponseRedirect(request.get_full_path())

    @admin.action(permissions=["approve"], description=_("Approve the selected suggestions"))
    def approve_selected(self, request, queryset):
        return self._decide_many(request, queryset, approving=True)

    @admin.action(permissions=["reject"], description=_("Reject the selected suggestions"))
    def reject_selected(self, request, queryset):
        return self._decide_many(request, queryset, approving=False)

    def _decide_many(self, request, queryset, *, approving: bool):
        try:
            by = access.staff_member(request.user)
        except access.NotStaff as refusal:
            self.message_user(request, _refused(refusal), messages.ERROR)
            return None
        chosen = list(queryset.select_related(*self.list_select_related)[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(
                request,
                gettext("Nothing was changed: choose at most %(most)s suggestions at once.")
                % {"most": MOST_AT_ONCE},
                messages.ERROR,
            )
            return None
        for suggestion in self._decided_meanwhile(request):
            told = _told(suggestion, _nothing_changed(suggestion))
            self.message_user(request, told, messages.WARNING)
        if not chosen:
            return None
        if request.POST.get("post") != "yes":
            return self._confirmation(request, chosen, approving=approving)
        for suggestion in chosen:
            try:
                outcome = _decide(suggestion.pk, by, approving, request.POST.get("reason", ""))
                level, sentence = _MESSAGE_LEVELS[outcome.status], outcome.sentence
            except workflow.Refusal as refusal:
                level, sentence = messages.ERROR, str(refusal)
            self.message_user(request, _told(suggestion, sentence), level)
        return None

    def _decided_meanwhile(self, request):
        """Those of the posted suggestions that the queue does not hold any more."""
        posted = request.POST.getlist(ACTION_CHECKBOX_NAME)[:MOST_AT_ONCE]
        return (
            SuggestionPages.get_queryset(self, request)
            .select_related(*self.list_select_related)
            .filter(pk__in=posted)
            .exclude(execution_status=Status.SUGGESTED)
        )

    def _confirmation(self, request, chosen, *, approving: bool):
        judged = verdicts.judge(chosen)
        rows = []
        for suggestion in chosen:
            verdict = judged[suggestion.pk]
            rows.append(
                {
                    "suggestion": suggestion,
                    "action": review.action_label(suggestion.action_type),
                    "headline": review.headline(suggestion, verdict),
                    "changes": review.brief(suggestion, verdict),
                    "level": verdict.level.value,
                    "words": review.in_words(verdict),
                    "included": not approving or verdict.level is not Level.BLOCKED,
                }
            )
        included = sum(row["included"] for row in rows)
        question = (
            ngettext("Approve %(count)s suggestion?", "Approve %(count)s suggestions?", included)
            if approving
            else ngettext("Reject %(count)s suggestion?", "Reject %(count)s suggestions?", included)
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": question % {"count": included},
            "rows": rows,
            "included": included,
            "approving": approving,
            "action": "approve_selected" if approving else "reject_selected",
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/ai_audit/confirm.html", context)


def _decide(pk, by, approving: bool, reason: str):
    if approving:
        return workflow.approve(suggestion_id=pk, by=by)
    return workflow.reject(suggestion_id=pk, by=by, reason=reason)


def _refused(refusal):
    """Why nothing was decided; someone who is no staff member is told so also before trying."""
    if isinstance(refusal, access.NotStaff):
        return gettext("Nothing was changed. %(reason)s") % {"reason": refusal}
    return str(refusal)


def _to_history(pk):
    return HttpResponseRedirect(reverse("admin:ai_audit_suggestion_change", args=[pk]))


def _told(suggestion, sentence):
    return format_html(
        gettext("“<bdi>{title}</bdi>”: {outcome}"),
        title=review.headline(suggestion)[:120],
        outcome=sentence,
    )


def _nothing_changed(suggestion):
    return gettext("Nothing to decide any more: %(decision)s") % {
        "decision": workflow.last_decision(suggestion)
    }
