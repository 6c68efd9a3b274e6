-- הסרה: רק מה שהותקן כאן; מה שהוחלף חוזר, עם ההרשאות שהיו לו
-- Removal: only what was made here; what was replaced comes back, with the rights it had
do $$
declare
  made record;
begin
  -- What comes back may name tables that are gone by now.
  perform set_config('check_function_bodies', 'off', true);
  for made in
    select
      object,
      replaced
    from backoffice.foundation_objects
    where migration = 'scheduling.0003_speaker_conflicts'
    and starts_with(object, 'function ')
  loop
    execute format('drop function if exists %s', substr(made.object, length('function ') + 1));
    if made.replaced is not null then
      execute made.replaced;
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
