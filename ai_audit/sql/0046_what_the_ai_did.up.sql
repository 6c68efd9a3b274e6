-- מה שהרשימות והתובנות מספרות על ה-AI: מה שהוא עשה, ורק מה שיכול היה להיות נכון או שגוי.
-- What lists and insights tell of the AI: what it did itself, and of its claims what could be right or
-- wrong. A suggestion that a person made of another one, by editing it or by suggesting it again, keeps
-- what the AI said of the first: its VIPs and its claims. Whether they held is not told of it, for the
-- AI never saw it. Known from the links only, never from what a suggestion says of itself.

-- שורות האינדקס כפי שעליהן להיות: מה שנערך שומר את מה שה-AI אמר, ו„נכון” נאמר רק היכן שבדק
-- The index rows of suggestions, as they should be: as they were, but that what was edited keeps what
-- the AI said, that what could not be read is found as such, and that right is said only where the AI
-- looked and there was something to find
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
    coalesce(told.vip = 'true', false),
    claims.claimed,
    looked.found,
    case
      -- מה שאדם עשה ה-AI לא ראה, ובמה שאין לבצע לא חיפשו התנגשויות
      -- What a person made the AI never saw, and where nothing can be done nobody looked further
      when looked.found is null or link.suggestion_id is not null or looked.no_further then null
      when not looked.found <@ claims.claimed then 'missed'
      when not array_remove(claims.claimed, 'other') <@ looked.found then 'wrong'
      -- מחיקה אינה מתנגשת בדבר, ומה שאין מי שיבצע גם לא
      -- A removal collides with nothing, and neither does what nobody carries out
      when l.action_type not in ('schedule_create', 'schedule_update') then null
      when looked.found <> '{}' then 'right'
      -- לא נטען דבר: נכון רק אם ה-AI אמר במה הסתכל
      -- Nothing was claimed: right only where the AI said at what it had looked
      when claims.claimed = '{}' and jsonb_typeof(told.detected) = 'object' and told.detected <> '{}'
        then 'nothing'
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
  left join lateral (
    select k.suggestion_id, k.replaces
    from backoffice.suggestion_links as k
    where k.suggestion_id = l.id
    offset 0
  ) as link
    on true
  cross join lateral (
    select first.said -> 'vip_affected' as vip, first.said -> 'conflicts_detected' as detected
    from (
      select case
        when link.replaces is null then l.action_data
        -- מה שאמר ה-AI על הראשונה בשרשרת, שאחרים באו במקומה
        -- What the AI said of the first of the chain, the one that others took the place of
        else (
          with recursive replaced (id, n) as (
            select link.replaces, 1
            union all
            select k.replaces, r.n + 1
            from replaced as r
            join backoffice.suggestion_links as k
              on k.suggestion_id = r.id
            where k.replaces is not null
            and r.n < 1000
          )
          select o.action_data
          from replaced as r
          join public.ai_insights_log as o
            on o.id = r.id
          order by r.n desc
          limit 1
        )
      end as said
      offset 0
    ) as first
    -- Or it would be asked for each time it is used
    offset 0
  ) as told
  cross join lateral (
    select backoffice.claimed_kinds(told.detected) as claimed
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
    select
      (
        select coalesce(array_agg(distinct s.value ->> 'kind'), '{}')
        from jsonb_array_elements(case jsonb_typeof(h.seen) when 'array' then h.seen end) as s
        where s.value ->> 'kind' in ('room', 'speaker', 'capacity', 'invalid')
      ) as found,
      h.seen @? '$[*] ? (@.kind == "invalid" || @.kind == "missing")' as no_further
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

-- הנתונים של יום בארגון: מה שאינו מעשה ה-AI נספר לצד, לפי מה שהוא
-- The figures of an organization's day: what the AI did. What a person made by hand, of another
-- suggestion or to undo one, and what could not be carried out by anyone, counts apart, by what it is
create or replace function backoffice.count_figures(organization uuid, of_day date)
  returns setof backoffice.daily_figures
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
select organization, of_day, counted.figure, counted.key, count(*)
from backoffice.suggestion_index as i
left join backoffice.made_by_hand as m
  on m.suggestion_id = i.suggestion_id
left join backoffice.suggestion_links as k
  on k.suggestion_id = i.suggestion_id
cross join lateral (
  select case
    when m.suggestion_id is not null then 'hand'
    when k.undoes is not null then 'undoing'
    when k.replaces is not null then 'edited'
    when i.action = 'other' or i.found @> '{invalid}' then 'unreadable'
  end as apart
) as made
cross join lateral (
  select 'apart' as figure, made.apart as key
  where made.apart is not null
  union all
  select f.figure, f.key
  from (
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
    -- לפי סוג, היכן שהטענה יכלה לעמוד במבחן
    -- By kind, where the claim could be put to the test
    select 'right', kind
    from unnest(i.claimed) as kind
    where kind = any (i.found)
    and i.claim is not null
    union all
    select 'wrong', kind
    from unnest(i.claimed) as kind
    where kind <> 'other'
    and kind <> all (i.found)
    and i.claim is not null
    union all
    select 'missed', kind
    from unnest(i.found) as kind
    where kind <> all (i.claimed)
    and i.claim is not null
  ) as f
  where made.apart is null
) as counted
where i.organization_id = organization
and i.suggested_at >= of_day::timestamp at time zone 'Asia/Jerusalem'
and i.suggested_at < (of_day + 1)::timestamp at time zone 'Asia/Jerusalem'
group by counted.figure, counted.key
$$;

-- גם מי שהחליט שייך לארגון אחד, והמתכנן צריך לדעת זאת
-- Who decided belongs to one organization, too, and the planner has to know
do $do$
begin
  if not exists (
    select
    from pg_catalog.pg_statistic_ext
    where stxnamespace = 'backoffice'::regnamespace
    and stxname = 'suggestion_index_deciders'
  ) then
    create statistics backoffice.suggestion_index_deciders (dependencies)
      on organization_id, decider_id
      from backoffice.suggestion_index;
    comment on statistics backoffice.suggestion_index_deciders is
      'Tells the planner that who decides belongs to one organization. '
      'אומר למתכנן שמי שמחליט שייך לארגון אחד.';
  end if;
end
$do$;
