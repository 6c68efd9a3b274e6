"""A long audit history for the benchmark, made by the database itself, the same at every run.

Forty organizations and one without rows; the first has a fifth of everything. Three years of
suggestions, evenly; most are decided, and say what was seen.
"""

from django.db import connection, transaction

from tests.databases import triggers_off

LARGE = "00000000-0000-4000-8000-000000000000"
EMPTY = "00000000-0000-4000-8000-000000000fff"
ORGANIZATIONS = 40
PEOPLE = 10
# One of a kind, in the middle.
RARE_TITLE = "Zanzibar"
RARE_REASON = "One of a kind."

_PRODUCT = """
insert into public.organizations (id, name)
select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Organization ' || n
from generate_series(0, {organizations} - 1) as n
union all
select '{empty}', 'Without rows';

insert into auth.users (id, email)
select ('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, n || '@example.com'
from generate_series(0, {organizations} * {people}) as n;

insert into public.user_profiles (id, organization_id, full_name)
select
  ('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0'))::uuid,
  ('00000000-0000-4000-8000-' || lpad(to_hex(n / {people}), 12, '0'))::uuid,
  (array['נועה', 'Dana', 'יואב', 'Michael', 'מיכל'])[(n % 5 + 1)::int] || ' ' || n
from generate_series(0, {organizations} * {people} - 1) as n
union all
select ('00000000-0000-4000-9000-' || lpad(to_hex({organizations} * {people}), 12, '0'))::uuid,
  '{empty}', 'Nobody';

insert into public.events (id, organization_id, name, start_date, end_date, timezone)
select
  ('00000000-0000-4000-a000-' || lpad(to_hex(n), 12, '0'))::uuid,
  ('00000000-0000-4000-8000-' || lpad(
    to_hex(case n % 5 when 0 then 0 else 1 + n % ({organizations} - 1) end), 12, '0'))::uuid,
  'Event ' || n, now(), now() + interval '3 days', 'Asia/Jerusalem'
from generate_series(0, {events} - 1) as n;
"""

_LOG = """
insert into public.ai_insights_log (
  id, user_id, event_id, action_type, action_data, suggested_at, created_at, execution_status,
  approved_at, approved_by, executed_at, execution_error
)
select
  md5(n::text)::uuid,
  ('00000000-0000-4000-9000-' || lpad(to_hex(o.number * {people} + n % {people}), 12, '0'))::uuid,
  ('00000000-0000-4000-a000-' || lpad(to_hex(e.number), 12, '0'))::uuid,
  t.action_type,
  jsonb_build_object(
    'current_state', null,
    'proposed_state', jsonb_build_object(
      'title', case when n = {rows} / 2 then '{rare_title}' else
        (array['סדנה', 'Panel', 'הרצאה', 'Keynote', 'מפגש'])[(n % 5 + 1)::int] || ' '
        || (array['בינה', 'design', 'נתונים', 'product', 'קהילה', 'music', 'ענן'])[(n % 7 + 1)::int]
        || ' ' || n % 5000 end,
      'room', 'חדר ' || n % 40,
      'start_time', to_char(at + interval '20 days', 'YYYY-MM-DD"T"HH24:00:00'),
      'end_time', to_char(at + interval '20 days 1 hour', 'YYYY-MM-DD"T"HH24:00:00'),
      'speaker_name', 'Speaker ' || n % 900, 'max_capacity', n % 300
    ),
    'conflicts_detected', jsonb_build_object(
      'room', case when n % 7 = 0 then '[{{"id": "x", "title": "Another"}}]' else '[]' end::jsonb,
      'speaker', case when n % 13 = 0 then '[{{"id": "y", "title": "Other"}}]' else '[]' end::jsonb,
      'capacity', case when n % 31 = 0 then '[{{"n": 3}}]' end::jsonb
    ),
    'n', n,
    'vip_affected', n % 20 = 0,
    'reasoning', repeat('The participants asked for it. ', 5)
  ),
  at, at, s.status,
  case when s.status in ('approved', 'executed', 'failed') then w.decided end,
  case when s.status in ('approved', 'executed', 'failed') then
    (
      '00000000-0000-4000-9000-' || lpad(to_hex(o.number * {people} + n / 3 % {people}), 12, '0')
    )::uuid
  end,
  case when s.status = 'executed' then w.decided end,
  case when s.status = 'failed' then
    (array[E'\\u2068Hall ', E'\\u2068Studio ', E'\\u2068Room '])[(n % 3 + 1)::int] || n % 40
    || case n % 2 when 0 then E'\\u2069 is taken then.' else E'\\u2069 is not there.' end
  end
from generate_series({first}::bigint, {last}) as n
cross join lateral (
  select now() - interval '3 years' + n * (interval '3 years' / {rows})
) as time (at)
cross join lateral (select (n * 31) % {events}) as e (number)
cross join lateral (
  select case e.number % 5 when 0 then 0 else 1 + e.number % ({organizations} - 1) end
) as o (number)
cross join lateral (
  select case
    when n > {rows} - least({rows} / 100, 8000) then 'suggested'
    when (n * 7919) % 1000 < 600 then 'executed'
    when (n * 7919) % 1000 < 940 then 'rejected'
    when (n * 7919) % 1000 < 990 then 'failed'
    else 'approved'
  end
) as s (status)
cross join lateral (
  select case (n * 13) % 20
    when 0 then 'room_assign' when 1 then 'schedule_delete' when 2 then 'schedule_delete'
    else case n % 2 when 0 then 'schedule_create' else 'schedule_update' end
  end
) as t (action_type)
cross join lateral (
  select at
    + case when n % 50 = 0 then 500 else 30 end * ((n * 104729) % 2000) * interval '1 second'
) as w (decided)
"""

