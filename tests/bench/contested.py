"""Finding rivals: of many that wait, and where each of a hundred has a hundred of them."""

from collections.abc import Callable, Iterable, Iterator

from django.db import connection, transaction

from ai_audit.models import Suggestion
from ai_audit.verdicts import competing, judging, projection
from ai_audit.verdicts.stakes import Stake
from scheduling.models import Event

_A_HUNDRED = 100

# Each again and again, as when the same suggestion has come again.
_THE_SAME = """
insert into public.ai_insights_log (user_id, event_id, action_type, action_data)
select user_id, event_id, action_type, action_data
from public.ai_insights_log
cross join generate_series(1, %s)
where id = any (%s)
"""

# At each place and time, so many new sessions that have nothing else in common.
_OTHERS = """
insert into public.ai_insights_log (user_id, event_id, action_type, action_data)
select user_id, event_id, 'schedule_create', jsonb_build_object('proposed_state',
  (action_data -> 'changes') || jsonb_build_object(
    'title', 'New ' || n, 'description', 'About ' || n, 'speaker_name', 'Somebody ' || n))
from public.ai_insights_log
cross join generate_series(1, %s) as n
where id = any (%s)
"""


def stakes(suggestions: Iterable[Suggestion]) -> list[Stake]:
    """What those suggestions would take."""
    found = []
    for suggestion in suggestions:
        verdict = judging.judge([suggestion])[suggestion.pk]
        place = projection.placement(suggestion, verdict.proposal, verdict.session)
        found.append(Stake(suggestion, verdict.proposal, place))
    return found


def rivals(asked: list[Stake]) -> str:
    """How many are found, each of each."""
    found = competing.find(asked)
    return f"{sum(len(c.about) for conflicts in found.values() for c in conflicts):,} found"


def with_a_hundred_each() -> Iterator[tuple[str, int | None, Callable[[], str]]]:
    """Names, goals in milliseconds, and what to measure: rivals of a hundred that have a hundred.

    Nothing else waits then. All of it is taken back.
    """
    with transaction.atomic():
        events = list(Event.objects.order_by("name").values_list("pk", flat=True)[:10])
        chosen = Suggestion.objects.pending().select_related("event", "user")
        each = [one for pk in events for one in chosen.filter(event=pk).order_by("id")[:10]]
        ids = [suggestion.pk for suggestion in each]
        asked = stakes(each)
        with connection.cursor() as cursor:
            cursor.execute("alter table public.ai_insights_log disable trigger user")
            cursor.execute(
                "update public.ai_insights_log set execution_status = 'rejected'"
                " where execution_status = 'suggested' and id <> all (%s)",
                [ids],
            )
            for name, goal, statement in (
                ("rivals of 100, a hundred each", 100, _THE_SAME),
                ("... that say something else each", None, _OTHERS),
            ):
                saved = transaction.savepoint()
                cursor.execute(statement, [_A_HUNDRED, ids])
                cursor.execute("analyze public.ai_insights_log")
                yield name, goal, lambda: rivals(asked)
                transaction.savepoint_rollback(saved)
        transaction.set_rollback(True)
