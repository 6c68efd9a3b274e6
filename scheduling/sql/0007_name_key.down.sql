-- הסרה: רק אם הותקנה כאן
-- Removal: only where it was made here
do $$
begin
  if exists (
    select
    from backoffice.foundation_objects
    where object = 'function public.name_key(text)'
    and migration = 'scheduling.0007_name_key'
  ) then
    drop function if exists public.name_key(text);
  end if;
end
$$;
