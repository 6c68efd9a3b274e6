"""Finding occasions: of each that people are to hear of, one row in the outbox, and never two.

Every statement is idempotent: the row that stands already stays as it is. What waits is compared
with the outbox whole; what was decided or asked is looked through from a high watermark on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from ai_audit.models import first_asker_sql
from ai_audit.people import Reader
from ai_audit.proposals.naming import named_session_sql

# So long before a session begins, what waits for it is urgent; and again.
SOON, VERY_SOON = timedelta(hours=24), timedelta(hours=2)

# Whose a suggestion is: its event's, else its requester's.
_WHOSE = """
case when s.event_id is null then requester.organization_id else e.organization_id end
"""

_WAITING = f"""
insert into backoffice.notifications (profile_id, kind, suggestion_id)
select a.profile_id, 'waiting', s.id
from public.ai_insights_log as s
join public.user_profiles as requester
  on requester.id = s.user_id
left join public.events as e
  on e.id = s.event_id
join unnest(%(profiles)s::uuid[], %(organizations)s::uuid[]) as a (profile_id, organization_id)
  on a.organization_id = {_WHOSE}
  and a.profile_id <> s.user_id
where s.execution_status = 'suggested'
and not exists (
  select
  from backoffice.notifications as n
  where n.profile_id = a.profile_id
  and n.kind = 'waiting'
  and n.suggestion_id = s.id
  -- Looked up for each by the key, also before the server knows how many there are
  offset 0
)
on conflict do nothing
"""  # noqa: S608

# A session begins when it stands to begin, or when it would: the first of these that is ahead.
_URGENT = f"""
with soon as (
  select s.id, s.user_id, {_WHOSE} as organization_id, begins.at
  from public.ai_insights_log as s
  join public.user_profiles as requester
    on requester.id = s.user_id
  left join public.events as e
    on e.id = s.event_id
  left join backoffice.suggestion_index as i
    on i.suggestion_id = s.id
  left join public.schedules as standing
    on standing.id = {named_session_sql("s.action_data")}
    and standing.event_id = s.event_id
  cross join lateral (
    select least(
      case when standing.start_time > %(now)s then standing.start_time end,
      case when i.requested_start > %(now)s then i.requested_start end
    ) as at
  ) as begins
  where s.execution_status = 'suggested'
  and begins.at <= %(now)s + %(soon)s
)
insert into backoffice.notifications (profile_id, kind, suggestion_id, deadline)
select
  a.profile_id,
  'urgent',
  soon.id,
  soon.at - case
    when soon.at <= %(now)s + %(very_soon)s then %(very_soon)s else %(soon)s
  end
from soon
join unnest(%(profiles)s::uuid[], %(organizations)s::uuid[]) as a (profile_id, organization_id)
  on a.organization_id = soon.organization_id
  and a.profile_id <> soon.user_id
on conflict do nothing
"""  # noqa: S608

# One suggestion takes the place of another, or undoes it: whoever asked for the first hears of it.
# A rejection is no news where it made room for another; an approval none where more came of it.
_OUTCOMES = """
with recursive news as (
  select h.suggestion_id, h.number, coalesce(h.staff_profile_id, h.profile_id) as by
  from backoffice.decision_history as h
  where h.at >= %(since)s
  and h.to_status in ('approved', 'rejected', 'executed', 'failed')
  and not exists (
    select
    from backoffice.decision_history as after
    where after.suggestion_id = h.suggestion_id
    and after.number = h.number + 1
    and h.to_status = 'approved'
  )
  and not exists (
    select
    from backoffice.suggestion_links as l
    where h.to_status = 'rejected'
    and l.replaces = h.suggestion_id
    and l.made_at <= h.at
  )
),
chain (begun, reached) as (
  select distinct suggestion_id, suggestion_id
  from news
  union
  select c.begun, coalesce(l.replaces, l.undoes)
  from chain as c
  join backoffice.suggestion_links as l
    on l.suggestion_id = c.reached
)
insert into backoffice.notifications (profile_id, kind, suggestion_id, entry)
select s.user_id, 'outcome', news.suggestion_id, news.number
from news
join chain as c
  on c.begun = news.suggestion_id
join public.ai_insights_log as s
  on s.id = c.reached