_HISTORY = """
insert into backoffice.decision_history (
  suggestion_id, number, to_status, from_status, at, database_role, profile_id, staff_profile_id,
  reason, seen, hash
)
select
  l.id, 1, case l.execution_status when 'rejected' then 'rejected' else 'approved' end, 'suggested',
  coalesce(l.approved_at, l.suggested_at + ((n.n * 104729) % 60000) * interval '1 second'),
  'authenticated', coalesce(l.approved_by, l.user_id), coalesce(l.approved_by, l.user_id),
  case when l.execution_status = 'rejected' then
    case n.n when {rows} / 3 then '{rare_reason}' else 'Reason number ' || (n.n * 17) % 25 end end,
  case when n.n % 2 = 0 then (
    case
      when n.n % 28 = 0 then '[{{"kind": "room", "severity": "error", "ids": []}}]'
      when n.n % 44 = 0 then '[{{"kind": "speaker", "severity": "warning", "ids": []}}]'
      else '[]'
    end
  )::jsonb end,
  'of the benchmark'
from public.ai_insights_log as l
cross join lateral (
  select (l.action_data ->> 'n')::bigint
) as n (n)
where l.execution_status <> 'suggested'
"""

_AT_ONCE = 500_000


def fill(rows: int) -> None:
    """Insert so many suggestions with their history; nothing of ours but the log stands yet."""
    shape = {
        "rows": rows,
        "events": min(max(rows // 500, 50), 5000) // 5 * 5 + 2,
        "organizations": ORGANIZATIONS,
        "people": PEOPLE,
        "empty": EMPTY,
        "rare_title": RARE_TITLE,
        "rare_reason": RARE_REASON,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PRODUCT.format(**shape))
    for first in range(1, rows + 1, _AT_ONCE):
        some = shape | {"first": first, "last": min(first + _AT_ONCE - 1, rows)}
        with transaction.atomic(), triggers_off("ai_insights_log"), connection.cursor() as cursor:
            # They are for live rows: each would write history of its own.
            cursor.execute(_LOG.format(**some))
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY.format(**shape))
        cursor.execute("vacuum analyze")
