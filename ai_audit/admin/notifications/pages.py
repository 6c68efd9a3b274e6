"""Pages of notifications: how often one is told, the mails as a superuser's list, unsubscribing."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ai_audit import people
from ai_audit.admin.formatting import page
from ai_audit.models import HowOften, MailState, NewsKind, NotificationMail
from ai_audit.notifications import choices, kept
from eventflow.admin import ReadOnlyAdmin
from eventflow.text.bidi import visible
from eventflow.web.parameters import takes
from scheduling import access

_NAME = "ai_audit_notificationmail"


class ChoicesForm(forms.Form):
    """How often, for each kind."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        for kind in NewsKind:
            self.fields[kind.value] = forms.ChoiceField(label=kind.label, choices=HowOften.choices)


@admin.register(NotificationMail)
class NotificationMailAdmin(ReadOnlyAdmin):
    """Mails and what became of them: a superuser's list. What they say is not kept."""

    list_display = ("kind", "person", "state", "made", "times", "next_one", "ended", "answer")
    list_display_links = None
    list_filter = ("state", "kind")
    list_select_related = ("profile",)
    ordering = ("-id",)
    sortable_by = ()
    change_list_template = "admin/ai_audit/mails.html"

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    @admin.display(description=_lazy("profile"))
    def person(self, mail):
        return mail.profile.full_name if mail.profile else str(mail.profile_id)

    @admin.display(description=_lazy("made"))
    def made(self, mail):
        return _labelled(_("made"), mail.made_at)

    @admin.display(description=_lazy("tries"))
    def times(self, mail):
        return _labelled(_("tries"), mail.tries)

    @admin.display(description=_lazy("next try"), empty_value="")
    def next_one(self, mail):
        return _labelled(_("next try"), mail.next_try) if mail.state == MailState.DUE else None

    @admin.display(description=_lazy("ended"), empty_value="")
    def ended(self, mail):
        return _labelled(_("ended"), mail.ended_at) if mail.ended_at else None

    @admin.display(description=_lazy("error"), empty_value="")
    def answer(self, mail):
        return format_html('<bdi class="ltr">{}</bdi>', visible(mail.error)) if mail.error else None

    def changelist_view(self, request, extra_context=None):
        more = {
            "title": capfirst(self.opts.verbose_name_plural),
            "kept": kept.latest() is not None,
        }
        return super().changelist_view(request, more | (extra_context or {}))

    def get_urls(self):
        own = self.admin_site.admin_view
        return [
            path("choices/", own(self.choices_view), name=f"{_NAME}_choices"),
            path("kept/", own(self.kept_view), name=f"{_NAME}_kept"),
            # Whoever holds the link need not sign in.
            path("stop/<str:token>/", stop_view, name=f"{_NAME}_stop"),
            *super().get_urls(),
        ]

    @takes()
    def choices_view(self, request):
        """How the person who is signed in wants to be told; changed by posting the form."""
        try:
            profile_id = access.staff_member(request.user).profile_id
        except access.NotStaff:
            profile_id = None
        form, address = None, ""
        if profile_id is not None:
            address = people.readers([profile_id])[profile_id].address
            found = choices.choices(profile_id)
            form = ChoicesForm(request.POST or None, initial=found)
            if request.method == "POST" and form.is_valid():
                said = form.cleaned_data
                choices.choose(profile_id, {kind: HowOften(said[kind]) for kind in NewsKind})
                messages.success(request, _("Saved: so you are told from now on."))
                return HttpResponseRedirect(reverse(f"admin:{_NAME}_choices"))
        context = {
            "title": _("What you are told by mail"),
            "form": form,
            "address": address,
        }
        return page(self, request, "choices", context)

    @takes()
    def kept_view(self, request):
        """The latest mails that were kept instead of sent; nothing where they are sent."""
        if not request.user.is_superuser:
            raise PermissionDenied
        found = kept.latest()
        if found is None:
            raise Http404
        context = {
            "title": _("Mails of the demo"),
            "mails": found,
        }
        return page(self, request, "kept_mails", context)


def _labelled(name: str, value: object) -> str:
    """A cell with the label of its column, which a list without a head shows, as on a phone."""
    return format_html('<span data-called="{}">{}</span>', name, display_for_value(value, ""))


# Mail programs post here by themselves (RFC 8058), with no cookie and no token but the link's own;
# and programs that look through mails open every link, so that looking changes nothing.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_view(request, token):
    """Unsubscribe from what the link is for, when it is posted; until then, ask."""
    found = choices.read(token)
    if found is None:
        return render(request, "admin/ai_audit/stop.html", {"unknown": True}, status=404)
    profile_id, kinds = found
    if request.method == "POST":
        choices.stop(profile_id, kinds)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=200)
    return render(
        request,
        "admin/ai_audit/stop.html",
        {"kinds": [kind.label for kind in kinds], "done": request.method == "POST"},
    )
