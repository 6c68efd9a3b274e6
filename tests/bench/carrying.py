"""Approving and carrying out a thousand in one act, beside a script that writes the same rows.

Part of `make bench-queue`. The script judges nothing, compares nothing and takes no locks: it
approves as the same person, under the same policies and triggers, inserts the sessions and ends
the suggestions, once in a statement each, and once row by row. What the history is told besides is
given to it: the rows of the act and those of the script are the same, which is looked at. Asserts
nothing about time.
"""

import json
from datetime import timedelta
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from ai_audit import verdicts, workflow
from ai_audit.models import Status, Suggestion
from ai_audit.workflow import steps
from eventflow.db import database
from scheduling.models import Event, StaffMember
from tests import factories

ROWS = 1_000
ROUNDS = 3

# What the history is told, as `history.trigger_settings_of_all` does: by how the ids end.
_TELLING = (
    "select set_config('eventflow.decision', 'by id', true),"
    " set_config('eventflow.decision_' || told.ends, told.lines, true)"
    " from ("
    "select right(told.id, 1), E'\\n' || string_agg(told.id || ' ' || {}, E'\\n') || E'\\n'"
    " from unnest(%(ids)s::text[], %(sessions)s::uuid[], %(told)s::text[], %(ended)s::text[])"
    " as told (id, session_id, approved, ended) {} group by 1) as told (ends, lines)"
)
_SCRIPT = (
    _TELLING.format("told.approved", ""),
    "update public.ai_insights_log set execution_status = 'approved', approved_by = %(by)s,"
    " approved_at = clock_timestamp() where id = any (%(ids)s::uuid[])",
    "insert into public.schedules (id, event_id, title, room, start_time, end_time)"
    " select told.session_id, event_id, p ->> 'title', p ->> 'room',"
    " (p ->> 'start_time')::timestamp at time zone 'Asia/Jerusalem',"
    " (p ->> 'end_time')::timestamp at time zone 'Asia/Jerusalem'"
    " from unnest(%(ids)s::uuid[], %(sessions)s::uuid[]) as told (id, session_id)"
    " join public.ai_insights_log as l on l.id = told.id"
    " cross join lateral (select action_data -> 'proposed_state') as proposed (p)",
    _TELLING.format(
        "left(told.ended, -1) || ', \"after\": ' || to_jsonb(s) || '}'",
        "join public.schedules as s on s.id = told.session_id",
    ),
    "update public.ai_insights_log set execution_status = 'executed',"
    " executed_at = clock_timestamp() where id = any (%(ids)s::uuid[])",
)
_LOGGED = (
    "insert into backoffice.django_admin_log (action_time, user_id, content_type_id, object_id,"
    " object_repr, action_flag, change_message) select statement_timestamp(), %(user)s, %(type)s,"
    " id::text, left(action_data #>> '{proposed_state,title}', 200), 2, 'Approved. Executed.'"
    " from public.ai_insights_log where id = any (%(ids)s::uuid[])"
)

# All that is written of an event, but for identifiers of sessions and moments.
_WRITTEN = """
select l.action_data #>> '{proposed_state,title}' as title, l.execution_status, l.approved_by,
  (to_jsonb(s) - array['id', 'event_id', 'created_at', 'updated_at'])::text as session,
  i.status, i.approver_id, i.requested_start, i.words, told.*, g.user_id, g.content_type_id,
  g.object_repr, g.action_flag, g.change_message
from public.ai_insights_log as l
join backoffice.suggestion_index as i on i.suggestion_id = l.id
left join backoffice.django_admin_log as g on g.object_id = l.id::text
left join public.schedules as s
  on s.event_id = l.event_id and s.title = l.action_data #>> '{proposed_state,title}'
cross join lateral (
  select string_agg(
    (to_jsonb(h)
      - array['id', 'suggestion_id', 'at', 'before', 'after', 'state', 'hash', 'previous_hash']
      || jsonb_build_object('before', h.before, 'after', h.after
        - array['id', 'event_id', 'created_at', 'updated_at']))::text, ' ' order by h.number)
  from backoffice.decision_history as h
  where h.suggestion_id = l.id
) as told
where l.event_id = %s
order by 1
"""


def a_thousand(by: StaffMember) -> Event:
    """An event with so many clear suggestions: a programme of two days and a bit, in twenty rooms.

    No room is known to it yet.
    """
    event = factories.event(
        organization=by.profile.organization,
        name="A thousand",
        end_date=factories.at(20) + timedelta(days=3),
    )
    factories.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'schedule_create', jsonb_build_object('proposed_state',"
        " jsonb_build_object('title', n::text, 'room', 'Room ' || n %% 20,"
        " 'start_time', starts, 'end_time', starts + interval '1 hour'))"
        " from generate_series(1, %s) as n"
        " cross join lateral (select timestamp '2038-01-30 11:00' + n / 20 * interval '1 hour')"
        " as times (starts)",
        by.profile_id,
        event.pk,
        ROWS,
    )
    return event


def compare(by: StaffMember, measure) -> None:
    """Print what the act takes without its pages, and what the scripts do."""
    events = [a_thousand(by) for _round in range(3 * ROUNDS)]
    shown, told, done = {}, {}, []
    for event in events:
        found = list(Suggestion.objects.select_related("event", "user").filter(event=event))
        judged = verdicts.judge(found)
        shown[event] = {s.pk: verdicts.digest(s, judged[s.pk]) for s in found}
        told[event] = [_told(s, judged[s.pk], by) for s in found]

    def act():
        event = events.pop()
        done.append(event)
        for _batch in workflow.approve_bulk(digests=shown[event], by=by):
            pass
        return _executed(event)

    def script(most=ROWS):
        event = events.pop()
        done.append(event)
        with transaction.atomic(), connection.cursor() as cursor:
            for first in range(0, ROWS, most):
                place = _place(by, told[event][first : first + most])
                with database.acting_as(by.person):
                    for statement in _SCRIPT:
                        cursor.execute(statement, place)
                cursor.execute(_LOGGED, place)
        return _executed(event)

    measure(f"{ROWS:,} in one act, without pages", act, rounds=ROUNDS)
    measure("the same rows, by a script", script, rounds=ROUNDS)
    measure("the same rows, by a script row by row", lambda: script(most=1), rounds=ROUNDS)
    written = [factories.run(_WRITTEN, event.pk) for event in done]
    if any(rows != written[0] for rows in written):
        raise AssertionError("the scripts do not write the rows that the act does")


def _told(suggestion: Suggestion, verdict: verdicts.Verdict, by: StaffMember) -> tuple[str, ...]:
    """What a row of the script is told: the suggestion, the session that it adds, and both texts
    that the history is told of it, the latter without how the session stands."""
    record = steps.approval_of(suggestion, by, verdict)
    approved = record.text()
    record.basis = None
    ended = {name: value for name, value in json.loads(record.text()).items() if name != "after"}
    return str(suggestion.pk), str(uuid4()), approved, json.dumps(ended)


def _place(by: StaffMember, told: list[tuple[str, ...]]) -> dict[str, object]:
    names = ("ids", "sessions", "told", "ended")
    listed = dict(zip(names, map(list, zip(*told, strict=True)), strict=True))
    of_type = ContentType.objects.get_for_model(Suggestion).pk
    return {"by": by.profile_id, "user": by.user_id, "type": of_type, **listed}


def _executed(event: Event) -> str:
    count = Suggestion.objects.filter(event=event, execution_status=Status.EXECUTED).count()
    return f"{count:,} done"
