"""The report on a bulk act, kept for a day for whoever acted: reload, language and back.

It holds ids and codes, and no word that anybody wrote: whatever is told is read anew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from ai_audit import history, workflow
from ai_audit.admin.base import address_of, kept_list, list_address
from ai_audit.admin.formatting import page, why_failed
from ai_audit.admin.worklist import day_store
from ai_audit.models import Status, Suggestion
from ai_audit.presenters import review
from eventflow.web.parameters import KEPT, takes

# Where the rows of the report go in its page.
_ROWS = "<!-- rows -->"
# How a row's outcome is called that nothing was done with.
LEFT = "left"
# And one that waits for a second approver.
FIRST = "first"

# Why one was left as it was, told later: a code, by the kind of refusal, and its sentence. What
# has a kind of its own here is told by that, and else by what it is a kind of.
_WHY_LEFT = {
    workflow.NotConfirmed: (
        "not_confirmed",
        _lazy("Left as it was: its warnings were not ticked."),
    ),
    workflow.AlreadyDecided: ("decided", _lazy("Left as it was: it was decided on already.")),
    workflow.Changed: (
        "changed",
        _lazy("Left as it was: it had changed since the page was opened."),
    ),
    workflow.Blocked: (
        "blocked",
        _lazy("Left as it was: it was blocked, and would only have failed."),
    ),
    workflow.NotApprovable: ("odd", _lazy("Left as it was: it could not be approved as it was.")),
    workflow.NotYours: ("not_yours", _lazy("Left as it was: another organization decides on it.")),
    workflow.WaitsForAnother: (
        "approved_first",
        _lazy("Left as it was: you have approved it first, and it waits for somebody else."),
    ),
    workflow.Busy: (
        "busy",
        _lazy("Left as it was: somebody else was at it. It can be tried again."),
    ),
    workflow.Refusal: ("refused", _lazy("Left as it was: the database did not take the decision.")),
}
_TOLD = dict(_WHY_LEFT.values())


class Reporting:
    """For the admin of the approval queue: the page that tells what became of many."""

    def _report(self, request, chosen: dict[UUID, Suggestion], batches: Iterable[workflow.Results]):
        """A page that grows with each batch, so that whoever waits sees how far it has come."""
        # Of each row its id, how it ended, and the code of why it was left.
        store = day_store.create(request.user, "results", rows=[])
        own = address_of("pendingsuggestion_results", store.session_key, kept=kept_list(request))
        drawn = self._report_page(request, len(chosen), {"here": own}).rendered_content
        return StreamingHttpResponse(
            _growing(drawn, chosen, batches, store, language=translation.get_language())
        )

    def _report_page(self, request, count: int, context: dict):
        title = ngettext(
            "What became of %(count)s suggestion", "What became of %(count)s suggestions", count
        )
        list_url = list_address(kept_list(request))
        shown = {"title": title % {"count": count}, "list_url": list_url, **context}
        return page(self, request, "report", shown)

    @takes(KEPT)
    def results_view(self, request, key):
        """The report page, at an address of its own: as it stood at the end of the act."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        store = day_store.find(request.user, "results", key)
        if store is None:
            return self._back(
                request,
                _(
                    "These results are not kept any more. What was decided stands in the audit "
                    "history."
                ),
            )
        results = {UUID(pk): result for pk, *result in store["rows"]}
        found = self.everything(request).select_related(*self.list_select_related)
        chosen = found.with_written_titles().with_failures().in_bulk(list(results))
        rows = [
            _reported_again(chosen[pk], *result) for pk, result in results.items() if pk in chosen
        ]
        outcomes = dict(Counter(row["status"] for row in rows))
        context = {"rows": rows, "outcomes": outcomes, "done": len(rows), "of": len(rows)}
        return self._report_page(request, len(rows), context)


def _growing(
    drawn: str,
    chosen: dict[UUID, Suggestion],
    batches: Iterable[workflow.Results],
    store,
    *,
    language: str,
) -> Iterator[str]:
    # The middleware is through when this runs, and with it the request's language.
    with translation.override(language):
        head, _separator, foot = drawn.partition(_ROWS)
        yield head
        done, outcomes = 0, Counter()
        for batch in batches:
            titles = history.titles(batch)
            for pk in batch:
                chosen[pk].written_title = titles.get(pk)
            rows = [_reported(chosen[pk], result) for pk, result in batch.items()]
            store["rows"] += [[r["suggestion"].pk.hex, r["status"], r["why"]] for r in rows]
            store.save()
            done += len(rows)
            outcomes.update(row["status"] for row in rows)
            progress = {"rows": rows, "done": done, "of": len(chosen)}
            yield render_to_string("admin/ai_audit/report_rows.html", progress)
        yield render_to_string("admin/ai_audit/report_rows.html", {"outcomes": dict(outcomes)})
        yield foot


def _reported(suggestion: Suggestion, result: workflow.Outcome | workflow.Refusal) -> dict:
    row = {"suggestion": suggestion, "headline": review.headline(suggestion)}
    if isinstance(result, workflow.Refusal):
        return row | {"status": LEFT, "why": why_left(result), "sentence": str(result)}
    status = FIRST if result.first else result.status.value
    return row | {"status": status, "why": "", "sentence": result.sentence}


def why_left(refusal: workflow.Refusal) -> str:
    """The code of why one was left as it was."""
    kind = next(kind for kind in type(refusal).__mro__ if kind in _WHY_LEFT)
    return _WHY_LEFT[kind][0]


def _reported_again(suggestion: Suggestion, status: str, why: str) -> dict:
    """The same row later, in whatever language."""
    told = {
        LEFT: _TOLD.get(why, _TOLD["refused"]),
        FIRST: _("Approved, 1 of 2: it waits for a second approver."),
        Status.EXECUTED: _("Approved and carried out."),
        Status.REJECTED: _("Rejected."),
        Status.FAILED: _(
            "Approved, but it could not be carried out: %(error)s The programme is as it was."
        )
        % {"error": why_failed(suggestion)},
    }
    return {
        "suggestion": suggestion,
        "headline": review.headline(suggestion),
        "status": status,
        "sentence": told.get(status, suggestion.status_label),
    }
