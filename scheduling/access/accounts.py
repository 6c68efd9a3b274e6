"""Authentication backend for EventFlow's accounts: the user is that of the profile with its id.

Never by a name or an address, which people write themselves. Whoever has no user yet is given one;
a superuser is never signed in this way.
"""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _lazy

from eventflow.accounts import account, signing_in
from eventflow.accounts.account import CodeNeeded
from eventflow.accounts.second_factor_pages import ACCOUNT_EMAIL
from eventflow.accounts.supabase_auth import AuthSession, Trouble
from eventflow.db import database
from eventflow.text.sentences import Sentence
from scheduling.access import StaffBackend, roles
from scheduling.models import StaffMember, UserProfile

_NO_PROFILE = Sentence(
    "account_no_profile",
    _lazy(
        "Your EventFlow account is right, but it has no profile in an organization, so you were "
        "not signed in. Nothing was changed. Ask whoever manages your organization in EventFlow."
    ),
)
_SUPERUSER = Sentence(
    "account_superuser",
    _lazy(
        "Your EventFlow account is right, but you are an administrator here, and administrators "
        "sign in with a user name and password of the back office. You were not signed in."
    ),
)
_INACTIVE = Sentence(
    "account_inactive",
    _lazy(
        "Your EventFlow account is right, but you may not use the back office any more, so you "
        "were not signed in. Nothing was changed. Ask an administrator."
    ),
)


class AccountBackend(BaseBackend):
    """Asks EventFlow's accounts; what a user may do is told by the other backend."""

    def authenticate(self, request, account, username=None, password=None):
        """The user of an account: its address, or a Session of which a code was checked already.

        Tries are counted for `username`, that address in one spelling. None where the password is
        wrong. Raises Trouble, and CodeNeeded where the password is right and not enough.
        """
        session = account
        if not isinstance(account, AuthSession):
            session = _sign_in(request, account, username, password)
        if session is None:
            return None
        try:
            if session.factors and not session.code_given:
                _look_up(session)
                raise CodeNeeded(session)
            user = _user(session)
        except Trouble:
            _sign_out(session)
            raise
        _sign_out(session)
        setattr(user, ACCOUNT_EMAIL, session.email)
        return user

    def get_user(self, user_id):
        """As for who signs in by name, but never a superuser; nobody where it is switched off."""
        user = StaffBackend().get_user(user_id) if account.is_offered() else None
        return None if user is None or user.is_superuser else user


def _sign_in(request, email: str, counted_as: str, password: str) -> AuthSession | None:
    session = account.by_password(email, password, signing_in.address(request))
    if session:
        # As a right password forgives the wrong ones of a user name.
        signing_in.forgive(request, counted_as)
    return session


def _sign_out(session: AuthSession) -> None:
    account.client().sign_out(session)


def _look_up(session: AuthSession) -> tuple[UserProfile, StaffMember | None]:
    """The profile of the account and its staff member, if there is one. Raises Trouble."""
    found = UserProfile.objects.filter(pk=session.account_id, organization__isnull=False)
    profile = found.first()
    if profile is None:
        raise Trouble(_NO_PROFILE())
    member = StaffMember.objects.select_related("user", "profile").filter(profile=profile).first()
    if member and member.user.is_superuser:
        raise Trouble(_SUPERUSER())
    if member and not (member.user.is_active and member.user.is_staff):
        raise Trouble(_INACTIVE())
    return profile, member


def _user(session: AuthSession) -> User:
    """The staff member's user, made where there is none. Takes an advisory lock."""
    with transaction.atomic():
        database.limit_idle_clients()
        database.lock_in_transaction("staff")
        profile, member = _look_up(session)
        if member is None:
            member = StaffMember.objects.create(
                user=_create_user(session, profile), profile=profile
            )
        roles.give(member, kept=roles.are_kept())
        return member.user


def _create_user(session: AuthSession, profile: UserProfile) -> User:
    """A user with an unusable password, called by the address where nobody else is called so."""
    name = User.normalize_username(session.email)
    if not name or len(name) > 150 or User.objects.filter(username__iexact=name).exists():
        name = str(profile.pk)
    return User.objects.create_user(
        name, session.email[:254], first_name=profile.full_name[:150], is_staff=True
    )
