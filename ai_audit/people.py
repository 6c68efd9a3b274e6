"""Recipients of mail: their addresses, languages, rights and choices, as the database has them now.

Nothing is taken from a session that a page began: rights may have gone since.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from ai_audit.models import HowOften, NewsKind, Suggestion
from scheduling.access import roles
from scheduling.languages import KEPT_IN
from scheduling.models import StaffMember, UserProfile

# The address that a staff member's user has goes before the profile's. Columns of the product that
# are not everywhere are read as JSON.
_PEOPLE = f"""
select
  p.id,
  p.organization_id,
  {UserProfile._meta.get_field("full_name").read_as("p.full_name")},
  coalesce(nullif(btrim(u.email), ''), btrim(p.email), ''),
  array[m.language, to_jsonb(p) -> 'preferences' ->> 'language', o.settings ->> 'language'],
  (
    select coalesce(jsonb_object_agg(c.kind, c.choice), '{{}}')
    from backoffice.notification_choices as c
    where c.profile_id = p.id
  ),
  coalesce(u.is_active, true),
  coalesce(may.all_of_it or may.named @> array['view_pendingsuggestion', 'view_suggestion'], false),
  coalesce(
    may.all_of_it or may.named @> array['view_pendingsuggestion', 'approve_suggestion'], false),
  u.last_login is not null
from public.user_profiles as p
left join public.organizations as o
  on o.id = p.organization_id
left join backoffice.scheduling_staffmember as m
  on m.profile_id = p.id
left join backoffice.auth_user as u
  on u.id = m.user_id
left join lateral (
  select u.is_superuser as all_of_it, array(
    select q.codename::text
    from backoffice.auth_permission as q
    join backoffice.django_content_type as t
      on t.id = q.content_type_id
    where t.app_label = 'ai_audit'
    and (
      exists (
        select
        from backoffice.auth_user_user_permissions as g
        where g.user_id = u.id
        and g.permission_id = q.id
      )
      or exists (
        select
        from backoffice.auth_user_groups as b
        join backoffice.auth_group_permissions as g
          on g.group_id = b.group_id
        where b.user_id = u.id
        and g.permission_id = q.id
      )
    )
  ) as named
) as may
  on u.is_active
  and u.is_staff
where {{condition}}
"""  # noqa: S608


@dataclass(frozen=True)
class Reader:
    """A person who could be told: where, in which language, and what they may see and do.

    `address` is empty where there is none that mail could go to. `may_open` says whether they may
    open the pages of suggestions, `may_approve` whether they decide there; `has_come` whether they
    have signed in before. `choices` are how they want to be told, by kind.
    """

    profile_id: UUID
    organization_id: UUID | None
    name: str
    address: str
    language: str
    choices: dict[str, str]
    is_active: bool
    may_open: bool
    may_approve: bool
    has_come: bool

    def hears_of(self, kind: NewsKind, suggestion: Suggestion) -> bool:
        """Whether they may and want to be told anything of that kind about the suggestion.

        Whoever has gone to another organization, or was made inactive, is told nothing.
        """
        return (
            self.is_active
            and self.organization_id is not None
            and self.organization_id == suggestion.organization_id
            and self.choices.get(kind) != HowOften.NEVER
        )


def can_be_asked(profile_id: UUID, suggestion: Suggestion) -> bool:
    """Whether a question about the suggestion, which they asked for, goes to that person by mail.

    One statement; none where no mail leaves this house.
    """
    if not settings.EMAIL_URL:
        return False
    return _can_be_asked(readers([profile_id]).get(profile_id), suggestion)


def _can_be_asked(reader: Reader | None, suggestion: Suggestion) -> bool:
    return (
        reader is not None and bool(reader.address) and reader.hears_of(NewsKind.ASKED, suggestion)
    )


def asked(profile_id: UUID, suggestion: Suggestion) -> tuple[str, bool]:
    """What that person is called, and what `can_be_asked` tells; one statement for both.

    None where no mail leaves this house and it is whoever the suggestion says itself.
    """
    if not settings.EMAIL_URL and profile_id == suggestion.user_id:
        return str(suggestion.user), False
    reader = readers([profile_id]).get(profile_id)
    return reader.name if reader else "", bool(
        settings.EMAIL_URL and _can_be_asked(reader, suggestion)
    )


def follow_roles() -> None:
    """Let groups be what roles in EventFlow give now, as the next request of each would.

    Two statements, and some for each person whose role has changed.
    """
    kept = roles.are_kept()
    for member in StaffMember.objects.select_related("profile", "user").filter(
        role_gives__isnull=False, profile__id__isnull=False
    ):
        roles.follow(member, kept=kept)


def readers(ids: Collection[UUID]) -> dict[UUID, Reader]:
    """The recipients with these profiles, by profile; who is gone is left out. One statement."""
    return _read("p.id = any (%s)", [list(ids)])


def approvers() -> list[Reader]:
    """The people who hear of what waits: they may decide, have signed in before, have an address.

    One statement.
    """
    return [
        reader
        for reader in _read("m.id is not null", []).values()
        if reader.may_approve
        and reader.has_come
        and reader.address
        and reader.organization_id is not None
    ]


def _read(condition: str, parameters: list) -> dict[UUID, Reader]:
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.replace("{condition}", condition), parameters)
        found = cursor.fetchall()
    known = dict(settings.LANGUAGES)
    return {
        pk: Reader(
            pk,
            organization_id,
            name,
            address if _is_address(address) else "",
            next((one for one in languages if one in known), KEPT_IN),
            json.loads(choices),
            *rights,
        )
        for pk, organization_id, name, address, languages, choices, *rights in found
    }


def _is_address(address: str) -> bool:
    """Whether mail can go there; what is no address could end a header and begin another."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True
