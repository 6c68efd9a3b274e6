"""Which language is spoken: to a staff member on every page, and in what an organization keeps.

Sentences that are kept in the product's own tables are read by others too, in their own words.
What can be told again in any language is in `eventflow.text.sentences`.
"""

from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import translation

from scheduling import access
from scheduling.models import StaffMember

# What is kept is Hebrew, unless the organization's settings name another language of ours.
KEPT_IN = "he"


@contextmanager
def as_kept(organization_id: UUID | None):
    """Tell what the block makes in the language that an organization's rows are kept in.

    It is the one its settings name under `language`. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select settings ->> 'language' from public.organizations where id = %s",
            [organization_id],
        )
        (named,) = cursor.fetchone() or (None,)
    with translation.override(named if named in dict(settings.LANGUAGES) else KEPT_IN):
        yield


class StaffLanguage:
    """Middleware that comes after Django's own for sign-in: each staff member's own language.

    At first it is the browser's. Whoever switches it in the header has chosen: that is kept with
    the staff member, and is in force in every browser they sign in from. It is read along with the
    user, so that no page asks for more.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            member = access.staff_member(request.user)
        except access.NotStaff:
            return self.get_response(request)
        if member.language in dict(settings.LANGUAGES):
            translation.activate(member.language)
            request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        # Django's own view answers a switch with this cookie, and nothing else ever sets it.
        if chosen := response.cookies.get(settings.LANGUAGE_COOKIE_NAME):
            StaffMember.objects.filter(pk=member.pk).update(language=chosen.value)
        return response
