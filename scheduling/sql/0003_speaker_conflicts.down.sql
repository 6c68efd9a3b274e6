-- הסרה: רק מה שהותקן כאן; מה שהוחלף חוזר
-- Removal: only what was made here; what was replaced comes back
do $$
declare
  standing record;
begin
  for standing in
    select object, replaced
    from backoffice.foundation_objects
    where object like 'function public.check_speaker_conflicts(%'
  loop
    execute format('drop function if exists %s', substr(standing.object, length('function ') + 1));
    if standing.replaced is not null then
      execute standing.replaced;
    end if;
  end loop;
  if exists (
    select
    from backoffice.foundation_objects
    where object = 'index public.idx_schedules_speaker_time'
  ) then
    drop index if exists public.idx_schedules_speaker_time;
  end if;
end
$$;
