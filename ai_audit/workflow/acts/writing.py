"""How what people say of a suggestion is taken down: the one door to the database's function."""

import re
import unicodedata
from uuid import UUID

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ai_audit.models import ActKind
from ai_audit.proposals.fields import legible
from ai_audit.workflow.errors import NotSaid
from scheduling.models import StaffMember

# Of what is said, so many characters are kept.
LONGEST_SAID = 1000

_EMPTY_LINES = re.compile(r"\n\s*\n\s*\n")
# What stands where something could not be read.
_ILLEGIBLE = "\N{REPLACEMENT CHARACTER}"


def text(said: str) -> str:
    """Text of a person's, as it is kept: legible, without white space around it.

    Of several empty lines one is left. Raises NotSaid for what says nothing, and for what is longer
    than is kept: it is never cut.
    """
    written = legible(said.replace("\r\n", "\n"), limit=len(said)).strip()
    if len(written) > LONGEST_SAID:
        raise NotSaid(
            _(
                "Nothing was kept yet: these are %(count)s characters, and at most %(most)s can be "
                "kept. What you wrote is not lost. Shorten it, or leave it as two notes."
            )
            % {
                "count": number_format(len(written), force_grouping=True),
                "most": number_format(LONGEST_SAID, force_grouping=True),
            }
        )
    if not any(unicodedata.category(one)[0] in "LNPS" for one in written if one != _ILLEGIBLE):
        raise NotSaid(_("Nothing was kept: write something first."))
    return _EMPTY_LINES.sub("\n\n", written)


def write(suggestion_id: UUID, kind: ActKind, by: StaffMember, said: str) -> None:
    """Take down what somebody says of a suggestion; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select backoffice.act_on(%s, %s, %s, %s)", [suggestion_id, kind.value, by.pk, said]
        )
