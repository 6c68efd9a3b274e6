"""Lists of the queue saved under names: each user's own, a few of them."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ai_audit.admin.base import list_address
from ai_audit.admin.worklist.lines import without
from ai_audit.models import SavedList
from ai_audit.proposals.fields import legible
from eventflow.web.parameters import KEPT, takes


class Saving:
    """For the admin of the approval queue: what its list is called, and where it is found again."""

    @takes(KEPT)
    def saved_view(self, request):
        """Save the list that is kept under a name, or forget one; and go back to the list."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = without(request.GET.get(KEPT, ""), "p")
        if "forget" in request.POST:
            forget(request.user, request.POST["forget"])
        else:
            refusal = save(request.user, request.POST.get("name", ""), kept)
            if refusal:
                self.message_user(request, refusal, messages.ERROR)
            else:
                said = format_html(
                    _("This list is saved as “<bdi>{name}</bdi>”."),
                    name=_named(request.POST["name"]),
                )
                self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(list_address(kept))


def _named(name: str) -> str:
    return legible(" ".join(name.split()))[: SavedList._meta.get_field("name").max_length]


def save(user, name: str, asked: str) -> str:
    """Save what a list asks for, over what has that name; why not, in words, where it cannot be."""
    name = _named(name)
    if not name:
        return _("Nothing was saved: give the list a name.")
    words = QueryDict(asked).get("q", "")
    too_long = len(asked) > SavedList._meta.get_field("asked").max_length
    if too_long or len(words) > SavedList._meta.get_field("words").max_length:
        return _("Nothing was saved: the list asks for too much. Search for fewer words.")
    with transaction.atomic():
        # Two tabs of one user are not both the last that fits.
        get_user_model().objects.select_for_update().get(pk=user.pk)
        others = SavedList.objects.filter(user=user).exclude(name=name)
        if others.count() >= SavedList.MOST:
            return _(
                "Nothing was saved: you have %(most)s saved lists already. Forget one first."
            ) % {"most": SavedList.MOST}
        SavedList.objects.update_or_create(
            user=user, name=name, defaults={"asked": asked, "words": words}
        )
    return ""


def forget(user, pk: str) -> None:
    """Forget a list of the user's, if there is one with that key."""
    if pk.isascii() and pk.isdecimal() and len(pk) < 18:
        SavedList.objects.filter(user=user, pk=int(pk)).delete()
