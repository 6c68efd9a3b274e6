"""Approving a few suggestions together, all or nothing: the list's action, and who fits with one.

What the page that asks showed travels as it does for many at once.
"""

from collections import Counter
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from ai_audit import queue, workflow
from ai_audit.admin.base import kept_list, list_address, refusal_message
from ai_audit.admin.bulk import MOST_TOLD, BulkActions, SeenRow, as_seen, row_of, tell_apart
from ai_audit.admin.formatting import page
from ai_audit.admin.worklist import second
from ai_audit.admin.worklist.selected import CHOSEN, Asks
from ai_audit.models import Status, Suggestion
from ai_audit.presenters import hanging, review
from ai_audit.verdicts import Level, Verdict, groups
from ai_audit.workflow import Confirmation, confirmation
from eventflow.text.bidi import isolate
from eventflow.web.parameters import KEPT, takes
from scheduling import access

# They are one transaction, and others wait for the event as long as that takes.
MOST_IN_GROUP = 100


class GroupApproval(BulkActions):
    """The list's actions, all-or-nothing among them, for the admin of the approval queue."""

    actions = (*BulkActions.actions, "approve_together")

    @admin.action(
        permissions=["approve"], description=_lazy("Approve the selected together, all or nothing")
    )
    def approve_together(self, request, queryset):
        ids = request.POST.getlist(ACTION_CHECKBOX_NAME)
        return self._ask_about_group(request, queryset, ids)

    def partners_context(self, request, suggestion: Suggestion, verdict: Verdict | None) -> dict:
        """The context of `partners.html`, which offers approving one that is blocked with another
        one."""
        if (
            verdict is None
            or verdict.level is not Level.BLOCKED
            or suggestion.execution_status != Status.SUGGESTED
            or not self.has_approve_permission(request)
        ):
            return {"partners": []}
        return {
            "partners": [
                {
                    "suggestion": partner,
                    "headline": review.headline(partner),
                    "action": review.action_label(partner.action_type),
                    "changes": review.brief(partner),
                }
                for partner in groups.partners(suggestion, verdict)
            ]
        }

    @takes("id", CHOSEN, KEPT)
    def group_view(self, request):
        """Ask about those that the address names; or do what was asked, and report on it."""
        if not self.has_approve_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._approve_group(request)
        try:
            ids = [UUID(pk) for pk in request.GET.getlist("id")]
            if CHOSEN in request.GET:
                found = self.selection(request)
                if found is None:
                    return HttpResponseRedirect(list_address(kept_list(request)))
                _asks, ids = found
        except ValueError:
            return self._back(request, self.not_in_the_list)
        queryset = queue.in_tab(self.everything(request), None).filter(pk__in=ids)
        answer = self._ask_about_group(request, queryset, ids)
        return answer or HttpResponseRedirect(list_address(kept_list(request)))

    def _ask_about_group(self, request, queryset, ids):
        """The page that asks; None, having said why, where there is nothing to ask."""
        chosen = self._chosen(request, queryset, ids, most=MOST_IN_GROUP)
        if not chosen:
            return None
        if said := _do_not_belong(chosen):
            self.message_user(request, said, messages.ERROR)
            return None
        return self._group_confirmation(request, chosen)

    def _group_confirmation(self, request, chosen: list[Suggestion], *, was=None):
        """The page that asks; `was` is what an earlier one showed."""
        judged = groups.judge_group(chosen)
        still_colliding = groups.still_colliding(chosen, judged)
        hung = hanging.phrases_of_each(judged)
        waiting = second.waiting_of_each(request.user, chosen, judged)
        rows, seen = [], {}
        for suggestion in chosen:
            pk, verdict = suggestion.pk, judged[suggestion.pk]
            asked = confirmation.needed(verdict)
            typed = asked.title is not None
            seen[pk.hex] = as_seen(suggestion, verdict, asked)
            rows.append(
                {
                    **row_of(suggestion, verdict, was, hung[pk], waiting.get(pk)),
                    "included": True,
                    "ticked": bool(asked) and not typed and not still_colliding,
                    "typed": typed and not still_colliding,
                    "required": True,
                    "checked": str(pk) in request.POST.getlist("tick"),
                    "title": request.POST.get(f"title-{pk}", ""),
                    "why": request.POST.get(f"why-{pk}", ""),
                }
            )
        tell_apart(rows)
        count = len(chosen)
        title = ngettext(
            "Approve %(count)s suggestion together?",
            "Approve %(count)s suggestions together?",
            count,
        )
        context = {
            "title": title % {"count": count},
            "rows": rows,
            "level": _level(judged).value,
            "words": _in_words(judged),
            "still_colliding": still_colliding,
            "included": 0 if still_colliding else count,
            "approving": True,
            "seen": signing.dumps(seen, salt=_salt(request), compress=True),
            **self.asking_context(request, Asks.TOGETHER, chosen),
        }
        return page(self, request, "confirm_together", context)

    def _approve_group(self, request):
        try:
            by, seen, found = self._sent(request, salt=_salt(request))
        except (access.NotStaff, workflow.Refusal) as refusal:
            return self._back(request, refusal_message(refusal))
        asked = {pk: shown.digest for pk, shown in seen.items()}
        confirmed = _confirmed(seen, request.POST)
        try:
            outcomes = workflow.approve_group(digests=asked, by=by, confirmed=confirmed)
        except (workflow.Changed, workflow.Blocked, workflow.NotConfirmed) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            waiting = [s for s in found.values() if s.execution_status == Status.SUGGESTED]
            if len(waiting) < len(asked):
                return self._back(request, str(refusal))
            chosen = [found[pk] for pk in asked]
            return self._group_confirmation(request, chosen, was=seen)
        except workflow.Refusal as refusal:
            return self._back(request, str(refusal))
        return self._report(request, {pk: found[pk] for pk in outcomes}, [outcomes])