where not exists (
  select
  from backoffice.suggestion_links as l
  where l.suggestion_id = c.reached
)
and s.user_id is distinct from news.by
on conflict do nothing
"""

# What failed in the hands of whoever approved it, they have seen.
_FAILED_LATER = """
insert into backoffice.notifications (profile_id, kind, suggestion_id, entry)
select s.approved_by, 'not_carried_out', h.suggestion_id, h.number
from backoffice.decision_history as h
join public.ai_insights_log as s
  on s.id = h.suggestion_id
where h.at >= %(since)s
and h.from_status = 'approved'
and h.to_status = 'failed'
and s.approved_by is not null
and h.staff_profile_id is distinct from s.approved_by
on conflict do nothing
"""

_STOPPED = """
insert into backoffice.notifications (profile_id, kind, suggestion_id, entry)
select s.approved_by, 'not_carried_out', s.id, max(h.number)
from public.ai_insights_log as s
join backoffice.decision_history as h
  on h.suggestion_id = s.id
  and h.to_status = 'approved'
where s.id = %s
and s.execution_status = 'approved'
and s.approved_by is not null
group by s.id
on conflict do nothing
"""

_ASKED = f"""
insert into backoffice.notifications (profile_id, kind, suggestion_id, entry)
select q.asker, 'asked', q.suggestion_id, q.id
from (
  select a.id, a.suggestion_id, a.profile_id, {first_asker_sql("a.suggestion_id")} as asker
  from backoffice.suggestion_acts as a
  where a.kind = 'asked'
  and a.at >= %(since)s
) as q
where q.asker <> q.profile_id
on conflict do nothing
"""  # noqa: S608

# The first look goes back to when the outbox came, and no further than a day: who sets mail up a
# year later does not tell of that year.
_FIRST_LOOK = """
greatest(
  (
    select max(m.applied)
    from backoffice.django_migrations as m
    where m.app = 'ai_audit'
    and m.name = '0049_outbox'
  ),
  clock_timestamp() - interval '1 day'
)
"""
_BEGIN = f"""
insert into backoffice.notification_watermark (settled_until)
select {_FIRST_LOOK}
on conflict (one) do nothing
"""
# A transaction that was under way at the last look may have written what was not seen then. Once
# none is left that began before, this look sees all until that one, and the next begins there.
# Those of another database of the server are under way, too, and write nothing here. Numbers of
# transactions are a server's own: a restored database begins anew. So it does where the clock was
# put back: what is decided now has times that would be settled.
_SETTLE = f"""
with looked as (
  select
    case
      when w.settled_until > clock_timestamp() then {_FIRST_LOOK}
      else w.settled_until
    end as since,
    w.settled_until > clock_timestamp() or pg_current_xact_id() < w.looked_xid as anew,
    not exists (
      select
      from pg_snapshot_xip(pg_current_snapshot()) as before (xid)
      where before.xid < w.looked_xid
      and not exists (
        select
        from pg_stat_activity as elsewhere
        where elsewhere.backend_xid = before.xid::xid
        and elsewhere.datname <> current_database()
      )
    ) as settled
  from backoffice.notification_watermark as w
)
update backoffice.notification_watermark as w
set
  settled_until = case
    when looked.settled and not looked.anew
      then greatest(looked.since, w.looked_at - interval '1 minute')
    else looked.since
  end,
  looked_at = case when looked.settled or looked.anew then now() else w.looked_at end,
  looked_xid = case
    when looked.settled or looked.anew then pg_current_xact_id()
    else w.looked_xid
  end
from looked
returning looked.since
"""  # noqa: S608


def find(approvers: Sequence[Reader], *, now: datetime) -> None:
    """Write a row for each occasion that has none yet; seven statements for any number of them."""
    who: dict[str, Any] = {
        "profiles": [reader.profile_id for reader in approvers],
        "organizations": [reader.organization_id for reader in approvers],
        "now": now,
        "soon": SOON,
        "very_soon": VERY_SOON,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BEGIN)
        cursor.execute(_SETTLE)
        (since,) = cursor.fetchone()
        for statement in (_URGENT, _WAITING, _OUTCOMES, _FAILED_LATER, _ASKED):
            cursor.execute(statement, who | {"since": since})


def stopped(suggestion_id: UUID) -> None:
    """Write a row for the approver of what could not be carried out, and stays approved.

    Once for each approval, however often it is stopped. To be called outside the transaction that
    was given up; one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED, [suggestion_id])
