-- כפי שהיו: בחזרה לגרסה שסופרת הכול כשל ה-AI, אלא שמה שנעשה ביד אינו נספר
-- As they were: what the AI did is all but what was made by hand
-- שורות האינדקס כפי שעליהן להיות: כמו שהיו, וכל שורה של אחרים לפי המפתח שלה
-- The index rows of suggestions, as they should be: as they were, each row of others' by its key
create or replace function backoffice.indexed(ids uuid[])
  returns setof backoffice.suggestion_index
  language plpgsql
  stable
  set search_path = pg_catalog, public, extensions, pg_temp
  set plan_cache_mode = 'force_generic_plan'
  set enable_seqscan = off
  as $$
begin
  return query
  select
    l.id,
    coalesce(
      case when l.event_id is null then p.organization_id else e.organization_id end,
      '00000000-0000-0000-0000-000000000000'
    ),
    l.event_id,
    l.user_id,
    l.approved_by,
    case
      when l.action_type in ('schedule_create', 'schedule_update', 'schedule_delete')
        then l.action_type
      else 'other'
    end,
    l.execution_status,
    said.at,
    coalesce(decision.at, case when l.execution_status <> 'suggested' then l.approved_at end),
    case
      when l.execution_status <> 'suggested'
        then coalesce(decision.staff_profile_id, decision.profile_id, l.approved_by)
    end,
    l.executed_at,
    case
      when first.at is not null and isfinite(said.at)
        then greatest(extract(epoch from first.at - said.at), 0)::bigint
    end,
    backoffice.moment(
      left(
        coalesce(
          l.action_data #>> '{changes,start_time}',
          l.action_data #>> '{proposed_state,start_time}',
          l.action_data #>> '{current_state,start_time}'
        ),
        64
      ),
      e.timezone
    ),
    coalesce(l.action_data -> 'vip_affected' = 'true', false),
    claims.claimed,
    looked.found,
    case
      when looked.found is null then null
      when not looked.found <@ claims.claimed then 'missed'
      when not array_remove(claims.claimed, 'other') <@ looked.found then 'wrong'
      when looked.found = '{}' then 'nothing'
      else 'right'
    end,
    case l.execution_status
      when 'rejected' then nullif(left(decision.reason, 200), '')
      when 'failed' then nullif(backoffice.unnamed(l.execution_error), '')
    end,
    to_tsvector(
      'simple',
      concat_ws(
        ' ',
        left(l.action_data #>> '{proposed_state,title}', 300),
        left(l.action_data #>> '{current_state,title}', 300),
        left(p.full_name, 300)
      )
    )
  from public.ai_insights_log as l
  left join lateral (
    select o.organization_id, o.timezone
    from public.events as o
    where o.id = l.event_id
    offset 0
  ) as e
    on true
  left join lateral (
    select o.organization_id, o.full_name
    from public.user_profiles as o
    where o.id = l.user_id
    offset 0
  ) as p
    on true
  cross join lateral (
    select coalesce(l.created_at, l.suggested_at) as at
  ) as said
  cross join lateral (
    select backoffice.claimed_kinds(l.action_data -> 'conflicts_detected') as claimed
    -- Or it would be asked for each time it is used
    offset 0
  ) as claims
  left join lateral (
    select h.at
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    order by h.number
    limit 1
  ) as first
    on true
  left join lateral (
    select h.at, h.reason, h.staff_profile_id, h.profile_id
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    and (h.to_status in ('approved', 'rejected') or h.number = 1)
    order by h.number desc
    limit 1
  ) as decision
    on true
  left join lateral (
    select (
      select coalesce(array_agg(distinct s.value ->> 'kind'), '{}')
      from jsonb_array_elements(case jsonb_typeof(h.seen) when 'array' then h.seen end) as s
      where s.value ->> 'kind' in ('room', 'speaker', 'capacity')
    ) as found
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    and jsonb_typeof(h.seen) = 'array'
    -- What was only said of a move, nobody looked at; an approval has a basis, and somebody did
    and (
      h.seen = '[]'
      or jsonb_path_exists(h.seen, '$[*].kind')
      or jsonb_path_exists(h.seen, '$[*].basis')
    )
    order by h.number desc
    limit 1
  ) as looked
    on true
  where l.id = any (ids);
end
$$;

-- הנתונים של יום בארגון: מה שנעשה ביד אינו של ה-AI, ואינו נספר
-- The figures of an organization's day, as before, but that what was made by hand is not the AI's and
-- does not count
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
and not exists (select from backoffice.made_by_hand as m where m.suggestion_id = i.suggestion_id)
group by counted.figure, counted.key
$$;

drop statistics if exists backoffice.suggestion_index_deciders;
