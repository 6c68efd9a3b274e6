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
    return;
  end if;
  if to_regclass('public.ai_insights_log') is null then
    return;
  end if;

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
end
$$;
