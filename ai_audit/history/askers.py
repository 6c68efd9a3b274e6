"""Who first asked for a suggestion, and whether mail can go to them."""

from django.conf import settings

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


def can_be_mailed(person: UserProfile, suggestion: Suggestion) -> bool:
    """Whether mail leaves this house, and may go to that person, who asked for the suggestion.

    Whoever has gone to another organization is told nothing any more.
    """
    if not settings.EMAIL_URL or person.organization_id != suggestion.organization_id:
        return False
    return "@" in (person.email or "").strip("@ ")
