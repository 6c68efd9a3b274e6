"""The approval queue: what waits for a decision, and the pages on which it is made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ai_audit import history, queue, review, shown, verdicts, workflow
from ai_audit.admin.amending import amend_page, amendable
from ai_audit.admin.base import (
    ActionTypeFilter,
    OrganizationFilter,
    SuggestionPages,
    after_deciding,
    local_time,
    overdue,
    told,
)
from ai_audit.models import OPEN, PendingSuggestion, Status
from ai_audit.verdicts import Level
from eventflow.admin import VisibleRelatedFilter
from scheduling import access
from scheduling.models import StaffMember

# What one act may hold; Django itself takes at most a thousand fields of a form.
MOST_AT_ONCE = 100

_MESSAGE_LEVELS = {
    Status.EXECUTED: messages.SUCCESS,
    Status.APPROVED: messages.SUCCESS,
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

    def get_object(self, request, object_id, from_field=None):
        """Also one that failed or waits to be carried out, to which the history leads."""
        everything = SuggestionPages.get_queryset(self, request)
        return self.find(everything.filter(execution_status__in=OPEN), object_id)

    def get_missing(self, request, object_id):
        """Decided meanwhile, most often: then the history tells, and nothing is lost."""
        decided = self.find(SuggestionPages.get_queryset(self, request), object_id)
        if decided is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        self.message_user(request, _nothing_changed(decided), messages.WARNING)
        return _to_history(decided.pk)

    def decide(self, request, suggestion):
        """Do with one suggestion what the button says that was pressed."""
        pressed = next((name for name in _BUTTONS if name in request.POST), None)
        if pressed is None:
            return HttpResponseRedirect(request.path)
        button = _BUTTONS[pressed]
        following = queue.place(self.get_queryset(request), suggestion.pk).next
        if not self.may(request, button.permission, suggestion):
            raise PermissionDenied
        try:
            by = access.staff_member(request.user)
            if pressed == "_amend":
                return amend_page(self, request, suggestion, by, following)
            outcome = button.act(suggestion.pk, by, request.POST)
        except workflow.Changed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self._as_it_stands(request, suggestion.pk)
        except (access.NotStaff, workflow.Refusal) as refusal:
            self.message_user(request, _refused(refusal), messages.ERROR)
            if isinstance(refusal, workflow.AlreadyDecided):
                return _to_history(suggestion.pk)
            return HttpResponseRedirect(request.path)
        self.message_user(
            request, told(suggestion, outcome.sentence), _MESSAGE_LEVELS[outcome.status]
        )
        return after_deciding(request, suggestion, following)

    def may(self, request, permission, suggestion) -> bool:
        """Whether the user has the permission, and the suggestion is one they may see at all."""
        return (
            request.user.has_perm(permission)
            and SuggestionPages.get_queryset(self, request).filter(pk=suggestion.pk).exists()
        )

    def _as_it_stands(self, request, pk):
        """The page anew, with what has changed since it was opened marked."""
        suggestion = self.get_object(request, str(pk))
        if suggestion is None:
            return self.get_missing(request, str(pk))
        return self.review_page(request, suggestion, opened=request.POST.get("shown", ""))

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
        status = suggestion.execution_status
        return {
            "buttons": []
            if why_not
            else [
                {
                    "name": name,
                    "label": button.labels[status],
                    "main": name in ("_approve", "_execute"),
                    "key": button.key,
                    "reason": name == "_reject",
                    "disabled": not button.usable(verdict),
                }
                for name, button in _BUTTONS.items()
                if status in button.labels and request.user.has_perm(button.permission)
            ],
            "why_not": why_not,
            "place": queue.place(self.get_queryset(request), suggestion.pk),
            "reasons": history.rejection_reasons(suggestion.organization_id),
            "state_url": reverse("admin:ai_audit_suggestion_state", args=[suggestion.pk]),
            "digest": verdicts.digest(suggestion, verdict),
            "shown": shown.pack(suggestion, verdict),
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
        if max(len(chosen), len(request.POST.getlist(ACTION_CHECKBOX_NAME))) > MOST_AT_ONCE:
            self.message_user(
                request,
                gettext("Nothing was changed: choose at most %(most)s suggestions at once.")
                % {"most": MOST_AT_ONCE},
                messages.ERROR,
            )
            return None
        if request.POST.get("post") == "yes":
            return self._confirmed(request, by, approving=approving)
        for suggestion in self._decided_meanwhile(request):
            sentence = told(suggestion, _nothing_changed(suggestion))
            self.message_user(request, sentence, messages.WARNING)
        if not chosen:
            return None
        return self._confirmation(request, chosen, approving=approving)

    def _confirmed(self, request, by, *, approving: bool):
        """Every row that was confirmed ends with an outcome, also one decided in between."""
        everything = SuggestionPages.get_queryset(self, request)
        chosen = {
            suggestion.pk: suggestion
            for object_id in request.POST.getlist(ACTION_CHECKBOX_NAME)
            if (suggestion := self.find(everything, object_id))
        }
        try:
            results = (
                workflow.approve_set(
                    digests={pk: request.POST.get(f"digest-{pk}", "") for pk in chosen}, by=by
                )
                if approving
                else _reject_each(chosen, by, request.POST.get("reason", ""))
            )
        except workflow.Changed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            waiting = self.get_queryset(request).filter(pk__in=chosen)
            return self._confirmation(
                request,
                list(waiting.select_related(*self.list_select_related)),
                approving=approving,
            )
        except workflow.Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        for pk, result in results.items():
            decided = isinstance(result, workflow.Outcome)
            self.message_user(
                request,
                told(chosen[pk], result.sentence if decided else str(result)),
                _MESSAGE_LEVELS[result.status] if decided else messages.ERROR,
            )
        return None

    def _decided_meanwhile(self, request):
        """Those of the posted suggestions that the queue does not hold any more."""
        posted = request.POST.getlist(ACTION_CHECKBOX_NAME)
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
                    "digest": verdicts.digest(suggestion, verdict),
                    "shown": shown.pack(suggestion, verdict),
                    "differences": shown.differences(
                        request.POST.get(f"shown-{suggestion.pk}", ""), suggestion, verdict
                    ),
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


def _reject_each(
    ids: Iterable[UUID], by: StaffMember, reason: str
) -> dict[UUID, workflow.Outcome | workflow.Refusal]:
    results = {}
    for pk in ids:
        try:
            results[pk] = workflow.reject(suggestion_id=pk, by=by, reason=reason)
        except workflow.Refusal as refusal:
            results[pk] = refusal
    return results


def _not_blocked(verdict):
    return verdict.level is not Level.BLOCKED


@dataclass(frozen=True)
class _Button:
    """What a person may press: for which statuses and how it is called there, and what it does.

    One without `act` leads to a page of its own.
    """

    permission: str
    labels: Mapping[str, Any]
    act: Callable[[UUID, StaffMember, Mapping[str, str]], workflow.Outcome] | None = None
    key: str = ""
    usable: Callable[[verdicts.Verdict], bool] = lambda verdict: True


_BUTTONS = {
    "_approve": _Button(
        "ai_audit.approve_suggestion",
        {Status.SUGGESTED: _("Approve and carry out"), Status.FAILED: _("Try again")},
        lambda pk, by, said: workflow.approve(
            suggestion_id=pk, by=by, digest=said.get("digest") or ""
        ),
        "a",
        _not_blocked,
    ),
    "_approve_only": _Button(
        "ai_audit.approve_suggestion",
        {Status.SUGGESTED: _("Approve, carry out later")},
        lambda pk, by, said: workflow.approve_only(
            suggestion_id=pk, by=by, digest=said.get("digest") or ""
        ),
        usable=_not_blocked,
    ),
    "_amend": _Button(
        "ai_audit.amend_suggestion",
        {Status.SUGGESTED: _("Edit")},
        key="e",
        usable=amendable,
    ),
    "_execute": _Button(
        "ai_audit.execute_suggestion",
        {Status.APPROVED: _("Carry out")},
        lambda pk, by, said: workflow.execute(
            suggestion_id=pk, by=by, digest=said.get("digest") or ""
        ),
        "a",
        _not_blocked,
    ),
    "_reject": _Button(
        "ai_audit.reject_suggestion",
        {Status.SUGGESTED: _("Reject"), Status.APPROVED: _("Withdraw the approval")},
        lambda pk, by, said: workflow.reject(
            suggestion_id=pk, by=by, reason=said.get("reason", "")
        ),
    ),
}


def _refused(refusal):
    """Why nothing was decided; someone who is no staff member is told so also before trying."""
    if isinstance(refusal, access.NotStaff):
        return gettext("Nothing was changed. %(reason)s") % {"reason": refusal}
    return str(refusal)


def _to_history(pk):
    return HttpResponseRedirect(reverse("admin:ai_audit_suggestion_change", args=[pk]))


def _nothing_changed(suggestion):
    return gettext("Nothing to decide any more: %(decision)s") % {
        "decision": workflow.last_decision(suggestion)
    }
