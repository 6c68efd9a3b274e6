"""The approval queue as a worklist: its tabs with their counts, and the line of whoever goes on.

What is in a tab is told by `ai_audit.queue`; which list is meant, by what its address asks for.
"""

import copy
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.forms import Media, Script
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from ai_audit import queue
from ai_audit.admin.base import address_of
from ai_audit.admin.buttons import why_none
from ai_audit.admin.filters import LIVE_FILTERS, AnswerFilter, QueueChangeList, TabFilter
from ai_audit.queue import JUDGED, Position, Tab
from eventflow.web.parameters import KEPT, takes

_SCRIPTS = ("keys", "sending", "counts", "worklist")

TAB = TabFilter.parameter_name


def tab_asked(request) -> Tab | None:
    """The tab that the address of a list asks for; None without one, or with one there is not."""
    try:
        return Tab(request.GET.get(TAB, ""))
    except ValueError:
        return None


def _leaves_out_asked(request) -> bool:
    """Whether a list leaves out what was asked about within a day: a judged tab, by itself."""
    return tab_asked(request) in JUDGED and not request.GET.get(AnswerFilter.parameter_name)


class LineChangeList(QueueChangeList):
    """A list of which only the order is asked for: no page of it is read."""

    def get_results(self, request):
        self.result_list, self.result_count = [], 0

    @property
    def ids(self) -> list[UUID]:
        """The whole list's ids, in its order; no statement where a verdict was asked for it."""
        found = self.matching
        return list(self.queryset.values_list("pk", flat=True)) if found is None else list(found)


class Worklist:
    """For the admin of the approval queue: tabs, counts, and places in the line of a list."""

    change_list_template = "admin/ai_audit/queue.html"

    @property
    def media(self):
        own = [Script(f"ai_audit/{name}.js", defer=True) for name in _SCRIPTS]
        return super().media + Media(js=own)

    def get_queryset(self, request):
        found = queue.in_tab(self.everything(request), tab_asked(request))
        if _leaves_out_asked(request):
            found = found.not_set_aside()
        return found.with_failures().with_questions()

    def get_changelist(self, request, **kwargs):
        return LineChangeList if hasattr(request, "line_only") else QueueChangeList

    def changelist_view(self, request, extra_context=None):
        answer = super().changelist_view(request, extra_context)
        page = getattr(answer, "context_data", None) or {}
        if "cl" in page:
            page |= self.list_context(request, page["cl"])
        return answer

    def list_context(self, request, changelist) -> dict:
        """What the template needs beside Django’s own: tabs, and what is done with all of one."""
        asked = tab_asked(request)
        kept = without(request.GET.urlencode(), TAB)
        why_not = why_none(request.user)
        addresses = {
            tab: address_of("pendingsuggestion_many", all=tab.value, kept=kept)
            for tab, may in (
                (Tab.CLEAR, self.has_approve_permission(request)),
                (Tab.IMPOSSIBLE, self.has_reject_permission(request)),
            )
            if may and not why_not and asked in (None, Tab.ALL, tab)
        }
        return {
            "tabs": [
                {
                    "name": tab.value,
                    "label": tab.label,
                    "url": changelist.get_query_string({TAB: tab.value}),
                    "current": tab is asked,
                }
                for tab in Tab
            ],
            "counts_url": address_of("pendingsuggestion_counts", kept=kept),
            "approve_all": addresses.get(Tab.CLEAR),
            "reject_all": addresses.get(Tab.IMPOSSIBLE),
            "why_not": why_not,
        }

    @takes(KEPT, "after", warn=False)
    def counts_view(self, request):
        """How many are in each tab of the kept list: one step, and where the next one begins."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = without(request.GET.get(KEPT, ""), TAB)
        try:
            counted = queue.count(
                self._list(request, kept).queryset,
                lambda tab: self._list(request, kept, tab).queryset,
                after=_parsed(request.GET.get("after", "")),
                all_of_it=bool(QueryDict(kept).get(AnswerFilter.parameter_name)),
            )
        except ValueError:
            return JsonResponse({}, status=400)
        return JsonResponse(
            {
                # What is in no tab but in the last, is counted in that.
                "tabs": {tab.value: number for tab, number in counted.tabs.items()}
                | {"asked": counted.asked},
                "seen": counted.seen,
                "left": counted.left,
                "next": counted.following and ".".join(map(str, counted.following)),
            }
        )

    def line(self, request, kept: str, tab: Tab | None = None) -> list[UUID]:
        """The ids of the list that `kept` asks for, in its order, or of another tab of it.

        A list that takes verdicts on all that wait is kept for a while, without what was decided
        since; of others each is one statement.
        """
        if not kept and tab is None:
            waiting = queue.in_tab(self.everything(request), None)
            return list(waiting.values_list("pk", flat=True))
        asked = self._asked(request, kept, tab)
        judged = any(asked.GET.get(one.parameter_name) for one in LIVE_FILTERS)
        leaves_out = _leaves_out_asked(asked)
        key = self.line_key(asked)
        found = queue.line_cache.get(key, leaves_out_asked=leaves_out) if judged else None
        return self._list(request, kept, tab).ids if found is None else found

    def position(self, request, pk: UUID) -> Position:
        """The position of a suggestion in the list from which its page was opened."""
        return queue.position_in(self.line(request, request.GET.get(KEPT, "")), pk)

    def position_in_words(self, request, position: Position) -> str:
        """That position, with the tab it is in; empty for what is in no line."""
        if not position.number:
            return ""
        tab = tab_asked(self._asked(request, request.GET.get(KEPT, "")))
        numbers = {"number": position.number, "total": position.total}
        if tab is None:
            return _("%(number)s of %(total)s waiting") % numbers
        return _("%(number)s of %(total)s in “%(tab)s”") % {**numbers, "tab": tab.label}

    def line_key(self, request) -> tuple[str, ...]:
        """Which line the list of a request is, whoever of those that see the same rows asks."""
        return (str(self.organization_of(request)), without(request.GET.urlencode(), PAGE_VAR))

    def _asked(self, request, kept: str, tab: Tab | None = None) -> HttpRequest:
        """A request for the list that `kept` asks for, of which nothing is told to anybody."""
        asked = copy.copy(request)
        asked.method = "HEAD"
        asked.META = dict(request.META)
        asked.GET = QueryDict(
            without(kept, "") if tab is None else f"{without(kept, TAB)}&{TAB}={tab.value}"
        )
        asked.line_only = True
        return asked

    def _list(self, request, kept: str, tab: Tab | None = None) -> LineChangeList:
        """That list; without conditions, where those that are kept cannot be read."""
        try:
            return self.get_changelist_instance(self._asked(request, kept, tab))
        except (IncorrectLookupParameters, SuspiciousOperation):
            return self.get_changelist_instance(self._asked(request, "", tab))


def without(kept: str, name: str) -> str:
    """A list's query string without one parameter; the others in a fixed order, as a cache key.

    What holds a NUL was never asked for: no list could be.
    """
    asked = sorted((n, v) for n, v in QueryDict(kept).lists() if n != name)
    return urlencode([one for one in asked if "\0" not in "".join(one[1])], doseq=True)


def _parsed(after: str) -> tuple[UUID, UUID] | None:
    """Where a step begins; ValueError for what no step has told."""
    if not after:
        return None
    event_id, pk = after.split(".")
    return UUID(event_id), UUID(pk)
