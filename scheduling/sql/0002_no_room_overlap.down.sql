-- הסרה: רק מה שהותקן כאן; הרחבה שמשהו אחר נשען עליה נשארת
-- Removal: only what was made here; an extension that something else has come to need stays
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
    select
    from backoffice.foundation_objects
    where object = 'extension btree_gist'
  ) then
    begin
      drop extension if exists btree_gist;
    exception
      when dependent_objects_still_exist then
        raise notice 'The extension btree_gist stays, because something else needs it.';
    end;
  end if;
end
$$;
