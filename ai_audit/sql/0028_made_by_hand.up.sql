-- מה נעשה ביד: שורה לכל הצעה שאדם עשה וביצע במעשה אחד, בדפי המפגשים. לעולם אינו נלמד מתוכן ההצעה
-- What was made by hand: a row for each suggestion that a person made and carried out in one act, on
-- the pages of sessions. Never believed from what a suggestion says of itself.
do $do$
begin
  if to_regclass('backoffice.made_by_hand') is null then
    create table backoffice.made_by_hand (
      suggestion_id uuid primary key
    );
    comment on table backoffice.made_by_hand is
      'Suggestions that a person made and carried out in one act, by hand. Append-only. '
      'הצעות שאדם עשה וביצע במעשה אחד, ביד. רק מוסיפים.';
    comment on column backoffice.made_by_hand.suggestion_id is
      'Which one. איזו.';
    revoke all on backoffice.made_by_hand from public, anon, authenticated, service_role;
  end if;
end
$do$;

-- הסימון נכתב יחד עם ההצעה, באותה טרנזקציה: מה שה-AI הציע לעולם אינו נעשה ביד בדיעבד
-- The mark is written with its suggestion, in the same transaction: what the AI suggested is never
-- made by hand afterwards, and so never taken out of the AI's figures.
create or replace function backoffice.mark_with_its_suggestion()
  returns trigger
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
  as $$
begin
  if not exists (
    select
    from public.ai_insights_log as l
    where l.id = new.suggestion_id
    and l.suggested_at >= transaction_timestamp()
    and l.execution_status = 'suggested'
  ) then
    raise exception using
      errcode = 'EF006',
      message = 'What is made by hand is marked as it is made. Nothing was changed.';
  end if;
  return new;
end
$$;

do $do$
begin
  if obj_description('backoffice.mark_with_its_suggestion()'::regprocedure, 'pg_proc') is null then
    comment on function backoffice.mark_with_its_suggestion() is
      'A mark is written with its suggestion. סימון נכתב עם ההצעה שלו.';
  end if;
  revoke all on function backoffice.mark_with_its_suggestion()
    from public, anon, authenticated, service_role;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.made_by_hand'::regclass
    and tgname = 'marks_are_written_at_once'
  ) then
    create trigger marks_are_written_at_once
      before insert on backoffice.made_by_hand
      for each row execute function backoffice.mark_with_its_suggestion();
    comment on trigger marks_are_written_at_once on backoffice.made_by_hand is
      'A mark is never an afterthought. סימון לעולם אינו בדיעבד.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.made_by_hand'::regclass
    and tgname = 'marks_are_append_only'
  ) then
    create trigger marks_are_append_only
      before update or delete on backoffice.made_by_hand
      for each row execute function backoffice.refuse_to_change_history();
    alter table backoffice.made_by_hand enable always trigger marks_are_append_only;
    comment on trigger marks_are_append_only on backoffice.made_by_hand is
      'A mark is history. סימון הוא היסטוריה.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.made_by_hand'::regclass
    and tgname = 'marks_are_never_emptied'
  ) then
    create trigger marks_are_never_emptied
      before truncate on backoffice.made_by_hand
      for each statement execute function backoffice.refuse_to_change_history();
    alter table backoffice.made_by_hand enable always trigger marks_are_never_emptied;
    comment on trigger marks_are_never_emptied on backoffice.made_by_hand is
      'A mark is history. סימון הוא היסטוריה.';
  end if;
end
$do$;

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
