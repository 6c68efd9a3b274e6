-- אינדקס ההצעות: טבלה צרה, שורה לכל הצעה, שממנה קוראות הרשימות. טריגר שומר עליה, והיא ניתנת
-- לבנייה מחדש. לצידה נתונים יומיים מסוכמים.
-- The suggestion index: a narrow table, one row per suggestion, that lists read. A trigger keeps it,
-- and it can be made anew at any time. Beside it, daily figures that add it up.
do $do$
begin
  if to_regclass('backoffice.suggestion_index') is null then
    create table backoffice.suggestion_index (
      suggestion_id uuid primary key,
      organization_id uuid not null,
      event_id uuid,
      requester_id uuid not null,
      approver_id uuid,
      action text not null,
      status text not null,
      suggested_at timestamptz not null,
      decided_at timestamptz,
      decider_id uuid,
      executed_at timestamptz,
      waited bigint,
      requested_start timestamptz,
      vip boolean not null,
      claimed text[] not null,
      found text[],
      claim text,
      reason text,
      words tsvector not null
    );
    comment on table backoffice.suggestion_index is
      'What lists filter and sort suggestions by; kept by trigger, made anew by rebuild_index. '
      'מה שהרשימות מסננות וממיינות לפיו.';
    -- An event, and a person, belong to one organization: who asks for both loses no rows by it
    create statistics backoffice.suggestion_index_owners (dependencies)
      on organization_id, event_id, requester_id, approver_id
      from backoffice.suggestion_index;
    comment on statistics backoffice.suggestion_index_owners is
      'Tells the planner that an event or a person belongs to one organization. '
      'אומר למתכנן שאירוע ואדם שייכים לארגון אחד.';
    comment on column backoffice.suggestion_index.organization_id is
      'Whose it is; zeros where the requester has no organization. של מי ההצעה; אפסים אם אין ארגון.';
    comment on column backoffice.suggestion_index.action is
      'The action type, or ''other''. סוג הפעולה, או אחר.';
    comment on column backoffice.suggestion_index.suggested_at is
      'created_at, or suggested_at where that is NULL. מועד ההצעה.';
    comment on column backoffice.suggestion_index.decided_at is
      'When the decision that stands was made. מתי התקבלה ההחלטה העומדת.';
    comment on column backoffice.suggestion_index.decider_id is
      'The profile of who made it. הפרופיל של מי שקיבל אותה.';
    comment on column backoffice.suggestion_index.waited is
      'Seconds until the first decision. שניות עד להחלטה הראשונה.';
    comment on column backoffice.suggestion_index.claimed is
      'Kinds of conflicts the AI claimed. סוגי ההתנגשויות שה-AI טען להן.';
    comment on column backoffice.suggestion_index.found is
      'Kinds of those that stood when it was decided; NULL where nobody looked. '
      'סוגי ההתנגשויות שעמדו בעת ההחלטה.';
    comment on column backoffice.suggestion_index.claim is
      'How the claim compares: right, nothing, missed, wrong. איך הטענה עמדה במבחן.';
    comment on column backoffice.suggestion_index.reason is
      'Why it was rejected, or failed without the names in it. למה נדחתה, או נכשלה בלי השמות.';
    revoke all on backoffice.suggestion_index from public, anon, authenticated, service_role;
  end if;

  if to_regclass('backoffice.daily_figures') is null then
    create table backoffice.daily_figures (
      organization_id uuid not null,
      day date not null,
      figure text not null,
      key text not null,
      n bigint not null,
      primary key (organization_id, day, figure, key)
    );
    create index idx_daily_figures_day on backoffice.daily_figures (day);
    comment on table backoffice.daily_figures is
      'Suggestions of a day (Asia/Jerusalem), added up by what became of them. '
      'הצעות של יום, מסוכמות לפי מה שקרה להן.';
    comment on index backoffice.idx_daily_figures_day is
      'For the insights of every organization. עבור התובנות של כל הארגונים.';
    revoke all on backoffice.daily_figures from public, anon, authenticated, service_role;
  end if;

  if to_regclass('backoffice.stale_days') is null then
    create table backoffice.stale_days (
      organization_id uuid not null,
      day date not null
    );
    create index idx_stale_days_day on backoffice.stale_days (day, organization_id);
    comment on table backoffice.stale_days is
      'Days whose figures are counted anew when read, until they are refreshed. '
      'ימים שהנתונים שלהם ייספרו מחדש.';
    comment on index backoffice.idx_stale_days_day is
      'For the days of a period. עבור הימים של תקופה.';
    revoke all on backoffice.stale_days from public, anon, authenticated, service_role;
  end if;
