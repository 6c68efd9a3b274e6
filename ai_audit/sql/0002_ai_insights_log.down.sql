-- הסרה: רק מה שהותקן כאן. טבלה שהייתה קודם נשארת, על שורותיה
-- Removal: only what was made here. A table that stood before stays, with its rows
do $$
declare
  made record;
begin
  if exists (
    select
    from backoffice.foundation_objects
    where object = 'table public.ai_insights_log'
  ) then
    drop table if exists public.ai_insights_log;
  elsif to_regclass('public.ai_insights_log') is not null then
    for made in
      select
        object,
        split_part(object, ' ', 1) as kind,
        split_part(object, ' ', 2) as name
      from backoffice.foundation_objects
      where migration = 'ai_audit.0002_ai_insights_log'
    loop
      if made.kind = 'policy' then
        execute format('drop policy if exists %s on public.ai_insights_log', made.name);
      elsif made.kind = 'index' then
        execute format('drop index if exists %s', made.name);
      elsif made.object = 'row level security on public.ai_insights_log' then
        alter table public.ai_insights_log disable row level security;
      end if;
    end loop;
  end if;

  if not exists (
    select
    from backoffice.foundation_objects
    where object = 'function backoffice.user_org_id()'
  ) then
    return;
  elsif exists (
    select
    from pg_catalog.pg_depend
    where refclassid = 'pg_proc'::regclass
    and refobjid = to_regprocedure('backoffice.user_org_id()')
  ) then
    raise notice 'The function backoffice.user_org_id() stays, because something else needs it.';
  else
    drop function if exists backoffice.user_org_id();
  end if;
end
$$;