def _do_not_belong(chosen: list[Suggestion]) -> str:
    """Why they cannot be approved together, and which of them are in the way; empty if they can."""
    ((event_id, _number),) = Counter(one.event_id for one in chosen).most_common(1)
    others = [one for one in chosen if one.event_id != event_id or event_id is None]
    if not others and len(chosen) > 1:
        return ""
    sentence = _("Nothing was changed: choose at least two suggestions of one event.")
    if not others or len(others) == len(chosen):
        return sentence
    named = ", ".join(f"“{isolate(review.headline(one)[:80])}”" for one in others[:MOST_TOLD])
    event = next(one.event for one in chosen if one.event_id == event_id)
    those = ngettext(
        "Of another event than “%(event)s” is %(names)s. All of them are still selected.",
        "Of other events than “%(event)s” are %(count)s: %(names)s. All of them are still "
        "selected.",
        len(others),
    ) % {
        "event": isolate(event.name),
        "count": len(others),
        "names": named + ("…" if len(others) > MOST_TOLD else ""),
    }
    return f"{sentence} {those}"


def _confirmed(seen: dict[UUID, SeenRow], said) -> dict[UUID, Confirmation]:
    """The confirmation of each: its one tick, or its title, stands for all that its row showed."""
    ticked = set(said.getlist("tick"))
    return {
        pk: Confirmation(
            ticks=shown.ticks if shown.typed or str(pk) in ticked else (),
            title=said.get(f"title-{pk}", ""),
            reason=said.get(f"why-{pk}", ""),
        )
        for pk, shown in seen.items()
    }


def _level(judged: dict[UUID, Verdict]) -> Level:
    """The most severe of the set."""
    levels = {verdict.level for verdict in judged.values()}
    return next(level for level in (Level.BLOCKED, Level.WARNED, Level.CLEAR) if level in levels)


def _in_words(judged: dict[UUID, Verdict]) -> str:
    """The verdict on the set in one line."""
    level = _level(judged)
    if level is Level.BLOCKED:
        return _("Blocked: they cannot be carried out together.")
    needing = sum(bool(confirmation.needed(verdict)) for verdict in judged.values())
    if not needing:
        return _("Clear together: after all of them, the programme has no collision.")
    return ngettext(
        "They fit together; %(count)s of them asks for more. All are approved, or none.",
        "They fit together; %(count)s of them ask for more. All are approved, or none.",
        needing,
    ) % {"count": needing}


def _salt(request) -> str:
    """The signing salt: a snapshot of one person for one act is nothing for another."""
    return f"ai_audit.verdicts.groups.{request.user.pk}"
