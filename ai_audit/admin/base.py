"""The base of queue and history: the tenant's rows, the columns of both, and the review page."""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import history, queue, verdicts, workflow
from ai_audit.admin.formatting import changes_in_brief, isolated, other_zone, page, since
from ai_audit.admin.sessions.events import day_of
from ai_audit.admin.worklist import second
from ai_audit.models import OPEN, Status, Suggestion
from ai_audit.presenters import (
    asking,
    colliding,
    day,
    hanging,
    pointing,
    review,
    timeline,
    two_people,
)
from ai_audit.proposals import Action
from ai_audit.verdicts import Verdict, snapshot
from eventflow.admin import ReadOnlyAdmin
from eventflow.web.parameters import KEPT, CarefulChangeList
from scheduling import access, names

# So many words are searched for one by one, and what follows them as one.
MOST_WORDS = 8

# An organization that nothing belongs to: what is of none has another id in the index.
_NOBODYS = UUID(int=2**128 - 1)


class VerdictChangeList(CarefulChangeList):
    """A page of suggestions; those that are not decided for good come with live verdicts."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        judged = verdicts.judge(s for s in self.result_list if s.execution_status in OPEN)
        tell_in_brief(self.result_list, judged, request.GET.urlencode())
        waiting = second.waiting_of_each(request.user, self.result_list, judged)
        for suggestion in self.result_list:
            suggestion.two_people = two_people.in_brief(waiting.get(suggestion.pk))


def tell_in_brief(shown: Collection[Suggestion], judged: Mapping[UUID, Verdict], query: str):
    """Have each of a list know its verdict, if it has one, and what its row tells of it.

    `query` is what the list was asked for.
    """
    for suggestion in shown:
        suggestion.verdict = judged.get(suggestion.pk)
        suggestion.list_query = query
        suggestion.headline = review.headline(suggestion, suggestion.verdict)
        suggestion.brief = review.brief(suggestion, suggestion.verdict)
    alike = review.look_alikes((suggestion.headline, suggestion.brief) for suggestion in shown)
    for suggestion in shown:
        suggestion.looks_like_another = suggestion.headline in alike
        suggestion.brief = [review.beside(change, alike) for change in suggestion.brief]


class SuggestionPages(ReadOnlyAdmin):
    """Rows of one's organization, and the review page in place of the change form.

    Who is built on it has `decide` and `say`, which answer a posted form, and `decision_context`
    and `saying_context`, with which the template offers that.
    """

    list_select_related = ("event__organization", "user__organization", "approved_by")
    # What would change is a link already, which keeps what the list was asked for.
    list_display_links = None
    search_fields = ("id",)
    search_help_text = _lazy("An id, or words of a session's title or of who asked")

    def own_views(self):
        """The views beside Django's own: the name of each, its address and the view."""
        return {}

    def get_urls(self):
        own = [
            path(
                address,
                self.admin_site.admin_view(view),
                name=f"ai_audit_{self.opts.model_name}_{name}",
            )
            for name, (address, view) in self.own_views().items()
        ]
        return [*own, *super().get_urls()]

    def everything(self, request):
        """The rows the reader may see, also those a list leaves out; none for who is no staff."""
        queryset = super().get_queryset(request).with_rules()
        try:
            organization_id = access.organization_scope(request.user)
        except access.NotStaff:
            return queryset.none()
        return queryset if organization_id is None else queryset.of_organization(organization_id)

    def organization_of(self, request):
        """The organization whose rows of the index the reader may see; None for all of them."""
        try:
            return access.organization_scope(request.user)
        except access.NotStaff:
            return _NOBODYS

    def get_queryset(self, request):
        return self.everything(request)

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip().replace("\0", "")
        if not term:
            return queryset, False
        try:
            return queryset.filter(pk=UUID(term)), False
        except ValueError:
            pass
        titles = [
            KeyTextTransform("title", KeyTransform(state, "action_data"))
            for state in ("proposed_state", "current_state")
        ]
        return holding(queryset, [F("user__full_name"), *titles], term), False

    def get_changelist(self, request, **kwargs):
        return VerdictChangeList

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return (*shown, "organization_shown") if request.user.is_superuser else shown

    @admin.display(description=_lazy("what would change"))
    def what(self, suggestion):
        own = f"{self.opts.model_name}_change"
        url = address_of(own, suggestion.pk, kept=suggestion.list_query)
        return format_html(
            '<a class="what" href="{}"><bdi>{}</bdi></a>{}{} <span class="quiet">{}</span>{}',
            url,
            suggestion.headline[:120],
            format_html(' <span class="quiet">({})</span>', review.LOOKS_LIKE_ANOTHER)
            if suggestion.looks_like_another
            else "",
            format_html(' <span class="vip">★ {}</span>', _lazy("VIP"))
            if queue.concerns_vips(suggestion, suggestion.verdict)
            else "",
            review.action_label(suggestion.action_type),
            changes_in_brief(suggestion.brief),
        )

    @admin.display(description=_lazy("event"), ordering="event__name")
    def event_shown(self, suggestion):
        if suggestion.event is None:
            return None
        return format_html(
            "{}{}", isolated(suggestion.event.name) or "", other_zone(suggestion.zone)
        )

    @admin.display(description=_lazy("organization"))
    def organization_shown(self, suggestion):
        owner = suggestion.event or suggestion.user
        return isolated(owner.organization.name) if owner.organization else None

    @admin.display(description=_lazy("asked by"), ordering="suggested_at")
    def asked(self, suggestion):
        return format_html(
            '<span data-called="{}"><bdi>{}</bdi></span> <br><span class="quiet">{}</span>{}',
            _lazy("by hand, by") if suggestion.by_hand else _lazy("asked by"),
            suggestion.user.full_name,
            since(suggestion.suggested_at),
            format_html(' <span class="chip">{}</span>', _lazy("By hand"))
            if suggestion.by_hand
            else "",
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The review page. The stock form would offer fields, and nothing here is a field."""
        if object_id is None:
            raise PermissionDenied
        suggestion = self.get_object(request, object_id)
        if not self.has_view_permission(request, suggestion):
            raise PermissionDenied
        if suggestion is None:
            return self.get_missing(request, object_id)
        if request.method == "POST":
            return self.say(request, suggestion) or self.decide(request, suggestion)
        return self.review_page(request, suggestion)

    def get_object(self, request, object_id, from_field=None):
        return self.find(self.get_queryset(request), object_id)

    def find(self, queryset, object_id) -> Suggestion | None:
        """The row of `queryset` with that id, read with what its page needs; None without."""
        try:
            return (
                queryset.with_marks()
                .with_written_titles()
                .with_questions()
                .with_first_askers()
                .select_related(*self.list_select_related)
                .filter(pk=UUID(object_id))
                .first()
            )
        except ValueError:
            return None

    def get_missing(self, request, object_id):
        """The answer where no row of one's own has that id."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def review_page(self, request, suggestion: Suggestion, opened: str = "", said=None):
        """The page as things stand; `opened` is what it showed before, to mark what differs.

        `said` is what was posted and was not enough: it need not be said again.
        """
        still_open = suggestion.execution_status in OPEN
        verdict = verdicts.judge([suggestion])[suggestion.pk] if still_open else None
        relations = timeline.relations(suggestion)
        written = timeline.carried_out(suggestion)
        acts = suggestion.acts = history.acts(suggestion)
        steps = timeline.steps(suggestion, acts)
        changes = written.changes if written else review.changes(suggestion, verdict)
        headline = review.headline(suggestion, verdict)
        context = {
            "list_url": self.list_url(request),
            "title": review.action_label(suggestion.action_type),
            "suggestion": suggestion,
            "headline": headline,
            "verdict": verdict,
            "changes": changes,
            "written": written,
            "stale": any(change.saw is not None for change in changes),
            "new": not any(change.before or change.saw for change in changes),
            "gone": suggestion.action_type == Action.DELETE,
            "claims": review.claims(suggestion),
            "not_done": review.not_done(suggestion),
            "steps": steps,
            "said_last": acts[-1].pk if acts else 0,
            "waiting": asking.waiting(suggestion, acts),
            "failure": steps[-1].detail if suggestion.execution_status == Status.FAILED else "",
            "relations": relations,
            "by_a_person": suggestion.by_hand or any(relation.origin for relation in relations),
            "may_see_sessions": request.user.has_perm("scheduling.view_schedule"),
            "may_see_history": request.user.has_perm("ai_audit.view_suggestion"),
            "since": since(suggestion.suggested_at),
            "typed": said and {"title": said.get("title", ""), "why": said.get("why", "")},
            "ticked": said.getlist("tick") if said else [],
            **(_judged(suggestion, verdict, headline, changes, opened) if verdict else {}),
            **self.saying_context(request, suggestion),
            **self.decision_context(request, suggestion, verdict),
        }
        return page(self, request, "review", context)

    def list_url(self, request):
        """The list as it was asked for before a row of it was opened."""
        url = address_of(f"{self.opts.model_name}_changelist")
        kept = request.GET.get(KEPT, "")
        return f"{url}?{kept}" if kept else url


def _judged(suggestion, verdict, headline, changes, opened) -> dict:
    """The part of the review page's context that a verdict tells."""
    differences = snapshot.differences(opened, suggestion, verdict)
    starts = verdict.after.get("start_time") or verdict.starts
    return {
        "verdict_words": review.in_words(verdict),
        "repeated": pointing.repeated(changes, verdict),
        "collisions": colliding.collisions(suggestion, verdict, arrived=differences.arrived),
        "no_longer_true": colliding.no_longer_true(suggestion, verdict),
        "timetable": day.day(suggestion, verdict, headline),
        "day_url": day_of(suggestion, starts) if starts else "",
        "differences": differences,
        "differing_fields": review.rows_of(differences.fields),
        "hanging": hanging.phrases_of(verdict),
    }


def holding(queryset, columns, term: str):
    """The rows in which each word is held by one of the columns, however either is spelled."""
    words = term.split()
    for word in filter(None, [*words[: MOST_WORDS - 1], " ".join(words[MOST_WORDS - 1 :])]):
        queryset = queryset.filter(reduce(or_, (Q(names.holds(one, word)) for one in columns)))
    return queryset


def address_of(page: str, *args, kept: str = "", **query) -> str:
    """The address of a page of the queue or the history, with what its list was asked for."""
    query |= {KEPT: kept} if kept else {}
    return reverse(f"admin:ai_audit_{page}", args=args, query=query)


def kept_list(request) -> str:
    """The query string of the list from which the request came, or which it is for."""
    if request.resolver_match.url_name.endswith("_changelist"):
        return request.GET.urlencode()
    return request.GET.get(KEPT, "")


def entry_address(request, pk) -> str:
    """The page of a suggestion in the audit history; the queue, for who may not see that."""
    if request.user.has_perm("ai_audit.view_suggestion"):
        return address_of("suggestion_change", pk)
    return list_address(request.GET.get(KEPT, ""))


def list_address(kept: str = "") -> str:
    """The queue as it was asked for."""
    return address_of("pendingsuggestion_changelist") + (f"?{kept}" if kept else "")


def message_about(suggestion, sentence):
    """An outcome or a refusal, with the title of the suggestion it is about."""
    return format_html(
        _("“<bdi>{title}</bdi>”: {outcome}"),
        title=review.headline(suggestion)[:120],
        outcome=sentence,
    )


def refusal_message(refusal):
    """Why nothing was decided; someone who is no staff member is told so also before trying."""
    if isinstance(refusal, access.NotStaff):
        return _("Nothing was changed. %(reason)s") % {"reason": refusal}
    return str(refusal)


def nothing_to_decide(suggestion):
    """A message that a suggestion is decided already, by whom and when."""
    return _("Nothing to decide any more: %(decision)s") % {
        "decision": workflow.last_decision(suggestion)
    }


def after_deciding(request, suggestion, following=None):
    """Where a decision leads: to what waits next, or back for those who may not see that.

    What the list was asked for goes along.
    """
    kept = request.GET.get(KEPT, "")
    if not request.user.has_perm("ai_audit.view_pendingsuggestion"):
        address = address_of("suggestion_change", suggestion.pk, kept=kept)
    elif following is None:
        address = list_address(kept)
    else:
        address = address_of("pendingsuggestion_change", following, kept=kept)
    return HttpResponseRedirect(address)