end
$do$;

-- רגע שכתב ה-AI: עם היסט, או שעון מקומי באירוע. מה שאינו רגע הוא NULL
-- A moment as the AI wrote it: with an offset, or by the event's clocks. NULL for what is none.
-- Otherwise than for people, a local time that the clocks skip or show twice is PostgreSQL's choice,
-- and a zone may be an abbreviation that PostgreSQL knows.
create or replace function backoffice.moment(written text, zone text)
  returns timestamp with time zone
  language plpgsql
  stable
  set search_path = ''
  as $$
declare
  plain constant text := regexp_replace(
    replace(btrim(written, E' \t\n\r\f\v'), ',', '.'), '(\.\d{6})\d+', '\1'
  );
  at timestamptz;
begin
  if plain !~* (
    '^(19|[2-9]\d)\d\d-\d\d-\d\d[t ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?'
    '(z|[+-]\d\d(:?[0-5]\d(:?[0-5]\d)?)?)?$'
  ) then
    return null;
  end if;
  if plain ~* '\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-][\d:]+)$' then
    at := plain::timestamptz;
  else
    begin
      at := plain::timestamp at time zone coalesce(nullif(btrim(zone), ''), 'Asia/Jerusalem');
    exception
      -- An unknown zone counts as UTC, as everywhere
      when invalid_parameter_value then
        at := plain::timestamp at time zone 'UTC';
    end;
  end if;
  return case when at < '10000-01-01 00:00:00+00' then at end;
exception
  when data_exception then
    return null;
end
$$;

-- אילו סוגי התנגשויות ה-AI טען שמצא, איך שלא כתב אותם
-- Which kinds of conflicts the AI claims to have found, however it wrote them down
create or replace function backoffice.claimed_kinds(detected jsonb)
  returns text[]
  language plpgsql
  immutable
  set search_path = ''
  as $$
begin
  return (
    with claims as (
      select e.key as spelled, e.value as claim
      from jsonb_each(case jsonb_typeof(detected) when 'object' then detected end) as e
      union all
      select
        coalesce(
          nullif(item.value ->> 'kind', ''),
          nullif(item.value ->> 'type', ''),
          nullif(item.value ->> 'conflict_type', ''),
          ''
        ),
        jsonb_build_array(item.value)
      from jsonb_array_elements(case jsonb_typeof(detected) when 'array' then detected end) as item
      union all
      select '', detected
      where jsonb_typeof(detected) not in ('object', 'array')
    ),
    named as (
      select btrim(regexp_replace(lower(c.spelled), '[-_\s]+', '_', 'g'), '_') as word
      from claims as c
      where exists (
        select
        from jsonb_array_elements(
          case jsonb_typeof(c.claim) when 'array' then c.claim else jsonb_build_array(c.claim) end
        ) as item
        where item.value <> all (array['null', 'false', '0', '""', '{}', '[]']::jsonb[])
      )
    )
    select coalesce(array_agg(distinct kinds.kind order by kinds.kind), '{}')
    from (
      select case
        when word like '%room\_name%' then 'other'
        when word like '%room%' then 'room'
        when word like '%speaker%' then 'speaker'
        when word like '%capacity%' then 'capacity'
        else 'other'
      end as kind
      from named
    ) as kinds
  );
end
$$;

-- סיבת כישלון בלי מה שמבודד בה (שמות, זמנים): אותו משפט לכל הכישלונות מאותו סוג
-- Why something failed without what is isolated in it (names, times), from the inside out: one
-- sentence for all failures alike
create or replace function backoffice.unnamed(sentence text)
  returns text
  language sql
  immutable
  set search_path = ''
  as $$
select left(
  regexp_replace(
    regexp_replace(
      left(sentence, 2000), '[\u2066-\u2068][^\u2066-\u2069]*\u2069', '…', 'g'
    ),
    '[\u2066-\u2068][^\u2066-\u2069]*\u2069', '…', 'g'
  ),
  200
)
$$;

