"""What other pages tell of the approval queue."""

from django import template

from ai_audit import queue
from scheduling import access

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting(context) -> int | None:
    """How many suggestions wait for the signed-in user's organization; None for who may not see."""
    user = context["request"].user
    if not user.has_perm("ai_audit.view_pendingsuggestion"):
        return None
    try:
        return queue.waiting(access.organization_scope(user))
    except access.NotStaff:
        return None
