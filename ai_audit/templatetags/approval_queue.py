"""Template tags for other pages about the approval queue."""

from django import template
from django.urls import reverse

from ai_audit.models import Suggestion
from ai_audit.queue import Tab
from scheduling import access

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting(context) -> int | None:
    """The number that waits for the signed-in user's organization; None for who may not see."""
    user = context["request"].user
    if not user.has_perm("ai_audit.view_pendingsuggestion"):
        return None
    try:
        organization_id = access.organization_scope(user)
    except access.NotStaff:
        return None
    pending = Suggestion.objects.pending()
    return (pending.of_organization(organization_id) if organization_id else pending).count()


@register.inclusion_tag("admin/ai_audit/tabs.html")
def queue_tabs() -> dict:
    """The tabs of the approval queue, for who may see it; the page asks for their counts itself."""
    address = reverse("admin:ai_audit_pendingsuggestion_changelist")
    return {
        "tabs": [
            {"name": tab.value, "label": tab.label, "url": f"{address}?tab={tab.value}"}
            for tab in Tab
        ],
        "counts_url": reverse("admin:ai_audit_pendingsuggestion_counts"),
    }
