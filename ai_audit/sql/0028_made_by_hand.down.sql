-- הנתונים כפי שנספרו קודם
-- The figures as they were counted before
create or replace function backoffice.count_figures(organization uuid, of_day date)
  returns setof backoffice.daily_figures
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
select organization, of_day, counted.figure, counted.key, count(*)
from backoffice.suggestion_index as i
cross join lateral (
  select 'status' as figure, i.action || ':' || i.status as key
  union all
  -- Each step is five per cent longer than the one before
  select 'waited', floor(ln(i.waited + 1) / ln(1.05))::int::text
  where i.waited is not null
  union all
  select i.status, i.reason
  where i.reason is not null
  union all
  select 'claim', i.claim
  where i.claim is not null
  union all
  select 'right', kind
  from unnest(i.claimed) as kind
  where kind = any (i.found)
  union all
  select 'wrong', kind
  from unnest(i.claimed) as kind
  where kind <> 'other'
  and kind <> all (i.found)
  union all
  select 'missed', kind
  from unnest(i.found) as kind
  where kind <> all (i.claimed)
) as counted
where i.organization_id = organization
and i.suggested_at >= of_day::timestamp at time zone 'Asia/Jerusalem'
and i.suggested_at < (of_day + 1)::timestamp at time zone 'Asia/Jerusalem'
group by counted.figure, counted.key
$$;

-- הסרה: הטבלה נמחקת רק כשהיא ריקה, או כשאומרים זאת במפורש; ראו את המיגרציה
-- Removal: the table goes only where it is empty or it is said so; see the migration
drop table if exists backoffice.made_by_hand;
drop function if exists backoffice.mark_with_its_suggestion();
