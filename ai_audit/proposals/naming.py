"""The session a suggestion names, and what spells an identifier: for Python and for SQL alike.

Whether there is such a session, and whether the suggestion may name it, is judged elsewhere.
"""

import re
from uuid import UUID

from django.db.models import F, Func, UUIDField

_HEX = "[0-9a-fA-F]"
_UUID = rf"(?:{_HEX}{{4}}-?){{7}}{_HEX}{{4}}"
# PostgreSQL's spellings, and the URN form. For Python and PostgreSQL alike: letters of both cases
# are written out, for what else is the same letter in another case depends on the locale.
_SPELLED = rf"(?:[uU][rR][nN]:[uU][uU][iI][dD]:)?(\{{{_UUID}\}}|{_UUID})"
_WHOLE = re.compile(_SPELLED)


def identifier(value: object) -> UUID | None:
    """The UUID that a text spells in a form PostgreSQL takes or as a URN; else ``None``."""
    if isinstance(value, UUID):
        return value
    spelled = _WHOLE.fullmatch(value) if isinstance(value, str) else None
    return UUID(spelled[1]) if spelled else None


def named_session(action_data: object) -> UUID | None:
    """The session that a suggestion's content names, whatever it would do with it."""
    return identifier(action_data.get("schedule_id")) if isinstance(action_data, dict) else None


def named_session_sql(content: str) -> str:
    """The SQL of the same, of type uuid, of a jsonb value; it is looked into once.

    By how JSON writes it: what stands in quotes is text, and no identifier needs to be escaped.
    """
    return f"""(
      select {spelled_session_sql("spelled")}
      from (select ({content} -> 'schedule_id')::text as spelled offset 0) as named
    )"""  # noqa: S608


def spelled_session_sql(spelled: str) -> str:
    """The SQL of the session that a column of text names, as JSON writes it; of type uuid."""
    return f"""case
        -- As it is spelled mostly, which is seen at a tenth of the price
        when {spelled} like '"________-____-____-____-____________"'
          and {spelled} ~ '^"[-0-9a-fA-F]+"$'
          and length(replace({spelled}, '-', '')) = 34
          then substr({spelled}, 2, 36)
        else substring({spelled} from '^"{_SPELLED}"$')
      end::uuid"""


class NamedSession(Func):
    """The session named, as a column of a query on suggestions."""

    template = named_session_sql("(%(expressions)s)")
    output_field = UUIDField()

    def __init__(self, content: str = "action_data"):
        super().__init__(F(content))
