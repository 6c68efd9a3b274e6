"""Adding staff: the user, its group and its link to a profile, in one act that completes itself.

The password is the person's own: they set it by a link that works once.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _lazy

from eventflow.db import database
from eventflow.text.bidi import isolate, ltr
from eventflow.text.sentences import Said, Sentence
from scheduling.models import StaffMember, UserProfile

# Of those that share an address, so many are named.
MOST_NAMED = 5


def _profiles(named: list[list[str]]) -> str:
    shown = [f"{isolate(name)} ({ltr(pk)})" for name, pk in named[:MOST_NAMED]]
    return ", ".join(shown) + (", …" if len(named) > MOST_NAMED else "")


_NO_PROFILE = Sentence(
    "staff_no_profile",
    _lazy(
        "No profile of EventFlow has the e-mail address %(email)s. Nothing was changed. Look under "
        "“Profiles” how it is written there."
    ),
    email=ltr,
)
_OTHER_PROFILE = Sentence(
    "staff_other_profile",
    _lazy(
        "No profile of EventFlow has both that id and the e-mail address %(email)s. Nothing was "
        "changed."
    ),
    email=ltr,
)
_SEVERAL = Sentence(
    "staff_several_profiles",
    _lazy(
        "Several profiles of EventFlow have the e-mail address %(email)s: %(profiles)s. Nothing "
        "was changed. Say which is meant, by its id."
    ),
    email=ltr,
    profiles=_profiles,
)
_NO_ORGANIZATION = Sentence(
    "staff_no_organization",
    _lazy(
        "The profile of %(name)s belongs to no organization, so its user would see nothing. "
        "Nothing was changed. Have it put into one in EventFlow first."
    ),
    name=isolate,
)
_NO_NAME = Sentence(
    "staff_no_user_name",
    _lazy(
        "%(username)s can be no user name: at most 150 letters, digits and @ . + - _ can. Nothing "
        "was changed. Choose another name for the user."
    ),
    username=isolate,
)
_TAKEN = Sentence(
    "staff_name_taken",
    _lazy(
        "The user %(username)s stands already, and is somebody else’s or an administrator’s. "
        "Nothing was changed. Choose another name for the user."
    ),
    username=isolate,
)
_INACTIVE = Sentence(
    "staff_inactive",
    _lazy(
        "The user %(username)s was made inactive. Nothing was changed. Where they are to come "
        "back, make the user active under “Users” first."
    ),
    username=isolate,
)


class Refused(Exception):
    """Nobody was added; it is told as a sentence."""

    def __init__(self, why: Said):
        super().__init__(why)
        self.why = why

    def __str__(self):
        return str(self.why)


@dataclass(frozen=True)
class Added:
    """The staff member added; `link` is the path where a password is set, None where none is
    needed.

    `changed` says whether anything was.
    """

    member: StaffMember
    changed: bool
    link: str | None


def add(*, email: str, group: Group, profile_id: UUID | None = None, username: str = "") -> Added:
    """Make a user for the profile with that address, mark it as staff and put it into the group.

    The profile is found by the address as the operator wrote it, in any letter case; `profile_id`
    chooses among several. The user is called `username`, otherwise by the address. What stands
    already is completed. Takes an advisory lock. Raises Refused, with nothing changed.
    """
    email = email.strip().replace("\0", "")
    with transaction.atomic():
        database.limit_idle_clients()
        database.lock_in_transaction("staff")
        profile = _profile(email, profile_id)
        member = StaffMember.objects.select_related("user").filter(profile=profile).first()
        user, changed = (member.user, False) if member else _user(username or email, email)
        if not user.is_active:
            raise Refused(_INACTIVE(username=user.get_username()))
        if not user.is_staff:
            user.is_staff = changed = True
            user.save(update_fields=["is_staff"])
        if member is None:
            member, changed = StaffMember.objects.create(user=user, profile=profile), True
        if not user.groups.filter(pk=group.pk).exists():
            user.groups.add(group)
            changed = True
        has_one = user.has_usable_password() or "name" not in settings.SIGN_IN_WITH
        return Added(member, changed, None if has_one else _link(user))


def _profile(email: str, profile_id: UUID | None) -> UserProfile:
    named = UserProfile.objects.select_related("organization").filter(email__iexact=email)
    if not email:
        raise Refused(_NO_PROFILE(email="–"))
    if profile_id is not None:
        named = named.filter(pk=profile_id)
    found = list(named.order_by("full_name", "pk")[: MOST_NAMED + 1])
    if not found:
        raise Refused((_OTHER_PROFILE if profile_id else _NO_PROFILE)(email=email))
    if len(found) > 1:
        profiles = [[profile.full_name, str(profile.pk)] for profile in found]
        raise Refused(_SEVERAL(email=email, profiles=profiles))
    (profile,) = found
    if profile.organization_id is None:
        raise Refused(_NO_ORGANIZATION(name=profile.full_name))
    return profile


def _user(username: str, email: str) -> tuple[User, bool]:
    """The user of that name that nobody has yet, made where there is none; whether it was."""
    username = User.normalize_username(username)
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError as refusal:
        raise Refused(_NO_NAME(username=username)) from refusal
    standing = User.objects.filter(username=username).first()
    if standing is None:
        return User.objects.create_user(username, email[:254]), True
    if standing.is_superuser or StaffMember.objects.filter(user=standing).exists():
        raise Refused(_TAKEN(username=username))
    return standing, False


def _link(user: User) -> str:
    """Where a password is set, once, within `PASSWORD_RESET_TIMEOUT`."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return reverse("password_reset_confirm", kwargs={"uidb64": uid, "token": token})
