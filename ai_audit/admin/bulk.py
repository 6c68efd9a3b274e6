"""Deciding on many suggestions at once: the list's actions, and the confirmation.

What the confirmation page showed of each travels in one signed field, so that a thousand rows
are not thousands of fields.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from ai_audit import verdicts, workflow
from ai_audit.admin.base import (
    address_of,
    kept_list,
    list_address,
    message_about,
    nothing_to_decide,
    refusal_message,
)
from ai_audit.admin.formatting import page, unbroken
from ai_audit.admin.worklist import second, selected
from ai_audit.admin.worklist.results import Reporting
from ai_audit.admin.worklist.selected import CHOSEN, Asks
from ai_audit.models import Status, Suggestion
from ai_audit.presenters import hanging, review, two_people
from ai_audit.queue import Tab
from ai_audit.verdicts import Level, Risk, Verdict, snapshot
from ai_audit.workflow import Confirmation, confirmation
from ai_audit.workflow.confirmation import Friction
from eventflow.web.parameters import KEPT, takes
from scheduling import access

# What one act may hold.
MOST_IN_BULK = 1000

# Of how many that were decided meanwhile it is said by whom.
MOST_TOLD = 5


class BulkActions(Reporting):
    """The list's actions, for the admin of the approval queue."""

    actions = ("approve_selected", "reject_selected")
    not_in_the_list = _lazy("Nothing was changed: something else than a suggestion was chosen.")

    def has_approve_permission(self, request):
        return request.user.has_perm("ai_audit.approve_suggestion")

    def has_reject_permission(self, request):
        return request.user.has_perm("ai_audit.reject_suggestion")

    @admin.action(permissions=["approve"], description=_lazy("Approve the selected suggestions"))
    def approve_selected(self, request, queryset):
        return self._ask(request, queryset, approving=True)

    @admin.action(permissions=["reject"], description=_lazy("Reject the selected suggestions"))
    def reject_selected(self, request, queryset):
        return self._ask(request, queryset, approving=False)

    def _ask(self, request, queryset, *, approving: bool):
        ids = request.POST.getlist(ACTION_CHECKBOX_NAME)
        chosen = self._chosen(request, queryset, ids, most=MOST_IN_BULK)
        if not chosen:
            return None
        return self._confirmation(request, chosen, approving=approving)

    def _chosen(self, request, queryset, ids, *, most: int) -> list[Suggestion]:
        """Those of a queryset, at most so many; none, having said why, where nothing can be asked.

        Of `ids` those are told of that the queue does not hold any more.
        """
        try:
            access.staff_member(request.user)
        except access.NotStaff as refusal:
            self.message_user(request, refusal_message(refusal), messages.ERROR)
            return []
        waiting = queryset.filter(execution_status=Status.SUGGESTED)
        chosen = list(waiting.select_related(*self.list_select_related)[: most + 1])
        if len(chosen) > most:
            self.message_user(
                request,
                _("Nothing was changed: choose at most %(most)s suggestions at once.")
                % {"most": most},
                messages.ERROR,
            )
            return []
        decided = list(
            self.everything(request)
            .select_related(*self.list_select_related)
            .with_written_titles()
            .filter(pk__in=ids)
            .exclude(execution_status=Status.SUGGESTED)
        )
        for suggestion in decided[:MOST_TOLD]:
            sentence = message_about(suggestion, nothing_to_decide(suggestion))
            self.message_user(request, sentence, messages.WARNING)
        if more := len(decided[MOST_TOLD:]):
            sentence = ngettext(
                "%(count)s more that was chosen is decided already.",
                "%(count)s more that were chosen are decided already.",
                more,
            )
            self.message_user(request, sentence % {"count": more}, messages.WARNING)
        return chosen

    def asking_context(self, request, asks: Asks, chosen: list[Suggestion]) -> dict:
        """The context of a confirmation page: where it is sent, found again, and leads back to."""
        kept = kept_list(request)
        return {
            "confirmed_at": address_of(asks.page, kept=kept),
            "here": selected.address(request, asks, [suggestion.pk for suggestion in chosen]),
            "list_url": list_address(kept),
        }

    def selection(self, request) -> tuple[Asks, list[UUID]] | None:
        """The kept selection that the address names; None, having said so, where it is gone."""
        found = selected.of(request.user, request.GET.get(CHOSEN, ""))
        if found is None:
            self.message_user(
                request,
                _("Nothing was changed: this selection is not kept any more. Choose again."),
                messages.ERROR,
            )
        return found

    def _confirmation(
        self, request, chosen: list[Suggestion], *, approving: bool, was=None, reason=""
    ):
        """The page that asks; `was` is what an earlier one showed, to mark what differs."""
        judged = verdicts.judge(chosen)
        hung = hanging.phrases_of_each(judged) if approving else {}
        waiting = second.waiting_of_each(request.user, chosen, judged) if approving else {}
        rows, seen = [], {}
        for suggestion in chosen:
            verdict = judged[suggestion.pk]
            critical = approving and verdict.risk is Risk.CRITICAL
            included = not approving or not (critical or verdict.level is Level.BLOCKED)
            asked = confirmation.needed(verdict) if approving else Friction()
            if included:
                seen[suggestion.pk.hex] = as_seen(suggestion, verdict, asked)
            hangs, waits = hung.get(suggestion.pk, ()), waiting.get(suggestion.pk)
            row = row_of(suggestion, verdict, was, hangs, waits)
            rows.append({**row, "included": included, "ticked": bool(asked), "critical": critical})
        tell_apart(rows)
        count = len(seen)
        question = (
            ngettext("Approve %(count)s suggestion?", "Approve %(count)s suggestions?", count)
            if approving
            else ngettext("Reject %(count)s suggestion?", "Reject %(count)s suggestions?", count)
        )
        context = {
            "title": question % {"count": count}
            if count
            else _("None of these can be approved here"),
            "rows": rows,
            "levels": Counter("critical" if row["critical"] else row["level"] for row in rows),
            "included": count,
            "approving": approving,
            "reason": reason,
            "seen": signing.dumps(seen, salt=_salt(request, approving), compress=True),
            **self.asking_context(request, Asks.APPROVE if approving else Asks.REJECT, chosen),
        }
        return page(self, request, "confirm", context)

    def _ask_about_all(self, request):
        """The page that asks about all of a tab, of the list that is kept."""
        tab = request.GET.get("all")
        if tab not in (Tab.CLEAR, Tab.IMPOSSIBLE):
            return self._back(request, _not_whole())
        approving = tab == Tab.CLEAR
        if not (self.has_approve_permission if approving else self.has_reject_permission)(request):
            raise PermissionDenied
        line = self.line(request, kept_list(request), Tab(tab))
        queryset = self.everything(request).filter(pk__in=line[:MOST_IN_BULK])
        chosen = self._chosen(request, queryset.most_urgent_first(), [], most=MOST_IN_BULK)
        if not chosen:
            return self._back(request, _("Nothing was changed: there is none any more."))
        if len(line) > MOST_IN_BULK:
            sentence = _("These are the most urgent %(most)s of %(count)s.")
            numbers = {"most": MOST_IN_BULK, "count": len(line)}
            self.message_user(request, sentence % numbers, messages.WARNING)
        reason = "" if approving else _("It cannot be carried out.")
        return self._confirmation(request, chosen, approving=approving, reason=reason)

    def _ask_about_chosen(self, request):
        """The page that asks about what was ticked, at its own address."""
        found = self.selection(request)
        if found is None or found[0] is Asks.TOGETHER:
            return HttpResponseRedirect(list_address(kept_list(request)))
        asks, ids = found
        approving = asks is Asks.APPROVE
        if not (self.has_approve_permission if approving else self.has_reject_permission)(request):
            raise PermissionDenied
        queryset = self.everything(request).filter(pk__in=ids).most_urgent_first()
        chosen = self._chosen(request, queryset, ids, most=MOST_IN_BULK)
        if not chosen:
            return self._back(request, _("Nothing was changed: there is none any more."))
        return self._confirmation(request, chosen, approving=approving)

    @takes("all", CHOSEN, KEPT)
    def bulk_view(self, request):
        """Ask about all of a tab, or what was ticked; or do what was asked, and report on it."""
        if request.method == "GET" and CHOSEN in request.GET:
            return self._ask_about_chosen(request)
        if request.method == "GET" and "all" in request.GET:
            return self._ask_about_all(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not {"_approve", "_reject"} & request.POST.keys():
            return self._back(request, _not_whole())
        approving = "_approve" in request.POST
        permitted = self.has_approve_permission if approving else self.has_reject_permission
        if not permitted(request):
            raise PermissionDenied
        try:
            by, seen, found = self._sent(request, salt=_salt(request, approving))
        except (access.NotStaff, workflow.Refusal) as refusal:
            return self._back(request, refusal_message(refusal))
        chosen = {pk: found[pk] for pk in seen if pk in found}
        if approving:
            return self._approve(request, by, chosen, seen)
        reason = request.POST.get("reason", "")
        rejected = _begun(workflow.reject_bulk(ids=chosen, by=by, reason=reason))
        return self._report(request, chosen, rejected)

    def _sent(self, request, *, salt: str):
        """The decider, the signed snapshot of the page, and its suggestions that are still to be
        seen.

        Raises NotStaff, and NotConfirmed for a page that is not as it was made.
        """
        by = access.staff_member(request.user)
        try:
            sent = signing.loads(request.POST.get("seen", ""), salt=salt)
            seen = {UUID(pk): SeenRow(*shown) for pk, shown in sent.items()}
        # Signed by us, and not in this shape: a page of another version.
        except (signing.BadSignature, TypeError) as error:
            raise workflow.NotConfirmed(_not_whole()) from error
        rows = self.everything(request).select_related(*self.list_select_related)
        return by, seen, rows.in_bulk(list(seen))

    def _approve(self, request, by, chosen, seen):
        """Approve those without warnings and those that were ticked; the others are left alone."""
        ticked = set(request.POST.getlist("tick"))
        unticked, wanted, confirmed = [], {}, {}
        for pk in chosen:
            shown = seen[pk]
            if shown.ticks and str(pk) not in ticked:
                unticked.append(pk)
            else:
                wanted[pk], confirmed[pk] = shown.digest, Confirmation(ticks=shown.ticks)
        try:
            results = _begun(workflow.approve_bulk(digests=wanted, by=by, confirmed=confirmed))
        except workflow.Changed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            waiting = [s for s in chosen.values() if s.execution_status == Status.SUGGESTED]
            return self._confirmation(request, waiting, approving=True, was=seen)
        except workflow.Refusal as refusal:
            return self._back(request, str(refusal))
        left_alone = workflow.NotConfirmed(_("Left as it was: its warnings were not ticked."))
        return self._report(request, chosen, chain([dict.fromkeys(unticked, left_alone)], results))

    def _back(self, request, sentence):
        self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(list_address(kept_list(request)))


class SeenRow(NamedTuple):
    """One row of a page's signed snapshot: the digest, marks, what it asked for.

    That is the `ticks` that the row's one tick stands for, and whether a title is to be typed.
    """

    digest: str
    opened: str
    ticks: list[str]
    typed: bool


def as_seen(suggestion: Suggestion, verdict: Verdict, asked: Friction) -> SeenRow:
    """One row of a confirmation page, for a suggestion that it asks something about."""
    return SeenRow(
        digest=verdicts.digest(suggestion, verdict),
        opened=snapshot.pack(suggestion, verdict),
        ticks=list(asked.ticks),
        typed=asked.title is not None,
    )


def row_of(
    suggestion: Suggestion,
    verdict: Verdict,
    was: Mapping[UUID, SeenRow] | None,
    hung: Collection[str],
    waiting: workflow.Waiting | None,
) -> dict:
    """A suggestion for a row of the page that asks; `was` is what an earlier one showed.

    `hung` is what hangs on its session, in words; `waiting` how far two approvals are.
    """
    before = (was or {}).get(suggestion.pk)
    opened = before.opened if before else ""
    return {
        "suggestion": suggestion,
        "url": address_of("pendingsuggestion_change", suggestion.pk),
        "differences": snapshot.differences(opened, suggestion, verdict),
        "action": review.action_label(suggestion.action_type),
        "headline": review.headline(suggestion, verdict),
        "changes": review.whole(suggestion, verdict),
        "not_done": review.not_done(suggestion),
        "hanging": hung,
        "two_people": two_people.told(waiting, suggestion),
        "level": verdict.level.value,
        "words": unbroken(review.in_words(verdict)[:300]),
    }


def tell_apart(rows: list[dict]) -> None:
    """Have it said in the rows of a page where a name looks like another there and is not it."""
    alike = review.look_alikes((row["headline"], row["changes"]) for row in rows)
    for row in rows:
        row["looks_like_another"] = review.LOOKS_LIKE_ANOTHER if row["headline"] in alike else ""
        row["changes"] = [review.beside(change, alike) for change in row["changes"]]


def _not_whole() -> str:
    return _("Nothing was changed: the page was not whole. Choose again.")


def _salt(request, approving: bool) -> str:
    """The signing salt: a snapshot of one person for one act is nothing for another."""
    return f"ai_audit.many.{request.user.pk}.{approving}"


def _begun(batches: Iterator[workflow.Results]) -> Iterator[workflow.Results]:
    """The same batches, the first of them done: what it refuses is raised here."""
    return chain([next(batches, {})], batches)
