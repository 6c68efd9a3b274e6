"""The approval queue: what waits for a decision, and the pages on which it is made."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from ai_audit import history, queue, verdicts, workflow
from ai_audit.admin.amending import amend_page, near_rooms, way_groups
from ai_audit.admin.base import (
    address_of,
    after_deciding,
    entry_address,
    list_address,
    nothing_to_decide,
    refusal_message,
)
from ai_audit.admin.buttons import BUTTONS, NOT_YOURS, not_blocked, why_none
from ai_audit.admin.filters import (
    LIVE_FILTERS,
    ActionTypeFilter,
    AgeFilter,
    AnswerFilter,
    EventFilter,
    OrganizationFilter,
    SecondFilter,
)
from ai_audit.admin.formatting import begun_since, local_time, since, unbroken, until, why_failed
from ai_audit.admin.group import GroupApproval
from ai_audit.admin.sessions.events import day_of
from ai_audit.admin.undoing import take_back_page
from ai_audit.admin.worklist import second
from ai_audit.admin.worklist.after import told_after
from ai_audit.admin.worklist.lines import Worklist
from ai_audit.admin.worklist.saved import Saving
from ai_audit.admin.worklist.saying import Saying
from ai_audit.admin.worklist.unfolding import Unfolding
from ai_audit.models import OPEN, PendingSuggestion, SavedList, Status, Suggestion
from ai_audit.presenters import day, review, two_people
from ai_audit.verdicts import Level, Risk, snapshot
from ai_audit.workflow import confirmation
from eventflow.web.parameters import KEPT, takes
from scheduling import access
from scheduling.conflicts import Kind


@admin.register(PendingSuggestion)
class PendingSuggestionAdmin(Worklist, Saving, Unfolding, GroupApproval, Saying):
    """The approval queue."""

    asks = True
    list_display = ("what", "verdict_shown", "starts_shown", "event_shown", "asked")
    list_filter = (
        *LIVE_FILTERS,
        AgeFilter,
        AnswerFilter,
        SecondFilter,
        ("event", EventFilter),
        ActionTypeFilter,
        OrganizationFilter,
    )

    def list_context(self, request, changelist):
        shown = [s for s in changelist.result_list if s.execution_status == Status.SUGGESTED]
        # Where nothing is asked for, the list is all that waits.
        waiting = (
            self.everything(request).pending().count()
            if changelist.get_filters_params() or changelist.query
            else changelist.result_count
        )
        return super().list_context(request, changelist) | {
            "title": _title(waiting, shown),
            "saved_lists": SavedList.objects.filter(user=request.user).order_by("name"),
            "saved_url": address_of("pendingsuggestion_saved", kept=request.GET.urlencode()),
        }

    def response_action(self, request, queryset):
        """Act on what was ticked, on whichever page, in whichever tab or filter that was."""
        if request.POST.get("select_across") != "1":
            queryset = self.everything(request).most_urgent_first()
        return super().response_action(request, queryset.pending())

    @admin.display(description=_lazy("state now"))
    def verdict_shown(self, suggestion):
        verdict = suggestion.verdict
        return format_html(
            '{}{}<span class="chip {}" data-unfolded="{}">{}</span><span class="risk {}">'
            '<span class="pips" aria-hidden="true">{}</span> {}</span>',
            _beside_the_verdict(suggestion),
            format_html('<span class="chip two">{}</span> ', suggestion.two_people)
            if suggestion.two_people
            else "",
            verdict.level.value,
            address_of("pendingsuggestion_unfolded", suggestion.pk, kept=suggestion.list_query),
            unbroken(review.in_short(suggestion, verdict)[:300]),
            verdict.risk.value,
            _pips(verdict.risk),
            _RISKS[verdict.risk],
        )

    @admin.display(description=_lazy("starts"))
    def starts_shown(self, suggestion):
        when = suggestion.verdict.starts
        if when is None:
            return None
        begun = queue.has_begun(suggestion.verdict, timezone.now())
        local = local_time(when, suggestion.zone)
        if suggestion.event_id:
            local = format_html('<a href="{}">{}</a>', day_of(suggestion, when), local)
        return format_html(
            '<span class="{}">{}</span> <br><span class="quiet">{}</span>',
            "late" if begun else "when",
            begun_since(when) if begun else until(when),
            local,
        )

    def own_views(self):
        return {
            "counts": ("counts/", self.counts_view),
            "here": ("here/", self.here_view),
            "many": ("many/", self.bulk_view),
            "results": ("many/<slug:key>/", self.results_view),
            "saved": ("saved/", self.saved_view),
            "together": ("together/", self.group_view),
            "undo": ("<uuid:pk>/undo/", self.undo_view),
            "unfolded": ("<uuid:pk>/unfolded/", self.unfolded_view),
        }

    # One suggestion

    @takes(KEPT)
    def undo_view(self, request, pk):
        """Take a decision back: the way that its message leads to."""
        suggestion = self.find(self.everything(request), str(pk))
        if suggestion is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        return take_back_page(self, request, suggestion)

    def get_object(self, request, object_id, from_field=None):
        """Also one that failed or waits to be carried out, to which the history leads."""
        everything = self.everything(request)
        return self.find(everything.filter(execution_status__in=OPEN), object_id)

    def get_missing(self, request, object_id):
        """Decided meanwhile, most often: then the history tells, and nothing is lost."""
        decided = self.find(self.everything(request), object_id)
        if decided is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if said := self.say(request, decided):
            return said
        self.message_user(request, nothing_to_decide(decided), messages.WARNING)
        return HttpResponseRedirect(entry_address(request, decided.pk))

    def decide(self, request, suggestion):
        """Do with one suggestion what the button says that was pressed."""
        pressed = next((name for name in BUTTONS if name in request.POST), None)
        if pressed is None:
            return HttpResponseRedirect(request.get_full_path())
        button = BUTTONS[pressed]
        following = self.position(request, suggestion.pk).next
        # Whether they may see it at all, `get_object` has asked, which found it.
        if not request.user.has_perm(button.permission):
            raise PermissionDenied
        try:
            by = access.staff_member(request.user)
            if pressed == "_execute" and self._approves_anew(request, suggestion):
                button = BUTTONS["_approve"]
            if pressed == "_amend":
                return amend_page(self, request, suggestion, by, following)
            outcome = button.act(suggestion.pk, by, request.POST)
        except workflow.NotConfirmed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self.review_page(request, suggestion, said=request.POST)
        except workflow.Changed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self._as_it_stands(request, suggestion.pk)
        except (access.NotStaff, workflow.Refusal) as refusal:
            self.message_user(request, refusal_message(refusal), messages.ERROR)
            if isinstance(refusal, workflow.AlreadyDecided):
                return HttpResponseRedirect(entry_address(request, suggestion.pk))
            return HttpResponseRedirect(request.get_full_path())
        failed = outcome.status == Status.FAILED and pressed != "_dismiss"
        level = messages.ERROR if failed else messages.SUCCESS
        self.message_user(request, told_after(request, suggestion, outcome), level)
        if request.POST.get("_back") == "list":
            return HttpResponseRedirect(list_address(request.GET.get(KEPT, "")))
        return after_deciding(request, suggestion, following)

    def _approves_anew(self, request, suggestion) -> bool:
        """Whether carrying it out is a new approval: what departs from the old one was shown."""
        if not request.user.has_perm(BUTTONS["_approve"].permission):
            return False
        verdict = verdicts.judge([suggestion])[suggestion.pk]
        return bool(workflow.departures(suggestion, verdict))

    def _as_it_stands(self, request, pk):
        """The page anew, with what has changed since it was opened marked."""
        suggestion = self.get_object(request, str(pk))
        if suggestion is None:
            return self.get_missing(request, str(pk))
        return self.review_page(request, suggestion, opened=request.POST.get("shown", ""))

    def decision_context(self, request, suggestion, verdict):
        why_not = why_none(request.user, suggestion)
        status = suggestion.execution_status
        departed = workflow.departures(suggestion, verdict) if status == Status.APPROVED else []
        may_edit = not why_not and request.user.has_perm(BUTTONS["_amend"].permission)
        offered = day.offered(suggestion, verdict, timezone.now())
        asked = day.places_asked(verdict)
        position = self.position(request, suggestion.pk)
        found = second.waiting(request.user, suggestion, verdict)
        buttons = [] if why_not else _buttons(request.user, status, verdict, bool(departed), found)
        return {
            **({} if why_not else self.partners_context(request, suggestion, verdict)),
            "two_people": two_people.told(found, suggestion),
            # What stands as it was approved was confirmed then.
            "friction": confirmation.needed(verdict)
            if not_blocked(verdict) and (status != Status.APPROVED or departed)
            else None,
            "ways_out": [*near_rooms(suggestion, verdict), *way_groups(suggestion, offered, asked)]
            if may_edit and status in (Status.SUGGESTED, Status.FAILED)
            else [],
            "buttons": buttons,
            "further": [button for button in buttons[1:] if not button["reason"]],
            "why_not": why_not or ("" if buttons else NOT_YOURS),
            "departed": " ".join(departed),
            # What stands like that already is closed for just that reason, unless another is given.
            "closing": next(
                (c.sentence for c in verdict.conflicts if c.kind is Kind.NO_EFFECT), ""
            ),
            "position": position,
            "position_words": self.position_in_words(request, position),
            "kept": request.GET.get(KEPT, ""),
            "reasons": history.rejection_reasons(suggestion.organization_id),
            "state_url": reverse("admin:ai_audit_suggestion_state", args=[suggestion.pk]),
            "digest": verdicts.digest(suggestion, verdict),
            "shown": snapshot.pack(suggestion, verdict),
        }


def _buttons(user, status: Status, verdict, departed: bool, waiting) -> list[dict]:
    """The buttons the user may press, the main one first; those that ask for a reason come last."""
    return [
        {
            "name": name,
            "label": label,
            "main": name in ("_approve", "_execute"),
            "key": button.key,
            "confirmed": button.confirmed,
            "reason": name in ("_reject", "_withdraw", "_dismiss"),
        }
        for name, button in BUTTONS.items()
        if status in button.labels
        and button.usable(verdict)
        and (status != Status.APPROVED or button.departed in (None, departed))
        and user.has_perm(button.permission)
        and (label := second.label_of(name, button.labels[status], waiting))
    ]


def _beside_the_verdict(suggestion: Suggestion):
    """Of what does not wait for a decision any more: that, and why it failed.

    Of what does, that it waits for an answer.
    """
    if suggestion.execution_status == Status.SUGGESTED:
        if suggestion.asked_since is None:
            return ""
        return format_html(
            '<span class="chip asked">{}</span> <span class="quiet clock">{}</span><br>',
            _("Waits for an answer"),
            since(suggestion.asked_since),
        )
    why = ""
    if suggestion.execution_status == Status.FAILED:
        why = format_html('<bdi class="quiet">{}</bdi><br>', why_failed(suggestion)[:160])
    return format_html(
        '<span class="chip status {}">{}</span> {}',
        suggestion.execution_status,
        suggestion.status_label,
        why,
    )


def _title(waiting: int, shown: list[Suggestion]) -> str:
    """How many wait and, where all of them are shown, how many of them are blocked."""
    title = _("Waiting for approval: %(count)s") % {"count": waiting}
    blocked = sum(suggestion.verdict.level is Level.BLOCKED for suggestion in shown)
    if len(shown) < waiting or not blocked:
        return title
    said = ngettext("%(count)s blocked", "%(count)s blocked", blocked) % {"count": blocked}
    return f"{title} · {said}"


_RISKS = {
    Risk.LOW: _lazy("Low risk"),
    Risk.MEDIUM: _lazy("Medium risk"),
    Risk.HIGH: _lazy("High risk"),
    Risk.CRITICAL: _lazy("Critical risk"),
}


def _pips(risk: Risk) -> str:
    """The risk as a mark: as many of four as it is high."""
    full = list(Risk).index(risk) + 1
    return "●" * full + "○" * (len(Risk) - full)
