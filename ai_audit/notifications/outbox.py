"""The outbox: bundling its due rows into mails, at the time for each, and deleting old ones."""

from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.utils import timezone

# Of what waits, nobody is told more often.
WAITING_PAUSE = timedelta(minutes=30)
# Whoever wants to be told once a day is told then, by the back office's own clock.
DAILY_AT = time(7)
# What was told is kept for so long, to be looked up.
KEPT = timedelta(days=90)

_NEVER = """
update backoffice.notifications as n
set state = 'passed'
from backoffice.notification_choices as c
where n.state = 'due'
and c.profile_id = n.profile_id
and c.kind = n.kind
and c.choice = 'never'
"""

# That one is urgent says that it waits; whether it will be said is seen when that mail has ended.
_BEING_SAID = """
exists (
  select
  from backoffice.notifications as u
  join backoffice.notification_mails as m
    on m.id = u.mail_id
  where u.profile_id = n.profile_id
  and u.suggestion_id = n.suggestion_id
  and u.kind = 'urgent'
  and m.state = 'due'
  -- Looked up for each by the key, also before the server knows how many there are
  offset 0
)
"""

_BUNDLE = f"""
with ready as (
  select
    n.id,
    n.profile_id,
    case when c.choice = 'daily' then 'daily' else n.kind end as bundle
  from backoffice.notifications as n
  left join backoffice.notification_choices as c
    on c.profile_id = n.profile_id
    and c.kind = n.kind
  where n.state = 'due'
  and (
    c.choice is distinct from 'daily'
    or n.made_at < %(daily)s
    -- The clock was put back
    or n.made_at > %(daily)s + interval '2 days'
  )
  and (n.kind <> 'waiting' or not {_BEING_SAID})
),
wanted as (
  select distinct r.profile_id, r.bundle
  from ready as r
  where case
    when r.bundle <> 'waiting' then not %(waiting)s
    else %(waiting)s and not exists (
      select
      from backoffice.notification_mails as m
      where m.profile_id = r.profile_id
      and m.kind = 'waiting'
      and (
        m.state = 'due'
        or (m.state = 'sent' and m.ended_at between %(told_since)s and %(told_until)s)
      )
    )
  end
),
made as (
  insert into backoffice.notification_mails (profile_id, kind)
  select w.profile_id, w.bundle
  from wanted as w
  order by w.bundle = 'urgent' desc, w.profile_id
  returning id, profile_id, kind
)
update backoffice.notifications as n
set
  state = 'mailed',
  mail_id = made.id
from ready as r
join made
  on made.profile_id = r.profile_id
  and made.kind = r.bundle
where n.id = r.id
and n.state = 'due'
"""  # noqa: S608

# Who hears that one is urgent hears with it that it waits.
_SAID_ALREADY = """
update backoffice.notifications as n
set state = 'passed'
from backoffice.notifications as urgent
join backoffice.notification_mails as m
  on m.id = urgent.mail_id
  and m.state = 'sent'
where n.state = 'due'
and n.kind = 'waiting'
and urgent.profile_id = n.profile_id
and urgent.suggestion_id = n.suggestion_id
and urgent.kind = 'urgent'
"""

# What could still be found as an occasion keeps its row.
_FORGET = (
    """
    delete from backoffice.notifications as n
    using public.ai_insights_log as s
    where n.made_at < %(old)s
    and s.id = n.suggestion_id
    and s.execution_status in ('rejected', 'executed', 'failed')
    and (
      n.state = 'passed'
      or exists (
        select
        from backoffice.notification_mails as m
        where m.id = n.mail_id
        and m.state <> 'due'
      )
    )
    and not exists (
      select
      from backoffice.notification_watermark as w
      where w.settled_until < %(old)s
    )
    """,
    """
    delete from backoffice.notification_mails as m
    where m.made_at < %(old)s
    and m.state <> 'due'
    and not exists (
      select
      from backoffice.notifications as n
      where n.mail_id = m.id
    )
    """,
)


def bundle(*, now: datetime) -> None:
    """Make mails of what is due: one of a kind for each person, or one a day; four statements."""
    asked = {"daily": last_daily(now), "told_since": now - WAITING_PAUSE}
    # What was told later than now was told by a clock that was put back.
    asked["told_until"] = now + WAITING_PAUSE
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NEVER)
        cursor.execute(_BUNDLE, asked | {"waiting": False})
        cursor.execute(_SAID_ALREADY)
        cursor.execute(_BUNDLE, asked | {"waiting": True})


def forget(*, now: datetime) -> None:
    """Delete what was told long ago and can be no occasion any more; two statements."""
    with connection.cursor() as cursor:
        for statement in _FORGET:
            cursor.execute(statement, {"old": now - KEPT})


def last_daily(now: datetime) -> datetime:
    """The last moment at which daily mails were due."""
    local = timezone.localtime(now)
    at = timezone.make_aware(datetime.combine(local.date(), DAILY_AT))
    if at > now:
        at = timezone.make_aware(datetime.combine(local.date() - timedelta(days=1), DAILY_AT))
    return at