-- איך שורות האינדקס נראות לפי היומן וההיסטוריה כפי שהם עכשיו: המקום היחיד שבו זה נקבע
-- What the index says of suggestions, by the log and the history as they stand: settled only here.
-- In plpgsql, which keeps the plan, and made to keep it: this is asked for every row that is written,
-- and planning it would take twice as long as carrying it out
create or replace function backoffice.indexed(ids uuid[])
  returns setof backoffice.suggestion_index
  language plpgsql
  stable
  set search_path = ''
  set plan_cache_mode = 'force_generic_plan'
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
  left join public.events as e
    on e.id = l.event_id
  left join public.user_profiles as p
    on p.id = l.user_id
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
    -- What was only said of a move, nobody looked at
    and (h.seen = '[]' or jsonb_path_exists(h.seen, '$[*].kind'))
    order by h.number desc
    limit 1
  ) as looked
    on true
  where l.id = any (ids);
end
$$;

-- היום שאליו הצעה נספרת; מה שמחוץ ללוח השנה אינו נספר בשום יום
-- The day a suggestion counts for; what is beyond the calendar counts for none
create or replace function backoffice.day_of(moment timestamp with time zone)
  returns date
  language sql
  immutable
  set search_path = ''
  as $$
select case
  when moment >= '0001-01-02 00:00:00+00' and moment < '9999-12-31 00:00:00+00'
    then (moment at time zone 'Asia/Jerusalem')::date
  else 'infinity'
end
$$;

-- מביאה את האינדקס לצעד אחד עם היומן, ומסמנת את הימים שהשתנו. כמה שורות השתנו
-- Brings the index in step with the log for these suggestions, and marks the days whose figures
-- change. How many rows it changed.
create or replace function backoffice.index_suggestions(ids uuid[])
  returns bigint
  language plpgsql
  volatile
  set search_path = ''
  as $$
declare
  fresh backoffice.suggestion_index;
  stood backoffice.suggestion_index;
  changed bigint := 0;
begin
  for fresh in
    select *
    from backoffice.indexed(ids)
  loop
    select *
    into stood
    from backoffice.suggestion_index as i
    where i.suggestion_id = fresh.suggestion_id;
    continue when stood is not distinct from fresh;
    insert into backoffice.suggestion_index
    values (fresh.*)
    on conflict (suggestion_id) do update
    set
      (
        organization_id, event_id, requester_id, approver_id, action, status, suggested_at,
        decided_at, decider_id, executed_at, waited, requested_start, vip, claimed, found, claim,
        reason, words
      ) = (
        excluded.organization_id, excluded.event_id, excluded.requester_id, excluded.approver_id,
        excluded.action, excluded.status, excluded.suggested_at, excluded.decided_at,
        excluded.decider_id, excluded.executed_at, excluded.waited, excluded.requested_start,
        excluded.vip, excluded.claimed, excluded.found, excluded.claim, excluded.reason,
        excluded.words
      );
    insert into backoffice.stale_days (organization_id, day)
    values (fresh.organization_id, backoffice.day_of(fresh.suggested_at));
    if (stood.organization_id, stood.suggested_at)
      <> (fresh.organization_id, fresh.suggested_at)
    then
      insert into backoffice.stale_days (organization_id, day)
      values (stood.organization_id, backoffice.day_of(stood.suggested_at));
    end if;
    changed := changed + 1;
  end loop;
  return changed;
end
$$;

-- שורות של הצעות שכבר אינן ביומן. כמה היו
-- Rows of suggestions that are not in the log any more. How many there were
create or replace function backoffice.forget_suggestions(ids uuid[])
  returns bigint
  language plpgsql
  volatile
  set search_path = ''
  as $$
declare
  forgotten bigint;
begin
  with gone as (
    delete from backoffice.suggestion_index as i
    where i.suggestion_id = any (ids)
    and not exists (select from public.ai_insights_log as l where l.id = i.suggestion_id)
    returning i.organization_id, i.suggested_at
  )
  insert into backoffice.stale_days (organization_id, day)
  select g.organization_id, backoffice.day_of(g.suggested_at)
  from gone as g;
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;

-- הנתונים של יום בארגון, כפי שהאינדקס סופר אותם עכשיו
-- The figures of an organization's day, as the index counts them now
create or replace function backoffice.count_figures(organization uuid, of_day date)
  returns setof backoffice.daily_figures
  language sql
  stable
  set search_path = ''
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

-- מסכמת מחדש את הימים שסומנו. מה שנרשם בינתיים נשאר מסומן. כמה ימים סוכמו
-- Adds up anew the days that are marked. What is written meanwhile stays marked. How many days.
create or replace function backoffice.refresh_figures(at_most integer)
  returns bigint
  language plpgsql
  volatile
  set search_path = ''
  as $$
