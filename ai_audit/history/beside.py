"""What is kept of a suggestion beside its decisions.

Its links, what was said of it, what it is called, and who asked for it first.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from ai_audit.models import Suggestion, SuggestionAct, SuggestionLink, counting, written_title
from scheduling.models import UserProfile


def titles(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The titles of the sessions that suggestions wrote, by suggestion, cut; one statement.

    Those that wrote none are left out.
    """
    found = Suggestion.objects.filter(pk__in=ids).with_written_titles()
    return dict(found.exclude(written_title=None).values_list("pk", "written_title"))


def links(suggestion: Suggestion) -> list[SuggestionLink]:
    """The links to the suggestions it replaces or undoes, or is by; read along, one statement.

    With what the session is called that each of these wrote.
    """
    found = (
        SuggestionLink.objects.filter(
            Q(suggestion=suggestion.pk) | Q(replaces=suggestion.pk) | Q(undoes=suggestion.pk)
        )
        .select_related("suggestion", "replaces", "undoes")
        .annotate(
            other=Case(
                When(suggestion=suggestion.pk, then=Coalesce("replaces_id", "undoes_id")),
                default=F("suggestion_id"),
            )
        )
        .annotate(written_title=written_title("other"))
        .order_by("pk")
    )
    for link in found:
        for other in (link.suggestion, link.replaces, link.undoes):
            if other is not None and other.pk == link.other:
                other.written_title = link.written_title
    return list(found)


def acts(suggestion: Suggestion) -> list[SuggestionAct]:
    """The acts beside moves of status, oldest first; one statement.

    First approvals `count`, or do not, whatever they rest on.
    """
    found = SuggestionAct.objects.filter(suggestion=suggestion.pk).select_related("profile")
    return list(counting(found).order_by("id"))


def last_act(suggestion: Suggestion) -> SuggestionAct | None:
    """The last act beside moves of status; one statement."""
    acts = SuggestionAct.objects.filter(suggestion=suggestion.pk).select_related("profile")
    return acts.order_by("-id").first()


def first_asker_id(suggestion: Suggestion) -> UUID:
    """The profile of who asked for it: of what replaces another, for the first of these.

    One statement; none where it was read `with_first_askers`.
    """
    found = getattr(suggestion, "first_asker_id", None)
    if found is None:
        of_it = Suggestion.objects.filter(pk=suggestion.pk).with_first_askers()
        found = of_it.values_list("first_asker_id", flat=True).first()
    return suggestion.user_id if found is None else found


def first_asker(suggestion: Suggestion) -> UserProfile:
    """Who that is; one statement more where it is not whoever the suggestion says itself."""
    found = first_asker_id(suggestion)
    return suggestion.user if found == suggestion.user_id else UserProfile.objects.get(pk=found)
