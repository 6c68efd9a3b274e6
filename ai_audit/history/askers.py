"""Who first asked for a suggestion."""

from uuid import UUID

from ai_audit.models import Suggestion
from scheduling.models import UserProfile


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