declare
  refreshed bigint;
begin
  with days as materialized (
    select distinct s.day, s.organization_id
    from backoffice.stale_days as s
    order by s.day, s.organization_id
    limit at_most
  ),
  unmarked as (
    delete from backoffice.stale_days as s
    using days as d
    where s.day = d.day
    and s.organization_id = d.organization_id
  ),
  counted as materialized (
    select c.*
    from days as d
    cross join lateral backoffice.count_figures(d.organization_id, d.day) as c
  ),
  dropped as (
    delete from backoffice.daily_figures as f
    using days as d
    where f.organization_id = d.organization_id
    and f.day = d.day
    and not exists (
      select
      from counted as c
      where c.organization_id = f.organization_id
      and c.day = f.day
      and c.figure = f.figure
      and c.key = f.key
    )
  ),
  written as (
    insert into backoffice.daily_figures as f
    select *
    from counted
    on conflict (organization_id, day, figure, key) do update
    set n = excluded.n
    where f.n <> excluded.n
  )
  select count(*)
  into refreshed
  from days;
  return refreshed;
end
$$;

-- הטריגר: פעם אחת לכל פקודה, אחרי היסטוריית ההחלטות, שנכתבת לכל שורה, כי הוא קורא ממנה
-- The trigger: once for each statement, and so after the decision history's, which is one for each
-- row, for it reads what that wrote
create or replace function backoffice.write_suggestion_index()
  returns trigger
  language plpgsql
  security definer
  set search_path = ''
  as $$
begin
  perform backoffice.index_suggestions(array(select t.id from touched as t));
  return null;
end
$$;

do $do$
declare
  made record;
begin
  for made in
    select *
    from (values
      (
        'backoffice.moment(text, text)',
        'A moment the AI wrote, NULL for none. רגע שכתב ה-AI.'
      ),
      (
        'backoffice.claimed_kinds(jsonb)',
        'The kinds of conflicts the AI claims. סוגי ההתנגשויות שה-AI טוען להן.'
      ),
      (
        'backoffice.unnamed(text)',
        'A sentence without the names in it. משפט בלי השמות שבו.'
      ),
      (
        'backoffice.indexed(uuid[])',
        'The index rows of suggestions, as they should be. שורות האינדקס כפי שעליהן להיות.'
      ),
      (
        'backoffice.day_of(timestamptz)',
        'The day a moment counts for. היום שאליו רגע נספר.'
      ),
      (
        'backoffice.index_suggestions(uuid[])',
        'Brings the index in step. מעדכנת את האינדקס.'
      ),
      (
        'backoffice.forget_suggestions(uuid[])',
        'Drops rows of no suggestion. מסירה שורות שאין להן הצעה.'
      ),
      (
        'backoffice.count_figures(uuid, date)',
        'The figures of a day, counted. הנתונים של יום, כפי שנספרו.'
      ),
      (
        'backoffice.refresh_figures(integer)',
        'Adds up the marked days anew. מסכמת מחדש את הימים שסומנו.'
      ),
      (
        'backoffice.write_suggestion_index()',
        'Keeps the index. שומרת על האינדקס.'
      )
    ) as listed (name, purpose)
  loop
    if obj_description(to_regprocedure(made.name), 'pg_proc') is null then
      execute format('comment on function %s is %L', made.name, made.purpose);
    end if;
  end loop;
  revoke all on all functions in schema backoffice from public, anon, authenticated;
  for made in
    select *
    from (values
      ('index_new_suggestions', 'insert'),
      ('index_changed_suggestions', 'update')
    ) as listed (name, event)
  loop
    if not exists (
      select
      from pg_catalog.pg_trigger
      where tgrelid = 'public.ai_insights_log'::regclass
      and tgname = made.name
    ) then
      execute format(
        'create trigger %I after %s on public.ai_insights_log referencing new table as touched '
        'for each statement execute function backoffice.write_suggestion_index()',
        made.name,
        made.event
      );
      execute format('alter table public.ai_insights_log enable always trigger %I', made.name);
      execute format(
        'comment on trigger %I on public.ai_insights_log is %L',
        made.name,
        'Lists read what stands. הרשימות קוראות את מה שעומד.'
      );
    end if;
  end loop;
end
$do$;
