-- הסרה: רק מה שהותקן כאן
-- Removal: only what was made here
do $$
begin
  if exists (
    select
    from backoffice.foundation_objects
    where object = 'constraint no_room_overlap on public.schedules'
  ) then
    alter table public.schedules drop constraint if exists no_room_overlap;
  end if;
  if exists (
    select from backoffice.foundation_objects where object = 'extension btree_gist'
  ) then
    drop extension if exists btree_gist;
  end if;
end
$$;
