"""Approving and carrying out a thousand in one act, beside a script that writes the same rows.

Part of `make bench-queue`. The script judges nothing, compares nothing and takes no locks: it
approves as the same person, under the same policies and triggers, inserts the sessions and ends
the suggestions, once in a statement each, and once row by row. Asserts nothing about time.
"""

from datetime import timedelta

from django.db import connection, transaction

from ai_audit import verdicts, workflow
from ai_audit.models import Status, Suggestion
from eventflow.db import database
from scheduling.models import Event, StaffMember
from tests import factories

ROWS = 1_000
ROUNDS = 3

_SCRIPT = (
    "update public.ai_insights_log set execution_status = 'approved', approved_by = %(by)s,"
    " approved_at = clock_timestamp() where {}",
    "insert into public.schedules (event_id, title, room, start_time, end_time)"
    " select event_id, p ->> 'title', p ->> 'room',"
    " (p ->> 'start_time')::timestamp at time zone 'Asia/Jerusalem',"
    " (p ->> 'end_time')::timestamp at time zone 'Asia/Jerusalem'"
    " from public.ai_insights_log"
    " cross join lateral (select action_data -> 'proposed_state') as proposed (p)"
    " where {}",
    "update public.ai_insights_log set execution_status = 'executed',"
    " executed_at = clock_timestamp() where {}",
)
_ALL, _ONE = "event_id = %(event)s", "id = %(id)s"
_LOGGED = (
    "insert into backoffice.django_admin_log (action_time, user_id, content_type_id, object_id,"
    " object_repr, action_flag, change_message) select now(), %(user)s, null, id::text, '', 2,"
    " 'Approved.' from public.ai_insights_log where {}"
)


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
    suggestions = Suggestion.objects.select_related("event", "user")
    shown = {}
    for event in events:
        found = list(suggestions.filter(event=event))
        judged = verdicts.judge(found)
        shown[event] = {s.pk: verdicts.digest(s, judged[s.pk]) for s in found}

    def act():
        event = events.pop()
        for _batch in workflow.approve_bulk(digests=shown[event], by=by):
            pass
        return _executed(event)

    def script():
        event = events.pop()
        place = {"event": event.pk, "by": by.profile_id, "user": by.user_id}
        with transaction.atomic(), connection.cursor() as cursor:
            with database.acting_as(by.person):
                for statement in _SCRIPT:
                    cursor.execute(statement.format(_ALL), place)
            cursor.execute(_LOGGED.format(_ALL), place)
        return _executed(event)

    def row_by_row():
        event = events.pop()
        place = {"by": by.profile_id, "user": by.user_id}
        with transaction.atomic(), connection.cursor() as cursor:
            with database.acting_as(by.person):
                for pk in shown[event]:
                    for statement in _SCRIPT:
                        cursor.execute(statement.format(_ONE), place | {"id": pk})
            for pk in shown[event]:
                cursor.execute(_LOGGED.format(_ONE), place | {"id": pk})
        return _executed(event)

    measure(f"{ROWS:,} in one act, without pages", act, rounds=ROUNDS)
    measure("the same rows, by a script", script, rounds=ROUNDS)
    measure("the same rows, by a script row by row", row_by_row, rounds=ROUNDS)


def _executed(event: Event) -> str:
    count = Suggestion.objects.filter(event=event, execution_status=Status.EXECUTED).count()
    return f"{count:,} done"
