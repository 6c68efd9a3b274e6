"""Questions to whoever asked for a suggestion, as columns of a query: of whom, and since when.

That a question waits is nowhere written: it is what stands between the question and whatever ended
the wait.
"""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

from ai_audit.models.records import ActKind, SuggestionAct
from ai_audit.proposals.naming import named_session_sql

# So long what was asked about is out of the queue's first tabs, unless it is answered before.
SET_ASIDE = timedelta(days=1)

# Of what somebody suggested in the event since a question, so many are looked at for an answer.
_MOST_SINCE = 200


def _askers_sql(suggestion: str) -> str:
    """The SQL of the rows of who asked for a suggestion, of its id: the first of these first."""
    return f"""
  with recursive made_of (id, n) as (
    select {suggestion}, 1
    union all
    select l.replaces, m.n + 1
    from made_of as m
    join backoffice.suggestion_links as l
      on l.suggestion_id = m.id
    where l.replaces is not null
    and m.n < 1000
  )
  select s.user_id
  from made_of as m
  join public.ai_insights_log as s
    on s.id = m.id
  order by m.n desc"""  # noqa: S608


def first_asker_sql(suggestion: str) -> str:
    """The SQL of who asked for a suggestion, of its id."""
    return f"({_askers_sql(suggestion)}\n  limit 1\n)"


def _asked_since_sql(suggestion: str) -> str:
    """The SQL of when a question was asked that waits for an answer, of a suggestion's id.

    It is answered by a note of anybody, or by what who asked for the suggestion suggests for the
    same session since then: found by the index of the lists, for one may have asked for very many.
    """
    return f"""(
  select asked.at
  from public.ai_insights_log as about
  cross join lateral (
    select a.at
    from backoffice.suggestion_acts as a
    where a.suggestion_id = about.id
    and a.kind = 'asked'
    order by a.at desc
    limit 1
  ) as asked
  where about.id = {suggestion}
  and about.execution_status = 'suggested'
  and not exists (
    select
    from backoffice.suggestion_acts as a
    where a.suggestion_id = about.id
    and a.kind = 'note'
    and a.at > asked.at
  )
  and not exists (
    select
    from (
      select i.suggestion_id
      from backoffice.suggestion_index as i
      where i.requester_id = {first_asker_sql("about.id")}
      and i.suggested_at > asked.at
      and i.event_id = about.event_id
      order by i.suggested_at
      limit {_MOST_SINCE}
    ) as since
    cross join lateral (
      select {named_session_sql("l.action_data")} as session_id
      from public.ai_insights_log as l
      where l.id = since.suggestion_id
      offset 0
    ) as later
    where since.suggestion_id <> about.id
    and later.session_id = {named_session_sql("about.action_data")}
    -- Looked for from each question, and never among all that was ever suggested
    offset 0
  )
)"""  # noqa: S608


class FirstAsker(Func):
    """The first asker, of a suggestion's id: of what replaces another, that of the first."""

    arity, output_field = 1, models.UUIDField()
    template = first_asker_sql("%(expressions)s")


class Askers(Func):
    """The askers, of a suggestion's id: its own, and those of what it replaces, step by step."""

    arity, output_field = 1, ArrayField(models.UUIDField())
    template = f"array({_askers_sql('%(expressions)s')}\n)"


class AskedSince(Func):
    """The moment of the question that waits for an answer, of a suggestion's id; else null.

    Of several, the last. What is decided waits for none.
    """

    arity, output_field = 1, models.DateTimeField()
    template = _asked_since_sql("%(expressions)s")


def waiting_for_answers(*, within: timedelta | None = None) -> models.QuerySet:
    """The ids of suggestions that wait for an answer; those asked `within` a time, where given.

    Looked up once for a list, however long that is.
    """
    questions = SuggestionAct.objects.filter(kind=ActKind.ASKED)
    if within is not None:
        questions = questions.filter(at__gt=Now() - within)
    return (
        questions.alias(since=AskedSince("suggestion"))
        .filter(since__isnull=False)
        .values("suggestion")
    )
