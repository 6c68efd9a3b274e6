"""Telling the trigger of many suggestions at once: in settings, a line for each.

In as many settings as an id has ways to end, for each is looked through by those of its own. No
line holds a break. What the trigger is told of one is in `records`.
"""

from collections.abc import Iterable, Mapping
from typing import cast
from uuid import UUID

from django import db

from ai_audit.history.records import SETTING, Record
from eventflow.db.postgresql.ahead import Ahead
from eventflow.db.postgresql.base import DatabaseWrapper
from scheduling import actions

connection = cast(DatabaseWrapper, db.connection)

# How an id can end.
_ENDS = "0123456789abcdef"
# A line comes without its end, before which is put how the session stands: the id is first of it.
_WITH_SESSIONS = f"""
select count(pg_catalog.set_config('{SETTING}_' || told.ends, told.lines, true))
from (
  select
    substr(t.line, 36, 1),
    E'\\n' || string_agg(t.line || coalesce(to_jsonb(s)::text, 'null') || '}}', E'\\n') || E'\\n'
  from unnest(string_to_array(%s, E'\\n'), %s::uuid[]) as t (line, session_id)
  left join {actions.SESSIONS} as s
    on s.id = t.session_id
  group by 1
) as told (ends, lines)
"""  # noqa: S608


def trigger_settings_of_all(records: Iterable[Record]) -> dict[str, str]:
    """As `trigger_settings`, of many suggestions at once."""
    lines: dict[str, list[str]] = {end: [""] for end in _ENDS}
    for record in records:
        pk = str(record.suggestion_id)
        lines[pk[-1]].append(f"{pk} {record.text()}")
    ends = {f"{SETTING}_{end}": "\n".join([*told, ""]) for end, told in lines.items()}
    return {SETTING: "by id", **ends}


def tell_of_all_written(records: Iterable[Record], sessions: Mapping[UUID, UUID]) -> None:
    """Tell the trigger of all that it was told of before, with how the session of each stands now.

    That the server finds as the login itself, for policies would hide it; `sessions` are by
    suggestion. Sent along with what follows.
    """
    told = [
        (f"{r.suggestion_id} {r.text_before_after()}", sessions[r.suggestion_id]) for r in records
    ]
    lines, ids = zip(*told, strict=True)
    connection.send_ahead(Ahead(_WITH_SESSIONS, ["\n".join(lines), list(ids)]))
