"""Who first asked for a suggestion."""

from ai_audit.models import Suggestion
from scheduling.models import UserProfile


def first_asker(suggestion: Suggestion) -> UserProfile:
    """Who asked for it: of what replaces another, for the first of these.

    One statement; none where it was read `with_first_askers` and is whoever it says itself.
    """
    found = getattr(suggestion, "first_asker_id", None)
    if found is None:
        of_it = Suggestion.objects.filter(pk=suggestion.pk).with_first_askers()
        found = of_it.values_list("first_asker_id", flat=True).first()
    if found is None or found == suggestion.user_id:
        return suggestion.user
    return UserProfile.objects.get(pk=found)
