"""Permissions: who may change sessions by hand, and of which events."""

from django.core.exceptions import ValidationError

from scheduling import access
from scheduling.models import Event, Schedule, StaffMember


def decider(request) -> StaffMember | None:
    """The staff member in whose name is written; None for who only looks."""
    try:
        member = access.staff_member(request.user)
    except access.NotStaff:
        return None
    return member if member.profile.organization_id else None


def decides(request, session: Schedule | None) -> bool:
    """Whether the user is staff, and of the session's organization where it is asked of one."""
    by = decider(request)
    if by is None or session is None:
        return by is not None
    return session.event.organization_id == by.profile.organization_id


def own_events(request):
    by = decider(request)
    if by is None:
        return Event.objects.none()
    return Event.objects.filter(organization_id=by.profile.organization_id)


def named_event(request) -> Event | None:
    """The event that a new session is for, where it is known yet."""
    named = request.POST.get("event") or request.GET.get("event")
    try:
        return own_events(request).filter(pk=named).first() if named else None
    except ValidationError:
        return None
