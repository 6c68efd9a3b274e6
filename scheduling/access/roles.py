"""Which group somebody's role in EventFlow gives, to whoever has signed in with an account of it.

A role counts for as much as it is worth: where people can write their own, or move in next door,
none gives more than a look. Whether they can is tried by `trials`, and noted there.
"""

import logging

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from eventflow.db import database
from eventflow.fitness import doctor
from eventflow.fitness.doctor import Line, LineLevel
from scheduling.access import trials
from scheduling.models import StaffMember

logger = logging.getLogger(__name__)

VIEWER = "Viewer"

# For the users that are read, in the same statement.
ARE_KEPT = RawSQL(
    "exists (select from backoffice.foundation_objects where object = %s and replaced = %s)",
    [trials.NOTE[0], trials.KEPT],
    output_field=BooleanField(),
)


def gives(role: str | None, *, kept: bool) -> str:
    """The name of the group that a role gives; empty where it gives none."""
    name = settings.ROLE_GROUPS.get(role or "", "")
    return VIEWER if name and not kept else name


def follow(member: StaffMember, *, kept: bool) -> None:
    """Let the group be what the role gives now, where it gave one before.

    Once for each request, with the profile as it was read for that; nothing is asked of the
    database where all is as it was.
    """
    if member.role_gives not in (None, gives(member.profile.role, kept=kept)):
        give(member, kept=kept)


def give(member: StaffMember, *, kept: bool) -> None:
    """Put the user into the group that the profile's role gives, and out of one it gave before.

    Groups that somebody put the user into stay as they are. Locks the staff member's row.
    """
    role = member.profile.role
    name = gives(role, kept=kept)
    with transaction.atomic():
        database.limit_idle_clients()
        before = StaffMember.objects.select_for_update(of=("self",)).get(pk=member.pk).role_group
        groups = member.user.groups
        group = Group.objects.filter(name=name).first() if name else None
        if before and before != group:
            groups.remove(before)
        given = before if before == group else None
        if group and not groups.filter(pk=group.pk).exists():
            groups.add(group)
            given = group
        member.role_gives, member.role_group = name, given
        member.save(update_fields=["role_gives", "role_group"])
    if name and group is None:
        logger.warning("A role gives the group %s, which is not there.", name)
    if name != settings.ROLE_GROUPS.get(role or "", ""):
        logger.warning(
            "The role of the profile %s gives %s and not more, for people may write their own role "
            "or organization, or it was not tried: manage.py doctor.",
            member.profile_id,
            VIEWER,
        )


def are_kept() -> bool:
    """Whether the last trial found that nobody can write roles or organizations."""
    return trials.noted() == trials.KEPT


@doctor.examination
def groups_of_roles_stand():
    """Every group that a role gives is there."""
    for name in sorted(set(settings.ROLE_GROUPS.values()) - {""}):
        if settings.SUPABASE_URL and not Group.objects.filter(name=name).exists():
            yield Line(
                LineLevel.WARNING,
                f"A role gives the group {name}, which is not there, so that it gives nothing.",
                "Make it under Groups, or name another in ROLE_GROUPS.",
            )
